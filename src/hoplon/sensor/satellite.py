"""Early-warning satellites: the glow of the plume tells that, when and where a missile rose."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.earth.frames import enu_from_ecef_matrix, geodetic_from_ecef
from hoplon.errors import InputError
from hoplon.streams import stream, triangular

Array = NDArray[np.float64]


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
    heading_deg, heading_sigma_deg : float
        Reported direction of flight over the ground, clockwise from north, and its standard error; NaN where
        none is reported.
    """

    t_s: float
    detected_s: float
    latitude_deg: float
    longitude_deg: float
    position_sigma_m: float
    heading_deg: float = math.nan
    heading_sigma_deg: float = math.nan


@dataclass(frozen=True, slots=True)
class Region:
    """What satellites watch, as a field of latitudes and longitudes.

    Attributes
    ----------
    latitude_from_deg, latitude_to_deg : float
        From south to north.
    longitude_from_deg, longitude_to_deg : float
        From west to east; across 180 where the first is the larger.
    """

    latitude_from_deg: float
    latitude_to_deg: float
    longitude_from_deg: float
    longitude_to_deg: float

    def __post_init__(self) -> None:
        if not -90.0 <= self.latitude_from_deg < self.latitude_to_deg <= 90.0:
            raise InputError(
                f"a region reaches from latitude {self.latitude_from_deg} to {self.latitude_to_deg}",
                remedy="Write -90 <= latitude_from_deg < latitude_to_deg <= 90.",
            )

    @property
    def longitude_width_deg(self) -> float:
        """From west to east."""
        return (self.longitude_to_deg - self.longitude_from_deg) % 360.0 or 360.0

    def holds(self, latitude_deg: float, longitude_deg: float) -> bool:
        """Say whether a place lies in the region.

        Parameters
        ----------
        latitude_deg, longitude_deg : float

        Returns
        -------
        bool
        """
        east = (longitude_deg - self.longitude_from_deg) % 360.0
        return (
            self.latitude_from_deg <= latitude_deg <= self.latitude_to_deg
            and east <= self.longitude_width_deg
        )


@dataclass(frozen=True, slots=True)
class BoostPath:
    """The true flight while the plume burns, from which it is computed when and where it can be seen.

    Attributes
    ----------
    t_s : ndarray
        (n,) since lift-off, ascending.
    r_ecef_m, v_ecef_m_s : ndarray
        (n, 3)
    """

    t_s: Array
    r_ecef_m: Array
    v_ecef_m_s: Array

    def passes_s(self, height_m: float) -> float:
        """Return when the flight first passes a height.

        Parameters
        ----------
        height_m : float
            Above the ellipsoid.

        Returns
        -------
        float
            Since lift-off, linear between the points; infinite where it stays below.
        """
        _, _, height = geodetic_from_ecef(self.r_ecef_m)
        above = np.flatnonzero(height >= height_m)
        if not above.size:
            return math.inf
        i = int(above[0])
        if i == 0:
            return float(self.t_s[0])
        part = (height_m - height[i - 1]) / (height[i] - height[i - 1])
        return float(self.t_s[i - 1] + part * (self.t_s[i] - self.t_s[i - 1]))

    def heading_deg(self, t_s: float) -> float:
        """Return the direction of flight over the ground.

        Parameters
        ----------
        t_s : float
            Since lift-off.

        Returns
        -------
        float
            Clockwise from north, from 0 to 360.
        """
        r, v = (
            np.array([np.interp(t_s, self.t_s, column) for column in state.T])
            for state in (self.r_ecef_m, self.v_ecef_m_s)
        )
        latitude, longitude, _ = geodetic_from_ecef(r)
        east, north, _ = enu_from_ecef_matrix(float(latitude), float(longitude)) @ v
        return math.degrees(math.atan2(east, north)) % 360.0


@dataclass(frozen=True, slots=True)
class InfraredSatellites:
    """A constellation that watches for the plumes of boosting missiles.

    When a launch is declared is stated in one of two ways: as a delay from lift-off that holds cloud, scans
    and confirmation together; or, with a cloud height, as a delay from when the missile in truth passes it.
    Orbits, the brightness of the plume against the background, and tracking during boost are not modelled. No
    open source gives these numbers well: they are assumptions of the catalogue, with wide ranges.

    Attributes
    ----------
    name : str
        Unique in a scenario.
    detection_delay_s : tuple of float
        Lowest, likeliest and highest delay from lift-off, of a triangular distribution. Not used where there
        is a cloud height.
    position_error_m : float
        Standard error of the launch point in each horizontal direction.
    report_latency_s : float
        From declaring to the report's arrival.
    cloud_height_m : float, optional
        The plume is seen from where the missile passes this height.
    scan_delay_s : tuple of float
        Lowest, likeliest and highest time from there until the launch is declared.
    heading_error_deg : float, optional
        Standard error of the reported direction of flight; None where none is reported.
    region : Region, optional
        Where launches are seen; None for everywhere.
    missed_probability : float
        That a launch is not reported at all.
    false_launches_per_day : float
        Mean number of reports of launches that are none, in the region.
    """

    name: str
    detection_delay_s: tuple[float, float, float]
    position_error_m: float
    report_latency_s: float
    cloud_height_m: float | None = None
    scan_delay_s: tuple[float, float, float] = (0.0, 0.0, 0.0)
    heading_error_deg: float | None = None
    region: Region | None = None
    missed_probability: float = 0.0
    false_launches_per_day: float = 0.0

    def __post_init__(self) -> None:
        for key in ("detection_delay_s", "scan_delay_s"):
            low, best, high = getattr(self, key)
            if not (0.0 <= low <= best <= high < math.inf):
                raise self._wrong(key, "Write 0 <= low <= best <= high.")
        limits = {
            "position_error_m": math.inf,
            "report_latency_s": math.inf,
            "cloud_height_m": 100e3,
            "heading_error_deg": 180.0,
            "missed_probability": 1.0 + 1e-12,
            "false_launches_per_day": 1e6,
        }
        for key, limit in limits.items():
            value = getattr(self, key)
            if value is not None and not 0.0 <= value < limit:
                raise self._wrong(key, "Write a finite number from 0 up; a probability is at most 1.")
        if self.false_launches_per_day > 0.0 and self.region is None:
            raise self._wrong("false_launches_per_day", "State the region in which they are seen.")

    def _wrong(self, key: str, remedy: str) -> InputError:
        return InputError(f"{key} is {getattr(self, key)}", where=f"satellites '{self.name}'", remedy=remedy)

    @property
    def needs_path(self) -> bool:
        """Whether reports depend on the true flight beyond its launch point and the end of boost."""
        return self.cloud_height_m is not None or self.heading_error_deg is not None

    def report(
        self,
        launch_s: float,
        r_launch_ecef_m: ArrayLike,
        rng: np.random.Generator,
        boost_s: float = math.inf,
        path: BoostPath | None = None,
    ) -> SatelliteReport | None:
        """Draw the report of one launch.

        Parameters
        ----------
        launch_s : float
            Lift-off.
        r_launch_ecef_m : array_like
            (3,) true launch point in the Earth-fixed frame.
        rng : numpy.random.Generator
            Of this launch; five numbers are drawn whatever happens.
        boost_s : float
            How long the plume burns.
        path : BoostPath, optional
            The true flight; needed where there is a cloud height or a heading.

        Returns
        -------
        SatelliteReport or None
            None where the plume has gone out before the launch would have been declared, where it rose
            outside the region, and where the launch is missed.

        Raises
        ------
        InputError
            Where the path is needed and not given.
        """
        if path is None and self.needs_path:
            raise InputError(
                "the flight is not given", where=f"satellites '{self.name}'", remedy="Give path."
            )
        uniform = float(rng.random())
        east, north = rng.standard_normal(2) * self.position_error_m
        heading_error = float(rng.standard_normal())
        missed = float(rng.random()) < self.missed_probability
        if path is None or self.cloud_height_m is None:
            delay = triangular(uniform, *self.detection_delay_s)
        else:
            delay = path.passes_s(self.cloud_height_m) + triangular(uniform, *self.scan_delay_s)
        if delay > boost_s or missed:
            return None
        r = np.asarray(r_launch_ecef_m, dtype=np.float64)
        latitude, longitude, _ = geodetic_from_ecef(r)
        if self.region is not None and not self.region.holds(float(latitude), float(longitude)):
            return None
        enu = enu_from_ecef_matrix(float(latitude), float(longitude))
        latitude, longitude, _ = geodetic_from_ecef(r + east * enu[0] + north * enu[1])
        heading = sigma = math.nan
        if path is not None and self.heading_error_deg is not None:
            sigma = self.heading_error_deg
            heading = (path.heading_deg(delay) + sigma * heading_error) % 360.0
        detected = launch_s + delay
        return SatelliteReport(
            t_s=detected + self.report_latency_s,
            detected_s=detected,
            latitude_deg=float(latitude),
            longitude_deg=float(longitude),
            position_sigma_m=self.position_error_m,
            heading_deg=heading,
            heading_sigma_deg=sigma,
        )

    def false_reports(self, start_s: float, stop_s: float, seed: int, run: int) -> list[SatelliteReport]:
        """Draw the reports of launches that are none.

        Parameters
        ----------
        start_s, stop_s : float
            Of the battle. Their number is Poisson; each hour has a stream of its own, so that a longer battle
            moves no draw.
        seed, run : int
            Of the study and the battle.

        Returns
        -------
        list of SatelliteReport
            In the order of arrival: uniform over the region's area (on a sphere: the sine of latitude is),
            with headings in all directions.
        """
        region = self.region
        if region is None or not self.false_launches_per_day > 0.0:
            return []
        low, high = (
            math.sin(math.radians(edge)) for edge in (region.latitude_from_deg, region.latitude_to_deg)
        )
        sigma = math.nan if self.heading_error_deg is None else self.heading_error_deg
        reports = []
        for hour in range(math.floor(start_s / 3600.0), math.ceil(stop_s / 3600.0)):
            rng = stream(seed, run, "false_launches", self.name, str(hour))
            for u in rng.random((rng.poisson(self.false_launches_per_day / 24.0), 4)).tolist():
                detected = (hour + u[0]) * 3600.0
                if not start_s <= detected < stop_s:
                    continue
                east = region.longitude_from_deg + region.longitude_width_deg * u[2]
                reports.append(
                    SatelliteReport(
                        t_s=detected + self.report_latency_s,
                        detected_s=detected,
                        latitude_deg=math.degrees(math.asin(low + (high - low) * u[1])),
                        longitude_deg=(east + 180.0) % 360.0 - 180.0,
                        position_sigma_m=self.position_error_m,
                        heading_deg=math.nan if self.heading_error_deg is None else 360.0 * u[3],
                        heading_sigma_deg=sigma,
                    )
                )
        return sorted(reports, key=lambda report: report.t_s)
