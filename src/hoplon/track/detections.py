"""What the sensors report: measurements and their stated accuracy, no truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class DetectionBatch:
    """Detections that arrive together, one per row of each array.

    Built many times a battle, so nothing is checked here; `Tracker.step` checks the lengths.

    Attributes
    ----------
    sensor : int array, shape (n,)
        Index of the sensor in the tracker's list of sites.
    t_s : array, shape (n,)
        Time of measurement from scenario zero, s. Any order.
    range_m : array, shape (n,)
    azimuth_rad, elevation_rad : array, shape (n,)
        In the sensor's east-north-up frame; azimuth from north through east.
    sigma_range_m, sigma_azimuth_rad, sigma_elevation_rad : array, shape (n,)
        Standard deviations that the sensor states; errors are taken to be independent from look to look.
    """

    sensor: NDArray[np.int64]
    t_s: NDArray[np.float64]
    range_m: NDArray[np.float64]
    azimuth_rad: NDArray[np.float64]
    elevation_rad: NDArray[np.float64]
    sigma_range_m: NDArray[np.float64]
    sigma_azimuth_rad: NDArray[np.float64]
    sigma_elevation_rad: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.t_s)

    def as_rows(self) -> NDArray[np.float64]:
        """Return the measurements as rows: range, azimuth, elevation and their standard deviations."""
        rows = np.empty((len(self.t_s), 6))
        rows[:, 0] = self.range_m
        rows[:, 1] = self.azimuth_rad
        rows[:, 2] = self.elevation_rad
        rows[:, 3] = self.sigma_range_m
        rows[:, 4] = self.sigma_azimuth_rad
        rows[:, 5] = self.sigma_elevation_rad
        return rows

    @classmethod
    def empty(cls) -> DetectionBatch:
        """Return a batch without detections."""
        none = np.empty(0)
        return cls(np.empty(0, dtype=np.int64), none, none, none, none, none, none, none)
