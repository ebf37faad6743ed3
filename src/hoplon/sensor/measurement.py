"""How well a radar measures: errors that follow from the echo, bias that stays, and resolution."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon._kernels_random import RESOLUTION, philox
from hoplon.errors import InputError
from hoplon.sensor._kernels import LEAST_COSINE

if TYPE_CHECKING:
    from hoplon.sensor.radar import Radar

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bias:
    """Standard deviations of the errors that are drawn once for a radar and a battle, and stay.

    A surveyed position, the alignment to north and to the vertical, the delay of the receiver, what the
    correction for refraction leaves. The sigmas that a radar reports with its measurements do not hold them.

    Attributes
    ----------
    range_sigma_m, azimuth_sigma_deg, elevation_sigma_deg : float
        Normal, mean 0. The azimuth is that around the vertical, not across the beam.
    """

    range_sigma_m: float = 0.0
    azimuth_sigma_deg: float = 0.0
    elevation_sigma_deg: float = 0.0

    def __post_init__(self) -> None:
        for key in ("range_sigma_m", "azimuth_sigma_deg", "elevation_sigma_deg"):
            value = getattr(self, key)
            if not 0.0 <= value < math.inf:
                raise InputError(f"{key} of a bias is {value}", remedy="Write a finite number from 0 up.")

    @property
    def stated(self) -> bool:
        """Whether there is any."""
        return max(self.range_sigma_m, self.azimuth_sigma_deg, self.elevation_sigma_deg) > 0.0

    def draw(self, key: int) -> tuple[float, float, float]:
        """Draw the bias of one radar in one battle.

        Parameters
        ----------
        key : int
            From `hoplon.streams.kernel_key` with the radar's name.

        Returns
        -------
        float, float, float
            To be added to range, m, azimuth and elevation, rad.
        """
        normal = []
        for counter in (0, 1):
            words = philox(counter, key)
            radius = math.sqrt(-2.0 * math.log(1.0 - words[0] * RESOLUTION))
            turn = 2.0 * math.pi * RESOLUTION * words[1]
            normal += [radius * math.cos(turn), radius * math.sin(turn)]
        return (
            self.range_sigma_m * normal[0],
            math.radians(self.azimuth_sigma_deg) * normal[1],
            math.radians(self.elevation_sigma_deg) * normal[2],
        )


def measurement_sigmas(radar: Radar, power: ArrayLike) -> tuple[Array, Array]:
    """Give the standard errors of range and angle that a radar reports of one look.

    ΔR / √(2 z) and θ / (k_m √(2 z)) (Barton, Modern Radar System Analysis, 1988, chapter 8), each with its
    floor added in quadrature; see `hoplon.sensor.observe.draw_detections`.

    Parameters
    ----------
    radar : Radar
    power : array_like
        z, that the receiver saw, signal and noise, over the mean noise power; on average the signal-to-noise
        ratio and one.

    Returns
    -------
    sigma_range_m, sigma_angle_rad : ndarray
        Angle across the beam, the same in both planes.
    """
    half = 0.5 / np.asarray(power, dtype=np.float64)
    beam = math.radians(radar.beamwidth_deg)
    sigma_range = np.sqrt(radar.range_resolution_m**2 * half + radar.range_floor_m**2)
    floor = radar.angle_floor_beamwidths * beam
    return sigma_range, np.sqrt((beam / radar.monopulse_slope) ** 2 * half + floor**2)


def azimuth_sigma_rad(sigma_angle_rad: ArrayLike, elevation_rad: ArrayLike) -> Array:
    """Turn an error across the beam into one of azimuth, which is larger by 1 / cos(elevation).

    Parameters
    ----------
    sigma_angle_rad, elevation_rad : array_like

    Returns
    -------
    ndarray
        At most twenty times as much.
    """
    return np.asarray(sigma_angle_rad / np.maximum(np.cos(elevation_rad), LEAST_COSINE))


def range_rate_sigma_m_s(radar: Radar, snr: ArrayLike, dwell_s: ArrayLike) -> Array:
    """Return the standard error of the range rate that one coherent dwell measures.

    λ / (2 T √(2 SNR)) (Curry, Radar System Performance Modeling, 2nd ed., 2005), which is 1.8
    times the Cramér-Rao bound of the frequency of a tone, √6 / (2π T √SNR) (Rife and Boorstyn 1974, IEEE
    Trans. Inf. Theory 20, 591); with the floor added in quadrature. Not modelled: ambiguity, and the
    coupling of range and range rate in a chirp.

    Parameters
    ----------
    radar : Radar
    snr : array_like
        After integration over the dwell, linear.
    dwell_s : array_like
        T.

    Returns
    -------
    ndarray
        m/s.
    """
    noise = radar.wavelength_m / (2.0 * np.asarray(dwell_s) * np.sqrt(2.0 * np.asarray(snr)))
    return np.asarray(np.hypot(noise, radar.range_rate_floor_m_s))


def unresolved(
    radar: Radar,
    range_m: ArrayLike,
    azimuth_rad: ArrayLike,
    elevation_rad: ArrayLike,
    power: ArrayLike,
    range_rate_m_s: ArrayLike | None = None,
) -> NDArray[np.int64]:
    """Find which objects a radar cannot tell apart in one look.

    Two objects share a cell if they are closer than the range resolution, than the beamwidth across the line
    of sight, and, where range rates are given, than λ / (2 T) of the track dwell: the nominal resolutions
    (Barton, Modern Radar System Analysis, 1988). The strongest object takes
    all that share its cell with it, then the strongest of the rest, and so on.

    Parameters
    ----------
    radar : Radar
    range_m, azimuth_rad, elevation_rad : array_like
        (n,) where the objects are.
    power : array_like
        (n,) how strong their echoes are.
    range_rate_m_s : array_like, optional
        (n,) for a radar that measures it.

    Returns
    -------
    ndarray of int
        (n,) the strongest object of each one's cell, itself if it is alone.
    """
    distance, azimuth, elevation = (
        np.asarray(a, dtype=np.float64) for a in (range_m, azimuth_rad, elevation_rad)
    )
    across = np.cos(elevation)
    look = np.stack([across * np.cos(azimuth), across * np.sin(azimuth), np.sin(elevation)])
    beam = 2.0 * math.sin(0.5 * math.radians(radar.beamwidth_deg))
    leader = np.full(distance.size, -1)
    for strong in np.argsort(-np.asarray(power, dtype=np.float64), kind="stable"):
        if leader[strong] >= 0:
            continue
        shares = np.abs(distance - distance[strong]) < radar.range_resolution_m
        shares &= np.linalg.norm(look - look[:, [strong]], axis=0) < beam
        if range_rate_m_s is not None:
            rate = np.asarray(range_rate_m_s, dtype=np.float64)
            shares &= np.abs(rate - rate[strong]) < 0.5 * radar.wavelength_m / radar.track_dwell_s
        leader[shares & (leader < 0)] = strong
        leader[strong] = strong
    return leader


def merged(
    leader: ArrayLike, power: ArrayLike, measured: ArrayLike, azimuth_row: int = 1
) -> tuple[NDArray[np.int64], Array]:
    """Replace the detections of objects that share a cell by one, at the centroid of their powers.

    As Koch and van Keuk (1997, IEEE Trans. Aerosp. Electron. Syst. 33, 883) take an unresolved group to be
    measured.

    Parameters
    ----------
    leader : array_like of int
        (n,) from `unresolved`.
    power : array_like
        (n,) weights.
    measured : array_like
        (k, n) columns to be averaged, such as range, azimuth and elevation.
    azimuth_row : int
        The row that is an angle around the full circle, -1 for none.

    Returns
    -------
    kept : ndarray of int
        (m,) the detections that remain, ascending: the strongest of each group.
    measured : ndarray
        (k, m)
    """
    group = np.asarray(leader, dtype=np.int64)
    weight, values = np.asarray(power, dtype=np.float64), np.asarray(measured, dtype=np.float64)
    kept = np.unique(group)
    difference = values - values[:, group]
    if azimuth_row >= 0:
        turn = difference[azimuth_row] + math.pi
        difference[azimuth_row] = turn % (2.0 * math.pi) - math.pi
    out = values[:, kept].copy()
    for row in range(out.shape[0]):
        total = np.bincount(group, weight * difference[row], group.size)[kept]
        out[row] += total / np.bincount(group, weight, group.size)[kept]
    if azimuth_row >= 0:
        out[azimuth_row] %= 2.0 * math.pi
    return kept, out
