"""Radar cross-section by aspect: nose, side and tail of a body that flies along its velocity.

Three classes stand for a pattern that in truth swings by orders of magnitude within degrees: the nose up to
45 deg from the axis, the tail from 135 deg on, the side between. The borders are assumed. The body's axis
lies along its velocity in the Earth-fixed frame: true while thrust or air hold it there, not for a body that
tumbles or is spun about another axis. A simplification of this package, without a source: values by class are
as good as what the user states.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.errors import InputError

#: Borders of the classes, degrees from the nose.
NOSE_UP_TO_DEG = 45.0
TAIL_FROM_DEG = 135.0


@dataclass(frozen=True, slots=True)
class AspectCrossSection:
    """Mean cross-section of a body in one band, by aspect class.

    Attributes
    ----------
    nose_m2, side_m2, tail_m2 : float
    """

    nose_m2: float
    side_m2: float
    tail_m2: float

    def __post_init__(self) -> None:
        for key in ("nose_m2", "side_m2", "tail_m2"):
            value = getattr(self, key)
            if not 0.0 < value < math.inf:
                raise InputError(f"{key} of a cross-section is {value}", remedy="Write a number above 0.")

    def at(self, aspect_rad: ArrayLike) -> NDArray[np.float64]:
        """Return the cross-section at an aspect.

        Parameters
        ----------
        aspect_rad : array_like
            From the nose, 0 to π.

        Returns
        -------
        ndarray
            m², of the same shape.
        """
        angle = np.degrees(aspect_rad)
        side_or_tail = np.where(angle >= TAIL_FROM_DEG, self.tail_m2, self.side_m2)
        return np.asarray(np.where(angle < NOSE_UP_TO_DEG, self.nose_m2, side_or_tail))


def aspect_angle_rad(
    r_site_ecef_m: ArrayLike, r_ecef_m: ArrayLike, v_ecef_m_s: ArrayLike
) -> NDArray[np.float64]:
    """Return the angle between a body's nose and the line from it to a radar.

    Parameters
    ----------
    r_site_ecef_m : array_like
        (3,) the radar.
    r_ecef_m, v_ecef_m_s : array_like
        (..., 3) the bodies; one that does not move counts as seen from the side.

    Returns
    -------
    ndarray
        (...) from 0, nose on, to π.
    """
    away = np.asarray(r_ecef_m, dtype=np.float64) - np.asarray(r_site_ecef_m, dtype=np.float64)
    v = np.asarray(v_ecef_m_s, dtype=np.float64)
    product = np.linalg.norm(away, axis=-1) * np.linalg.norm(v, axis=-1)
    cosine = -np.sum(away * v, axis=-1) / np.where(product > 0.0, product, np.inf)
    return np.asarray(np.arccos(np.clip(cosine, -1.0, 1.0)))


def by_aspect(
    one_value_m2: NDArray[np.float64],
    aspects: Sequence[tuple[float, float, float] | None],
    where: NDArray[np.bool_],
    aspect_rad: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Replace cross-sections by those of the aspect, for the bodies for which these are stated.

    Parameters
    ----------
    one_value_m2 : ndarray
        (n, m) one value for all aspects.
    aspects : sequence of tuple or None
        (n,) nose, side and tail of each body.
    where : ndarray of bool
        (n, m) where they hold.
    aspect_rad : ndarray
        (n, m) from `aspect_angle_rad`.

    Returns
    -------
    ndarray
        (n, m)
    """
    out = one_value_m2.copy()
    for row, values in enumerate(aspects):
        if values is not None:
            here = where[row]
            out[row, here] = AspectCrossSection(*values).at(aspect_rad[row, here])
    return out
