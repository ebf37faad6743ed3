"""Battles: the chain in order, the same battle from the same seed, what a radar more does not change."""

import dataclasses
from importlib.resources import files

import numpy as np
import pytest

from hoplon.coverage.flights import FlightField
from hoplon.coverage.question import firings, missile_of
from hoplon.coverage.sight import look
from hoplon.engagement import assemble, engage, fight, prepare
from hoplon.engagement.looks import looks_of
from hoplon.engagement.prepare import _observe
from hoplon.engagement.recorder import nees
from hoplon.engagement.sensing import Sensing
from hoplon.result.model import MOMENTS
from hoplon.scenario import load, loads
from hoplon.track.detections import DetectionBatch
from hoplon.track.tracker import Tracker

pytestmark = pytest.mark.compiled


@pytest.fixture(scope="module")
def one_on_one():
    return prepare(load("one-on-one"))


@pytest.fixture(scope="module")
def japan():
    return prepare(load("japan-2018"))


@pytest.fixture(scope="module")
def battle(japan):
    return fight(japan, seed=1, run=0)


def same(first, second):
    """Compare records, arrays included."""
    tracks = dataclasses.fields(first.tracks)
    return (
        repr(dataclasses.replace(first, tracks=None)) == repr(dataclasses.replace(second, tracks=None))
        and first.tracks.threat == second.tracks.threat
        and all(
            np.array_equal(getattr(first.tracks, f.name), getattr(second.tracks, f.name), equal_nan=True)
            for f in tracks
            if f.name != "threat"
        )
    )


def test_the_same_seed_and_run_give_the_same_battle(japan, battle):
    fight(japan, seed=1, run=7)  # what was fought before leaves no trace
    assert same(fight(japan, seed=1, run=0), battle)
    assert not same(fight(japan, seed=2, run=0), battle)
    assert same(engage(load("one-on-one"), seed=3, run=2), fight(prepare(load("one-on-one")), 3, 2))


def test_moments_come_in_the_order_of_cause_and_effect(battle):
    for outcome in battle.outcomes:
        t = outcome.moments_s
        assert set(t) <= set(MOMENTS)
        assert t["launch"] < t["first_detection"] < t["firm_track"] <= t["decision"]
        assert t["decision"] < t["interceptor_launch"] < t["intercept"]
        # The alert waits for the first report of the launch.
        assert t["alert"] > min(t["satellite_report"], t["firm_track"])


def test_every_threat_has_one_fate_and_shots_are_counted_once(japan, battle):
    assert {o.outcome for o in battle.outcomes} <= {"killed", "leaked"}
    launches = [e for e in battle.events if e.kind == "interceptor_launch"]
    assert len(launches) == sum(battle.interceptors_used.values()) == sum(o.shots for o in battle.outcomes)
    hits = [e.threat for e in battle.events if e.note == "hit"]
    assert sorted(hits) == sorted(o.threat for o in battle.outcomes if o.outcome == "killed")
    assert not {e.threat for e in battle.events if e.kind == "impact"} & set(hits)
    for name, used in battle.interceptors_used.items():
        assert used <= next(b.loaded for b in japan.batteries if b.name == name)
    assert [e.t_s for e in battle.events] == sorted(e.t_s for e in battle.events)


def test_an_interceptor_that_always_hits_leaks_nothing_and_one_that_never_does_leaks_all(one_on_one):
    # u below 1 always, below 0 never.
    assert fight(one_on_one, seed=1, run=0, kill_quantile=1.0).leakage == 0.0
    assert fight(one_on_one, seed=1, run=0, kill_quantile=0.0).leakage == 1.0


def test_hits_come_as_often_as_the_kill_probability_says(one_on_one):
    # 1 of 2 tests: the posterior's median is 0.5. Where one shot is possible, leakage is 1 - p: binomial,
    # 200 battles, 4 standard errors of 0.035. A second shot, where there is time for it, can only lower it.
    runs = [fight(one_on_one, 4, run, kill_quantile=0.5) for run in range(200)]
    single = [r.leakage for r in runs if sum(r.interceptors_used.values()) == 1 or r.leakage == 1.0]
    assert np.mean([r.leakage for r in runs]) <= 0.5 + 4 * 0.035
    assert len(single) > 100


def test_intercepts_lie_where_the_interceptor_can_reach(japan, battle):
    limits = japan.batteries[0].interceptor
    altitudes = [e.altitude_km for e in battle.events if e.kind == "intercept"]
    assert altitudes
    # Handover moves the believed point after launch, by a few km at most.
    assert min(altitudes) > limits.minimum_altitude_m / 1e3 - 5.0
    assert max(altitudes) < limits.maximum_altitude_m / 1e3 + 5.0


def test_one_radar_more_does_not_move_the_draws_of_the_others(japan):
    fewer = dataclasses.replace(
        japan,
        radars=japan.radars[:3],
        observations=japan.observations[:3],
        lines=japan.lines[:3],
        looks=looks_of(japan.radars[:3], japan.observations[:3], len(japan.threats)),
    )
    index = {"a": Sensing(fewer, 1, 0), "b": Sensing(japan, 1, 0)}
    rows = {}
    for name, sensing in index.items():
        sensing.cued_from_s[:] = 0.0
        batch, threat = sensing.until(1e9)
        rows[name] = {
            (s, t, k, r)
            for s, t, k, r in np.column_stack((batch.sensor, batch.t_s, threat, batch.range_m)).tolist()
            if s < 3
        }
    assert rows["a"] == rows["b"]
    assert rows["a"]


def test_a_detection_carries_no_truth():
    assert [f.name for f in dataclasses.fields(DetectionBatch)] == [
        "sensor",
        "t_s",
        "range_m",
        "azimuth_rad",
        "elevation_rad",
        "sigma_range_m",
        "sigma_azimuth_rad",
        "sigma_elevation_rad",
    ]


def test_track_and_truth_stand_side_by_side(battle):
    tracks = battle.tracks
    error = np.linalg.norm(tracks.r_track_ecef_m - tracks.r_true_ecef_m, axis=1)
    assert len(error) > 100
    assert np.isfinite(error).all()
    # Free flight under several radars: the median error is below a kilometre, and of the size that the
    # filter itself claims.
    assert np.median(error) < 1000.0
    assert 0.2 < np.median(error / tracks.position_sigma_m) < 2.0


def test_the_record_says_which_radar_saw_whom_when(japan, battle):
    views = battle.views
    assert set(views.sensor) <= {radar.name for radar in japan.radars}
    assert (views.first_s <= views.last_s).all()
    assert (views.detections[views.first_s < views.last_s] >= 2).all()
    for outcome in battle.outcomes:
        mine = [i for i, threat in enumerate(views.threat) if threat == outcome.threat]
        assert views.first_s[mine].min() == outcome.moments_s["first_detection"]
        # Nothing detects a missile before its launch or after its end.
        end = outcome.moments_s.get("impact", outcome.moments_s.get("intercept"))
        assert views.first_s[mine].min() > outcome.moments_s["launch"]
        assert views.last_s[mine].max() <= end


def test_normalised_errors_are_those_of_error_and_covariance(battle):
    # By the sum of squares in the covariance's own axes, which takes another way than solving for it.
    rng = np.random.default_rng(3)
    root = rng.normal(size=(5, 3, 3))
    covariance, error = root @ root.transpose(0, 2, 1), rng.normal(size=(5, 3))
    value, axes = np.linalg.eigh(covariance)
    along = np.einsum("nij,ni->nj", axes, error)
    np.testing.assert_allclose(nees(error, covariance), (along**2 / value).sum(axis=1), rtol=1e-9)
    tracks = battle.tracks
    assert np.isfinite(tracks.position_nees).all()
    assert (tracks.position_nees >= 0.0).all()
    # Whatever the covariance, e' P^-1 e is at least the squared length of e over the trace of P.
    error_m = np.linalg.norm(tracks.r_track_ecef_m - tracks.r_true_ecef_m, axis=1)
    assert (tracks.position_nees >= (error_m / tracks.position_sigma_m) ** 2 * (1.0 - 1e-9)).all()


def test_what_no_radar_sees_is_not_engaged(one_on_one):
    away = tuple(
        dataclasses.replace(radar, azimuth_from_deg=120.0, azimuth_to_deg=160.0)
        for radar in one_on_one.radars
    )
    seen = tuple(_observe(radar, one_on_one.threats) for radar in away)
    looks = looks_of(away, seen, 1)
    record = fight(
        dataclasses.replace(one_on_one, radars=away, observations=seen, looks=looks), seed=1, run=0
    )
    assert record.leakage == 1.0
    assert record.outcomes[0].reason == "never tracked"
    assert sum(record.interceptors_used.values()) == 0


def test_empty_launchers_are_the_reason_given(one_on_one):
    empty = dataclasses.replace(
        one_on_one, batteries=tuple(dataclasses.replace(b, loaded=0) for b in one_on_one.batteries)
    )
    record = fight(empty, seed=1, run=0)
    assert record.outcomes[0].reason == "no interceptors left"


def test_overflight_is_let_pass_and_warned_of():
    prepared = prepare(load("overflight-2017-08-29"))
    record = fight(prepared, seed=1, run=0)
    outcome = record.outcomes[0]
    assert outcome.outcome == "let_pass"
    assert outcome.shots == 0
    assert np.isnan(record.leakage)
    # Published: alert 180-300 s after launch (J-Alert, 29 August 2017).
    assert 150.0 < outcome.moments_s["alert"] < 330.0


def test_a_track_found_again_is_assessed_again(japan, monkeypatch):
    # Radars that are blind from 200 s to 260 s: tracks are lost from sight, and some come back as they were.
    looks = japan.looks
    dark = (looks.look_s > 200.0) & (looks.look_s < 260.0)
    visible = looks.visible & ~dark[:, None]
    blinded = dataclasses.replace(japan, looks=dataclasses.replace(looks, visible=visible))
    record = fight(blinded, seed=1, run=0)
    after = {
        threat
        for threat, t_s in zip(record.tracks.threat, record.tracks.t_s.tolist(), strict=True)
        if t_s > 300.0
    }
    # Whoever flies on for long has been seen again, and is sampled and assessed again.
    flying = {o.threat for o in record.outcomes if o.moments_s.get("impact", 0.0) > 600.0}
    assert flying
    assert flying <= after


def test_a_radar_that_looks_oftener_than_once_a_second_does_so():
    """The map's view of the same missile, too."""
    text = (files("hoplon.catalog") / "scenarios" / "one-on-one.yaml").read_text(encoding="utf-8")
    often = loads(text + "\nassumptions: {sensors.an_tpy_2.revisit_s: {value: 0.5, why: the low end}}\n")
    prepared = prepare(often)
    assert np.diff(prepared.looks.look_s) == pytest.approx(0.5)
    (firing,) = firings(often)
    entry = missile_of(firing.missile, often)
    vehicle, aim = assemble.vehicle_of(entry), (34.69, 135.5)
    field = FlightField(vehicle, assemble.site(firing.place), None, np.array([aim[0]]), np.array([aim[1]]))
    (seen,) = look(prepared, entry, [field.fly(*aim)])
    assert np.diff(seen.t_s[seen.look_t_index]) == pytest.approx(0.5)


def test_two_looks_of_one_radar_are_not_taken_for_two_missiles(monkeypatch):
    """Five looks a second: all detections of one missile go to one track."""
    scenario = load("one-on-one")
    types = {
        name: dataclasses.replace(
            entry,
            revisit_s=dataclasses.replace(entry.revisit_s, low=0.2, best=0.2),
            mature_revisit_s=None,
            track_dwell_s=dataclasses.replace(entry.track_dwell_s, low=0.05, best=0.05),
        )
        for name, entry in scenario.radar_types.items()
    }
    ready = prepare(dataclasses.replace(scenario, radar_types=types))
    assert np.diff(ready.looks.look_s) == pytest.approx(0.2)
    numbers = []
    step = Tracker.step

    def noted(tracker, t_s, batch):
        numbers.extend(taken := step(tracker, t_s, batch))
        return taken

    monkeypatch.setattr(Tracker, "step", noted)
    fight(ready, 1, 0)
    assert len(numbers) > 100
    assert set(numbers) == {1}
