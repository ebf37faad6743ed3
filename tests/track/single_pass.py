"""One free flight of 1,000 km class above 100 km, seen by three radars."""

import numpy as np
import track_truth as truth

from hoplon.earth.sites import Site
from hoplon.track.detections import DetectionBatch
from hoplon.track.single import TrackStart

#: Latitude, longitude, revisit s; each good to 20 m and 1 mrad.
RADARS = ((40.89, 140.34, 0.5), (34.34, 131.56, 1.0), (37.05, 138.0, 2.0))
SITES = [Site(f"radar {i}", lat, lon, 0.0) for i, (lat, lon, _) in enumerate(RADARS)]
SIGMA = np.array([20.0, 1e-3, 1e-3])
P0 = np.diag([2000.0**2] * 3 + [60.0**2] * 3)


def plain(kernel):
    return getattr(kernel, "py_func", kernel)


def batch_of(sensor, t, z, sigma=SIGMA):
    sigma = np.broadcast_to(sigma, (len(t), 3))
    return DetectionBatch(np.asarray(sensor, dtype=np.int64), np.asarray(t), *z.T.copy(), *sigma.T.copy())


def make_pass(radars=RADARS):
    """Return times, true states, sensors and exact looks (n, 3) in the order of time."""
    times, states, burnout = truth.fly()
    high = (times > burnout + 5.0) & (np.array([truth.radial_height(s[:3]) for s in states]) > 100e3)
    rows = []
    for sensor, (lat, lon, revisit) in enumerate(radars):
        z, _, visible = truth.look((lat, lon, 0.0, 0.0), states, np.random.default_rng(0))
        looks = np.flatnonzero(high & visible & (np.abs(times % revisit) < 1e-9))
        rows += [(times[i], sensor, *z[i], *states[i]) for i in looks]
    rows = np.array(sorted(rows))
    return rows[:, 0], rows[:, 5:], rows[:, 1].astype(np.int64), rows[:, 2:5].copy()


def off_start(t, states, rng):
    x = states[0] + rng.standard_normal(6) * np.sqrt(np.diag(P0))
    return TrackStart(t[0], x[:3], x[3:], P0)
