"""Raids: the flights that the defence faces, as the user stated them, and the truth about where they are.

Nothing here chooses: what is fired, from where, to where and when are inputs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.earth.sites import Site
from hoplon.errors import InputError
from hoplon.flight.trajectory import Trajectory

Array = NDArray[np.float64]

#: Values of `TruthGrid.phase`.
ON_THE_GROUND = 0
BOOST = 1
AFTER_BURNOUT = 2
FALLEN = 3

#: Radar bands in which a cross-section may be given.
BANDS = ("X", "S", "L", "UHF")


@dataclass(frozen=True, slots=True)
class Threat:
    """One missile of a raid.

    Attributes
    ----------
    name : str
        Unique in the raid.
    missile : str
        Catalogue name of its type.
    launch, aim : Site
        Where from and where to.
    launch_s : float
        Time of launch since scenario zero.
    trajectory : Trajectory
        Its flight; times since launch.
    body_cross_section_m2, reentry_cross_section_m2 : mapping of str to float
        Mean radar cross-section by band (see `BANDS`): of the body until burnout, and of what flies on after
        it. One value for all aspects: real cross-sections vary by orders of magnitude with aspect.
    body_aspect_m2, reentry_aspect_m2 : mapping of str to tuple of float
        By band, the values at the nose, from the side and at the tail, which stand in place of the one value.

    Raises
    ------
    InputError
        If the launch time is not finite, a band is unknown or a cross-section not positive.
    """

    name: str
    missile: str
    launch: Site
    aim: Site
    launch_s: float
    trajectory: Trajectory
    body_cross_section_m2: Mapping[str, float] = field(default_factory=dict)
    reentry_cross_section_m2: Mapping[str, float] = field(default_factory=dict)
    body_aspect_m2: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    reentry_aspect_m2: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        where = f"threat '{self.name}'"
        if not math.isfinite(self.launch_s):
            raise InputError(f"launch_s is {self.launch_s}", where=where, remedy="Give a finite time.")
        for key in ("body_cross_section_m2", "reentry_cross_section_m2"):
            table = dict(getattr(self, key))
            for band, value in table.items():
                if band not in BANDS:
                    raise InputError(
                        f"unknown band '{band}' in {key}", where=where, remedy=f"Use {', '.join(BANDS)}."
                    )
                if not (math.isfinite(value) and value > 0.0):
                    raise InputError(
                        f"{key} in band {band} is {value:g}", where=where, remedy="Give a positive number."
                    )
            object.__setattr__(self, key, MappingProxyType(table))
        for key in ("body_aspect_m2", "reentry_aspect_m2"):
            object.__setattr__(self, key, MappingProxyType(dict(getattr(self, key))))

    def __reduce__(self) -> tuple[object, ...]:
        # A read-only mapping does not travel to a worker process: send plain ones, and freeze them there.
        return (
            Threat,
            (
                self.name,
                self.missile,
                self.launch,
                self.aim,
                self.launch_s,
                self.trajectory,
                dict(self.body_cross_section_m2),
                dict(self.reentry_cross_section_m2),
                dict(self.body_aspect_m2),
                dict(self.reentry_aspect_m2),
            ),
        )

    @property
    def burnout_s(self) -> float:
        """End of boost since scenario zero."""
        return self.launch_s + self.trajectory.burnout_s

    @property
    def impact_s(self) -> float:
        """Impact since scenario zero, if nothing stops it."""
        return self.launch_s + float(self.trajectory.t_s[-1])


@dataclass(frozen=True, slots=True)
class Raid:
    """All missiles of one battle.

    Attributes
    ----------
    threats : tuple of Threat
        At least one; names differ.

    Raises
    ------
    InputError
        If there is none, or a name appears twice.
    """

    threats: tuple[Threat, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "threats", tuple(self.threats))
        if not self.threats:
            raise InputError("the raid is empty", remedy="State at least one missile.")
        seen: set[str] = set()
        for threat in self.threats:
            if threat.name in seen:
                raise InputError(f"two threats are called '{threat.name}'", remedy="Give each its own name.")
            seen.add(threat.name)

    @property
    def end_s(self) -> float:
        """Last impact since scenario zero, if nothing stops any of them."""
        return max(threat.impact_s for threat in self.threats)


@dataclass(frozen=True, slots=True, eq=False)
class TruthGrid:
    """Where all threats truly are, on one grid of times.

    Attributes
    ----------
    t_s : ndarray, shape (n_t,)
        Seconds since scenario zero.
    r_ecef_m, v_ecef_m_s : ndarray, shape (n_threat, n_t, 3)
        Positions and velocities relative to the rotating Earth. Before launch at the launch point and after
        impact at the impact point, at rest.
    phase : ndarray of int8, shape (n_threat, n_t)
        ON_THE_GROUND, BOOST, AFTER_BURNOUT or FALLEN.
    """

    t_s: Array
    r_ecef_m: Array
    v_ecef_m_s: Array
    phase: NDArray[np.int8]


class Flight(NamedTuple):
    """A trajectory and when it begins: all that the truth needs to know of a threat.

    Attributes
    ----------
    trajectory : Trajectory
    launch_s : float
        From scenario zero.
    """

    trajectory: Trajectory
    launch_s: float


def truth_states(threats: Sequence[Threat | Flight], t_grid_s: ArrayLike) -> TruthGrid:
    """Sample the flights of all threats on one grid of times.

    Parameters
    ----------
    threats : sequence of Threat or Flight
        In the order of the rows of the result.
    t_grid_s : array_like, shape (n_t,)
        Seconds since scenario zero.

    Returns
    -------
    TruthGrid
    """
    t = np.asarray(t_grid_s, float)
    n = len(threats)
    r = np.empty((n, t.size, 3))
    v = np.empty((n, t.size, 3))
    phase = np.full((n, t.size), AFTER_BURNOUT, np.int8)
    for i, threat in enumerate(threats):
        since = t - threat.launch_s
        r[i], v[i] = threat.trajectory.state_at(since)
        phase[i, since < threat.trajectory.burnout_s] = BOOST
        phase[i, since < threat.trajectory.t_s[0]] = ON_THE_GROUND
        phase[i, since > threat.trajectory.t_s[-1]] = FALLEN
    for array in (r, v, phase):
        array.flags.writeable = False
    return TruthGrid(t, r, v, phase)
