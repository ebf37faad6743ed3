"""Early-warning satellites: the glow of the plume tells that, when and where a missile rose."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hoplon.earth.frames import enu_from_ecef_matrix, geodetic_from_ecef
from hoplon.errors import InputError
from hoplon.streams import triangular


@dataclass(frozen=True, slots=True)
class SatelliteReport:
    """A launch as the satellites report it.

    Attributes
    ----------
    t_s : float
        When the report arrives.
    detected_s : float
        When the plume was declared a launch.
    latitude_deg, longitude_deg : float
        Reported launch point.
    position_sigma_m : float
        Reported standard error, in each of the two horizontal directions.
    """

    t_s: float
    detected_s: float
    latitude_deg: float
    longitude_deg: float
    position_sigma_m: float


@dataclass(frozen=True, slots=True)
class InfraredSatellites:
    """A constellation that watches the whole area of the scenario for the plumes of boosting missiles.

    Simplified to three numbers: how long after lift-off a launch is declared (through cloud, confirmed by
    further scans), how well the launch point is known, how long the report takes. Orbits, scans, cloud,
    brightness of the plume, missed and false launches, and tracking during boost are not modelled. No open
    source gives these numbers well: they are assumptions of the catalogue, with wide ranges.

    Attributes
    ----------
    name : str
        Unique in a scenario.
    detection_delay_s : tuple of float
        Lowest, likeliest and highest delay from lift-off, of a triangular distribution.
    position_error_m : float
        Standard error of the launch point in each horizontal direction.
    report_latency_s : float
        From declaring to the report's arrival.
    """

    name: str
    detection_delay_s: tuple[float, float, float]
    position_error_m: float
    report_latency_s: float

    def __post_init__(self) -> None:
        where = f"satellites '{self.name}'"
        low, best, high = self.detection_delay_s
        if not (0.0 <= low <= best <= high < math.inf):
            raise InputError(
                f"detection_delay_s is {self.detection_delay_s}",
                where=where,
                remedy="Write 0 <= low <= best <= high.",
            )
        for key in ("position_error_m", "report_latency_s"):
            if not 0.0 <= getattr(self, key) < math.inf:
                raise InputError(
                    f"{key} is {getattr(self, key)}", where=where, remedy="Write a finite number from 0 up."
                )

    def report(
        self,
        launch_s: float,
        r_launch_ecef_m: ArrayLike,
        rng: np.random.Generator,
        boost_s: float = math.inf,
    ) -> SatelliteReport | None:
        """Draw the report of one launch.

        Parameters
        ----------
        launch_s : float
            Lift-off.
        r_launch_ecef_m : array_like
            (3,) true launch point in the Earth-fixed frame.
        rng : numpy.random.Generator
            Of this launch; three numbers are drawn whatever happens.
        boost_s : float
            How long the plume burns.

        Returns
        -------
        SatelliteReport or None
            None where the plume has gone out before the launch would have been declared.
        """
        low, best, high = self.detection_delay_s
        uniform = float(rng.random())
        east, north = rng.standard_normal(2) * self.position_error_m
        delay = triangular(uniform, low, best, high)
        if delay > boost_s:
            return None
        r = np.asarray(r_launch_ecef_m, dtype=np.float64)
        latitude, longitude, _ = geodetic_from_ecef(r)
        enu = enu_from_ecef_matrix(float(latitude), float(longitude))
        latitude, longitude, _ = geodetic_from_ecef(r + east * enu[0] + north * enu[1])
        detected = launch_s + delay
        return SatelliteReport(
            t_s=detected + self.report_latency_s,
            detected_s=detected,
            latitude_deg=float(latitude),
            longitude_deg=float(longitude),
            position_sigma_m=self.position_error_m,
        )
