"""Where things lie on the map: projection, view, coastlines, circles and sectors on the ground.

Lambert's azimuthal equal-area projection about the middle of the view, on a sphere of 6371.0088 km (Snyder
1987, equations 24-2 to 24-4): areas are true everywhere, lengths at the middle; at 1500 km from it they are
off by 0.7 %, at 3000 km by 3 %. Good for a picture; no number is taken from it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

EARTH_RADIUS_KM = 6371.0088


@dataclass(frozen=True, slots=True)
class Projection:
    """Lambert azimuthal equal-area about a point.

    Attributes
    ----------
    latitude_deg, longitude_deg : float
        The point.
    """

    latitude_deg: float
    longitude_deg: float

    def forward(self, latitude_deg: Any, longitude_deg: Any) -> tuple[Array, Array]:
        """Project points.

        Parameters
        ----------
        latitude_deg, longitude_deg : array_like
            Any longitudes, also beyond 180.

        Returns
        -------
        x_km, y_km : array
            East and north of the middle.
        """
        lat = np.radians(np.asarray(latitude_deg, dtype=np.float64))
        lon = np.radians(np.asarray(longitude_deg, dtype=np.float64) - self.longitude_deg)
        s0, c0 = math.sin(math.radians(self.latitude_deg)), math.cos(math.radians(self.latitude_deg))
        sin, cos, along = np.sin(lat), np.cos(lat), np.cos(lon)
        # The antipode itself lies on a whole circle: keep off it by a metre's breadth.
        scale = EARTH_RADIUS_KM * np.sqrt(2.0 / np.maximum(1.0 + s0 * sin + c0 * cos * along, 1e-13))
        return scale * cos * np.sin(lon), scale * (c0 * sin - s0 * cos * along)


@dataclass(frozen=True, slots=True)
class View:
    """The part of the projected plane that the map shows, and its size in pixels.

    Attributes
    ----------
    projection : Projection
    west_km, south_km, east_km, north_km : float
        Its edges in the plane.
    width, height : float
        Pixels.
    """

    projection: Projection
    west_km: float
    south_km: float
    east_km: float
    north_km: float
    width: float
    height: float

    @property
    def pixels_per_km(self) -> float:
        """Scale at the middle."""
        return self.width / (self.east_km - self.west_km)

    def pixels(self, latitude_deg: Any, longitude_deg: Any) -> Array:
        """Place points on the picture.

        Parameters
        ----------
        latitude_deg, longitude_deg : array_like

        Returns
        -------
        array, shape (n, 2)
            x to the right, y down.
        """
        x, y = self.projection.forward(latitude_deg, longitude_deg)
        return np.column_stack([np.ravel(x - self.west_km), np.ravel(self.north_km - y)]) * self.pixels_per_km

    def holds(self, point: Array, margin: float = 0.0) -> bool:
        """Whether a point of the picture lies inside it."""
        x, y = float(point[0]), float(point[1])
        return margin <= x <= self.width - margin and margin <= y <= self.height - margin


def view_of(
    latitude_deg: Any, longitude_deg: Any, width: float, widest: float = 2.0, tallest: float = 1.3
) -> View:
    """Choose a view that holds the points with some room around them.

    Parameters
    ----------
    latitude_deg, longitude_deg : array_like
        At least one point.
    width : float
        Pixels.
    widest, tallest : float
        Greatest and smallest ratio of width to height.

    Returns
    -------
    View
    """
    lat, lon = (
        np.radians(np.asarray(latitude_deg, dtype=float)),
        np.radians(np.asarray(longitude_deg, dtype=float)),
    )
    mean = np.array(
        [np.mean(np.cos(lat) * np.cos(lon)), np.mean(np.cos(lat) * np.sin(lon)), np.mean(np.sin(lat))]
    )
    middle = Projection(
        math.degrees(math.atan2(mean[2], math.hypot(mean[0], mean[1]))),
        math.degrees(math.atan2(mean[1], mean[0])),
    )
    x, y = middle.forward(latitude_deg, longitude_deg)
    half_x = max(float(np.ptp(x)) / 2 * 1.16, 150.0)
    half_y = max(float(np.ptp(y)) / 2 * 1.16, 150.0)
    half_x, half_y = max(half_x, half_y * tallest), max(half_y, half_x / widest)
    mid_x, mid_y = float(x.min() + x.max()) / 2, float(y.min() + y.max()) / 2
    return View(
        middle, mid_x - half_x, mid_y - half_y, mid_x + half_x, mid_y + half_y, width, width * half_y / half_x
    )


@cache
def coastlines() -> tuple[tuple[Array, Array], ...]:
    """Outlines of the land: Natural Earth 1:50 million, as packed by tools/make_coastlines.py.

    Returns
    -------
    tuple of (longitude_deg, latitude_deg)
        Closed rings; longitudes run on beyond 180 where a ring crosses it.
    """
    with (files("hoplon.report") / "data" / "land-50m.npz").open("rb") as file, np.load(file) as data:
        grid = np.cumsum(data["steps"], axis=1)
        points = grid * data["scale_deg"][:, None] + data["origin_deg"][:, None]
        start = data["start"]
    return tuple((points[0, a:b], points[1, a:b]) for a, b in pairwise(start))


def land_path(view: View, grain: float = 0.5) -> str:
    """Land in the view, as the data of an SVG path to be filled by the even-odd rule.

    Parameters
    ----------
    view : View
    grain : float
        Pixels; corners closer than this are one.

    Returns
    -------
    str
    """
    rings = coastlines()
    counts = [len(lon) for lon, _ in rings]
    corners = view.pixels(
        np.concatenate([lat for _, lat in rings]), np.concatenate([lon for lon, _ in rings])
    )
    margin = 20.0
    parts = []
    for ring in np.split(corners, np.cumsum(counts)[:-1]):
        low, high = ring.min(axis=0), ring.max(axis=0)
        if (high < -margin).any() or low[0] > view.width + margin or low[1] > view.height + margin:
            continue
        parts.append(_ring_path(_clipped(ring, view, margin), grain))
    if _antipode_on_land(view.projection):
        # The ring around the antipode is turned inside out by the projection: fill what it leaves.
        parts.append(f"M{-margin} {-margin}H{view.width + margin:.0f}V{view.height + margin:.0f}H{-margin}Z")
    return "".join(parts)


def _ring_path(ring: Array, grain: float) -> str:
    steps = np.round(ring / grain).astype(np.int64)
    if len(steps) < 3:
        return ""
    steps = steps[np.append(True, (np.diff(steps, axis=0) != 0).any(axis=1))]
    if len(steps) < 3:
        return ""
    moves = np.diff(steps, axis=0) * grain
    first = steps[0] * grain
    return f"M{first[0]:g} {first[1]:g}l" + " ".join(f"{x:g} {y:g}" for x, y in moves.tolist()) + "z"


def _clipped(ring: Array, view: View, margin: float) -> Array:
    """Cut a ring to the picture and a margin around it (Sutherland and Hodgman 1974)."""
    for axis, bound, sign in (
        (0, -margin, -1.0),
        (0, view.width + margin, 1.0),
        (1, -margin, -1.0),
        (1, view.height + margin, 1.0),
    ):
        beyond = sign * (ring[:, axis] - bound)
        inside = beyond <= 0.0
        if inside.all():
            continue
        if not inside.any():
            return ring[:0]
        following = np.roll(ring, -1, axis=0)
        crosses = inside != np.roll(inside, -1)
        share = np.divide(beyond, beyond - np.roll(beyond, -1), out=np.zeros_like(beyond), where=crosses)
        between = ring + share[:, None] * (following - ring)
        ring = np.stack([ring, between], axis=1)[np.stack([inside, crosses], axis=1)]
    return ring


def _antipode_on_land(projection: Projection) -> bool:
    lat0, lon0 = -projection.latitude_deg, projection.longitude_deg + 180.0
    odd = False
    for lon, lat in coastlines():
        if not lat.min() <= lat0 <= lat.max():
            continue
        crosses = (lat > lat0) != (np.roll(lat, -1) > lat0)
        i = np.flatnonzero(crosses)
        j = (i + 1) % len(lat)
        at = lon[i] + (lat0 - lat[i]) / (lat[j] - lat[i]) * (lon[j] - lon[i])
        for turn in (-720.0, -360.0, 0.0, 360.0):
            odd ^= bool(np.count_nonzero(at > lon0 + turn) % 2)
    return odd


def ground_points(
    latitude_deg: float, longitude_deg: float, azimuth_deg: Any, distance_km: Any
) -> tuple[Array, Array]:
    """Go from a point along great circles.

    Parameters
    ----------
    latitude_deg, longitude_deg : float
    azimuth_deg, distance_km : array_like
        Clockwise from north; along the sphere.

    Returns
    -------
    latitude_deg, longitude_deg : array
    """
    lat, azimuth = math.radians(latitude_deg), np.radians(np.asarray(azimuth_deg, dtype=float))
    angle = np.asarray(distance_km, dtype=float) / EARTH_RADIUS_KM
    sin = math.sin(lat) * np.cos(angle) + math.cos(lat) * np.sin(angle) * np.cos(azimuth)
    east = np.sin(azimuth) * np.sin(angle) * math.cos(lat)
    return np.degrees(np.arcsin(np.clip(sin, -1, 1))), longitude_deg + np.degrees(
        np.arctan2(east, np.cos(angle) - math.sin(lat) * sin)
    )


def sector(
    latitude_deg: float, longitude_deg: float, from_deg: float, to_deg: float, range_km: float
) -> tuple[Array, Array]:
    """Outline of a radar's sector on the ground: from the site out, along the arc, and back.

    Parameters
    ----------
    latitude_deg, longitude_deg : float
    from_deg, to_deg : float
        Clockwise from north; equal, or a whole turn apart, for all round.
    range_km : float

    Returns
    -------
    latitude_deg, longitude_deg : array
        All round: the arc alone.
    """
    width = (to_deg - from_deg) % 360.0 or 360.0
    azimuth = from_deg + np.linspace(0.0, width, max(int(width / 2), 8) + 1)
    lat, lon = ground_points(latitude_deg, longitude_deg, azimuth, np.full(azimuth.shape, range_km))
    if width == 360.0:
        return lat, lon
    # The straight sides are great circles, bent in the projection.
    out = np.linspace(0.0, range_km, 12)[:-1]
    first = ground_points(latitude_deg, longitude_deg, np.full(out.shape, azimuth[0]), out)
    last = ground_points(latitude_deg, longitude_deg, np.full(out.shape, azimuth[-1]), out[::-1])
    return np.concatenate([first[0], lat, last[0]]), np.concatenate([first[1], lon, last[1]])
