"""Drawn looks at a target that stands still: detected and measured as the closed forms say."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from hoplon.earth import Site
from hoplon.sensor.detection import probability_of_detection
from hoplon.sensor.observe import draw_detections, observe
from hoplon.sensor.radar import Radar
from hoplon.verification import Check, Line, line

LOOKS = 400_000
RANGE_M = 500e3


def _radar(swerling: int) -> Radar:
    return Radar(
        name="radar",
        site=Site("here", 40.0, 140.0),
        band="X",
        frequency_hz=9.5e9,
        average_power_w=8e4,
        antenna_area_m2=9.2,
        aperture_efficiency=0.8,
        losses_db=8.0,
        system_temperature_k=400.0,
        track_dwell_s=0.1,
        search_dwell_s=0.05,
        revisit_s=1.0,
        azimuth_from_deg=0.0,
        azimuth_to_deg=360.0,
        elevation_min_deg=2.0,
        elevation_max_deg=90.0,
        mask_deg=0.0,
        range_resolution_m=1.0,
        swerling=swerling,
        false_alarm_probability=1e-6,
        maximum_range_m=1e7,
        latency_s=0.0,
        angle_floor_beamwidths=0.0,
        range_floor_m=0.0,
    )


def drawn_detections() -> Iterator[Line]:
    """Compare frequencies of detection within four standard errors, for both dwells.

    Yields
    ------
    Line
    """
    for swerling in (0, 1, 3):
        radar = _radar(swerling)
        slant = np.array([0.0, RANGE_M * math.cos(0.5), RANGE_M * math.sin(0.5)])
        r = radar.site.r_ecef_m + radar.site.enu_from_ecef.T @ slant
        for snr_db in (10.0, 13.0, 15.0):
            snr = 10.0 ** (snr_db / 10.0)
            rcs = snr / float(radar.snr(RANGE_M, 1.0, radar.track_dwell_s))
            shape = (1, LOOKS)
            seen = observe(
                radar,
                np.arange(float(LOOKS)),
                np.broadcast_to(r, (*shape, 3)),
                np.zeros((*shape, 3)),
                np.full(shape, rcs),
                np.ones(shape, bool),
            )
            drawn = draw_detections(radar, seen, [swerling * 100 + int(snr_db)])
            for name, found, ratio in (
                ("track", drawn.detected_track, snr),
                ("search", drawn.detected_search, snr * radar.search_dwell_s / radar.track_dwell_s),
            ):
                pd = float(probability_of_detection(ratio, radar.false_alarm_probability, swerling))
                error = math.sqrt(pd * (1.0 - pd) / LOOKS)
                yield line(
                    f"Pd in {name}, Swerling {swerling}, {snr_db:g} dB",
                    "",
                    pd,
                    float(found.mean()),
                    4.0 * error,
                )
            hit = drawn.detected_track[0]
            off = (drawn.range_m[0] - seen.range_m[0])[hit] / drawn.sigma_range_m[0][hit]
            spread = 4.0 / math.sqrt(2.0 * hit.sum())
            yield line(
                f"range error in sigmas, Swerling {swerling}, {snr_db:g} dB",
                "",
                1.0,
                float(off.std()),
                spread,
            )


CHECKS = (Check("drawn_detections", "Marcum 1947, Swerling 1954, closed forms", drawn_detections),)
