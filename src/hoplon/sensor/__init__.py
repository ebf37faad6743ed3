"""Radar stations and early-warning satellites: who can see what, when, and how well."""

from hoplon.sensor.budget import Granted, grant, stretch, track_share, wanted_interval_s, wanted_share
from hoplon.sensor.detection import detection_threshold, probability_of_detection, required_snr_db
from hoplon.sensor.observe import Observations, PotentialDetections, draw_detections, observe
from hoplon.sensor.radar import Radar, detection_range_m, lewis_postol_range_m
from hoplon.sensor.refraction import horizon_table, lowest_visible_altitude_m
from hoplon.sensor.satellite import InfraredSatellites, SatelliteReport
from hoplon.sensor.search import SearchPlan, beam_positions, search_load

__all__ = [
    "Granted",
    "InfraredSatellites",
    "Observations",
    "PotentialDetections",
    "Radar",
    "SatelliteReport",
    "SearchPlan",
    "beam_positions",
    "detection_range_m",
    "detection_threshold",
    "draw_detections",
    "grant",
    "horizon_table",
    "lewis_postol_range_m",
    "lowest_visible_altitude_m",
    "observe",
    "probability_of_detection",
    "required_snr_db",
    "search_load",
    "stretch",
    "track_share",
    "wanted_interval_s",
    "wanted_share",
]
