"""Radar against outside numbers: detection, horizon, range."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

from hoplon.earth import Site
from hoplon.sensor.detection import probability_of_detection, required_snr_db
from hoplon.sensor.radar import Radar, lewis_postol_range_m
from hoplon.sensor.refraction import lowest_visible_altitude_m
from hoplon.verification.model import Line
from hoplon.verification.registry import Check, line, read_table, read_yaml

MODELS: tuple[Literal["geometric", "four_thirds", "exponential"], ...] = (
    "geometric",
    "four_thirds",
    "exponential",
)


NAMES = {"geometric": "no air", "four_thirds": "4/3 Earth", "exponential": "refracted"}


def detection() -> Iterator[Line]:
    """Swerling 0, 1 and 3: to 1e-5 in probability and 0.001 dB, the figures of the printed table.

    Yields
    ------
    Line
    """
    for row in read_table("detection.csv"):
        swerling, pfa = int(row["swerling"]), float(row["false_alarm_probability"])
        snr_db, pd = float(row["snr_db"]), float(row["pd"])
        case = f"Swerling {swerling}, Pfa {pfa:g}"
        if row["kind"] == "pd":
            computed = float(probability_of_detection(10.0 ** (snr_db / 10.0), pfa, swerling))
            yield line(f"Pd at {snr_db:g} dB, {case}", "", pd, computed, 1e-5)
        else:
            computed = required_snr_db(pd, pfa, swerling)
            yield line(f"SNR for Pd {pd:g}, {case}", "dB", snr_db, computed, 0.001)


def integration() -> Iterator[Line]:
    """Pulses added without phase, steady target, against Albersheim's fit.

    He states 0.2 dB for a linear detector; the square law differs from it by up to 0.2 dB where there is more
    than one pulse (Marcum 1947).

    Yields
    ------
    Line
    """
    pfa = 1e-6
    for pulses, tolerance_db in ((1, 0.2), (10, 0.4), (100, 0.4), (1000, 0.4)):
        for pd in (0.5, 0.9):
            a, b = math.log(0.62 / pfa), math.log(pd / (1.0 - pd))
            slope = 6.2 + 4.54 / math.sqrt(pulses + 0.44)
            fit_db = slope * math.log10(a + 0.12 * a * b + 1.7 * b) - 5.0 * math.log10(pulses)
            computed = required_snr_db(pd, pfa, 0, pulses=pulses)
            yield line(f"SNR of each of {pulses} pulses for Pd {pd:g}", "dB", fit_db, computed, tolerance_db)


def horizon() -> Iterator[Line]:
    """Lowest visible altitude under three atmospheres, to 0.1 km: the last digit of the table.

    Yields
    ------
    Line
    """
    for row in read_table("horizon.csv"):
        ground_range_km = float(row["ground_range_km"])
        for model in MODELS:
            altitude_m = float(lowest_visible_altitude_m(1e3 * ground_range_km, model=model))
            what = f"horizon at {ground_range_km:g} km, {NAMES[model]}"
            yield line(what, "km", float(row[f"{model}_km"]), altitude_m / 1e3, 0.1)


def radar_range() -> Iterator[Line]:
    """Lewis and Postol's 870 km with their inputs to 5 %, and how the range scales, to 1 km.

    The scalings go through the radar equation that battles use, anchored at the published 870 km.

    Yields
    ------
    Line
    """
    data = read_yaml("radar_range.yaml")
    given = data["inputs"]
    km = lewis_postol_range_m(
        average_power_w=given["average_power_w"],
        antenna_area_m2=given["antenna_area_m2"],
        gain=given["gain"],
        rcs_m2=given["cross_section_m2"],
        snr=given["snr"],
        system_temperature_k=given["system_temperature_k"],
        losses_db=given["losses_db"],
        pulses=given["pulses"],
        pulse_repetition_hz=given["pulse_rate_hz"],
        aperture_efficiency=given["range_efficiency"],
        integration_efficiency=given["integration_efficiency"],
        time_bandwidth=given["bandwidth_time"],
    )
    published = data["published_km"]
    yield line(
        "range of one X-band array, 0.01 m2, SNR 20",
        "km",
        published,
        km / 1e3,
        published * data["published_tolerance_percent"] / 100.0,
        note="temperature and losses are fitted to the published range: a consistency check",
    )
    one = _array(given, 1)
    dwell_s = given["pulses"] / given["pulse_rate_hz"]
    anchor = published / one.range_for(given["snr"], given["cross_section_m2"], dwell_s)
    tolerance_km = data["scaling_tolerance_km"]
    for row in data["cross_section"]:
        km = anchor * one.range_for(given["snr"], row["cross_section_m2"], dwell_s)
        yield line(f"range at {row['cross_section_m2']:g} m2", "km", row["range_km"], km, tolerance_km)
    for row in data["snr"]:
        km = anchor * one.range_for(row["snr"], given["cross_section_m2"], dwell_s)
        yield line(f"range at SNR {row['snr']:g}", "km", row["range_km"], km, tolerance_km)
    stacked = _array(given, data["stacked"]["arrays"])
    km = anchor * stacked.range_for(given["snr"], given["cross_section_m2"], dwell_s)
    yield line("range of two stacked arrays", "km", data["stacked"]["range_km"], km, tolerance_km)
    golf = data["spy_1"]
    ratio = one.range_for(1.0, golf["cross_section_m2"], 1.0) / one.range_for(1.0, golf["from_m2"], 1.0)
    yield line(
        f"range of SPY-1 at {golf['cross_section_m2']:g} m2, from that at {golf['from_m2']:g} m2",
        "km",
        golf["range_km"],
        golf["from_km"] * ratio,
        golf["range_km"] * golf["tolerance_percent"] / 100.0,
        source=golf["source"],
    )


def _array(given: dict[str, float], arrays: int) -> Radar:
    # The wavelength at which the published gain belongs to the published aperture.
    effective_m2 = given["range_efficiency"] * given["antenna_area_m2"]
    wavelength_m = math.sqrt(4.0 * math.pi * effective_m2 / given["gain"])
    return Radar(
        name="array",
        site=Site("anywhere", 0.0, 0.0),
        band="X",
        frequency_hz=299_792_458.0 / wavelength_m,
        average_power_w=arrays * given["average_power_w"],
        antenna_area_m2=arrays * given["antenna_area_m2"],
        aperture_efficiency=given["range_efficiency"],
        losses_db=given["losses_db"],
        system_temperature_k=given["system_temperature_k"],
        track_dwell_s=0.1,
        search_dwell_s=0.1,
        revisit_s=1.0,
        azimuth_from_deg=0.0,
        azimuth_to_deg=360.0,
        elevation_min_deg=0.0,
        elevation_max_deg=90.0,
        mask_deg=0.0,
        range_resolution_m=1.0,
        swerling=0,
        false_alarm_probability=1e-6,
        maximum_range_m=1e8,
        latency_s=0.0,
    )


CHECKS = (
    Check("detection", "Marcum 1947, Swerling 1954, exact", detection),
    Check("integration", "Albersheim 1981, in the form of Tufts and Cann 1983", integration),
    Check("horizon", "spherical Earth, N = 313 exp(-h/7.35 km)", horizon),
    Check("radar_range", "Lewis and Postol, 21 Sep 2012", radar_range),
)
