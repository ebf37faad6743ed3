"""From detections to tracks, and from tracks to where they will fall.

The defence's view: what a missile truly does is not known here. The motion model (gravity, rotation, a
*believed* ballistic coefficient) is the tracker's own.
"""

from hoplon.track.classify import Discrimination, Features, Seen, classify_body, classify_type
from hoplon.track.detections import DetectionBatch
from hoplon.track.impact import ImpactPrediction, predict_impact, predict_path
from hoplon.track.known_missile import KnownMissile
from hoplon.track.launch_point import LaunchPointEstimate, estimate_launch_point
from hoplon.track.settings import TrackerSettings
from hoplon.track.tracker import Tracker

__all__ = [
    "DetectionBatch",
    "Discrimination",
    "Features",
    "ImpactPrediction",
    "KnownMissile",
    "LaunchPointEstimate",
    "Seen",
    "Tracker",
    "TrackerSettings",
    "classify_body",
    "classify_type",
    "estimate_launch_point",
    "predict_impact",
    "predict_path",
]
