"""How a missile moves: vehicles, flights, and the fit of a flight to an aim point."""

from hoplon.flight.batch import Impacts, fly_batch
from hoplon.flight.calibration import Calibration, ReportedFlight, calibrate
from hoplon.flight.fit import fit
from hoplon.flight.fly import fly, free_flight
from hoplon.flight.free_fit import fit_free_flight
from hoplon.flight.minimum_energy import MinimumEnergy, minimum_energy
from hoplon.flight.pitch import PitchHistory
from hoplon.flight.trajectory import FlightEvent, Trajectory
from hoplon.flight.vehicle import FORDEN_DRAG_CD, FORDEN_DRAG_MACH, Stage, Vehicle
from hoplon.flight.wind import Wind

__all__ = [
    "FORDEN_DRAG_CD",
    "FORDEN_DRAG_MACH",
    "Calibration",
    "FlightEvent",
    "Impacts",
    "MinimumEnergy",
    "PitchHistory",
    "ReportedFlight",
    "Stage",
    "Trajectory",
    "Vehicle",
    "Wind",
    "calibrate",
    "fit",
    "fit_free_flight",
    "fly",
    "fly_batch",
    "free_flight",
    "minimum_energy",
]
