"""Flights to many cells: they fall where they should, and are those that a fit by itself finds."""

import math

import numpy as np
import pytest

import hoplon
from hoplon.coverage._kernels_blend import align_into
from hoplon.coverage.blend import blended
from hoplon.coverage.flights import FAR_M, NEAR_M, FlightField
from hoplon.coverage.steering import steering
from hoplon.earth.frames import geodetic_from_ecef
from hoplon.earth.geodesics import distance_km
from hoplon.earth.planet import WGS84
from hoplon.earth.sites import Site
from hoplon.engagement import assemble
from hoplon.flight import fit
from hoplon.scenario import catalogue
from hoplon.track._kernels import advance

KITTAERYONG = Site("kittaeryong", 38.99, 127.62)
LATITUDES, LONGITUDES = np.linspace(33.0, 38.0, 12), np.linspace(132.0, 139.0, 12)


@pytest.fixture(scope="module")
def nodong():
    return assemble.vehicle_of(catalogue().missile("nodong"))


def fallen(flown):
    latitude, longitude, _ = geodetic_from_ecef(flown.nodes[-1, 1:4])
    return float(latitude), float(longitude)


@pytest.mark.compiled
def test_flights_fall_on_their_cells(nodong):
    field = FlightField(nodong, KITTAERYONG, None, LATITUDES, LONGITUDES)
    rng = np.random.default_rng(3)
    misses = []
    for _ in range(25):
        cell = float(rng.uniform(33.0, 38.0)), float(rng.uniform(132.0, 139.0))
        flown = field.fly(*cell)
        assert flown is not None
        misses.append(1e3 * distance_km(*cell, *fallen(flown)))
    # Blended to metres; most of them are.
    assert max(misses) < FAR_M
    assert np.median(misses) < 15.0
    assert np.mean(np.array(misses) < NEAR_M) > 0.9


def test_launches_from_cells_fall_on_the_asset(nodong):
    tokyo = Site("tokyo", 35.68, 139.69)
    field = FlightField(
        nodong, tokyo, None, np.linspace(38.0, 41.0, 8), np.linspace(125.0, 129.0, 8), aims=True
    )
    for cell in ((38.7, 126.1), (39.9, 127.5), (40.6, 128.2)):
        flown = field.fly(*cell)
        assert flown is not None
        start = geodetic_from_ecef(flown.nodes[0, 1:4])
        assert distance_km(*cell, float(start[0]), float(start[1])) < 0.01
        assert distance_km(35.68, 139.69, *fallen(flown)) < 1e-3 * FAR_M


@pytest.mark.compiled
def test_a_flight_between_fitted_ones_is_the_one_that_a_fit_finds(nodong):
    field = FlightField(nodong, KITTAERYONG, None, LATITUDES, LONGITUDES)
    for cell in ((35.3, 136.4), (34.1, 133.2), (36.9, 138.3)):
        flown, fitted = field.fly(*cell), fit(nodong, KITTAERYONG, Site("cell", *cell))
        # A fit stops anywhere near the least energy, within a hundredth of steering: half a second of flight.
        assert flown.flight_time_s == pytest.approx(fitted.flight_time_s, abs=1.0)
        assert flown.burnout_s == pytest.approx(fitted.burnout_s, abs=0.1)


@pytest.mark.compiled
def test_a_blended_flight_moves_as_forces_move_it(nodong):
    """Between its nodes and at them it keeps to the equations of motion, and energy, as a flown one does."""
    field = FlightField(nodong, KITTAERYONG, None, LATITUDES, LONGITUDES)
    flown = field.fly(35.3, 136.4)
    # Free flight above the air, from a little after burnout to a little before re-entry.
    t_s = np.arange(flown.burnout_s + 10.0, flown.flight_time_s - 80.0, 5.0)
    r, v = flown.state_at(t_s)
    _, _, height = geodetic_from_ecef(r)
    r, v = r[height > 120e3], v[height > 120e3]
    x = np.concatenate((r[0], v[0], np.zeros(3)))
    for now, then in zip(r[1:], v[1:], strict=True):
        for _ in range(5):
            advance(x, 6, 1.0, math.inf, WGS84.as_array())
        # Two and a half minutes of fall from one state of it: metres of 500 km.
        assert np.linalg.norm(x[:3] - now) < 30.0
        assert np.linalg.norm(x[3:6] - then) < 0.5


@pytest.mark.compiled
def test_flights_that_cannot_be_blended_are_flown(nodong):
    """Close to the launch point steering turns by much from cell to cell."""
    latitudes, longitudes = np.linspace(37.0, 41.0, 12), np.linspace(125.0, 130.0, 12)
    field = FlightField(nodong, KITTAERYONG, None, latitudes, longitudes)
    for cell in ((38.0, 129.4), (40.6, 126.0)):
        assert field._blended(*cell) is None
        flown = field.fly(*cell)
        assert 1e3 * distance_km(*cell, *fallen(flown)) < FAR_M


def test_lagrange_weights_are_those_of_a_cubic():
    rows = np.repeat(np.arange(4.0), 4) ** 3 + np.tile(np.arange(4.0), 4) ** 2
    for along, across in ((0.3, 2.2), (1.5, 1.5), (-0.5, 3.7)):
        assert blended(rows[:, None], along, across)[0] == pytest.approx(along**3 + across**2, abs=1e-12)


def test_flights_are_sampled_at_corresponding_times(nodong):
    """A flight aligned to itself is itself; to another one, its states at shares of its own phases."""
    field = FlightField(nodong, KITTAERYONG, None, LATITUDES, LONGITUDES)
    flights = []
    for cell in ((35.3, 136.4), (34.1, 133.2)):
        x = steering(nodong, KITTAERYONG, Site("cell", *cell), None)
        flown, ends = field._flight(field._frame_at(*cell), x)
        flights.append((flown, np.append(np.unique(ends), flown.flight_time_s)))
    (one, ends), (other, other_ends) = flights
    out = np.empty_like(one.nodes)
    align_into(out, one.nodes, ends, one.nodes, ends)
    assert out == pytest.approx(one.nodes)
    align_into(out, other.nodes, other_ends, one.nodes, ends)
    r, v = other.state_at(out[:, 0])
    assert out[:, 1:4] == pytest.approx(r, abs=1e-6)
    assert out[1:, 4:7] == pytest.approx(v[1:], abs=1e-6)
    assert out[-1, 0] == other_ends[-1]
    assert set(other_ends) <= set(out[:, 0])


@pytest.mark.compiled
def test_an_apogee_that_is_asked_for_is_flown():
    missile = assemble.vehicle_of(catalogue().missile("hwasong_12"))
    field = FlightField(missile, KITTAERYONG, 1000.0, LATITUDES, LONGITUDES)
    flown = field.fly(35.0, 135.0)
    _, _, height = geodetic_from_ecef(flown.state_at(np.arange(0.0, flown.flight_time_s, 1.0))[0])
    # Between fits that meet it to 100 m; a miss of a kilometre on the ground goes with one of that size.
    assert float(height.max()) == pytest.approx(1e6, abs=1e3)


def test_out_of_reach_and_too_near_is_none(nodong):
    far = FlightField(nodong, KITTAERYONG, None, np.linspace(20.0, 24.0, 8), np.linspace(150.0, 154.0, 8))
    assert far.fly(22.0, 152.0) is None
    assert steering(nodong, KITTAERYONG, Site("next door", 39.0, 127.7), None) is None


@pytest.mark.compiled
def test_the_reach_ends_where_a_fit_says(nodong):
    """Cells on both sides of the edge of reach are told apart as fits tell them apart."""
    latitudes, longitudes = np.linspace(30.0, 38.0, 12), np.linspace(136.0, 146.0, 12)
    field = FlightField(nodong, KITTAERYONG, None, latitudes, longitudes)
    for longitude in np.linspace(139.5, 143.5, 5).tolist():
        cell = 34.0, longitude
        try:
            fit(nodong, KITTAERYONG, Site("cell", *cell))
        except hoplon.UnreachableError:
            assert field.fly(*cell) is None
        else:
            assert field.fly(*cell) is not None
