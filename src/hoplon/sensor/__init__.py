"""Radar stations and early-warning satellites: who can see what, when, and how well."""

from hoplon.sensor.detection import detection_threshold, probability_of_detection, required_snr_db
from hoplon.sensor.observe import Observations, PotentialDetections, draw_detections, observe
from hoplon.sensor.radar import Radar, detection_range_m, lewis_postol_range_m
from hoplon.sensor.refraction import horizon_table, lowest_visible_altitude_m
from hoplon.sensor.satellite import InfraredSatellites, SatelliteReport

__all__ = [
    "InfraredSatellites",
    "Observations",
    "PotentialDetections",
    "Radar",
    "SatelliteReport",
    "detection_range_m",
    "detection_threshold",
    "draw_detections",
    "horizon_table",
    "lewis_postol_range_m",
    "lowest_visible_altitude_m",
    "observe",
    "probability_of_detection",
    "required_snr_db",
]
