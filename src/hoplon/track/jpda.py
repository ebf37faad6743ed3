"""Known objects through clutter: global nearest neighbour, or joint probabilistic data association."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from hoplon.earth.planet import WGS84, Planet
from hoplon.earth.sites import Site
from hoplon.errors import InputError
from hoplon.track import _kernels_jpda as kernels_jpda
from hoplon.track import _kernels_scan as kernels
from hoplon.track.detections import DetectionBatch

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ClutterSettings:
    """What is believed of the sensors and of the objects' motion.

    Attributes
    ----------
    probability_of_detection : float
        That a look at an object gives a detection.
    clutter_density_per_m_rad2 : float
        False detections of one scan per metre of range and square radian of azimuth and elevation.
    gate_probability : float
        That an object's detection lies inside its gate.
    free_flight_noise_m_s15 : float
        White acceleration, m/s per square root of second.
    planet : Planet
    """

    probability_of_detection: float = 0.9
    clutter_density_per_m_rad2: float = 1e-3
    gate_probability: float = 0.9999
    free_flight_noise_m_s15: float = 0.03
    planet: Planet = WGS84

    def __post_init__(self) -> None:
        for name in ("probability_of_detection", "gate_probability"):
            value = getattr(self, name)
            if not 0.0 < value < 1.0:
                raise InputError(
                    f"{name} is {value}", where="clutter settings", remedy="Give a number between 0 and 1."
                )
        for name in ("clutter_density_per_m_rad2", "free_flight_noise_m_s15"):
            value = getattr(self, name)
            if not (value > 0.0 and math.isfinite(value)):
                raise InputError(
                    f"{name} is {value}", where="clutter settings", remedy="Give a number above zero."
                )

    @property
    def gate(self) -> float:
        """Squared Mahalanobis distance (3 degrees of freedom) that `gate_probability` stands for."""
        return 2.0 * float(gammaincinv(1.5, self.gate_probability))


@dataclass(frozen=True, slots=True)
class Course:
    """What tracks were after each scan.

    Attributes
    ----------
    t_s : array, shape (scans,)
    track : int64 array, shape (detections,)
        The track of each detection, -1 for none. With JPDA the one that it more likely than not belongs to.
    x : array, shape (scans, tracks, 6)
        Position and velocity, r_ecef, m and m/s.
    covariance : array, shape (scans, tracks, 6, 6)
    """

    t_s: Array
    track: NDArray[np.int64]
    x: Array
    covariance: Array


class KnownTracks:
    """A fixed number of objects in free flight, followed through clutter.

    A plain extended Kalman filter for each (gravity with J2, rotation of the Earth, white acceleration;
    linearised once), so that what differs between two answers is the association alone. `Tracker` is what
    battles use: it starts and ends tracks, and knows thrust and drag. Take the objects over from it, or give
    their states.

    Parameters
    ----------
    sites : sequence of Site
        Where the sensors stand; the index is the sensor's index in detections.
    t_s : float
        Time of the states.
    x : array, shape (tracks, 6)
        Position and velocity in the Earth-fixed frame, m and m/s.
    covariance : array, shape (tracks, 6, 6)
    association : {"gnn", "jpda"}
        Global nearest neighbour: each detection to one track, with the least sum of Mahalanobis distances.
        Joint probabilistic data association: each track gets the mean over all joint events.
    settings : ClutterSettings, optional

    Raises
    ------
    InputError
        If there is no sensor, or shapes do not fit.
    """

    def __init__(
        self,
        sites: Sequence[Site],
        t_s: float,
        x: Array,
        covariance: Array,
        association: Literal["gnn", "jpda"] = "gnn",
        settings: ClutterSettings | None = None,
    ) -> None:
        self._x = np.array(x, dtype=np.float64)
        self._p = np.array(covariance, dtype=np.float64)
        if not sites:
            raise InputError("tracks without sensors", remedy="Give at least one site.")
        count = len(self._x)
        if self._x.shape != (count, 6) or self._p.shape != (count, 6, 6):
            raise InputError(
                f"states of shape {self._x.shape} and covariances of shape {self._p.shape}",
                where="known tracks",
                remedy="Give (tracks, 6) and (tracks, 6, 6).",
            )
        if association not in ("gnn", "jpda"):
            raise InputError(
                f"association {association!r}", where="known tracks", remedy='Use "gnn" or "jpda".'
            )
        self.settings = settings or ClutterSettings()
        self._association = association
        self._sites = np.array([site.r_ecef_m for site in sites])
        self._rotations = np.array([site.enu_from_ecef for site in sites])
        self._planet = self.settings.planet.as_array()
        self._gate = self.settings.gate
        self._q = self.settings.free_flight_noise_m_s15**2
        self._none = 1.0 - self.settings.probability_of_detection * self.settings.gate_probability
        self._ratio = math.log(
            self.settings.probability_of_detection / self.settings.clutter_density_per_m_rad2
        )
        self._rank = np.arange(count)
        self._now_s = float(t_s)
        self._pruned = 0
        self._no_x, self._no_p = np.empty((0, count, 6)), np.empty((0, count, 6, 6))

    def step(self, batch: DetectionBatch) -> NDArray[np.int64]:
        """Take in detections, of one scan or of many; those of one sensor at one time are a scan.

        Parameters
        ----------
        batch : DetectionBatch
            In the order of time, and within a time of sensors; none before `now_s`.

        Returns
        -------
        int64 array, shape (n,)
            The track of each detection, -1 for none.

        Raises
        ------
        InputError
            If the order is another, or a sensor is unknown.
        """
        self._scans(batch)
        return self._run(batch, self._no_x, self._no_p)

    def follow(self, batch: DetectionBatch) -> Course:
        """Take in detections as `step` does, and return what the tracks were after each scan.

        Parameters
        ----------
        batch : DetectionBatch

        Returns
        -------
        Course
        """
        scans, count = self._scans(batch), len(self._x)
        x, p = np.empty((scans, count, 6)), np.empty((scans, count, 6, 6))
        new = np.ones(len(batch), dtype=np.bool_)
        new[1:] = (batch.t_s[1:] > batch.t_s[:-1]) | (batch.sensor[1:] != batch.sensor[:-1])
        return Course(batch.t_s[new], self._run(batch, x, p), x, p)

    def _scans(self, batch: DetectionBatch) -> int:
        scans = kernels.count_scans(batch.sensor, batch.t_s, len(self._sites), self._now_s)
        if scans < 0:
            raise InputError(
                f"detections before {self._now_s:g} s, out of order, or of an unknown sensor",
                where="known tracks",
                remedy="Sort them by time, then by sensor.",
            )
        return scans

    def _run(self, batch: DetectionBatch, past_x: Array, past_p: Array) -> NDArray[np.int64]:
        result = np.empty(len(batch), dtype=np.int64)
        if not len(batch):
            return result
        given = (batch.sensor, batch.t_s, batch.as_rows(), self._sites, self._rotations, self._now_s)
        tracks = (self._x, self._p, self._rank, self._q, self._planet, self._gate)
        past = (result, past_x, past_p)
        # Each is compiled when it is first asked for.
        if self._association == "gnn":
            kernels.gnn(*given, *tracks, *past)
        else:
            self._pruned += kernels_jpda.jpda(*given, *tracks, self._ratio, self._none, *past)
        self._now_s = float(batch.t_s[-1])
        return result

    @property
    def now_s(self) -> float:
        """Time of the states, s: that of the last scan."""
        return self._now_s

    @property
    def r_ecef_m(self) -> Array:
        """Position, m, shape (tracks, 3)."""
        return self._x[:, :3].copy()

    @property
    def v_ecef_m_s(self) -> Array:
        """Velocity relative to the rotating Earth, m/s, shape (tracks, 3)."""
        return self._x[:, 3:].copy()

    @property
    def covariance(self) -> Array:
        """Covariance of position and velocity, shape (tracks, 6, 6)."""
        return self._p.copy()

    @property
    def pruned(self) -> int:
        """Pairs that JPDA has left out because too many tracks and detections hung together; 0 is exact."""
        return self._pruned
