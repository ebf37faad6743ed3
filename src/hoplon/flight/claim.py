"""Is a published flight possible? The times that range and apogee leave open, beside the claimed one.

Range and apogee of a ballistic flight fix its time but for the boost and for the air. The shortest flight
with them is the arc without air of a body that has all of its speed on the launch point: followed backwards
from burnout, that body is faster at every height than the missile that has yet to gain speed; and air delays
the fall. No flight of the full model undercuts it (tests/flight/test_flight_claim.py). A real boost and a
real re-entry add time; how much is bounded by `Bounds`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from hoplon.earth.planet import WGS84, Planet
from hoplon.earth.sites import Site
from hoplon.errors import InputError
from hoplon.flight.arc import drag_on_the_way_down, kepler_arc, target, vacuum_arc
from hoplon.flight.claim_text import Claim, Figure, parse_claim
from hoplon.flight.trajectory import Trajectory

__all__ = ["Bounds", "Claim", "ClaimCheck", "Figure", "Part", "Verdict", "check_claim", "parse_claim"]


#: Share of the range by which air may stop the heaviest body short before air decides the flight.
_AIR_DECIDES = 0.05


class Verdict(StrEnum):
    """What the check says.

    IMPOSSIBLE: shorter than the arc without air and without boost. TOO_SHORT: shorter than the fastest boost
    of `Bounds` allows. TOO_LONG: longer than the slowest boost and the lightest body allow: no law of nature
    is broken, but no known missile flies so. NOT_BALLISTIC: so low or flat that lift and drag decide.
    UNTIMED: no time was claimed.
    """

    IMPOSSIBLE = "impossible"
    TOO_SHORT = "too_short"
    POSSIBLE = "possible"
    TOO_LONG = "too_long"
    NOT_BALLISTIC = "not_ballistic"
    UNTIMED = "untimed"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is taken for the fastest and the slowest boost and re-entry.

    Attributes
    ----------
    fastest_m_s2, slowest_m_s2 : float
        Mean acceleration of the boost: the speed that the arc has at the ground, over the time until burnout.
        In the catalogue: 13 to 20 (Taepodong-2, with a satellite launcher's upper stages), 22 (Scud) to 28
        (liquid, one stage), 37 to 43 (solid, three stages: 170 to 190 s of boost, IEEE Spectrum, March 2005).
        The bounds are 1.4 times the fastest and a little below the slowest.
    least_delay, greatest_delay : float
        How much later burnout is reached than by the arc, in boost times. Speed that grows evenly gives 0.5;
        full model: 0.53 to 0.75 (tests/flight/test_flight_claim.py).
    greatest_bend : float
        Boost begins steeper than the arc, which therefore starts up to this share of (speed x boost time x
        cosine of the arc's elevation) behind the launch point. Full model: up to 0.097.
    least_ballistic_kg_m2, greatest_ballistic_kg_m2 : float
        Ballistic coefficient of what re-enters: 1,000 (a burnt-out short-range missile) to 15,000 (the
        slenderest cones), the range of open textbooks (Sessler et al., Countermeasures, UCS/MIT 2000).
    lowest_apogee_km : float
        Below, a flight is not judged: manoeuvring short-range missiles top out at 30 to 60 km, the V-2 and
        Scud-B at full range at 70 to 86.
    """

    fastest_m_s2: float = 60.0
    slowest_m_s2: float = 12.0
    least_delay: float = 0.5
    greatest_delay: float = 0.8
    greatest_bend: float = 0.12
    least_ballistic_kg_m2: float = 1000.0
    greatest_ballistic_kg_m2: float = 15000.0
    lowest_apogee_km: float = 65.0


@dataclass(frozen=True, slots=True)
class Part:
    """What one cause adds to the time of flight.

    Attributes
    ----------
    cause : str
        arc, rotation, rounding, boost, air.
    shortest_s, longest_s : float
        In the shortest and in the longest flight.
    """

    cause: str
    shortest_s: float
    longest_s: float


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """A claim and what physics says of it.

    Attributes
    ----------
    claim : Claim
    launch : Site
    azimuth_deg : float or None
        Direction of the impact; None for any.
    bounds : Bounds
    verdict : Verdict
    vacuum_s : float
        The shortest flight that is possible at all: no boost, no air, best direction, figures at the
        favourable ends of their rounding. For NOT_BALLISTIC it means nothing, nor do the next two.
    shortest_s, longest_s : float
        With the boosts and re-entries of `bounds`.
    miss_s : float
        How far the claimed time lies outside [shortest_s, longest_s]: negative if too short; 0 inside. Taken
        from the end of its rounding that is nearer.
    speed_m_s : float
        Of the arc at the ground, relative to the Earth: what the missile must at least be capable of.
    parts : tuple of Part
        They add up to shortest_s and longest_s.
    """

    claim: Claim
    launch: Site
    azimuth_deg: float | None
    bounds: Bounds
    verdict: Verdict
    vacuum_s: float
    shortest_s: float
    longest_s: float
    miss_s: float
    speed_m_s: float
    parts: tuple[Part, ...]


def check_claim(
    claim: Claim | str,
    launch: Site,
    *,
    azimuth_deg: float | None = None,
    bounds: Bounds | None = None,
    planet: Planet = WGS84,
) -> ClaimCheck:
    """Compare a claimed flight with what is possible.

    Parameters
    ----------
    claim : Claim or str
        As `parse_claim` reads it.
    launch : Site
        Where from.
    azimuth_deg : float, optional
        Direction of the impact, if the claim does not say; without either, every direction is allowed.
    bounds : Bounds, optional
        What is taken for the fastest and slowest boost and re-entry.
    planet : Planet
        The planet.

    Returns
    -------
    ClaimCheck

    Raises
    ------
    InputError
        If the claim cannot be read.
    UnreachableError
        If no arc has this range and apogee.
    """
    claim = parse_claim(claim) if isinstance(claim, str) else claim
    bounds = Bounds() if bounds is None else bounds
    direction = azimuth_deg if azimuth_deg is not None else claim.azimuth_deg
    if direction is not None and not math.isfinite(direction):
        raise InputError(f"azimuth is {direction}", remedy="Give a direction in degrees.")
    if claim.apogee_km.best < bounds.lowest_apogee_km:
        return _not_judged(claim, launch, direction, bounds)
    distance, height = claim.range_km, claim.apogee_km
    quick, slow = _directions(claim, launch, direction, planet)

    def arc(azimuth: float, range_km: float, apogee_km: float) -> Trajectory:
        return vacuum_arc(launch, target(launch, azimuth, range_km), apogee_km, planet=planet)

    still = Planet(planet.gm_m3_s2, 0.0, 0.0, planet.equatorial_radius_m, planet.flattening)
    at_rest = kepler_arc(launch, target(launch, slow, distance.best), height.best, planet=still).time_s
    near = arc(quick, distance.best, height.best).flight_time_s
    far = arc(slow, distance.best, height.best).flight_time_s
    first = arc(quick, distance.low, height.low)
    last = arc(slow, distance.high, height.high)
    least, greatest = first.flight_time_s, last.flight_time_s
    soonest_boost = bounds.least_delay * first.events[0].speed_m_s / bounds.fastest_m_s2
    soonest_air, shortfall_km = drag_on_the_way_down(first, bounds.greatest_ballistic_kg_m2)
    if soonest_air < 0.0 or shortfall_km > _AIR_DECIDES * max(distance.best, 1.0):
        return _not_judged(claim, launch, direction, bounds)
    latest_boost, latest_air = _latest(last, launch, slow, bounds)
    parts = (
        Part("arc", at_rest, at_rest),
        Part("rotation", near - at_rest, far - at_rest),
        Part("rounding", least - near, greatest - far),
        Part("boost", soonest_boost, latest_boost),
        Part("air", soonest_air, latest_air),
    )
    shortest = least + soonest_boost + soonest_air
    longest = greatest + latest_boost + latest_air
    verdict, miss = _judged(claim.time_s, least, shortest, longest)
    return ClaimCheck(
        claim=claim,
        launch=launch,
        azimuth_deg=direction,
        bounds=bounds,
        verdict=verdict,
        vacuum_s=least,
        shortest_s=shortest,
        longest_s=longest,
        miss_s=miss,
        speed_m_s=first.events[0].speed_m_s,
        parts=parts,
    )


def _not_judged(claim: Claim, launch: Site, direction: float | None, bounds: Bounds) -> ClaimCheck:
    nan = math.nan
    return ClaimCheck(claim, launch, direction, bounds, Verdict.NOT_BALLISTIC, nan, nan, nan, nan, nan, ())


def _judged(time: Figure | None, vacuum: float, shortest: float, longest: float) -> tuple[Verdict, float]:
    if time is None:
        return Verdict.UNTIMED, 0.0
    if time.high < shortest:
        return (Verdict.IMPOSSIBLE if time.high < vacuum else Verdict.TOO_SHORT), time.high - shortest
    if time.low > longest:
        return Verdict.TOO_LONG, time.low - longest
    return Verdict.POSSIBLE, 0.0


def _directions(claim: Claim, launch: Site, direction: float | None, planet: Planet) -> tuple[float, float]:
    """Return the directions of the shortest and of the longest flight."""
    if direction is not None:
        return direction, direction
    times = {
        azimuth: kepler_arc(
            launch, target(launch, azimuth, claim.range_km.best), claim.apogee_km.best, planet=planet
        ).time_s
        for azimuth in (5.0 * i for i in range(72))
    }
    return min(times, key=times.__getitem__), max(times, key=times.__getitem__)


def _latest(last: Trajectory, launch: Site, azimuth: float, bounds: Bounds) -> tuple[float, float]:
    """Seconds that the slowest boost and the lightest re-entry body add to an arc.

    Either also makes the arc longer than from launch to impact: the boost by starting behind the launch
    point, the air by stopping the body short.
    """
    start = last.events[0]
    speed = start.speed_m_s
    burn = speed / bounds.slowest_m_s2
    rise = float(launch.enu_from_ecef[2] @ last.v_ecef_m_s[0]) / speed
    bend_km = bounds.greatest_bend * speed * burn * math.sqrt(max(0.0, 1.0 - rise * rise)) / 1e3
    delay, shortfall_km = drag_on_the_way_down(last, bounds.least_ballistic_kg_m2)
    ranges = (last.range_km, last.range_km + bend_km, last.range_km + bend_km + shortfall_km)
    times = [
        kepler_arc(
            launch, target(launch, azimuth, min(r, 19_000.0)), last.apogee_km, planet=last.planet
        ).time_s
        for r in ranges
    ]
    # A light body on a flat path may even come down earlier: then a heavier one is the latest.
    return bounds.greatest_delay * burn + times[1] - times[0], max(0.0, delay + times[2] - times[1])
