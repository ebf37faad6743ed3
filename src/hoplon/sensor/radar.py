"""A radar station: what it can see, how strong the echo is, how well it measures."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.errors import InputError
from hoplon.sensor.detection import SWERLING_CASES, detection_threshold, required_snr_db
from hoplon.sensor.faces import Face
from hoplon.sensor.mask import Mask, check_mask, lowest_mask_deg
from hoplon.sensor.measurement import Bias
from hoplon.sensor.search import SearchPlan

if TYPE_CHECKING:
    from hoplon.earth.sites import Site

BOLTZMANN_J_K = 1.380649e-23
SPEED_OF_LIGHT_M_S = 299_792_458.0


@dataclass(frozen=True, slots=True)
class Radar:
    """A ground radar, by the parameters of the radar equation.

    The model is that of a phased array whose average power, gain and beamwidth do not depend on where in its
    sector it looks, unless its faces lose some away from their axes. How it shares its time among beams is in
    `hoplon.sensor.budget`. Not modelled: multipath and lobing at low elevation, rain, clutter, interference,
    polarisation. Refraction bends the horizon; the measured elevation counts as corrected for it.

    Attributes
    ----------
    name : str
        Unique in a scenario.
    site : Site
        Where it stands; the altitude is that of the antenna.
    band : str
        Of the target's radar cross-section: "X", "S", "L" or "UHF".
    frequency_hz : float
        Carrier.
    average_power_w : float
        Radiated, mean over the dwell.
    antenna_area_m2 : float
        Physical aperture, used to transmit and to receive.
    aperture_efficiency : float
        Effective over physical aperture, 0 to 1.
    losses_db : float
        All losses between the ideal radar equation and the detector, ≥ 0.
    system_temperature_k : float
        Noise temperature of the receiving system.
    track_dwell_s, search_dwell_s : float
        Time on target of one look, added up coherently, at a target in track and when searching.
    revisit_s : float
        From look to look at the same target or place.
    azimuth_from_deg, azimuth_to_deg : float
        Sector, clockwise from north; 0 and 360 (or equal numbers) are all round.
    elevation_min_deg, elevation_max_deg : float
        Lowest and highest beam.
    mask_deg : float or tuple of pairs
        Elevation of the terrain around the radar: the same all round, or pairs of azimuth and elevation,
        with straight lines between them.
    range_resolution_m : float
        Half the speed of light over the bandwidth.
    swerling : int
        Fluctuation of targets: 0, 1 or 3.
    false_alarm_probability : float
        In one resolution cell and dwell.
    maximum_range_m : float
        Instrumented range.
    latency_s : float
        From a look to its detection at the tracker.
    range_scale : float
        Multiplies the range reached: for a radar known only as a ratio to another one.
    monopulse_slope : float
        k_m of the angle error θ / (k_m √(2 SNR)); 1.6 is typical (Barton, Modern Radar System Analysis, 1988,
        chapter 8).
    angle_floor_beamwidths : float
        Angle error at high SNR, in beamwidths: what calibration, pointing and refraction leave. 1/50 is an
        assumption; operational radars are usually credited with splitting their beam by 20 to 100.
    range_floor_m : float
        Range error at high SNR: what calibration of timing and air leaves. 5 m is an assumption.
    search : SearchPlan, optional
        What it searches and how often; None for all that it can see, at every `revisit_s`.
    search_share : float
        Share of its time that search takes where no plan says so; one half is an assumption.
    mature_after_s : float
        An object that has been in firm track for so long is looked at less often, a usual economy of phased
        arrays (Blackman and Popoli, Design and Analysis of Modern Tracking Systems, 1999, chapter 15); the
        figures are assumed.
    mature_every : int
        It is looked at every so many times `revisit_s`.
    faces : tuple of Face
        Where each face looks; none is one array that looks everywhere in the sector alike.
    bias : Bias
        Standard deviations of the errors that stay for a whole battle.
    clock_offset_s : float
        Added to the times that it reports.
    range_rate_floor_m_s : float
        Range-rate error at high SNR; 1 m/s is an assumption.
    reports_false_alarms : bool
        Whether a false alarm reaches the tracker without a second dwell that confirms it.
    """

    name: str
    site: Site
    band: str
    frequency_hz: float
    average_power_w: float
    antenna_area_m2: float
    aperture_efficiency: float
    losses_db: float
    system_temperature_k: float
    track_dwell_s: float
    search_dwell_s: float
    revisit_s: float
    azimuth_from_deg: float
    azimuth_to_deg: float
    elevation_min_deg: float
    elevation_max_deg: float
    mask_deg: Mask
    range_resolution_m: float
    swerling: int
    false_alarm_probability: float
    maximum_range_m: float
    latency_s: float
    range_scale: float = 1.0
    monopulse_slope: float = 1.6
    angle_floor_beamwidths: float = 0.02
    range_floor_m: float = 5.0
    search: SearchPlan | None = None
    search_share: float = 0.5
    mature_after_s: float = 45.0
    mature_every: int = 4
    faces: tuple[Face, ...] = ()
    bias: Bias = field(default_factory=Bias)
    clock_offset_s: float = 0.0
    range_rate_floor_m_s: float = 1.0
    reports_false_alarms: bool = False

    def __post_init__(self) -> None:
        for key in _POSITIVE:
            value = getattr(self, key)
            if not (math.isfinite(value) and value > 0.0):
                raise self._wrong(key, "Write a finite number above 0.")
        for key in _NOT_NEGATIVE:
            value = getattr(self, key)
            if not (math.isfinite(value) and value >= 0.0):
                raise self._wrong(key, "Write a finite number from 0 up.")
        if self.aperture_efficiency > 1.0:
            raise self._wrong("aperture_efficiency", "Write a number above 0, at most 1.")
        for key in ("azimuth_from_deg", "azimuth_to_deg"):
            if not -360.0 <= getattr(self, key) <= 360.0:
                raise self._wrong(key, "Write degrees clockwise from north, 0 to 360.")
        if not -10.0 <= self.elevation_min_deg < self.elevation_max_deg <= 90.0:
            raise self._wrong(
                "elevation_min_deg", "Write -10 <= elevation_min_deg < elevation_max_deg <= 90."
            )
        if remedy := check_mask(self.mask_deg, self.elevation_max_deg):
            raise self._wrong("mask_deg", remedy)
        if self.swerling not in SWERLING_CASES:
            raise self._wrong("swerling", "Write 0, 1 or 3.")
        detection_threshold(self.false_alarm_probability)
        if not 0.0 <= self.search_share < 1.0:
            raise self._wrong("search_share", "Write a number from 0 to below 1.")
        if self.mature_every < 1:
            raise self._wrong("mature_every", "Write a whole number from 1 up.")
        if not -3600.0 <= self.clock_offset_s <= 3600.0:
            raise self._wrong("clock_offset_s", "Write seconds, an hour at most.")

    def _wrong(self, key: str, remedy: str) -> InputError:
        return InputError(f"{key} is {getattr(self, key)}", where=f"radar '{self.name}'", remedy=remedy)

    @property
    def wavelength_m(self) -> float:
        """Wavelength of the carrier."""
        return SPEED_OF_LIGHT_M_S / self.frequency_hz

    @property
    def effective_area_m2(self) -> float:
        """Effective aperture: efficiency times physical aperture."""
        return self.aperture_efficiency * self.antenna_area_m2

    @property
    def gain(self) -> float:
        """Power gain of the antenna (linear): 4π A_e / λ²."""
        return 4.0 * math.pi * self.effective_area_m2 / self.wavelength_m**2

    @property
    def beamwidth_deg(self) -> float:
        """Half-power beamwidth, the same in both planes.

        1.02 λ/D of an evenly lit circular aperture (Balanis, Antenna Theory, table 12.2) with the *effective*
        area, so that beamwidth and gain belong together: a taper broadens the beam as it lowers the gain. An
        array that is wider than high (AN/TPY-2: about 4.6 m by 2.0 m) is narrower in azimuth and broader in
        elevation than this mean, by the square root of its aspect ratio.
        """
        return math.degrees(1.02 * self.wavelength_m / math.sqrt(4.0 * self.effective_area_m2 / math.pi))

    @property
    def azimuth_width_deg(self) -> float:
        """Width of the sector: 360 for a radar that looks all around."""
        width = (self.azimuth_to_deg - self.azimuth_from_deg) % 360.0
        return width if width > 0.0 else 360.0

    @property
    def lowest_elevation_deg(self) -> float:
        """Apparent elevation below which nothing is seen: lowest beam, or lowest place of the mask."""
        return max(self.elevation_min_deg, lowest_mask_deg(self.mask_deg))

    def snr(self, range_m: ArrayLike, rcs_m2: ArrayLike, dwell_s: float) -> NDArray[np.float64]:
        """Mean signal-to-noise ratio of one coherent dwell.

        P_av t_d G A_e σ / ((4π)² k T L R⁴), times `range_scale`⁴: the radar equation in terms of energy
        (Skolnik, Introduction to Radar Systems, 3rd ed., 1.2; average power 2.9, losses 2.12), free of
        bandwidth and pulse form.

        Parameters
        ----------
        range_m : array_like
            Slant range, > 0.
        rcs_m2 : array_like
            Mean radar cross-section in the radar's band.
        dwell_s : float
            Time on target.

        Returns
        -------
        ndarray
            Linear, broadcast over the inputs. Field of view, horizon and maximum range are not looked at.
        """
        numerator = self.average_power_w * dwell_s * self.gain * self.effective_area_m2 * self.range_scale**4
        noise = BOLTZMANN_J_K * self.system_temperature_k * 10.0 ** (self.losses_db / 10.0)
        constant = numerator / ((4.0 * math.pi) ** 2 * noise)
        return np.asarray(constant * np.asarray(rcs_m2) / np.asarray(range_m, dtype=np.float64) ** 4)[()]

    def range_for(self, snr: float, rcs_m2: float, dwell_s: float) -> float:
        """Slant range in metres at which a dwell gives a signal-to-noise ratio.

        Parameters
        ----------
        snr : float
            Linear, > 0.
        rcs_m2 : float
            Mean radar cross-section.
        dwell_s : float
            Time on target.

        Returns
        -------
        float
            Not limited by the horizon or the maximum range.
        """
        return math.sqrt(math.sqrt(float(self.snr(1.0, rcs_m2, dwell_s)) / snr))


_POSITIVE = (
    "frequency_hz",
    "average_power_w",
    "antenna_area_m2",
    "aperture_efficiency",
    "system_temperature_k",
    "track_dwell_s",
    "search_dwell_s",
    "revisit_s",
    "range_resolution_m",
    "maximum_range_m",
    "range_scale",
    "monopulse_slope",
)
_NOT_NEGATIVE = (
    "losses_db",
    "latency_s",
    "angle_floor_beamwidths",
    "range_floor_m",
    "mature_after_s",
    "range_rate_floor_m_s",
)


def detection_range_m(
    radar: Radar, rcs_m2: float, probability: float = 0.5, dwell_s: float | None = None, pulses: int = 1
) -> float:
    """Range at which one look detects a target with a given probability, as for the sectors of a map.

    Parameters
    ----------
    radar : Radar
        With its fluctuation case and false-alarm probability.
    rcs_m2 : float
        Mean radar cross-section in the radar's band.
    probability : float
        Of detection in one look.
    dwell_s : float, optional
        Time on target; the radar's search dwell by default.
    pulses : int
        Into how many parts the dwell is cut that are added up without their phases; 1 is the coherent dwell
        of battles.

    Returns
    -------
    float
        Metres, at most the radar's maximum range; the horizon is not looked at.
    """
    level_db = required_snr_db(probability, radar.false_alarm_probability, radar.swerling, pulses=pulses)
    needed = pulses * 10.0 ** (level_db / 10.0)
    dwell = radar.search_dwell_s if dwell_s is None else dwell_s
    return min(radar.range_for(needed, rcs_m2, dwell), radar.maximum_range_m)


def lewis_postol_range_m(
    *,
    average_power_w: float,
    antenna_area_m2: float,
    gain: float,
    rcs_m2: float,
    snr: float,
    system_temperature_k: float,
    losses_db: float,
    pulses: float = 20.0,
    pulse_repetition_hz: float = 200.0,
    aperture_efficiency: float = 0.8,
    integration_efficiency: float = 1.0,
    time_bandwidth: float = 1.0,
) -> float:
    """Radar range in the form of Lewis and Postol (2012), for comparison with their published 870 km.

    R⁴ = ρ P_av A G σ n E_i / ((4π)² k T (Bτ) f_p L (S/N)): the same as `Radar.range_for` where the dwell is
    n / f_p and the gain belongs to the aperture.

    Parameters
    ----------
    average_power_w, antenna_area_m2, gain : float
        P_av, physical aperture A and gain G (linear).
    rcs_m2 : float
        Radar cross-section σ.
    snr : float
        Signal-to-noise ratio S/N wanted after integration (linear).
    system_temperature_k, losses_db : float
        T and L.
    pulses, pulse_repetition_hz : float
        n pulses added up, f_p a second.
    aperture_efficiency : float
        ρ.
    integration_efficiency : float
        E_i; 1 is coherent integration.
    time_bandwidth : float
        B τ of the receiver's filter.

    Returns
    -------
    float
        Range in metres.
    """
    numerator = aperture_efficiency * average_power_w * antenna_area_m2 * gain * rcs_m2 * pulses
    numerator *= integration_efficiency
    noise = BOLTZMANN_J_K * system_temperature_k * time_bandwidth * pulse_repetition_hz
    loss = 10.0 ** (losses_db / 10.0)
    return math.sqrt(math.sqrt(numerator / ((4.0 * math.pi) ** 2 * noise * loss * snr)))
