"""Where a radar detects: the vertical cut through its coverage, the plan at an altitude, its accuracy.

All of it for one look, over a sphere of the mean radius, along the rays of `hoplon.sensor.refraction`. What a
radar makes of a direction (sector, beams, terrain, loss off its axis) is asked of `hoplon.sensor.observe`,
which a battle asks too; a battle looks over the ellipsoid. The two agree to what the figure of the Earth
makes of a distance (0.3 %) and to the steps of the grids here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.sensor.detection import required_snr_db
from hoplon.sensor.observe import observe
from hoplon.sensor.radar import Radar
from hoplon.sensor.refraction import MEAN_RADIUS_M, lowest_visible_altitude_m, lowest_visible_elevation_rad

Array = NDArray[np.float64]

#: Step of the ground ranges that are tried for the edges of a plan.
PLAN_STEP_M = 1000.0
#: Elevations at which a radar is asked what it sees: closely where terrain and lowest beams stand. Straight
#: up there is no azimuth, so the last one stands a hair beside it.
_ELEVATIONS_DEG = np.concatenate(
    [np.linspace(-10.0, -1.1, 90), np.linspace(-1.0, 15.0, 1601), np.linspace(15.25, 89.75, 299), [89.996]]
)
#: So near that the air bends nothing (0.04 milliradians).
_NEAR_M = 1000.0


@dataclass(frozen=True, slots=True)
class Directions:
    """What a radar makes of directions, whatever its parts.

    Attributes
    ----------
    azimuth_deg : ndarray
        (n,) clockwise from north.
    lowest_deg, highest_deg : ndarray
        (n,) apparent elevation of the lowest and the highest beam that meets no terrain; NaN where it does
        not look.
    share : ndarray
        (n, m) share of the echo that is left at the elevations of the grid, 0 where it does not look.
    """

    azimuth_deg: Array
    lowest_deg: Array
    highest_deg: Array
    share: Array

    def share_at(self, number: int, elevation_rad: Array) -> Array:
        """Share of the echo at geometric elevations; below the lowest beam its share, for rays bend down."""
        inside = np.clip(np.degrees(elevation_rad), self.lowest_deg[number], None)
        return np.where(
            inside <= self.highest_deg[number] + 1e-9,
            np.interp(inside, _ELEVATIONS_DEG, self.share[number]),
            0.0,
        )


def look_around(radar: Radar, azimuth_deg: ArrayLike) -> Directions:
    """Find out where a radar looks, by showing it targets close by in all elevations.

    Parameters
    ----------
    radar : Radar
    azimuth_deg : array_like
        Clockwise from north.

    Returns
    -------
    Directions
        Elevations to 0.01 deg.
    """
    azimuths = np.atleast_1d(np.asarray(azimuth_deg, dtype=np.float64))
    return _look_around(radar, tuple(azimuths.tolist()))


@lru_cache(maxsize=4)
def _look_around(radar: Radar, azimuth_deg: tuple[float, ...]) -> Directions:
    azimuths = np.array(azimuth_deg)
    # A hair inside, so that the edge of a sector belongs to it whatever the last bit of a sine.
    width = (radar.azimuth_to_deg - radar.azimuth_from_deg) % 360.0 or 360.0
    away = (azimuths - radar.azimuth_from_deg) % 360.0
    inside = np.clip(away, 1e-7, width - 1e-7)
    near_edge = np.minimum(np.abs(away - inside), 360.0 - np.abs(away - inside)) < 1e-6
    turned = np.radians(np.where(near_edge, inside + radar.azimuth_from_deg, azimuths))[:, None]
    elevation = np.radians(_ELEVATIONS_DEG)[None, :]
    east, north = np.cos(elevation) * np.sin(turned), np.cos(elevation) * np.cos(turned)
    enu = np.stack([east, north, np.broadcast_to(np.sin(elevation), east.shape)], axis=-1)
    r_ecef = radar.site.r_ecef_m + _NEAR_M * enu @ radar.site.enu_from_ecef
    t_s = np.arange(_ELEVATIONS_DEG.size, dtype=np.float64)
    seen = observe(radar, t_s, r_ecef, np.zeros_like(r_ecef), 1.0, True)
    # Rounded, so that directions that are alike are equal.
    share = (seen.snr_track / float(radar.snr(_NEAR_M, 1.0, radar.track_dwell_s))).round(9)
    looks = share > 0.0
    any_at = looks.any(axis=1)
    lowest = _ELEVATIONS_DEG[np.argmax(looks, axis=1)].round(2)
    highest = _ELEVATIONS_DEG[_ELEVATIONS_DEG.size - 1 - np.argmax(looks[:, ::-1], axis=1)].round(2)
    return Directions(azimuths, np.where(any_at, lowest, np.nan), np.where(any_at, highest, np.nan), share)


def _needed_snr(radar: Radar, probability: float) -> float:
    return float(10.0 ** (required_snr_db(probability, radar.false_alarm_probability, radar.swerling) / 10.0))


def middle_azimuth_deg(radar: Radar) -> float:
    """Middle of the sector, clockwise from north; north for a radar that looks all round."""
    width = (radar.azimuth_to_deg - radar.azimuth_from_deg) % 360.0
    return (radar.azimuth_from_deg + 0.5 * width) % 360.0 if width else 0.0


def place_of(
    slant_range_m: ArrayLike, elevation_rad: ArrayLike, radar_altitude_m: float
) -> tuple[Array, Array]:
    """Ground range and altitude of points seen at a slant range and geometric elevation.

    The triangle of radar, point and the centre of the sphere of `MEAN_RADIUS_M`; no refraction.

    Parameters
    ----------
    slant_range_m, elevation_rad : array_like
    radar_altitude_m : float

    Returns
    -------
    ground_range_m, altitude_m : ndarray
        Along and above the sphere.
    """
    s, e = np.asarray(slant_range_m, dtype=np.float64), np.asarray(elevation_rad, dtype=np.float64)
    across, up = s * np.cos(e), MEAN_RADIUS_M + radar_altitude_m + s * np.sin(e)
    return MEAN_RADIUS_M * np.arctan2(across, up), np.hypot(across, up) - MEAN_RADIUS_M


def look_at_place(
    ground_range_m: ArrayLike, altitude_m: ArrayLike, radar_altitude_m: float
) -> tuple[Array, Array]:
    """Slant range and geometric elevation of points; the inverse of `place_of`.

    Parameters
    ----------
    ground_range_m, altitude_m : array_like
    radar_altitude_m : float

    Returns
    -------
    slant_range_m, elevation_rad : ndarray
    """
    angle = np.asarray(ground_range_m, dtype=np.float64) / MEAN_RADIUS_M
    r = MEAN_RADIUS_M + np.asarray(altitude_m, dtype=np.float64)
    across, up = r * np.sin(angle), r * np.cos(angle) - (MEAN_RADIUS_M + radar_altitude_m)
    return np.hypot(across, up), np.arctan2(up, across)


def vertical_cut(
    radar: Radar,
    rcs_m2: float,
    probability: float = 0.5,
    dwell_s: float | None = None,
    azimuth_deg: float | None = None,
) -> tuple[Array, Array]:
    """Where one look detects a target, in the vertical plane of a direction.

    Out along the lowest ray (lowest beam or mask, bent by the air), up at the slant range of detection to the
    highest beam, which leads back to the radar.

    Parameters
    ----------
    radar : Radar
    rcs_m2 : float
    probability : float
        Of detection in one look.
    dwell_s : float, optional
        The search dwell by default.
    azimuth_deg : float, optional
        The middle of the sector by default.

    Returns
    -------
    lowest_m, limit_m : ndarray, shape (n, 2)
        Ground range and altitude along the lowest ray, from the radar, and along the limit of range. Both
        together are the outline. Empty where the radar does not look.
    """
    look = look_around(radar, middle_azimuth_deg(radar) if azimuth_deg is None else azimuth_deg)
    low, high = float(look.lowest_deg[0]), float(look.highest_deg[0])
    if math.isnan(low):
        return np.empty((0, 2)), np.empty((0, 2))
    height, needed = _altitude_m(radar), _needed_snr(radar, probability)
    dwell = radar.search_dwell_s if dwell_s is None else dwell_s
    full_m = radar.range_for(needed, rcs_m2, dwell)

    def reach_m(elevation_rad: Array) -> Array:
        return np.minimum(full_m * look.share_at(0, elevation_rad) ** 0.25, radar.maximum_range_m)

    out = np.linspace(0.0, float(reach_m(np.array([math.radians(low)]))[0]), 160)
    lowest = lowest_visible_elevation_rad(out, low, height)
    arc = np.linspace(float(lowest[-1]), math.radians(high), 120)
    limit = place_of(reach_m(arc), arc, height)
    return np.column_stack(place_of(out, lowest, height)), np.column_stack(limit)


def plan_limits(
    radar: Radar,
    altitude_m: float,
    azimuth_deg: ArrayLike,
    rcs_m2: float,
    probability: float = 0.5,
    dwell_s: float | None = None,
) -> tuple[Array, Array]:
    """Nearest and farthest ground range at which one look detects a target at a given altitude.

    Nearer it is above the highest beam; farther it is below the horizon, the mask or the lowest beam, or its
    echo is too weak.

    Parameters
    ----------
    radar : Radar
    altitude_m : float
        Of the target, above the sphere.
    azimuth_deg : array_like
        Clockwise from north.
    rcs_m2 : float
    probability : float
    dwell_s : float, optional
        The search dwell by default.

    Returns
    -------
    nearest_m, farthest_m : ndarray
        To `PLAN_STEP_M`; NaN where the target is detected at no range.
    """
    height, needed = _altitude_m(radar), _needed_snr(radar, probability)
    dwell = radar.search_dwell_s if dwell_s is None else dwell_s
    furthest = min(radar.range_for(needed, rcs_m2, dwell), radar.maximum_range_m)
    ground = np.arange(0.0, min(furthest * 1.02, 19_000e3) + PLAN_STEP_M, PLAN_STEP_M)
    slant, elevation = look_at_place(ground, altitude_m, height)
    snr = np.where(slant <= radar.maximum_range_m, radar.snr(slant, rcs_m2, dwell), 0.0)
    look = look_around(radar, azimuth_deg)
    edges = np.full((look.azimuth_deg.size, 2), np.nan)
    known: dict[bytes, Array] = {}
    for number, low in enumerate(look.lowest_deg.tolist()):
        if math.isnan(low):
            continue
        key = look.share[number].tobytes()  # most directions are alike
        if key not in known:
            detected = snr * look.share_at(number, elevation) >= needed
            detected &= altitude_m >= lowest_visible_altitude_m(ground, low, height)
            at = np.flatnonzero(detected)
            known[key] = ground[at[[0, -1]]] if at.size else np.full(2, np.nan)
        edges[number] = known[key]
    return edges[:, 0], edges[:, 1]


def _altitude_m(radar: Radar) -> float:
    return max(0.0, float(radar.site.altitude_m))
