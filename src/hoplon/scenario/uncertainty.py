"""A missile drawn from what its sources leave open.

Each uncertain number of an entry is drawn by its quantile from a stream of its own, so that a new value or a
new missile does not move the draws of the others:

- **log-uniform** between low and high where sources give an order of magnitude only: radar cross-sections and
  ballistic coefficients, and any other value whose high end is at least four times its low end (above 0);
- **triangular** over low, best, high for everything else.

A number without a range stays as it is. Values that stand or fall together share one quantile: the two
specific impulses of a stage, and the cross-sections of one body in all bands.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace

from hoplon.cited import Cited
from hoplon.scenario.entries import MissileEntry, leaves, with_leaf
from hoplon.streams import stream, triangular

#: From this ratio of high to low on, a range is one of scale.
WIDE = 4.0
_OF_SCALE = re.compile(r"_cross_section[_.]|_ballistic_coefficient_")
_SHARED = ((re.compile(r"isp_(sl|vac)_s$"), "isp"), (re.compile(r"_(x|s|l|uhf)_band(_m2$|\.)"), ""))


def is_of_scale(path: str, value: Cited) -> bool:
    """Say whether a value is drawn log-uniformly.

    Parameters
    ----------
    path : str
        Its place in the entry.
    value : Cited

    Returns
    -------
    bool
    """
    return value.low > 0.0 and (bool(_OF_SCALE.search(path)) or value.high >= WIDE * value.low)


def drawn(path: str, value: Cited, u: float) -> float:
    """Return the quantile of a value's distribution.

    Parameters
    ----------
    path : str
        Its place in the entry.
    value : Cited
    u : float
        In [0, 1).

    Returns
    -------
    float
    """
    if not value.low < value.high:
        return value.best
    if is_of_scale(path, value):
        x = value.low * math.exp(u * math.log(value.high / value.low))
    else:
        x = triangular(u, value.low, value.best, value.high)
    return min(max(x, value.low), value.high)  # rounding must not carry it out


def shared_name(path: str) -> str:
    """Name what a value stands or falls with: values of one name share one quantile.

    Parameters
    ----------
    path : str
        Its place in the entry, or in the scenario.

    Returns
    -------
    str
        The path itself for a value that stands alone.
    """
    for pattern, group in _SHARED:
        path = pattern.sub(group, path)
    return path


def open_values(entry: MissileEntry) -> dict[str, Cited]:
    """Return the numbers of an entry that have a range, by their place in it.

    Parameters
    ----------
    entry : MissileEntry

    Returns
    -------
    dict of str to Cited
        Such as ``payload_kg`` and ``stages.0.dry_kg``.
    """
    return {path[1:]: leaf for path, leaf in leaves(entry, "") if leaf.low < leaf.high}


def sampled(entry: MissileEntry, seed: int, run: int, actor: str = "") -> MissileEntry:
    """Draw a missile from its ranges.

    Parameters
    ----------
    entry : MissileEntry
        With its ranges.
    seed : int
        Of the study.
    run : int
        Number of the battle or of the flight.
    actor : str
        Which missile of the raid it is; by default the type's name, so that all missiles of a type are alike.

    Returns
    -------
    MissileEntry
        The same with the draws as best values; ranges, marks and sources stay.
    """
    result = entry
    for path, leaf in open_values(entry).items():
        u = float(stream(seed, run, "missile", actor or entry.id, shared_name(path)).random())
        result = with_leaf(result, path.split("."), replace(leaf, best=drawn(path, leaf, u)))
    return _in_order(result)


def _in_order(entry: MissileEntry) -> MissileEntry:
    """Keep the vacuum impulse of each stage at or above the one at sea level, where ranges overlap oddly."""
    for i, stage in enumerate(entry.stages):
        low = stage.isp_sl_s.best
        if stage.isp_vac_s.best < low:
            leaf = replace(stage.isp_vac_s, best=low, high=max(stage.isp_vac_s.high, low))
            entry = with_leaf(entry, ["stages", str(i), "isp_vac_s"], leaf)
    return entry
