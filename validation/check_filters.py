"""Single-track filters in free flight: how honest they are, and how near to the Cramér-Rao bound.

Flights of 1,000 km class by this package's own integrator (adaptive, with air; not the filter's model), each
from its own burnout and with its own noise, above 100 km, from five seconds after the first detection. One
radar and three; started from the first detection with any velocity, with the velocity that a satellite's cue
of the launch suggests, and from a prior of 20 km, there by the compensated and by the unscented filter.

The share of times at which the mean NEES of 200 runs lies in its 95 % band is asked to be 0.8 on average over
five such studies: a track's errors hardly change along a pass, so that single studies of an honest filter
reach from 0.6 to 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from hoplon.earth import Site
from hoplon.earth.frames import ecef_from_geodetic, enu_from_ecef_matrix, geodetic_from_ecef
from hoplon.flight.fly import free_flight
from hoplon.track import ekf, ukf
from hoplon.track.bound import cramer_rao_bound
from hoplon.track.detections import DetectionBatch
from hoplon.track.metrics import consistency, mean_band, nees
from hoplon.track.replicates import filter_replicates, measure_replicates
from hoplon.track.single import ANY_VELOCITY_M_S, TrackStart, position_of, velocity_from_launch
from hoplon.verification import Check, Line, line

STUDIES, STUDY = 5, 200
RUNS = STUDIES * STUDY
#: Looked at after every so many detections.
EVERY = 10
#: Looks a second; each radar good to 20 m and 1 mrad.
RADARS = (
    (Site("north", 40.89, 140.34), 5.0),
    (Site("west", 34.34, 131.56), 2.0),
    (Site("middle", 37.05, 138.0), 1.0),
)
SITES = [site for site, _ in RADARS]
SIGMA = np.array([20.0, 1e-3, 1e-3])
LAUNCH = 40.5, 126.5
BURNOUT = 40.0, 127.0, 60e3
BOOST_S = 70.0
#: Firm after this long, s.
FIRM_S = 5.0
#: A cue gives the launch point to 5 km; velocity from it is good to this much.
CUE_M, CUED_VELOCITY_M_S = 5e3, 700.0


def _burnout(rng: np.random.Generator, spread: float) -> tuple[np.ndarray, np.ndarray]:
    east, north, up = enu_from_ecef_matrix(*BURNOUT[:2])
    course, steep = math.radians(105.0), math.radians(46.0)
    v = 2900.0 * (
        math.cos(steep) * (math.sin(course) * east + math.cos(course) * north) + math.sin(steep) * up
    )
    r = ecef_from_geodetic(*BURNOUT)
    return r + spread * 1000.0 * rng.standard_normal(3), v + spread * 10.0 * rng.standard_normal(3)


def _looks(r: np.ndarray, sensor: np.ndarray) -> np.ndarray:
    z = np.empty((len(sensor), 3))
    for i, site in enumerate(SITES):
        mine = sensor == i
        e, n, u = site.enu_from_ecef @ (r[mine] - site.r_ecef_m).T
        z[mine] = np.column_stack(
            (np.sqrt(e * e + n * n + u * u), np.arctan2(e, n), np.arctan2(u, np.hypot(e, n)))
        )
    return z


def _schedule(radars: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    # Times after burnout and sensors of what a flight in the middle shows, and its states.
    times = [np.arange(5.0 + 0.137 * i, 600.0, 1.0 / rate) for i, (_, rate) in enumerate(RADARS[:radars])]
    sensor = np.repeat(np.arange(radars), [len(each) for each in times])
    t = np.concatenate(times)
    order = np.argsort(t, kind="stable")
    t, sensor = t[order], sensor[order]
    flight = free_flight(*_burnout(np.random.default_rng(0), 0.0), 2000.0)
    r, v = flight.state_at(t)
    high = (geodetic_from_ecef(r)[2] > 100e3) & (t < flight.t_s[-1])
    seen = high & (_looks(r, sensor)[:, 2] > math.radians(1.0))
    return t[seen], sensor[seen], np.concatenate((r, v), axis=1)[seen]


def _measured(t: np.ndarray, sensor: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    # True states (runs, n, 6) and measurements (n, 3, runs).
    rng = np.random.default_rng(seed)
    states = np.empty((RUNS, len(t), 6))
    for run in range(RUNS):
        states[run, :, :3], states[run, :, 3:] = free_flight(*_burnout(rng, 1.0), 2000.0).state_at(t)
    return states, measure_replicates(SITES, sensor, states[..., :3], SIGMA, rng)


def _lines(
    case: str, t: np.ndarray, error: np.ndarray, covariance: np.ndarray, bound: np.ndarray
) -> Iterator[Line]:
    firm = t >= t[0] + FIRM_S
    error, covariance, bound = error[firm], covariance[firm], bound[firm]
    squares = nees(error, covariance).T
    shares = [consistency(study, 6).inside for study in np.split(squares, STUDIES)]
    against = nees(error, np.broadcast_to(bound[:, None], covariance.shape)).mean(axis=1)
    limit = mean_band(6, RUNS, 0.99).low
    ratio = np.einsum("nij,nmji->n", np.linalg.inv(bound), covariance) / (6.0 * RUNS)
    worst = float(ratio[np.argmax(np.abs(ratio - 1.0))])
    each = ", ".join(f"{share:.2f}" for share in shares)
    note = f"{STUDIES} studies of {STUDY} runs: {each}"
    share = float(np.mean(shares))
    yield line(f"{case}: share of times with mean NEES in its 95 % band", "", 0.9, share, 0.1, note=note)
    yield line(f"{case}: mean NEES per dimension", "", 1.0, consistency(squares, 6).per_dimension, 0.1)
    least = min(float(against.min()) / limit, 1.0)
    yield line(f"{case}: least error, of what the bound allows (99 %)", "", 1.0, least, 0.0)
    yield line(f"{case}: reported covariance over the bound, at its worst", "", 1.0, worst, 0.15)


def free_flight_filters() -> Iterator[Line]:
    """Fly, look, filter, and compare with chi-square and the bound.

    Yields
    ------
    Line
    """
    launch = ecef_from_geodetic(*LAUNCH, 0.0)
    for radars in (1, 3):
        t, sensor, middle = _schedule(radars)
        sigma = np.tile(SIGMA, (len(t), 1))
        states, z = _measured(t, sensor, 40 + radars)
        truth = np.swapaxes(states, 0, 1)
        rng = np.random.default_rng(radars)
        name = f"{radars} radar{'s' if radars > 1 else ''}"
        r, spread = position_of(SITES[sensor[0]], *z[0], *np.repeat(SIGMA[:, None], RUNS, axis=1))
        for cued in (False, True):
            v, sigma_v = np.zeros((RUNS, 3)), ANY_VELOCITY_M_S
            if cued:
                found_launch = launch + CUE_M * rng.standard_normal((RUNS, 3))
                v, sigma_v = velocity_from_launch(r, BOOST_S + t[0], found_launch, 0.0), CUED_VELOCITY_M_S
            p = np.zeros((RUNS, 6, 6))
            p[:, :3, :3], p[:, 3:, 3:] = spread, np.eye(3) * sigma_v**2
            keep = np.arange(0, len(t) - 1, EVERY)
            found = filter_replicates(
                SITES, t[1:], sensor[1:], z[1:], SIGMA, t[0], np.hstack((r, v)), p, keep=keep
            )
            error = np.concatenate((found.r_ecef_m, found.v_ecef_m_s), axis=2) - truth[1 + keep]
            prior = np.diag([1e9**2] * 3 + [sigma_v**2] * 3)
            bound = cramer_rao_bound(SITES, t, sensor, sigma, middle[:, :3], prior)
            case = f"EKF, {name}, {'velocity from a cue' if cued else 'no cue'}"
            yield from _lines(case, found.t_s, error, found.covariance, bound[1 + keep])
        yield from _from_wide_priors(name, t, sensor, middle, truth, z)


def _from_wide_priors(
    name: str, t: np.ndarray, sensor: np.ndarray, middle: np.ndarray, truth: np.ndarray, z: np.ndarray
) -> Iterator[Line]:
    prior = np.diag([20e3**2] * 3 + [500.0**2] * 3)
    rng = np.random.default_rng(9)
    starts = truth[0] + rng.standard_normal((RUNS, 6)) * np.sqrt(np.diag(prior))
    bound = cramer_rao_bound(SITES, t, sensor, np.tile(SIGMA, (len(t), 1)), middle[:, :3], prior)
    kinds = (
        ("compensated EKF", lambda batch, start: ekf.filter_track(SITES, batch, start, ekf.COMPENSATED)),
        ("UKF", lambda batch, start: ukf.filter_track(SITES, batch, start)),
    )
    keep = np.arange(0, len(t), EVERY)
    columns = np.repeat(SIGMA[:, None], len(t), axis=1)
    for kind, run_filter in kinds:
        error, covariance = np.empty((len(keep), RUNS, 6)), np.empty((len(keep), RUNS, 6, 6))
        for run in range(RUNS):
            batch = DetectionBatch(sensor, t, *z[:, :, run].T.copy(), *columns)
            history = run_filter(batch, TrackStart(t[0], starts[run, :3], starts[run, 3:], prior))
            error[:, run] = np.hstack((history.r_ecef_m, history.v_ecef_m_s))[keep] - truth[keep, run]
            covariance[:, run] = history.covariance[keep]
        yield from _lines(f"{kind}, {name}, prior of 20 km", t[keep], error, covariance, bound[keep])


CHECKS = (
    Check(
        "free_flight_filters",
        "Bar-Shalom, Li & Kirubarajan 2001, 5.4; Tichavský et al. 1998",
        free_flight_filters,
    ),
)
