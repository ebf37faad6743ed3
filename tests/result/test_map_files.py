"""Maps on the disk: contours for any map program, a labelled grid, a folder that is whole or not there."""

import json
import math
from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
import pytest
from made_up_map import made_up_map
from pyproj import Geod

from hoplon.errors import OutputError, ResultFileError
from hoplon.result.map_contours import contour_lines, polygons_above
from hoplon.result.map_facts import (
    answered_km2,
    area_at_least_km2,
    cell_areas_km2,
    place_values,
    reason_areas_km2,
)
from hoplon.result.map_geojson import geojson_text
from hoplon.result.map_writer import map_facts, read_map_folder, write_map_folder
from hoplon.result.map_zarr import dataset

WGS84 = Geod(ellps="WGS84")


def rings_of(text):
    for feature in json.loads(text)["features"]:
        if feature["geometry"]["type"] == "MultiPolygon":
            for polygon in feature["geometry"]["coordinates"]:
                for number, ring in enumerate(polygon):
                    yield feature, number, ring


def doubled_area(ring):
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring))


def crossings(ring):
    """Pairs of edges that cross in their inner parts."""
    edges = list(pairwise(ring))

    def side(p, q, r):
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return [
        (a, c)
        for n, (a, b) in enumerate(edges)
        for c, d in edges[n + 2 :]
        if side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
    ]


@pytest.mark.parametrize("longitude", [138.0, 179.0, -179.5, 184.0])
def test_contours_are_what_rfc_7946_asks_for(longitude):
    """Sections 3.1.6 and 3.1.9: closed rings, right-hand rule, cut at the antimeridian, degrees in range."""
    west = made_up_map(longitude)
    if west.longitude_deg[0] < -180.0:
        west = replace(west, longitude_deg=west.longitude_deg + 360.0)
    text = geojson_text(west)
    found = list(rings_of(text))
    assert len({json.dumps(f["properties"]) for f, _, _ in found}) == 7
    for feature, number, ring in found:
        assert len(ring) >= 4
        assert ring[0] == ring[-1]
        x, y = np.array(ring).T
        assert -180.0 <= x.min() <= x.max() <= 180.0
        assert -90.0 <= y.min() <= y.max() <= 90.0
        assert x.max() - x.min() < 180.0
        assert (doubled_area(ring) > 0) == (number == 0)
        assert not crossings(ring)
        left, south, right, north = feature["bbox"]
        assert south <= y.min() <= y.max() <= north
        if left <= right:
            assert left <= x.min() <= x.max() <= right
        else:
            assert (x.min() >= left) or (x.max() <= right)
    assert text == geojson_text(west)


def test_a_disc_across_the_date_line_is_as_large_as_elsewhere():
    """The ground within 400 km of a point: π r² less 0.03 % for the sphere; geodesic area by PROJ."""
    for longitude in (138.0, 179.0):
        polygons = polygons_above(made_up_map(longitude), made_up_map(longitude).layers[0], 0.5)
        assert len(polygons) == (1 if longitude == 138.0 else 2)
        area = sum(WGS84.polygon_area_perimeter(*polygon.outer.T)[0] for polygon in polygons) / 1e6
        # Straight lines between contour points that are 25 km apart leave out up to 0.1 %.
        assert area == pytest.approx(math.pi * 400.0**2, rel=4e-3)
        assert area == pytest.approx(
            area_at_least_km2(made_up_map(longitude), made_up_map(longitude).layers[0], 0.5), rel=2e-2
        )


def test_contour_lines_lie_where_the_level_is():
    chart = made_up_map()
    (line,) = contour_lines(chart, chart.layers[0], 0.5)
    _, _, away = WGS84.inv(line[:, 0], line[:, 1], np.full(len(line), 138.0), np.full(len(line), 36.0))
    # Linear interpolation between cells 23 km apart, and 0.3 % between sphere and ellipsoid.
    assert np.abs(np.array(away) / 1e3 - 400.0).max() < 3.0


def test_ground_without_a_value_is_in_no_polygon():
    chart = made_up_map()
    (polygon,) = polygons_above(chart, chart.layers[0], 0.0)
    inside = polygon.outer
    assert not ((inside[:, 1] > 40.3) & (inside[:, 0] > 143.3)).any()
    assert inside[:, 1].max() > 42.0


def test_a_hole_is_a_hole():
    chart = made_up_map()
    ring = replace(chart.layers[0], values=1.0 - np.nan_to_num(chart.layers[0].values))
    (polygon,) = polygons_above(chart, ring, 0.5)
    (hole,) = polygon.holes
    assert doubled_area(hole.tolist()) < 0 < doubled_area(polygon.outer.tolist())


def test_cells_cover_the_sphere():
    """All cells of a whole globe together: 4πR² = 510.06 million km² (Moritz, GRS80, gives 510.07)."""
    latitude, longitude = np.arange(-89.5, 90.0), np.arange(-179.0, 180.0, 2.0)
    empty = np.ones((latitude.size, longitude.size))
    layer = replace(made_up_map().layers[0], values=empty, reasons=np.zeros(empty.shape, np.uint8))
    globe = made_up_map(latitude_deg=latitude, longitude_deg=longitude, layers=(layer,))
    assert cell_areas_km2(globe).sum() == pytest.approx(510.066e6, rel=1e-4)
    assert area_at_least_km2(globe, layer, 0.5) == pytest.approx(510.066e6, rel=1e-4)


def test_numbers_are_read_off_a_map():
    chart = made_up_map()
    middle, outskirts = place_values(chart, chart.layers[0])  # the launch site lies beyond the edge
    # Between centres 23 km apart a peak is cut off: 12 km are 0.015.
    assert middle.value == pytest.approx(1.0, abs=0.02)
    assert middle.reason == ""
    assert outskirts.value == pytest.approx(1.0 - 0.5 * 540.0 / 400.0, abs=0.01)
    assert outskirts.reason == "no interceptor reaches it"
    areas = reason_areas_km2(chart, chart.layers[0])
    assert list(areas) == sorted(areas, key=lambda words: -areas[words])
    whole = cell_areas_km2(chart).sum()
    assert answered_km2(chart, chart.layers[0]) == pytest.approx(
        whole - areas["the missile does not reach it"]
    )
    facts = map_facts(chart)
    assert facts["layers"][0]["places"]["middle"]["reason"] == ""
    assert facts["layers"][0]["area_at_least_0.5_km2"] == pytest.approx(math.pi * 400**2, rel=2e-2)
    assert json.dumps(facts, allow_nan=False)


def test_the_grid_says_what_it_holds():
    grid = dataset(made_up_map())
    assert grid["probability"].dims == ("layer", "latitude", "longitude")
    assert grid["probability"].attrs["units"] == "1"
    assert grid["warning_min"].attrs["units"] == "min"
    assert grid.latitude.attrs["units"] == "degrees_north"
    words = grid["reason"].attrs["flag_meanings"].split()
    assert words == ["none", "the_missile_does_not_reach_it", "no_interceptor_reaches_it", "not_detected"]
    one = grid["probability"].sel(layer="nodong from kittaeryong")
    assert float(one.sel(latitude=36.0, longitude=138.0, method="nearest")) == pytest.approx(1.0, abs=0.02)
    assert np.isnan(grid["probability"].sel(layer="nodong from kittaeryong, minutes")).all()


def test_a_folder_comes_back_as_it_was(tmp_path):
    import xarray as xr

    chart = made_up_map()
    folder = write_map_folder(chart, tmp_path / "out", manifest_extra={"command": "hoplon map"})
    assert sorted(path.name for path in folder.iterdir()) == [
        "contours.geojson",
        "grid.zarr",
        "manifest.json",
        "scenario.yaml",
        "summary.json",
    ]
    back = read_map_folder(folder)
    for field in fields(chart):
        before, after = getattr(chart, field.name), getattr(back, field.name)
        if field.name == "layers":
            for a, b in zip(before, after, strict=True):
                assert (a.name, a.quantity) == (b.name, b.quantity)
                np.testing.assert_array_equal(a.values, b.values)
                np.testing.assert_array_equal(a.reasons, b.reasons)
        elif field.name.endswith("_deg"):
            np.testing.assert_array_equal(before, after)
        else:
            assert before == after, field.name
    with xr.open_zarr(folder / "grid.zarr") as grid:  # as a user opens it
        assert grid["probability"].shape == (2, 60, 70)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["format"] == "hoplon-map"
    assert manifest["command"] == "hoplon map"
    with pytest.raises(OutputError, match="holds a run already"):
        write_map_folder(chart, folder)


def test_a_folder_that_was_changed_is_refused(tmp_path):
    folder = write_map_folder(made_up_map(), tmp_path / "out")
    grid = next(path for path in sorted((folder / "grid.zarr").rglob("*")) if path.name[0].isdigit())
    whole = grid.read_bytes()
    grid.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ResultFileError, match="not the one that was written"):
        read_map_folder(folder)
    grid.unlink()
    with pytest.raises(ResultFileError, match="missing"):
        read_map_folder(folder)
    (folder / "manifest.json").write_text('{"format": "hoplon-run", "version": 1}')
    with pytest.raises(ResultFileError, match="hoplon-map"):
        read_map_folder(folder)
    with pytest.raises(ResultFileError, match="holds no map"):
        read_map_folder(tmp_path)


def test_nothing_is_left_where_writing_fails(tmp_path):
    def broken(*_):
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="disk is full"):
        write_map_folder(made_up_map(), tmp_path / "out", pages=broken)
    assert list(tmp_path.iterdir()) == []


def test_a_map_without_an_answer_is_written_too(tmp_path):
    chart = made_up_map()
    nothing = replace(chart.layers[0], values=np.full((60, 70), np.nan), reasons=np.ones((60, 70), np.uint8))
    chart = replace(chart, layers=(nothing,))
    assert polygons_above(chart, nothing, 0.5) == ()
    back = read_map_folder(write_map_folder(chart, tmp_path / "out"))
    assert np.isnan(back.layers[0].values).all()
