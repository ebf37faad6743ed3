"""Interceptors: timed tests inside the reach, and what is claimed beside what the burnout speed gives."""

from __future__ import annotations

import math
from collections.abc import Iterator

from hoplon.cited import Mark
from hoplon.interceptor.envelope import envelope
from hoplon.interceptor.flyout import build_flyout_table
from hoplon.interceptor.model import Interceptor
from hoplon.scenario import catalogue
from hoplon.scenario.published_reach import published_reach
from hoplon.verification.model import Line
from hoplon.verification.registry import Check, between, line, read_yaml

#: Farther than 30 km from the launcher: no ship stands below its target.
_LEAST_M = 30e3
#: Half way round the Earth: a claim is a lower bound of what the burnout speed has to give.
FARTHEST_KM = 20_000.0


def timed_intercepts() -> Iterator[Line]:
    """Check that published times to published altitudes lie inside the reach, some way from the launcher.

    Yields
    ------
    Line
    """
    data = read_yaml("interceptor_reach.yaml")
    for speed in data["speeds"]:
        v, boost = speed["burnout_speed_km_s"], speed["boost_time_s"]
        it = Interceptor("sm3", v * 1e3, boost, 80e3, 500e3, 700e3, 0.0, 0.0, 1e3)
        table = build_flyout_table(it)
        for test in data["timed_tests"]:
            what = f"{test['test']}, {test['altitude_km']} km at {v:.1f} km/s in {boost} s"
            soonest_s = table.time_to(0.0, test["altitude_km"] * 1e3)
            yield between(
                f"{what}: soonest", "s", test["time_s"], soonest_s, 0.0, test["time_s"], source=test["source"]
            )
            farthest_m = table.reach_at(test["altitude_km"] * 1e3, test["time_s"])
            yield between(
                f"{what}: as far as, in {test['time_s']} s",
                "km",
                math.nan,
                farthest_m / 1e3,
                _LEAST_M / 1e3,
                it.maximum_range_m / 1e3,
                source=test["source"],
            )


def published_claims() -> Iterator[Line]:
    """Check that published altitudes and ranges are reached at the best burnout speed, or known why not.

    Yields
    ------
    Line
    """
    known = read_yaml("interceptor_reach.yaml")["misses"]
    for name in catalogue().usable_interceptors():
        for row in published_reach(catalogue().interceptor(name)):
            if row.claimed.mark is Mark.ASSUMED:
                continue  # no claim
            yield between(
                f"{name}: {row.what}",
                "km",
                row.claimed.best,
                row.best_km,
                row.claimed.best,
                FARTHEST_KM,
                source=row.claimed.source,
                note=f"{row.low_km:.0f} to {row.high_km:.0f} over the ranges of speed and boost",
                explained=known.get(f"{name}.{row.key}", ""),
            )


def kepler_reach() -> Iterator[Line]:
    """Compare shots in vacuum after a boost of 1 s with the height that energy gives.

    v^2 / 2g over a round Earth is H / (1 - H / R) with H = v^2 R^2 / 2 GM. The boost costs a speed of g t,
    and 2 g t / v of the height, part of which the way flown in it gives back.

    Yields
    ------
    Line
    """
    from hoplon.interceptor.flyout import EARTH_GM_M3_S2, EARTH_RADIUS_M

    for v in (2000.0, 3000.0, 4000.0):
        head = v * v * EARTH_RADIUS_M**2 / (2.0 * EARTH_GM_M3_S2)
        bound = head / (1.0 - head / EARTH_RADIUS_M)
        # Drag is made to vanish by a ballistic coefficient that nothing has.
        it = Interceptor("impulse", v, 1.0, 0.0, 1e6, 1e6, 0.0, 0.0, 1.0, 1e12)
        cost = 2.0 * EARTH_GM_M3_S2 / EARTH_RADIUS_M**2 / v
        highest_km = envelope(it).highest_m / 1e3
        what = f"highest point of a shot at {v:.0f} m/s in 1 s"
        yield line(what, "km", bound / 1e3, highest_km, cost * bound / 1e3)


CHECKS = (
    Check("timed_intercepts", "published tests of the SM-3", timed_intercepts),
    Check("interceptor_claims", "the sources of the catalogue", published_claims),
    Check("interceptor_height", "energy over a round Earth", kepler_reach),
)
