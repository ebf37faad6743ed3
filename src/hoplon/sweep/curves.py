"""Saturation curves of a study, where an axis states sizes of the raid.

Their formulas are in `hoplon.sweep.saturation`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from hoplon.errors import InputError
from hoplon.result.decides import Curve
from hoplon.sweep.axes import Axis
from hoplon.sweep.plan import StudyPlan
from hoplon.sweep.saturation import curve
from hoplon.sweep.variants import Variants

#: Points beyond which nobody reads curves.
_MOST_POINTS = 300


def saturation_curves(
    plan: StudyPlan, leakage: Mapping[int, NDArray[np.float64]], runs: int
) -> tuple[Curve, ...]:
    """Return leakage against the size of the raid, for each combination of the other axes.

    Parameters
    ----------
    plan : StudyPlan
    leakage : mapping of int to array
        By point, of each battle.
    runs : int
        Battles of each point.

    Returns
    -------
    tuple of Curve
        Empty unless the study is a grid in which one axis states the number of missiles, and no other axis
        moves what the attacker does. Sizes are those stated; nothing is searched for between them.
    """
    sizes = [axis for axis in plan.axes if axis.raid_side]
    if plan.design != "grid" or plan.count > _MOST_POINTS or len(sizes) != 1 or not _whole(sizes[0]):
        return ()
    (axis,) = sizes
    variants = Variants(plan.scenario_data, plan.scenario, plan.name)
    try:
        for pick in axis.samples():
            if len(variants.scenario(axis.settings(pick)).threats) != axis.coordinate(pick):
                return ()
    except InputError:
        return ()
    found: dict[str, dict[int, Sequence[float]]] = {}
    for place, point in enumerate(plan.points()):
        shares = leakage.get(place, np.zeros(0))
        if len(shares) != runs or np.isnan(shares).any():
            continue
        size = 0
        names = []
        for other, pick in zip(plan.axes, point, strict=True):
            if other is axis:
                size = int(axis.coordinate(pick))
            else:
                value = other.coordinate(pick)
                number = isinstance(value, int | float) and not isinstance(value, bool)
                names.append(f"{other.title}: {value:g}" if number else str(value))
        found.setdefault(", ".join(names), {})[size] = shares.tolist()
    return tuple(curve(name, by_size) for name, by_size in found.items())


def _whole(axis: Axis) -> bool:
    return len(axis.coordinates) > 1 and all(type(c) is int and c > 0 for c in axis.coordinates)
