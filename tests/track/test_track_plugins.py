"""The door for filters and associators, what it says of broken ones, and the tracker made of parts."""

import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest
import track_truth as truth

from hoplon.earth.sites import Site
from hoplon.errors import InputError
from hoplon.track import DetectionBatch, plugins
from hoplon.track.jpda import ClutterSettings
from hoplon.track.modular import ModularTracker

SITE = Site("east", 40.89, 140.34)
SIGMA = np.array([20.0, 5e-4, 5e-4])
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _forget(monkeypatch):
    monkeypatch.setattr(plugins, "_registered", {plugins.FILTERS: {}, plugins.ASSOCIATORS: {}})


def test_ours_are_declared_as_anybody_elses():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    assert {group: declared[group] for group in plugins.BUILT_IN} == plugins.BUILT_IN
    assert plugins.names(plugins.FILTERS) == ["ekf", "ukf"]
    assert plugins.names(plugins.ASSOCIATORS) == ["gnn", "jpda"]


def test_an_unknown_name_has_a_neighbour():
    with pytest.raises(InputError, match="no associator 'jdpa'") as caught:
        ModularTracker([SITE], "ekf", "jdpa")
    assert "Did you mean 'jpda'?" in str(caught.value)
    with pytest.raises(InputError, match="no filter 'zzz'") as caught:
        ModularTracker([SITE], "zzz", "gnn")
    assert "There are: ekf, ukf." in str(caught.value)


class Good:
    def __init__(self, sites):
        del sites

    def predict(self, x, p, dt_s):
        del dt_s
        return x, p

    def update(self, x, p, z_row, site_index):
        del z_row, site_index
        return x, p, 1.0, -20.0


class Alone:
    def associate(self, pairs):
        tracks, detections = pairs.distance2.shape
        return np.eye(detections + 1)[np.full(tracks, detections)]


PAIRS = plugins.Pairs(np.array([[1.0, np.inf]]), np.array([[3.0, -np.inf]]), 0.1, 20.0)


@pytest.mark.parametrize(
    "answer, wanted",
    [
        (None, "shape"),
        ("a string", "shape"),
        (np.ones((2, 2)), "shape"),
        (np.array([[0.5, 0.0, 0.0]]), "sum 1"),
        (np.array([[1.5, 0.0, -0.5]]), "sum 1"),
        (np.array([[np.nan, 0.0, 0.0]]), "sum 1"),
        (np.array([[0.0, 1.0, 0.0]]), "outside the gate"),
    ],
)
def test_a_broken_associator_is_named_with_what_it_returned(answer, wanted, monkeypatch):
    class Broken:
        def associate(self, pairs):
            del pairs
            return answer

    monkeypatch.setattr(
        plugins, "entry_points", lambda group: [EntryPoint("mine", "elsewhere:Broken", group)]
    )
    monkeypatch.setattr(EntryPoint, "load", lambda self: Broken)
    with pytest.raises(InputError, match="entry point elsewhere:Broken") as caught:
        plugins.CheckedAssociator("mine").associate(PAIRS)
    assert wanted in str(caught.value)
    assert "associate returned" in str(caught.value)


@pytest.mark.parametrize(
    "verb, answer",
    [
        ("predict", None),
        ("predict", (np.zeros(9), np.eye(9))),
        ("predict", (np.full(6, np.nan), np.eye(6))),
        ("update", (np.zeros(6), np.eye(6))),
        ("update", (np.zeros(6), np.eye(6), -1.0, 0.0)),
        ("update", (np.zeros(6), "p", 1.0, 0.0)),
    ],
)
def test_a_broken_filter_is_named_with_what_it_returned(verb, answer):
    plugins.register(plugins.FILTERS, "mine", type("Broken", (Good,), {verb: lambda self, *given: answer}))
    checked = plugins.CheckedFilter("mine", [SITE])
    given = (np.zeros(6), np.eye(6), 1.0) if verb == "predict" else (np.zeros(6), np.eye(6), np.zeros(6), 0)
    with pytest.raises(InputError, match=f"filter 'mine' \\(registered in code\\): {verb} returned"):
        getattr(checked, verb)(*given)


def test_what_cannot_be_imported_or_made_or_used_is_named(monkeypatch):
    point = EntryPoint("gone", "no_such_package:Thing", plugins.ASSOCIATORS)
    monkeypatch.setattr(plugins, "entry_points", lambda group: [point])
    with pytest.raises(InputError, match=r"no_such_package:Thing.*cannot be imported"):
        plugins.CheckedAssociator("gone")
    plugins.register(plugins.ASSOCIATORS, "picky", lambda: 1 / 0)
    with pytest.raises(InputError, match=r"'picky'.*cannot be made: division by zero"):
        plugins.CheckedAssociator("picky")
    plugins.register(plugins.ASSOCIATORS, "idle", object)
    with pytest.raises(InputError, match="made a object without associate"):
        plugins.CheckedAssociator("idle")


def test_one_of_your_own_is_used():
    plugins.register(plugins.FILTERS, "still", Good)
    plugins.register(plugins.ASSOCIATORS, "alone", Alone)
    tracker = ModularTracker([SITE], "still", "alone")
    for t in range(3):
        given = tracker.step(float(t), look(t, [truth.falling(t)]))
        # Nothing is ever associated: each detection is a new track.
        assert given.tolist() == [t + 1]
    assert tracker.numbers.tolist() == [1, 2, 3]
    assert not tracker.firm.any()


def look(t, states, rng=None):
    z = truth.seen_from(SITE.r_ecef_m, SITE.enu_from_ecef, np.array(states)[:, :3])
    if rng is not None:
        z = z + SIGMA * rng.standard_normal(z.shape)
    sigma = np.tile(SIGMA, (len(z), 1))
    return DetectionBatch(np.zeros(len(z), dtype=np.int64), np.full(len(z), float(t)), *z.T, *sigma.T)


@pytest.mark.parametrize("filter", ["ekf", "ukf"])
@pytest.mark.parametrize("associator", ["gnn", "jpda"])
def test_every_filter_works_with_every_associator(filter, associator):
    rng = np.random.default_rng(1)
    tracker = ModularTracker([SITE], filter, associator, ClutterSettings(clutter_density_per_m_rad2=1e-5))
    places = [(0.0, 0.0, 0.0), (12e3, 0.0, 0.0)]
    for t in range(12):
        given = tracker.step(float(t), look(t, [truth.falling(t, place) for place in places], rng))
        assert sorted(given.tolist()) == [1, 2]
    assert tracker.numbers.tolist() == [1, 2]
    assert tracker.firm.all()
    assert not tracker.boosting.any()
    assert tracker.detections.tolist() == [12, 12]
    assert tracker.first_detection_s.tolist() == [0.0, 0.0]
    assert tracker.last_update_s.tolist() == [11.0, 11.0]
    tracker.step(13.0, DetectionBatch.empty())
    assert tracker.t_s.tolist() == [13.0, 13.0]
    for place, number in zip(places, given.tolist(), strict=True):
        k = tracker.numbers.tolist().index(number)
        error = np.concatenate((tracker.r_ecef_m[k], tracker.v_ecef_m_s[k])) - truth.falling(13, place)
        # Chi-square of 6 degrees of freedom: below 22.5 in 99.9 % of cases.
        assert truth.nees(error, tracker.covariance[k]) < 22.5
        assert np.array_equal(tracker.state(k)[0], tracker.r_ecef_m[k])
    tracker.drop(1)
    assert tracker.numbers.tolist() == [2]
    tracker.step(200.0, DetectionBatch.empty())
    assert len(tracker.numbers) == 0
    assert tracker.r_ecef_m.shape == (0, 3)
    assert tracker.covariance.shape == (0, 6, 6)


def test_it_takes_its_detections_in_any_order_within_a_time():
    rng = np.random.default_rng(3)
    stream = [look(t, [truth.falling(t, (6e3 * k, 0, 0)) for k in range(4)], rng) for t in range(5)]
    pictures = []
    for turn in ([0, 1, 2, 3], [2, 0, 3, 1]):
        tracker = ModularTracker([SITE])
        for t, batch in enumerate(stream):
            tracker.step(float(t), DetectionBatch(*[getattr(batch, name)[turn] for name in batch.__slots__]))
        pictures.append((tracker.numbers, tracker.r_ecef_m, tracker.covariance))
    assert all(np.array_equal(a, b) for a, b in zip(*pictures, strict=True))


def test_late_detections_and_unknown_sensors_are_refused():
    tracker = ModularTracker([SITE])
    tracker.step(5.0, look(5, [truth.falling(5)]))
    with pytest.raises(InputError, match="older than the last step"):
        tracker.step(6.0, look(4, [truth.falling(4)]))
    late = look(6, [truth.falling(6)])
    wrong = DetectionBatch(late.sensor + 3, *[getattr(late, name) for name in late.__slots__[1:]])
    with pytest.raises(InputError, match="unknown sensor"):
        tracker.step(6.0, wrong)
    with pytest.raises(InputError, match="without sensors"):
        ModularTracker([])
