"""The tracker: detections of a network of radars go in, tracks come out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hoplon.earth.sites import Site
from hoplon.errors import InputError
from hoplon.track import _kernels_association as association
from hoplon.track import _kernels_pairs, _kernels_picture, _kernels_step
from hoplon.track.detections import DetectionBatch
from hoplon.track.drag_factor import coefficient_from_factor
from hoplon.track.settings import TrackerSettings

Array = NDArray[np.float64]


class Tracker:
    """One picture from the detections of several radars.

    Extended Kalman filters in the Earth-fixed frame (gravity with J2, rotation, believed drag), one per
    object; a boosting object is followed with three more states for its thrust until a test on the
    likelihoods says that thrust has ended. A scan's detections are paired with tracks so that the total
    likelihood is largest (global nearest neighbour; Blackman & Popoli 1999, chapter 6). All measurements go
    into one filter: no bias between radars, no lost or doubled messages. Where false detections are stated
    (`TrackerSettings.clutter_density_per_m_rad2`) a track must earn its firmness by likelihood as well as by
    number; a firm track that was lost has its number again when it comes back where it must be.

    Parameters
    ----------
    sites : sequence of Site
        Where the sensors stand; the index is the sensor's index in detections.
    settings : TrackerSettings, optional

    Raises
    ------
    InputError
        If there is no site.
    """

    def __init__(self, sites: Sequence[Site], settings: TrackerSettings | None = None) -> None:
        if not sites:
            raise InputError("a tracker without sensors", remedy="Give at least one site.")
        self.settings = settings or TrackerSettings()
        # Kernels are compiled for writable, contiguous arrays only: take copies.
        self._sites = np.array([site.r_ecef_m for site in sites])
        self._rotations = np.array([site.enu_from_ecef for site in sites])
        self._planet = self.settings.planet.as_array()
        self._noise = self.settings.noise_array()
        self._limits = self.settings.limits_array()
        self._limits[association.NEW_COST] = self.settings.alone_cost
        self._life = self.settings.life_array()
        self._cues = np.zeros((0, association.CUE_FIELDS))
        self._beta = float(self.settings.ballistic_coefficient_kg_m2)
        self._now_s = 0.0
        self._next = 1
        self._picture: tuple[Array, Array] | None = None
        self._rows = np.zeros(0, dtype=np.int64)
        self._number = np.zeros(0, dtype=np.int64)
        self._book = np.zeros((0, association.BOOK_FIELDS))
        self._seen = np.zeros((0, len(sites)))
        self._x = np.zeros((0, 2, 9))
        self._p = np.zeros((0, 2, 9, 9))
        self._grow(16)

    def step(self, t_s: float, batch: DetectionBatch) -> NDArray[np.int64]:
        """Take in the detections that have arrived, and bring the picture to a time.

        Parameters
        ----------
        t_s : float
            Time of the picture, s; not before the last one.
        batch : DetectionBatch
            Measured until `t_s`. Detections older than a track's state are taken in at their own time.

        Returns
        -------
        int64 array, shape (n,)
            For each detection the number of the track that it went to, or that it started.

        Raises
        ------
        InputError
            If a detection lies in the future, names an unknown sensor, or if arrays differ in length.
        """
        if len(batch):
            first_s = float(batch.t_s.min())
            if first_s - self._now_s > 0.5 * self.settings.tentative_drop_s:
                # Nobody looked for a while: what has been silent too long does not take what is seen now.
                self._tidy(min(first_s, float(t_s)))
        self._now_s = max(float(t_s), self._now_s)
        result = np.empty(0, dtype=np.int64)
        if len(batch):
            result = self._take(batch)
        self._picture = None
        self._tidy(self._now_s)
        return result

    def _tidy(self, t_s: float) -> None:
        """End tracks that are silent for too long, or down, and merge those of one object."""
        self._rows = _kernels_picture.tidy(
            t_s,
            self._number,
            self._book,
            self._seen,
            self._x,
            self._p,
            self._beta,
            self._planet,
            self._noise,
            self._limits,
            self._life,
        )

    def cue(self, t_s: float, r_ecef_m: Array, sigma_m: float) -> None:
        """Take in a report of a launch: tracks that start later may be of this missile.

        A radar's first detection says where an object is and nothing of where it goes; launch point and time
        say about how fast it must be, and in what direction. A cue makes no track by itself.

        Parameters
        ----------
        t_s : float
            Time of the launch.
        r_ecef_m : array, shape (3,)
            Where, in the Earth-fixed frame.
        sigma_m : float
            Its standard deviation per axis.

        Raises
        ------
        InputError
            If a number is not finite, or the standard deviation not above zero.
        """
        row = np.array([[t_s, *np.asarray(r_ecef_m, dtype=np.float64), sigma_m]])
        if not (row.shape == (1, association.CUE_FIELDS) and np.isfinite(row).all() and sigma_m > 0.0):
            raise InputError(
                f"cue at {t_s} s from {r_ecef_m}, {sigma_m} m",
                where="tracker",
                remedy="Give a time, an ECEF position (3,) and a standard deviation above zero.",
            )
        self._cues = np.concatenate([self._cues, row])

    def drop(self, number: int) -> None:
        """End a track (of an object that was destroyed or has fallen); an unknown number is ignored.

        Parameters
        ----------
        number : int
        """
        self._rows = self._rows[self._number[self._rows] != number]
        self._number[self._number == number] = 0

    @property
    def numbers(self) -> NDArray[np.int64]:
        """Track numbers, ascending, shape (n,); all other properties follow this order."""
        return self._number[self._rows]

    @property
    def firm(self) -> NDArray[np.bool_]:
        """Whether each track is confirmed, shape (n,)."""
        return np.asarray(self._column(association.FIRM) > 0.0)

    @property
    def boosting(self) -> NDArray[np.bool_]:
        """Whether each track is believed to be under thrust, or not yet known not to be, shape (n,)."""
        return np.asarray(self._column(association.FREE_FLIGHT) == 0.0)

    @property
    def now_s(self) -> float:
        """Time of the last step, s, and of all states."""
        return self._now_s

    def state(self, place: int) -> tuple[Array, Array, Array]:
        """Return the state of one track at `now_s`.

        Parameters
        ----------
        place : int
            Its place in `numbers`.

        Returns
        -------
        r_ecef_m, v_ecef_m_s : array, shape (3,)
        covariance : array, shape (6, 6)
            As in the properties of these names, which hold all tracks.
        """
        x, p = self._state(int(self._rows[place]))
        return x[:3], x[3:6], p[:6, :6]

    def falling(self, place: int) -> tuple[Array, Array, Array, float]:
        """Return what `predict_impact` needs of one track: its state with what it has learnt of drag.

        That of a boosting track is the state that it has if its thrust has ended about when the tracker last
        thought that it might (`cut_off`): while it burns, that is the state of a fall that does not happen.

        Parameters
        ----------
        place : int
            Its place in `numbers`.

        Returns
        -------
        r_ecef_m, v_ecef_m_s : array, shape (3,)
        covariance : array, shape (7, 7)
            Of position, velocity and the logarithm of the ballistic coefficient.
        ballistic_coefficient_kg_m2 : float
            What the track makes of it.
        """
        row = int(self._rows[place])
        x, p = self._state(row, int(self._book[row, association.FREE_FLIGHT] == 0.0))
        beta, covariance = coefficient_from_factor(float(x[6]), p[:7, :7], self._beta)
        return x[:3], x[3:6], covariance, beta

    def _state(self, row: int, which: int = 0) -> tuple[Array, Array]:
        x, p = np.zeros(9), np.zeros((9, 9))
        _kernels_picture.one_track(
            row, which, self._now_s, self._book, self._x, self._p, self._beta, self._planet, self._noise, x, p
        )
        return x, p

    @property
    def t_s(self) -> Array:
        """Time of the states, shape (n,): that of the last step."""
        return np.full(len(self._rows), self._now_s)

    @property
    def last_update_s(self) -> Array:
        """Time of the last detection of each track, shape (n,)."""
        return self._column(association.LAST)

    @property
    def first_detection_s(self) -> Array:
        """Time of the first detection of each track, shape (n,)."""
        return self._column(association.FIRST)

    @property
    def detections(self) -> NDArray[np.int64]:
        """Number of detections of each track, shape (n,)."""
        return self._column(association.HITS).astype(np.int64)

    @property
    def r_ecef_m(self) -> Array:
        """Position at `t_s`, Earth-fixed, m, shape (n, 3)."""
        return self._now()[0][self._rows, :3]

    @property
    def v_ecef_m_s(self) -> Array:
        """Velocity at `t_s` relative to the rotating Earth, m/s, shape (n, 3)."""
        return self._now()[0][self._rows, 3:6]

    @property
    def covariance(self) -> Array:
        """Covariance of position and velocity at `t_s`, m² and (m/s)², shape (n, 6, 6)."""
        return self._now()[1][self._rows, :6, :6]

    def _take(self, batch: DetectionBatch) -> NDArray[np.int64]:
        count = len(batch)
        sensor = np.array(batch.sensor, dtype=np.int64)
        times = np.array(batch.t_s, dtype=np.float64)
        z = batch.as_rows()
        order = _kernels_pairs.arrange(sensor, times, z, len(self._sites), self._now_s + 1e-6)
        if len(order) != count:
            raise InputError(
                f"detections of an unknown sensor, or later than the step to {self._now_s:g} s",
                where="tracker",
                remedy=f"Use sensor indices 0 to {len(self._sites) - 1}; step to the latest detection.",
            )
        free = int(np.count_nonzero(self._number == 0))
        if free < count:
            self._grow(count - free)
        result, self._next = _kernels_step.step(
            order,
            sensor,
            times,
            z,
            self._sites,
            self._rotations,
            self._next,
            self._number,
            self._book,
            self._seen,
            self._x,
            self._p,
            self._beta,
            self._planet,
            self._noise,
            self._limits,
            self._life,
            self._cues,
        )
        return result

    def _column(self, field: int) -> Array:
        return np.asarray(self._book[self._rows, field])

    def _now(self) -> tuple[Array, Array]:
        # Tracks stay at their last detection; the picture of now is made when somebody looks at it.
        if self._picture is None:
            self._picture = _kernels_picture.picture(
                self._now_s,
                self._number,
                self._book,
                self._x,
                self._p,
                self._beta,
                self._planet,
                self._noise,
            )
        return self._picture

    def _grow(self, more: int) -> None:
        extra = max(more, len(self._number))
        self._number = np.concatenate([self._number, np.zeros(extra, dtype=np.int64)])
        for name in ("_book", "_seen", "_x", "_p"):
            old = getattr(self, name)
            setattr(self, name, np.concatenate([old, np.zeros((extra, *old.shape[1:]))]))
