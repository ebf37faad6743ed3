"""What comes out: records of battles, studies, their files. Imports no simulation."""

from hoplon.result.model import (
    MOMENTS,
    OUTCOMES,
    Assumption,
    Event,
    Interval,
    Record,
    Study,
    Swing,
    ThreatOutcome,
)
from hoplon.result.reader import read_manifest, read_run_folder
from hoplon.result.samples import SensorViews, TrackSamples
from hoplon.result.scene import ScenePath, SceneSite, TimelineRow
from hoplon.result.writer import check_output_place, default_folder, write_run_folder

__all__ = [
    "MOMENTS",
    "OUTCOMES",
    "Assumption",
    "Event",
    "Interval",
    "Record",
    "ScenePath",
    "SceneSite",
    "SensorViews",
    "Study",
    "Swing",
    "ThreatOutcome",
    "TimelineRow",
    "TrackSamples",
    "check_output_place",
    "default_folder",
    "read_manifest",
    "read_run_folder",
    "write_run_folder",
]
