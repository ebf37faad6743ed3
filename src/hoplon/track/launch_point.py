"""Where a missile was launched: from its track, from a satellite's report, and from both."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.earth.frames import enu_from_ecef_matrix, geodetic_from_ecef
from hoplon.earth.geodesics import azimuth_deg, destination, distance_km
from hoplon.earth.planet import WGS84, Planet
from hoplon.errors import InputError
from hoplon.track._kernels import advance
from hoplon.track.known_missile import KnownMissile

Array = NDArray[np.float64]

#: Longest step of the flight back to burnout, s.
_STEP_S = 5.0
#: What state and beliefs are moved by to find how the launch point depends on them: m, m/s.
_NUDGE = np.array([30.0] * 3 + [0.3] * 3)
#: No missile is followed back for longer than this, s.
_LONGEST_S = 3600.0


@dataclass(frozen=True, slots=True)
class LaunchPointEstimate:
    """Where a missile was launched, and how well that is known.

    Attributes
    ----------
    latitude_deg, longitude_deg : float
    east_variance_m2, covariance_m2, north_variance_m2 : float
        Of its error to the east and to the north.
    source : str
        ``track``, ``satellite`` or ``both``.
    """

    latitude_deg: float
    longitude_deg: float
    east_variance_m2: float
    covariance_m2: float
    north_variance_m2: float
    source: str = "track"

    def ellipse(self, probability: float = 0.95) -> tuple[float, float, float]:
        """Return the ellipse that holds the launch point with a probability.

        Parameters
        ----------
        probability : float
            Above 0, below 1.

        Returns
        -------
        semi_major_km, semi_minor_km : float
        orientation_deg : float
            Azimuth of the long axis, from north through east, in [0, 180).

        Raises
        ------
        InputError
        """
        if not 0.0 < probability < 1.0:
            raise InputError(f"probability is {probability}", remedy="Give one above 0 and below 1.")
        squared = -2.0 * math.log1p(-probability)
        mean = 0.5 * (self.east_variance_m2 + self.north_variance_m2)
        half = 0.5 * (self.east_variance_m2 - self.north_variance_m2)
        root = math.hypot(half, self.covariance_m2)
        angle = 0.5 * math.degrees(math.atan2(self.covariance_m2, half))
        return (
            1e-3 * math.sqrt(squared * (mean + root)),
            1e-3 * math.sqrt(squared * max(mean - root, 0.0)),
            (90.0 - angle) % 180.0,
        )

    def credibility(self, latitude_deg: float, longitude_deg: float) -> float:
        """Return the probability of the smallest ellipse that holds a place.

        Parameters
        ----------
        latitude_deg, longitude_deg : float

        Returns
        -------
        float
        """
        d = _offset(self.latitude_deg, self.longitude_deg, latitude_deg, longitude_deg)
        return float(-math.expm1(-0.5 * (d @ np.linalg.solve(_matrix(self), d))))


def satellite_launch_point(
    latitude_deg: float, longitude_deg: float, position_sigma_m: float
) -> LaunchPointEstimate:
    """Take a satellite's report as an estimate.

    Parameters
    ----------
    latitude_deg, longitude_deg : float
    position_sigma_m : float
        Reported standard error in each of the two horizontal directions.

    Returns
    -------
    LaunchPointEstimate
    """
    variance = position_sigma_m**2
    return LaunchPointEstimate(latitude_deg, longitude_deg, variance, 0.0, variance, "satellite")


def combine(one: LaunchPointEstimate, other: LaunchPointEstimate) -> LaunchPointEstimate:
    """Combine two estimates whose errors are independent (Bar-Shalom, Li & Kirubarajan 2001, 3.4.1).

    Parameters
    ----------
    one, other : LaunchPointEstimate
        Of one launch. That they are of one launch is for the caller to know: `disagreement` helps.

    Returns
    -------
    LaunchPointEstimate
    """
    a, b = _matrix(one), _matrix(other)
    gain = a @ np.linalg.inv(a + b)
    d = _offset(one.latitude_deg, one.longitude_deg, other.latitude_deg, other.longitude_deg)
    left = a - gain @ a
    latitude, longitude = _moved(one.latitude_deg, one.longitude_deg, gain @ d)
    return LaunchPointEstimate(
        latitude, longitude, float(left[0, 0]), float(left[0, 1]), float(left[1, 1]), "both"
    )


def disagreement(one: LaunchPointEstimate, other: LaunchPointEstimate) -> float:
    """Return how little two estimates fit: the probability of a smaller distance if both are of one launch.

    Parameters
    ----------
    one, other : LaunchPointEstimate

    Returns
    -------
    float
        Evenly spread between 0 and 1 for estimates of one launch; near 1 for two launches.
    """
    d = _offset(one.latitude_deg, one.longitude_deg, other.latitude_deg, other.longitude_deg)
    return float(-math.expm1(-0.5 * (d @ np.linalg.solve(_matrix(one) + _matrix(other), d))))


def estimate_launch_point(
    r_ecef_m: Array,
    v_ecef_m_s: Array,
    covariance: Array,
    boosting: bool,
    believed: KnownMissile,
    planet: Planet = WGS84,
) -> LaunchPointEstimate | None:
    """Estimate from a track where the missile was launched.

    A track in free flight is flown back, without drag, to the believed height of burnout; from there, or from
    where a boosting track is, the path of boost leads back to the ground: behind the missile, against its
    horizontal velocity, at the ground distance d = κ h / tan γ, with h its height, γ the angle of its path
    above the horizon and κ the believed shape of boost (`KnownMissile`). So much is geometry: a path whose
    height goes with the power κ of ground distance. The ellipse holds the track's error, those of the
    believed height and shape, and, across the path, half of what the Earth turns under the boost, which
    bends the path and is not corrected; all linearised by central differences.

    Parameters
    ----------
    r_ecef_m, v_ecef_m_s : array, shape (3,)
        State of the track; velocity relative to the rotating Earth. Where drag has acted since apogee, the
        estimate is wrong: use a state from before re-entry.
    covariance : array, shape (6, 6)
        Of both, m² and (m/s)².
    boosting : bool
    believed : KnownMissile
    planet : Planet
        For gravity and rotation; heights are above WGS-84.

    Returns
    -------
    LaunchPointEstimate or None
        None where the path does not lead back to the believed burnout, or not upwards from the ground.
    """
    state = np.concatenate((r_ecef_m, v_ecef_m_s)).astype(np.float64)
    height_m = None if boosting else 1e3 * believed.burnout_height_km
    shape = planet.as_array()
    centre = _launch(state, height_m, believed.boost_shape, shape)
    if centre is None:
        return None
    columns = []
    for i in range(6):
        step = np.zeros(6)
        step[i] = _NUDGE[i]
        columns.append((state + step, state - step, _NUDGE[i]))
    places = [
        (
            _launch(a, height_m, believed.boost_shape, shape),
            _launch(b, height_m, believed.boost_shape, shape),
            s,
        )
        for a, b, s in columns
    ]
    sigma = believed.boost_shape_sigma
    places.append(
        (
            _launch(state, height_m, believed.boost_shape + 0.5 * sigma, shape),
            _launch(state, height_m, believed.boost_shape - 0.5 * sigma, shape),
            0.5,
        )
    )
    # Half of what the Earth turns under the boost.
    turn = 0.5 * math.degrees(planet.rotation_rad_s * believed.boost_duration_s)
    places.append(
        (
            _launch(state, height_m, believed.boost_shape, shape, turn),
            _launch(state, height_m, believed.boost_shape, shape, -turn),
            1.0,
        )
    )
    if height_m is not None:
        nudge = min(500.0 * believed.burnout_height_sigma_km, 0.2 * height_m)
        size = nudge / (1e3 * believed.burnout_height_sigma_km)
        up = _launch(state, height_m + nudge, believed.boost_shape, shape)
        places.append((up, _launch(state, height_m - nudge, believed.boost_shape, shape), size))
    gradient = np.empty((2, len(places)))
    for i, (ahead, behind, size) in enumerate(places):
        if ahead is None or behind is None:
            return None
        gradient[:, i] = (_offset(*centre, *ahead) - _offset(*centre, *behind)) / (2.0 * size)
    # The beliefs' columns are already per standard deviation.
    spread = np.eye(len(places))
    spread[:6, :6] = np.asarray(covariance)[:6, :6]
    p = gradient @ spread @ gradient.T
    return LaunchPointEstimate(*centre, float(p[0, 0]), float(p[0, 1]), float(p[1, 1]))


def _launch(
    state: Array, burnout_height_m: float | None, boost_shape: float, planet: Array, turn_deg: float = 0.0
) -> tuple[float, float] | None:
    """Return geodetic latitude and longitude of the launch of a state; None where there is none."""
    x = np.zeros(9)
    x[:6] = state
    if burnout_height_m is not None and not _back(x, burnout_height_m, planet):
        return None
    latitude, longitude, height = (float(a) for a in geodetic_from_ecef(x[:3]))
    east, north, climb = enu_from_ecef_matrix(latitude, longitude) @ x[3:6]
    level = math.hypot(east, north)
    if climb <= 0.0 or height <= 0.0:
        return None
    distance_m = boost_shape * height * level / climb
    heading = math.degrees(math.atan2(east, north)) + turn_deg
    lat, lon = destination(latitude, longitude, heading + 180.0, distance_m / 1e3)
    return float(lat), float(lon)


def _back(x: Array, height_m: float, planet: Array) -> bool:
    """Fly x back in free flight, without drag, to a height on its way up, in place."""
    t = 0.0
    while t > -_LONGEST_S:
        _, _, height = (float(a) for a in geodetic_from_ecef(x[:3]))
        climb = float(x[:3] @ x[3:6]) / float(np.linalg.norm(x[:3]))
        above = height - height_m
        if abs(above) < 1.0 and climb > 0.0:
            return True
        if climb <= 0.0 or above > _STEP_S * climb:
            dt = -_STEP_S if climb > -_STEP_S * 10.0 else -4.0 * _STEP_S
        else:
            dt = -above / climb
        if above < -50e3:
            return False
        advance(x, 6, dt, math.inf, planet)
        t += dt
    return False


def _matrix(estimate: LaunchPointEstimate) -> Array:
    return np.array(
        [
            [estimate.east_variance_m2, estimate.covariance_m2],
            [estimate.covariance_m2, estimate.north_variance_m2],
        ]
    )


def _offset(latitude_deg: float, longitude_deg: float, other_lat_deg: float, other_lon_deg: float) -> Array:
    """Return how far a place lies to the east and to the north of another one, m."""
    distance = 1e3 * float(distance_km(latitude_deg, longitude_deg, other_lat_deg, other_lon_deg))
    if distance == 0.0:
        return np.zeros(2)
    azimuth = math.radians(float(azimuth_deg(latitude_deg, longitude_deg, other_lat_deg, other_lon_deg)))
    return distance * np.array([math.sin(azimuth), math.cos(azimuth)])


def _moved(latitude_deg: float, longitude_deg: float, east_north_m: Array) -> tuple[float, float]:
    distance = float(np.linalg.norm(east_north_m))
    heading = math.degrees(math.atan2(east_north_m[0], east_north_m[1]))
    latitude, longitude = destination(latitude_deg, longitude_deg, heading, 1e-3 * distance)
    return float(latitude), float(longitude)
