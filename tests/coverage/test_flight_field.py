"""Flights to many cells: they fall where they should, and are those that a fit by itself finds."""

import numpy as np
import pytest

import hoplon
from hoplon.coverage.flights import FAR_M, NEAR_M, FlightField, steering
from hoplon.earth.frames import geodetic_from_ecef
from hoplon.earth.geodesics import distance_km
from hoplon.earth.sites import Site
from hoplon.engagement import assemble
from hoplon.flight import fit
from hoplon.scenario import catalogue

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
    assert max(misses) < FAR_M
    assert np.mean(np.array(misses) < 1.2 * NEAR_M) > 0.9


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
    cell = 35.3, 136.4
    flown, fitted = field.fly(*cell), fit(nodong, KITTAERYONG, Site("cell", *cell))
    # The least energy is met to a thousandth, and is flat: some seconds of flight go with that.
    assert flown.flight_time_s == pytest.approx(fitted.flight_time_s, abs=4.0)
    assert flown.burnout_s == pytest.approx(fitted.burnout_s, abs=0.1)


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
