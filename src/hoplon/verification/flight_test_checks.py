"""The public flight tests, flown: what each type was calibrated on, and what it was not.

A range and an apogee fix the speed that a missile must reach. What a model can be tested on is that a type's
other tests need no more of it than the one to which it was calibrated, and the time of flight, to which
nothing is fitted anywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from hoplon.engagement.assemble import reported_flight, vehicle_of
from hoplon.errors import InputError, UnreachableError
from hoplon.flight.calibration import Calibration, calibrate
from hoplon.flight.trajectory import Trajectory
from hoplon.scenario import catalogue
from hoplon.scenario.flight_tests import FlightTestFile
from hoplon.verification.model import Line
from hoplon.verification.registry import Check, between, line, listed

#: What a type may need beyond its calibration: apogees and ranges are rounded to 1-2 %, worth 1 % of speed.
SPEED_MARGIN_PERCENT = 2.0
#: By what a reported spread of times is widened: clock minutes, and a boost whose length is not published.
TIME_MARGIN = 0.03
#: How far the numbers of the catalogue, which are rounded, may lie from a calibration made anew.
_ROUNDED = 0.005
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Needed:
    """What a test asks of a parameter set.

    Attributes
    ----------
    percent : float
        Ideal speed needed, of the set's own; nan where it cannot be had.
    flight : Trajectory or None
    why : str
        What the solver says, where the set as it is cannot make the flight.
    """

    percent: float
    flight: Trajectory | None
    why: str


@lru_cache(maxsize=64)
def calibrated(missile: str) -> Calibration:
    """Calibrate the recommended set of a type anew, to the test that the catalogue names.

    Parameters
    ----------
    missile : str

    Returns
    -------
    Calibration
    """
    library = catalogue()
    entry = library.missiles[missile]
    chosen = entry.parameter_sets[entry.parameter_set or ""]
    assert chosen.calibration is not None  # asked only for those that have one
    name = chosen.calibration.test
    test = reported_flight(name, library.flight_tests[name])
    return calibrate(vehicle_of(library.missile(missile)), test, chosen.calibration.free)


@lru_cache(maxsize=256)
def needed(missile: str, parameter_set: str, test_name: str) -> Needed:
    """Fly a test with a parameter set, ending thrust early where that is what it takes.

    Parameters
    ----------
    missile, parameter_set, test_name : str

    Returns
    -------
    Needed
        Where the set is too weak, from the one that is just strong enough: by propellant, or by payload where
        that was what its calibration left open.
    """
    library = catalogue()
    vehicle = vehicle_of(library.missile(missile, parameter_set))
    test = reported_flight(test_name, library.flight_tests[test_name])
    whole = vehicle.ideal_speed_m_s()
    try:
        found = calibrate(vehicle, test, "cut_off")
        return Needed(100.0 * found.ideal_speed_m_s / whole, found.trajectory, "")
    except UnreachableError as error:
        why = error.what
    calibration = library.missiles[missile].parameter_sets[parameter_set].calibration
    try:
        found = calibrate(vehicle, test, calibration.free if calibration else "propellant")
    except InputError:
        return Needed(_NAN, None, why)
    return Needed(100.0 * found.ideal_speed_m_s / whole, found.trajectory, why)


def time_line(quantity: str, test: FlightTestFile, flight: Trajectory | None, explained: str = "") -> Line:
    """Compare a time of flight with the reports, their spread widened by 3 %.

    Parameters
    ----------
    quantity : str
    test : FlightTestFile
        One that has a time.
    flight : Trajectory or None
    explained : str, optional

    Returns
    -------
    Line
    """
    time = test.flight_time_s
    assert time is not None
    seconds = _NAN if flight is None else flight.flight_time_s
    return between(
        quantity,
        "s",
        time.best,
        seconds,
        time.low * (1.0 - TIME_MARGIN),
        time.high * (1.0 + TIME_MARGIN),
        note=f"{100.0 * (seconds / time.best - 1.0):+.1f} % of the best report",
        explained=explained,
    )


def calibration() -> Iterator[Line]:
    """Calibrate each type anew to its one test: the number over the catalogue's, and the time, not fitted.

    Yields
    ------
    Line
    """
    library = catalogue()
    for missile, entry in library.missiles.items():
        chosen = entry.parameter_sets.get(entry.parameter_set or "")
        if chosen is None or chosen.calibration is None:
            continue
        name, free = chosen.calibration.test, chosen.calibration.free
        test = library.flight_tests[name]
        found = calibrated(missile)
        validated = [t for t in chosen.validation if not library.flight_tests[t].unusable]
        others = f"validated by {len(validated)} other test{'s' if len(validated) > 1 else ''}"
        note = others if validated else "calibrated, not validated"
        yield line(f"{name}: {free}", "", 1.0, found.factor, _ROUNDED, note=note)
        assert test.range_km is not None
        assert test.apogee_km is not None
        flown = found.trajectory
        yield line(f"{name}: range", "km", test.range_km.best, flown.range_km, 0.1)
        yield line(f"{name}: apogee", "km", test.apogee_km.best, flown.apogee_km, 0.1)
        if test.flight_time_s is not None:
            yield time_line(f"{name}: time", test, flown)


def flight_tests() -> Iterator[Line]:
    """Fly the tests that had no part in a type's calibration: share of the ideal speed needed, and time.

    Yields
    ------
    Line
    """
    library = catalogue()
    for missile, entry in library.missiles.items():
        chosen = entry.parameter_sets.get(entry.parameter_set or "")
        if chosen is None or entry.parameter_set is None:
            continue
        for name in chosen.validation:
            test = library.flight_tests[name]
            found = needed(missile, entry.parameter_set, name)
            yield _speed_line(
                f"{name}: {entry.names[0]}, speed", found, _remark(test, found), _rival_view(test, missile)
            )
            if test.flight_time_s is not None:
                rival = "" if test.missile == missile else f" as {entry.names[0]}"
                yield time_line(
                    f"{name}: time{rival}",
                    test,
                    found.flight,
                    test.geometry_only or _rival_view(test, missile),
                )


def _speed_line(quantity: str, found: Needed, note: str, explained: str) -> Line:
    """Compare the ideal speed that a test needs with the set's own."""
    most = 100.0 + SPEED_MARGIN_PERCENT
    return between(quantity, "%", _NAN, found.percent, 0.0, most, note=note, explained=explained)


def _remark(test: FlightTestFile, found: Needed) -> str:
    assert test.range_km is not None
    apogee = "no apogee published" if test.apogee_km is None else f"apogee {test.apogee_km.best:g} km"
    share = "" if math.isnan(found.percent) else f"{found.percent:.1f} % of its ideal speed"
    return "; ".join(part for part in (f"{test.range_km.best:g} km, {apogee}", share, found.why) if part)


def _rival_view(test: FlightTestFile, missile: str) -> str:
    """Say what a miss means where another type is the record's first choice."""
    if test.missile == missile:
        return ""
    return "a rival view of what flew: by this set it would have taken a lighter payload, or more propellant"


def rival_sets() -> Iterator[Line]:
    """Fly the same tests with the rival sets: those that cannot are what their verdicts say.

    Yields
    ------
    Line
    """
    library = catalogue()
    for missile, entry in library.missiles.items():
        for rival in library.flyable_sets(missile):
            chosen = entry.parameter_sets[rival]
            if rival == entry.parameter_set:
                continue
            for name in chosen.validation:
                found = needed(missile, rival, name)
                yield _speed_line(
                    f"{name}: set {rival}, speed",
                    found,
                    _remark(library.flight_tests[name], found),
                    f"verdict on this set: {chosen.verdict}",
                )


def other_tests() -> Iterator[Line]:
    """List the tests that say nothing about a type, each with the reason; fly those that can be flown.

    Yields
    ------
    Line
    """
    library = catalogue()
    for name, test in library.flight_tests.items():
        why = test.unusable
        if not why:
            continue
        missile = test.missile
        entry = library.missiles[missile] if missile is not None else None
        flyable = test.outcome == "success" and test.ballistic and test.azimuth_deg is not None
        if entry is None or entry.parameter_set is None or missile is None or not flyable:
            yield listed(f"{name}: {test.title}", why)
            continue
        found = needed(missile, entry.parameter_set, name)
        yield _speed_line(
            f"{name}: {entry.names[0]}, speed", found, "; ".join((why, _remark(test, found))), why
        )


_RECORD = "catalogue, flight_tests.yaml: reports of governments and the CNS/NTI database"
CHECKS = (
    Check("calibration", _RECORD, calibration),
    Check("flight_tests", _RECORD, flight_tests),
    Check("rival_sets", _RECORD, rival_sets),
    Check("other_tests", _RECORD, other_tests),
)
