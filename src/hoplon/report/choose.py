"""Pick and sort what the report shows out of the records."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hoplon.result.model import Record, Study

Array = NDArray[np.float64]


def typical_battle(study: Study) -> Record | None:
    """Find the battle whose leakage is nearest the mean; the first of several.

    Parameters
    ----------
    study : Study

    Returns
    -------
    Record or None
        The first battle where nothing was to be engaged; None where the study holds no records.
    """
    if not study.records:
        return None
    if study.leakage is None:
        return study.records[0]
    best = study.leakage.best
    return min(study.records, key=lambda r: math.inf if math.isnan(r.leakage) else abs(r.leakage - best))


def intercept_points(records: Sequence[Record]) -> list[tuple[float, float, bool, str]]:
    """Collect where interceptors met their targets, or should have.

    Parameters
    ----------
    records : sequence of Record

    Returns
    -------
    list of (latitude_deg, longitude_deg, hit, words)
    """
    return [
        (
            e.latitude_deg,
            e.longitude_deg,
            e.note.startswith("hit"),
            f"{e.threat}: {e.note} at {e.altitude_km:.0f} km",
        )
        for record in records
        for e in record.events
        if e.kind == "intercept" and not math.isnan(e.latitude_deg)
    ]


def track_errors(records: Sequence[Record]) -> dict[str, Any]:
    """Put the track samples of many battles on one scale: the time after the launch of their threat.

    Parameters
    ----------
    records : sequence of Record

    Returns
    -------
    dict
        Arrays ``age_s``, ``error_m``, ``sigma_m``, ``impact_error_km``, ``nees`` of one length, and
        ``series``: for each threat of each battle that has samples the run, the name and its slice of the
        arrays.
    """
    age, error, sigma, impact, nees = [], [], [], [], []
    series: list[tuple[int, str, Any]] = []
    offset = 0
    for record in records:
        launch = {o.threat: o.moments_s.get("launch", math.nan) for o in record.outcomes}
        samples = record.tracks
        names = np.array(samples.threat, dtype=object)
        distance = np.linalg.norm(samples.r_track_ecef_m - samples.r_true_ecef_m, axis=1)
        for name in dict.fromkeys(samples.threat):
            mine = np.flatnonzero(names == name)
            mine = mine[np.argsort(samples.t_s[mine], kind="stable")]
            age.append(samples.t_s[mine] - launch.get(name, math.nan))
            error.append(distance[mine])
            sigma.append(samples.position_sigma_m[mine])
            impact.append(samples.impact_error_km[mine])
            nees.append(samples.position_nees[mine])
            series.append((record.run, name, slice(offset, offset + len(mine))))
            offset += len(mine)
    joined = [np.concatenate(part) if part else np.empty(0) for part in (age, error, sigma, impact, nees)]
    return dict(zip(("age_s", "error_m", "sigma_m", "impact_error_km", "nees"), joined, strict=True)) | {
        "series": series
    }


def banded(x: Array, y: Array, bins: int = 60, least: int = 3) -> tuple[Array, Array]:
    """Median and the band of 90 % of values along an axis.

    Parameters
    ----------
    x, y : array
        Pairs; those with a NaN are left out.
    bins : int
        Number of equal parts of the axis.
    least : int
        A part with fewer values is left out.

    Returns
    -------
    middle : array, shape (n,)
        Middles of the parts that are kept.
    quantiles : array, shape (n, 3)
        5 %, 50 % and 95 %.
    """
    good = np.isfinite(x) & np.isfinite(y)
    x, y = x[good], y[good]
    if not len(x):
        return np.empty(0), np.empty((0, 3))
    edges = np.linspace(float(x.min()), float(x.max()) + 1e-9, bins + 1)
    part = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, bins - 1)
    order = np.argsort(part, kind="stable")
    groups = np.split(y[order], np.searchsorted(part[order], np.arange(1, bins)))
    kept = [i for i, group in enumerate(groups) if len(group) >= least]
    middle = (edges[:-1] + edges[1:]) / 2
    return middle[kept], np.array([np.quantile(groups[i], (0.05, 0.5, 0.95)) for i in kept]).reshape(-1, 3)
