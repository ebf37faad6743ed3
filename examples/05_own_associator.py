"""A tracker of your own parts: an associator and a filter, each a class with one job, beside ours.

In a package of your own, two lines of its pyproject.toml make the names known everywhere:

    [project.entry-points."hoplon.associators"]
    nearest = "my_package:NearestNeighbour"
"""

import numpy as np

from hoplon.earth.sites import Site
from hoplon.track import DetectionBatch, predict_path
from hoplon.track.gospa import gospa
from hoplon.track.modular import ModularTracker
from hoplon.track.plugins import ASSOCIATORS, FILTERS, register

RADAR = Site("radar", 40.0, 140.0)
SIGMA = np.array([20.0, 5e-4, 5e-4])


class NearestNeighbour:
    """Every track takes the nearest detection in its gate, whoever else wants it."""

    def associate(self, pairs):
        """Return ones and zeros: a row for each track, a column for each detection and one for none."""
        tracks, detections = pairs.distance2.shape
        nearest = np.full(tracks, detections)
        if detections:
            inside = np.isfinite(pairs.distance2.min(axis=1))
            nearest[inside] = pairs.distance2[inside].argmin(axis=1)
        return np.eye(detections + 1)[nearest]


class AlphaBeta:
    """A straight line and two fixed gains: what a tracker was before covariances."""

    alpha, beta = 0.5, 0.2

    def __init__(self, sites):
        self._sites = sites
        self._dt_s = 1.0

    def predict(self, x, p, dt_s):
        """Go straight on."""
        self._dt_s = dt_s
        step = np.eye(6)
        step[:3, 3:] = dt_s * np.eye(3)
        # Gravity is not in the model: an allowance of 10 m/s² takes its place.
        kick = np.concatenate((np.full(3, 0.5 * dt_s**2), np.full(3, dt_s))) * 10.0
        return step @ x, step @ p @ step.T + np.diag(kick**2)

    def update(self, x, p, z_row, site_index):
        """Move by a share of the miss; the gate is a plain distance over a plain spread."""
        site = self._sites[site_index]
        ground = z_row[0] * np.cos(z_row[2])
        level = [ground * np.sin(z_row[1]), ground * np.cos(z_row[1]), z_row[0] * np.sin(z_row[2])]
        miss = site.r_ecef_m + site.enu_from_ecef.T @ np.array(level) - x[:3]
        spread = np.trace(p[:3, :3]) / 3.0 + (z_row[0] * z_row[4]) ** 2
        new = np.concatenate((x[:3] + self.alpha * miss, x[3:] + self.beta / self._dt_s * miss))
        floor = np.diag([500.0**2] * 3 + [150.0**2] * 3)
        # Densities are per metre of range and square radian: a volume in space is that times range squared.
        return new, floor, float(miss @ miss) / spread, float(3.0 * np.log(spread) - 4.0 * np.log(z_row[0]))


def flights():
    """Where two objects in free flight are, second by second: 8 km apart, 150 km up and rising."""
    local = np.array([[-400e3, 50e3, 150e3], [-400e3, 58e3, 150e3]])
    velocity = RADAR.enu_from_ecef.T @ np.array([1500.0, 0.0, 900.0])
    starts = RADAR.r_ecef_m + local @ RADAR.enu_from_ecef
    return np.stack([predict_path(r, velocity, 0.0, np.arange(60.0), 5000.0) for r in starts], axis=1)


def main():
    """Track the two with three pairs of parts, and say how far each picture is from truth."""
    register(ASSOCIATORS, "nearest", NearestNeighbour)
    register(FILTERS, "alpha_beta", AlphaBeta)
    truth = flights()
    for filter_name, associator_name in (("ekf", "gnn"), ("ekf", "nearest"), ("alpha_beta", "nearest")):
        rng = np.random.default_rng(1)
        tracker = ModularTracker([RADAR], filter_name, associator_name)
        for t_s, places in enumerate(truth):
            e = (places - RADAR.r_ecef_m) @ RADAR.enu_from_ecef.T
            rho = np.linalg.norm(e, axis=1)
            z = np.stack((rho, np.arctan2(e[:, 0], e[:, 1]), np.arcsin(e[:, 2] / rho)), axis=1)
            z += SIGMA * rng.standard_normal(z.shape)
            sigma = np.tile(SIGMA, (2, 1))
            batch = DetectionBatch(np.zeros(2, dtype=np.int64), np.full(2, float(t_s)), *z.T, *sigma.T)
            tracker.step(float(t_s), batch)
        firm = tracker.r_ecef_m[tracker.firm]
        distance = gospa(truth[-1], firm, cutoff_m=5e3).distance_m
        print(f"{filter_name:10} with {associator_name:8} {len(firm)} firm tracks, GOSPA {distance:6.0f} m")


if __name__ == "__main__":
    main()
