"""The same detections for Stone Soup (dstl/Stone-Soup): ``pip install "hoplon[stonesoup]"``.

Gives Stone Soup a motion model of free flight, the sensors as measurement models with analytic gradients, and
a `DetectionBatch` as its detections, so that any Stone Soup tracker can stand beside one of ours.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hoplon.earth.planet import WGS84, Planet
from hoplon.earth.sites import Site
from hoplon.errors import InputError
from hoplon.track.detections import DetectionBatch

#: Stone Soup knows dates only: this one stands for scenario zero.
ZERO = datetime(2000, 1, 1)


def date(t_s: float) -> datetime:
    """Return the date that stands for a time from scenario zero, to a microsecond.

    Parameters
    ----------
    t_s : float

    Returns
    -------
    datetime
    """
    return ZERO + timedelta(seconds=float(t_s))


def _part(module: str, name: str) -> Any:
    try:
        return getattr(import_module(f"stonesoup.{module}"), name)
    except ImportError as error:
        raise InputError(
            "Stone Soup is not installed", where="stone_soup", remedy='Type: pip install "hoplon[stonesoup]"'
        ) from error


@lru_cache(maxsize=1)
def _classes() -> tuple[Any, Any]:
    """Make the two model classes; their bases exist only where Stone Soup does."""
    gaussian: Any = _part("models.transition.nonlinear", "GaussianTransitionModel")
    time_variant: Any = _part("models.base", "TimeVariantModel")
    radar: Any = _part("models.measurement.nonlinear", "CartesianToElevationBearingRange")
    state_vector, state_vectors = _part("types.array", "StateVector"), _part("types.array", "StateVectors")
    covariance_matrix, prop = _part("types.array", "CovarianceMatrix"), _part("base", "Property")

    def rates(x: NDArray[np.float64], planet: NDArray[np.float64]) -> NDArray[np.float64]:
        gm, j2, w, radius = planet[:4]
        r2 = (x[:3] ** 2).sum(axis=0)
        s, k = 5.0 * x[2] ** 2 / r2, 1.5 * j2 * radius * radius / r2
        g = -gm / (r2 * np.sqrt(r2)) * np.stack([1 + k * (1 - s), 1 + k * (1 - s), 1 + k * (3 - s)]) * x[:3]
        g[0] += w * (w * x[0] + 2.0 * x[4])
        g[1] += w * (w * x[1] - 2.0 * x[3])
        return np.concatenate((x[3:], g))

    class FreeFlight(gaussian, time_variant):  # type: ignore[misc, valid-type, unused-ignore]
        """Free flight in the Earth-fixed frame: gravity with J2, rotation, white acceleration."""

        q: float = prop(doc="Power density of the white acceleration, m²/s³")
        planet: Any = prop(doc="gm, j2, rotation rate, equatorial radius, flattening")

        @property
        def ndim_state(self) -> int:
            return 6

        def function(self, state: Any, noise: Any = False, **kwargs: Any) -> Any:
            dt = kwargs["time_interval"].total_seconds()
            x = np.asarray(state.state_vector, dtype=np.float64)
            a = rates(x, self.planet)
            b = rates(x + 0.5 * dt * a, self.planet)
            c = rates(x + 0.5 * dt * b, self.planet)
            d = rates(x + dt * c, self.planet)
            end = x + dt / 6.0 * (a + 2.0 * b + 2.0 * c + d)
            out = end.view(state_vectors if end.shape[1] > 1 else state_vector)
            if noise is None or noise is False:
                return out
            return out + (self.rvs(num_samples=x.shape[1], **kwargs) if noise is True else noise)

        def jacobian(self, state: Any, **kwargs: Any) -> Any:
            dt = kwargs["time_interval"].total_seconds()
            x = np.asarray(state.state_vector, dtype=np.float64)
            end = np.asarray(self.function(state, **kwargs), dtype=np.float64)
            r = 0.5 * (x[:3, 0] + end[:3, 0])
            r2 = float(r @ r)
            g, w = self.planet[0] / r2**1.5, self.planet[2]
            a = np.zeros((6, 6))
            a[:3, 3:] = np.eye(3)
            a[3:, :3] = 3.0 * g / r2 * np.outer(r, r) - g * np.eye(3) + np.diag([w * w, w * w, 0.0])
            a[3, 4], a[4, 3] = 2.0 * w, -2.0 * w
            step = a * dt
            return np.eye(6) + step + 0.5 * step @ step

        def covar(self, time_interval: timedelta, **kwargs: Any) -> Any:
            dt, one = time_interval.total_seconds(), np.eye(3)
            blocks = [[dt**3 / 3.0 * one, dt**2 / 2.0 * one], [dt**2 / 2.0 * one, dt * one]]
            return covariance_matrix(self.q * np.block(blocks))

    class SiteRadar(radar):  # type: ignore[misc, valid-type, unused-ignore]
        """Elevation, bearing (from east to north) and range in the level frame of a site."""

        enu_from_ecef: Any = prop(doc="Rows east, north, up")

        @property
        def rotation_matrix(self) -> Any:
            return self.enu_from_ecef

        def jacobian(self, state: Any, **kwargs: Any) -> Any:
            turn = self.enu_from_ecef
            place = np.asarray(state.state_vector, dtype=np.float64)[:3, 0]
            e, n, u = turn @ (place - np.asarray(self.translation_offset, dtype=np.float64)[:, 0])
            ground2 = e * e + n * n
            ground, r2 = np.sqrt(ground2), ground2 + u * u
            r = np.sqrt(r2)
            level = np.array(
                [
                    [-u * e / (r2 * ground), -u * n / (r2 * ground), ground / r2],
                    [-n / ground2, e / ground2, 0.0],
                    [e / r, n / r, u / r],
                ]
            )
            out = np.zeros((3, 6))
            out[:, :3] = level @ turn
            return out

    return FreeFlight, SiteRadar


def motion_model(noise_m_s15: float, planet: Planet = WGS84) -> Any:
    """Return free flight as a Stone Soup transition model of position and velocity, in that order.

    Parameters
    ----------
    noise_m_s15 : float
        White acceleration, m/s per square root of second.
    planet : Planet

    Returns
    -------
    stonesoup.models.transition.base.TransitionModel
    """
    return _classes()[0](q=noise_m_s15**2, planet=planet.as_array())


def measurement_model(
    site: Site, sigma_range_m: float, sigma_azimuth_rad: float, sigma_elevation_rad: float
) -> Any:
    """Return a sensor as a Stone Soup measurement model: elevation, bearing from east, range.

    Parameters
    ----------
    site : Site
    sigma_range_m, sigma_azimuth_rad, sigma_elevation_rad : float

    Returns
    -------
    stonesoup.models.measurement.nonlinear.CartesianToElevationBearingRange
    """
    return _classes()[1](
        ndim_state=6,
        mapping=(0, 1, 2),
        noise_covar=np.diag([sigma_elevation_rad**2, sigma_azimuth_rad**2, sigma_range_m**2]),
        translation_offset=_part("types.array", "StateVector")(site.r_ecef_m),
        enu_from_ecef=site.enu_from_ecef,
    )


def detections(batch: DetectionBatch, sites: Sequence[Site]) -> Iterator[tuple[datetime, set[Any]]]:
    """Yield a batch as a Stone Soup detection feed: a date with the detections of one sensor, scan by scan.

    Each detection's `metadata` holds ``row``, its row in the batch, and ``sensor``.

    Parameters
    ----------
    batch : DetectionBatch
        In the order of time, and within a time of sensors.
    sites : sequence of Site

    Yields
    ------
    datetime, set of stonesoup.types.detection.Detection
    """
    detection, state_vector = _part("types.detection", "Detection"), _part("types.array", "StateVector")
    models: dict[tuple[float, ...], Any] = {}
    scan: set[Any] = set()
    rows = batch.as_rows().tolist()
    for row, (z, t_s, sensor) in enumerate(zip(rows, batch.t_s.tolist(), batch.sensor.tolist(), strict=True)):
        if row and (t_s, sensor) != (batch.t_s[row - 1], batch.sensor[row - 1]):
            yield date(batch.t_s[row - 1]), scan
            scan = set()
        key = (sensor, *z[3:])
        if key not in models:
            models[key] = measurement_model(sites[sensor], *z[3:])
        bearing = math.remainder(0.5 * math.pi - z[1], 2.0 * math.pi)
        # Not Elevation and Bearing: those wrap by themselves, which the model does.
        vector = state_vector([z[2], bearing, z[0]])
        scan.add(
            detection(
                vector,
                timestamp=date(t_s),
                measurement_model=models[key],
                metadata={"row": row, "sensor": sensor},
            )
        )
    if scan:
        yield date(batch.t_s[-1]), scan


def tracks(t_s: float, x: NDArray[np.float64], covariance: NDArray[np.float64]) -> list[Any]:
    """Return states as Stone Soup tracks.

    Parameters
    ----------
    t_s : float
    x : array, shape (tracks, 6)
    covariance : array, shape (tracks, 6, 6)

    Returns
    -------
    list of stonesoup.types.track.Track
    """
    track, state = _part("types.track", "Track"), _part("types.state", "GaussianState")
    vector, matrix = _part("types.array", "StateVector"), _part("types.array", "CovarianceMatrix")
    return [
        track([state(vector(m), matrix(c), timestamp=date(t_s))]) for m, c in zip(x, covariance, strict=True)
    ]
