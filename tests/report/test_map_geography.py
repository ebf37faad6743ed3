"""Projection, clipping and coastlines against independent ways to the same thing."""

import math

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoplon.report.geography import (
    EARTH_RADIUS_KM,
    Projection,
    _antipode_on_land,
    _clipped,
    coastlines,
    ground_points,
    land_path,
    sector,
    view_of,
)

GEOD = pyproj.Geod(a=EARTH_RADIUS_KM * 1000, b=EARTH_RADIUS_KM * 1000)


@pytest.mark.parametrize("middle", [(38.0, 135.0), (0.0, 0.0), (-45.0, -170.0), (89.0, 10.0)])
def test_the_projection_is_that_of_proj(middle):
    lat, lon = np.meshgrid(np.linspace(-80, 85, 12), np.linspace(-180, 170, 15))
    proj = pyproj.Proj(proj="laea", lat_0=middle[0], lon_0=middle[1], R=EARTH_RADIUS_KM * 1000)
    x, y = Projection(*middle).forward(lat, lon)
    far = GEOD.inv(np.full(lat.shape, middle[1]), np.full(lat.shape, middle[0]), lon, lat)[2] < 1.9e7
    px, py = proj(lon, lat)
    # A metre: far below a pixel, which is a kilometre or more.
    np.testing.assert_allclose(x[far], px[far] / 1000, atol=1e-3)
    np.testing.assert_allclose(y[far], py[far] / 1000, atol=1e-3)


@given(st.floats(-89, 89), st.floats(-180, 180), st.floats(0, 360), st.floats(0, 15000))
def test_ground_points_are_those_of_proj(lat, lon, azimuth, distance_km):
    found = ground_points(lat, lon, np.array([azimuth]), np.array([distance_km]))
    lon2, lat2, _ = GEOD.fwd(lon, lat, azimuth, distance_km * 1000)
    away = GEOD.inv(lon2, lat2, float(found[1][0]), float(found[0][0]))[2]
    assert away < 1.0  # metres


def test_a_sector_runs_clockwise_through_north():
    lat, lon = sector(40.0, 140.0, 300.0, 60.0, 500.0)
    azimuth, _, distance = GEOD.inv(np.full(lat.shape, 140.0), np.full(lat.shape, 40.0), lon, lat)
    arc = distance > 499_000
    assert arc.sum() > 50
    assert np.all((azimuth[arc] >= -60.01) & (azimuth[arc] <= 60.01))
    assert distance.max() < 500_001
    assert distance.min() < 1


def test_a_sector_all_round_has_no_sides():
    lat, lon = sector(40.0, 140.0, 0.0, 360.0, 500.0)
    distance = GEOD.inv(np.full(lat.shape, 140.0), np.full(lat.shape, 40.0), lon, lat)[2]
    np.testing.assert_allclose(distance, 500_000, atol=1)


def inside(path, x, y):
    """Whether a point is filled by the even-odd rule, from the text of the path."""
    odd = False
    for ring in path.split("M")[1:]:
        if "H" in ring:  # the frame
            odd = not odd
            continue
        head, _, tail = ring.rstrip("z").partition("l")
        start = [float(v) for v in head.split()]
        steps = np.array([float(v) for v in tail.split()]).reshape(-1, 2)
        points = np.vstack([start, start + np.cumsum(steps, axis=0)])
        following = np.roll(points, -1, axis=0)
        crosses = (points[:, 1] > y) != (following[:, 1] > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            at = (
                points[:, 0]
                + (y - points[:, 1]) / (following[:, 1] - points[:, 1]) * (following - points)[:, 0]
            )
        odd ^= bool(np.count_nonzero(crosses & (at > x)) % 2)
    return odd


LAND = {
    "Pyongyang": (39.03, 125.75),
    "Nagano": (36.65, 138.2),
    "Vladivostok": (43.35, 132.1),
    "Harbin": (45.8, 126.5),
}
SEA = {"Sea of Japan": (40.0, 134.5), "off Boso": (34.5, 142.0), "Yellow Sea": (36.0, 123.5)}


def test_land_is_land_and_sea_is_sea():
    view = view_of([30.0, 46.0], [122.0, 145.0], 1080.0)
    path = land_path(view)
    for place, wanted in ((LAND, True), (SEA, False)):
        for name, (lat, lon) in place.items():
            x, y = view.pixels(lat, lon)[0]
            assert inside(path, x, y) is wanted, name
    assert len(path) < 100_000


@pytest.mark.parametrize(
    ("centre", "land", "sea"),
    [
        (
            (25.0, 175.0),
            [(36.65, 138.2), (64.8, -147.7), (19.6, -155.5), (67.0, 175.0)],
            [(30.0, 180.0), (20.0, 150.0)],
        ),
        ((-22.0, -150.0), [(-42.9, 171.6), (19.6, -155.5)], [(-25.0, -140.0), (0.0, 179.9), (-10.0, -178.0)]),
        ((70.0, 0.0), [(72.0, -40.0), (61.0, 8.5)], [(70.0, 5.0), (89.9, 0.0)]),
    ],
)
def test_maps_across_the_180th_meridian_and_opposite_land_are_right(centre, land, sea):
    view = view_of([centre[0] - 30, min(centre[0] + 30, 89)], [centre[1] - 45, centre[1] + 45], 1000.0)
    path = land_path(view)
    for places, wanted in ((land, True), (sea, False)):
        for lat, lon in places:
            x, y = view.pixels(lat, lon)[0]
            if view.holds((x, y)):
                assert inside(path, x, y) is wanted, (lat, lon)


def test_the_opposite_of_the_south_pacific_is_land():
    assert _antipode_on_land(Projection(-22.0, -150.0))  # Sudan and Egypt lie opposite
    assert not _antipode_on_land(Projection(38.0, 135.0))  # the South Atlantic
    assert _antipode_on_land(Projection(89.0, 0.0))  # Antarctica


def test_coastlines_have_the_area_of_the_land():
    """148.9 million km2 (CIA World Factbook); 2 % for small islands, the Caspian and the round Earth."""
    area = 0.0
    for lon, lat in coastlines():
        lon, sin = np.radians(np.append(lon, lon[0])), np.sin(np.radians(np.append(lat, lat[0])))
        area += float(np.sum(np.diff(lon) * (sin[1:] + sin[:-1]) / 2))
    # Rings of land and of lakes run in opposite directions.
    assert abs(area) * EARTH_RADIUS_KM**2 == pytest.approx(148.9e6, rel=0.02)


def test_clipping_leaves_the_part_inside():
    view = view_of([30.0, 46.0], [122.0, 145.0], 1000.0)
    big = np.array([[-500.0, -500.0], [500.0, -500.0], [500.0, 5000.0], [-500.0, 5000.0]])
    cut = _clipped(big, view, 0.0)
    area = 0.5 * abs(float(np.sum(cut[:, 0] * np.roll(cut[:, 1], -1) - np.roll(cut[:, 0], -1) * cut[:, 1])))
    assert area == pytest.approx(500.0 * view.height, rel=1e-12)
    assert len(_clipped(big + 9000.0, view, 0.0)) == 0


@given(st.lists(st.tuples(st.floats(-80, 80), st.floats(-60, 60)), min_size=1, max_size=5))
def test_a_view_holds_its_points(places):
    lat, lon = zip(*places, strict=True)
    view = view_of(lat, lon, 1000.0)
    assert 1000 / 2.0 - 1e-6 <= view.height <= 1000 / 1.3 + 1e-6
    for point in view.pixels(lat, lon):
        assert view.holds(point)


def test_a_single_point_gets_a_map_of_some_size():
    view = view_of([40.0], [140.0], 1000.0)
    assert view.east_km - view.west_km >= 300
    assert math.isclose(view.pixels_per_km, 1000 / (view.east_km - view.west_km))
