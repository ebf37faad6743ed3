"""What radars see of a raid: geometry and mean echo once a study, detections drawn once a battle."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.errors import InputError
from hoplon.sensor import _kernels as kernels
from hoplon.sensor._kernels import draw_looks, look_at
from hoplon.sensor._kernels_measure import measure_looks, spare_normals
from hoplon.sensor.detection import detection_threshold
from hoplon.sensor.faces import best_face
from hoplon.sensor.mask import horizon_elevation_rad
from hoplon.sensor.measurement import range_rate_sigma_m_s
from hoplon.sensor.radar import Radar
from hoplon.sensor.refraction import HORIZON_STEP_M, horizon_table
from hoplon.sensor.search import search_band_deg, search_load

#: Step of the truth that radars look at, s; a radar looks at the step nearest to its own time.
LOOK_STEP_S = 1.0


@dataclass(frozen=True, slots=True)
class Observations:
    """Where each threat is as seen from one radar, and how strong its echo is on average.

    Attributes
    ----------
    t_s : ndarray
        (n_t,) times of the grid.
    range_m, azimuth_rad, elevation_rad, range_rate_m_s : ndarray
        (n_threat, n_t) true values in the radar's east-north-up frame; azimuth from north over east, 0 to
        2π; elevation geometric (without refraction).
    snr_track : ndarray
        (n_threat, n_t) mean signal-to-noise ratio of a track dwell, 0 where the radar cannot see the threat.
    look_t_index : ndarray
        (n_look,) indices into `t_s` at which the radar looks.
    last_look : ndarray
        (n_threat,) index of the last look that can see the threat, -1 for none.
    packed : ndarray
        (5, n_threat, n_t) the five quantities in one array, read-only; they are views of it.
    searched : ndarray of bool, optional
        (n_threat, n_look) where the radar's search could find the threat; None for a radar without a search
        plan, which searches all that it can see.
    face : ndarray of int, optional
        (n_threat, n_t) the face that sees the threat, -1 for none; None for a radar without faces.
    """

    t_s: NDArray[np.float64]
    range_m: NDArray[np.float64]
    azimuth_rad: NDArray[np.float64]
    elevation_rad: NDArray[np.float64]
    range_rate_m_s: NDArray[np.float64]
    snr_track: NDArray[np.float64]
    look_t_index: NDArray[np.int64]
    last_look: NDArray[np.int64]
    packed: NDArray[np.float64]
    searched: NDArray[np.bool_] | None = None
    face: NDArray[np.int64] | None = None

    @property
    def visible(self) -> NDArray[np.bool_]:
        """(n_threat, n_t) where the radar could see the threat at all."""
        return self.snr_track > 0.0


@dataclass(frozen=True, slots=True)
class PotentialDetections:
    """What one radar would see and measure at each look, if it looked: drawn once a battle.

    Attributes
    ----------
    t_s : ndarray
        (n_look,) times of the looks.
    look_t_index : ndarray
        (n_look,) their indices into the grid of the truth.
    detected_search, detected_track : ndarray of bool
        (n_threat, n_look) does a look with the search dwell, or with the track dwell, detect the threat.
    range_m, azimuth_rad, elevation_rad : ndarray
        (n_threat, n_look) measured values; NaN where neither dwell detects.
    sigma_range_m, sigma_azimuth_rad, sigma_elevation_rad : ndarray
        (n_threat, n_look) standard errors that the radar reports.
    snr_measured : ndarray
        (n_threat, n_look) power that the receiver saw, signal and noise, over the mean noise power.
    reported_t_s : ndarray
        (n_look,) the times as the radar's clock has them.
    range_rate_m_s, sigma_range_rate_m_s : ndarray, optional
        (n_threat, n_look) where they were asked for.
    """

    t_s: NDArray[np.float64]
    look_t_index: NDArray[np.int64]
    detected_search: NDArray[np.bool_]
    detected_track: NDArray[np.bool_]
    range_m: NDArray[np.float64]
    azimuth_rad: NDArray[np.float64]
    elevation_rad: NDArray[np.float64]
    sigma_range_m: NDArray[np.float64]
    sigma_azimuth_rad: NDArray[np.float64]
    sigma_elevation_rad: NDArray[np.float64]
    snr_measured: NDArray[np.float64]
    reported_t_s: NDArray[np.float64]
    range_rate_m_s: NDArray[np.float64] | None = None
    sigma_range_rate_m_s: NDArray[np.float64] | None = None


def look_step_s(revisit_s: float) -> float:
    """Return the step of the truth that a radar looks at: no longer than the time between its looks.

    Parameters
    ----------
    revisit_s : float
        > 0.

    Returns
    -------
    float
        `LOOK_STEP_S`, or a whole part of it.
    """
    return LOOK_STEP_S / max(1, math.ceil(LOOK_STEP_S / revisit_s - 1e-9))


def look_indices(t_s: NDArray[np.float64], revisit_s: float) -> NDArray[np.int64]:
    """Find the indices of the grid nearest to the multiples of the revisit time, from the first grid time on.

    Parameters
    ----------
    t_s : ndarray
        (n_t,) ascending.
    revisit_s : float
        > 0. Where it is shorter than the grid's step, each grid time is one look.

    Returns
    -------
    ndarray
        (n_look,) ascending, each once.
    """
    times = np.arange(t_s[0], t_s[-1] + 1e-9 * revisit_s, revisit_s)
    after = np.clip(np.searchsorted(t_s, times), 1, t_s.size - 1) if t_s.size > 1 else np.zeros(1, np.int64)
    before = np.maximum(after - 1, 0)
    nearer = np.where(times - t_s[before] <= t_s[after] - times, before, after)
    return np.unique(nearer).astype(np.int64)


def observe(
    radar: Radar,
    truth_t_s: ArrayLike,
    r_ecef_m: ArrayLike,
    v_ecef_m_s: ArrayLike,
    rcs_m2: ArrayLike,
    alive: ArrayLike,
) -> Observations:
    """Compute what a radar could see of each threat at each time. No randomness.

    Parameters
    ----------
    radar : Radar
        The observer.
    truth_t_s : array_like
        (n_t,) ascending.
    r_ecef_m, v_ecef_m_s : array_like
        (n_threat, n_t, 3) true states in the Earth-fixed frame.
    rcs_m2 : array_like
        (n_threat, n_t) mean cross-section in the radar's band, or what broadcasts to it.
    alive : array_like of bool
        (n_threat, n_t) is there anything to see (launched, not yet down, not intercepted).

    Returns
    -------
    Observations
        The echo is 0 outside the sector, above the highest beam, beyond the maximum range, and below the ray
        that leaves at the lowest beam or the terrain mask and bends in the exponential atmosphere.

    Raises
    ------
    InputError
        Where the shapes do not fit together.
    """
    t = np.ascontiguousarray(truth_t_s, dtype=np.float64)
    r = _own(r_ecef_m)
    v = _own(v_ecef_m_s)
    if t.ndim != 1 or t.size == 0 or r.ndim != 3 or r.shape[1:] != (t.size, 3) or v.shape != r.shape:
        raise InputError(
            f"states of shape {r.shape} and {v.shape} for {t.size} times",
            where=f"radar '{radar.name}'",
            remedy="Give positions and velocities of shape (n_threat, n_t, 3).",
        )
    shape = r.shape[:2]
    table = horizon_table(radar.lowest_elevation_deg, max(0.0, float(radar.site.altitude_m)), HORIZON_STEP_M)
    packed = look_at(
        r,
        v,
        np.array(np.broadcast_to(np.asarray(rcs_m2, dtype=np.float64), shape), order="C"),
        np.array(np.broadcast_to(np.asarray(alive, dtype=np.bool_), shape), order="C"),
        np.ascontiguousarray(radar.site.r_ecef_m, dtype=np.float64),
        np.ascontiguousarray(radar.site.enu_from_ecef, dtype=np.float64),
        math.radians(radar.azimuth_from_deg),
        math.radians(radar.azimuth_width_deg),
        math.radians(radar.elevation_max_deg),
        radar.maximum_range_m,
        HORIZON_STEP_M,
        table,
        float(radar.snr(1.0, 1.0, radar.track_dwell_s)),
    )
    if isinstance(radar.mask_deg, tuple):
        packed[4][packed[2] < horizon_elevation_rad(radar, packed[1], packed[0])] = 0.0
    face = None
    if radar.faces:
        face, share = best_face(radar.faces, packed[1], packed[2])
        packed[4] *= share
    packed.flags.writeable = False
    looks = look_indices(t, radar.revisit_s)
    seen = packed[4][:, looks] > 0.0
    last = np.where(seen.any(axis=1), looks.size - 1 - np.argmax(seen[:, ::-1], axis=1), -1)
    searched = _searched(radar, t[looks], packed[:, :, looks])
    last = last.astype(np.int64)
    return Observations(
        t, packed[0], packed[1], packed[2], packed[3], packed[4], looks, last, packed, searched, face
    )


def _own(values: ArrayLike) -> NDArray[np.float64]:
    # Never read-only: numba would compile the kernels once more for it.
    return np.require(values, dtype=np.float64, requirements=["C", "W"])


def _searched(
    radar: Radar, look_s: NDArray[np.float64], at_looks: NDArray[np.float64]
) -> NDArray[np.bool_] | None:
    """Say at which looks a radar's search comes by, by its plan.

    A fence is swept from one end of the sector to the other, a volume from the bottom to the top: within each
    frame the beam passes where the threat is at a time of its own, and the look nearest after it counts.
    """
    plan = radar.search
    if plan is None:
        return None
    search_load(radar)  # a plan that asks for too much is refused here, before any battle
    distance, azimuth, elevation = at_looks[:3]
    if plan.mode == "cued":
        return np.zeros(elevation.shape, dtype=np.bool_)
    if plan.mode == "fence":
        inside = elevation <= horizon_elevation_rad(radar, azimuth, distance, plan.fence_height_deg)
        start, width = math.radians(radar.azimuth_from_deg), math.radians(radar.azimuth_width_deg)
        part = ((azimuth - start) % (2.0 * math.pi)) / width
    else:
        inside = np.ones(elevation.shape, dtype=np.bool_)
        low, high = (math.sin(math.radians(edge)) for edge in search_band_deg(radar))
        part = (np.sin(elevation) - low) / (high - low)
    sweeps = np.floor(look_s / plan.frame_s - np.clip(part, 0.0, 1.0))
    before = np.floor((look_s[0] - radar.revisit_s) / plan.frame_s - np.clip(part[:, :1], 0.0, 1.0))
    # A threat that moves against the sweep is not counted twice.
    sweeps = np.maximum.accumulate(sweeps, axis=1)
    return np.asarray(inside & (np.diff(sweeps, axis=1, prepend=before) > 0.0))


def draw_detections(
    radar: Radar,
    observations: Observations,
    key_by_threat: Sequence[int],
    bias_key: int | None = None,
    range_rate: bool = False,
) -> PotentialDetections:
    """Draw, for each threat and look, whether the radar would detect it and what it would measure.

    The echo's power fluctuates from look to look by the radar's Swerling case; complex Gaussian noise is
    added; the sum is held against the threshold. So the detections follow the closed forms of
    `hoplon.sensor.detection`. Search and track dwell see the same fluctuation and noise: they are two answers
    to "what if", of which a battle uses one. The measurement is that of the track
    dwell, with which a phased array confirms at once what its search has found, or of the search dwell where
    only that one detects.

    Errors: range ΔR / √(2 z), angle θ / (k_m √(2 z)) (Barton, Modern Radar System Analysis, 1988, chapter 8),
    each with its floor added in quadrature; across the beam, so that the azimuth's is larger by
    1 / cos(elevation), up to 20 times. z is the power that the receiver saw: the error of a monopulse ratio,
    *given* what the sum channel saw, is Gaussian with just this variance (Blair and Brandt-Pearce 2001, IEEE
    Trans. Aerosp. Electron. Syst. 37, 452), so the reported sigma is that of the error. The floor is drawn
    afresh at each look, though part of it is in truth a bias that stays. False alarms elsewhere in the search
    volume are not drawn.

    Each random number has an address, made of the threat's key and the look's number: a further threat, a
    longer battle or another radar moves no other draw.

    Parameters
    ----------
    radar : Radar
        The one that made the observations.
    observations : Observations
        From `observe`.
    key_by_threat : sequence of int
        One for each threat, for this radar and battle alone, below 2**63 (`hoplon.streams.kernel_key`).
    bias_key : int, optional
        For the bias of this radar and battle; None where the radar has none.
    range_rate : bool
        Whether range rates are measured as well.

    Returns
    -------
    PotentialDetections

    Raises
    ------
    InputError
        Where there are not as many keys as threats, or a bias is stated without a key to draw it by.
    """
    threats = observations.snr_track.shape[0]
    if len(key_by_threat) != threats:
        raise InputError(
            f"{len(key_by_threat)} keys for {threats} threats",
            where=f"radar '{radar.name}'",
            remedy="Give one key for each threat.",
        )
    if radar.bias.stated and bias_key is None:
        raise InputError("a bias without a key", where=f"radar '{radar.name}'", remedy="Give bias_key.")
    looks = observations.look_t_index
    keys = np.array(key_by_threat, dtype=np.int64)
    detected, power = draw_echoes(radar, observations, keys)
    noise = measurement_noise(radar, bias_key)
    measured = measure_looks(observations.packed, looks, keys, power, noise)
    drawn = PotentialDetections(
        observations.t_s[looks],
        looks,
        *(detected[0], detected[1]),
        *(measured[0], measured[1], measured[2], measured[3], measured[4], measured[5]),
        power,
        reported_times_s(radar, observations),
    )
    if not range_rate:
        return drawn
    dwell_s = np.where(drawn.detected_track, radar.track_dwell_s, radar.search_dwell_s)
    sigma = range_rate_sigma_m_s(radar, drawn.snr_measured, dwell_s)
    rate = observations.range_rate_m_s[:, looks] + sigma * spare_normals(keys, looks.size)
    return replace(drawn, range_rate_m_s=rate, sigma_range_rate_m_s=sigma)


def draw_echoes(
    radar: Radar, observations: Observations, keys: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Draw, for each threat and look, what the radar would receive: the first half of `draw_detections`.

    Parameters
    ----------
    radar : Radar
    observations : Observations
    keys : array of int64, shape (n_threat,)
        As for `draw_detections`.

    Returns
    -------
    detected : array of bool, shape (2, n_threat, n_look)
        By a look with the search dwell, and with the track dwell.
    power : array, shape (n_threat, n_look)
        That the receiver saw, over the mean noise power; NaN where neither dwell detects.
    """
    detected, power = draw_looks(
        observations.packed,
        observations.look_t_index,
        keys,
        detection_threshold(radar.false_alarm_probability),
        radar.swerling,
        radar.search_dwell_s / radar.track_dwell_s,
    )
    if observations.searched is not None:
        detected[0] &= observations.searched
    return detected, power


def measurement_noise(radar: Radar, bias_key: int | None = None) -> NDArray[np.float64]:
    """Return what the errors of a radar's measurements follow from, as the kernels want it.

    Parameters
    ----------
    radar : Radar
    bias_key : int, optional
        As for `draw_detections`.

    Returns
    -------
    array
    """
    beamwidth = math.radians(radar.beamwidth_deg)
    noise = np.zeros(kernels.NOISE)
    noise[kernels.ANGLE] = beamwidth / radar.monopulse_slope
    noise[kernels.ANGLE_FLOOR] = radar.angle_floor_beamwidths * beamwidth
    noise[kernels.RANGE], noise[kernels.RANGE_FLOOR] = radar.range_resolution_m, radar.range_floor_m
    if radar.bias.stated and bias_key is not None:
        noise[kernels.BIAS :] = radar.bias.draw(bias_key)
    return noise


def reported_times_s(radar: Radar, observations: Observations) -> NDArray[np.float64]:
    """Return the times of a radar's looks as its clock has them, shape (n_look,)."""
    t_s = observations.t_s[observations.look_t_index]
    return t_s if radar.clock_offset_s == 0.0 else t_s + radar.clock_offset_s
