"""`hoplon fly`: summary, rival sets, spread over ranges, files, and the check of a claim."""

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

import hoplon as package
from hoplon.cited import Cited, Mark
from hoplon.front import fly, fly_entry, place
from hoplon.front_fly import flight_facts, flight_table, fly_sampled, write_flight
from hoplon.report.flight_picture import draw_flight
from hoplon.result.flight_table import csv_text, parquet_bytes
from hoplon.scenario import catalogue
from hoplon.scenario.uncertainty import drawn, is_of_scale, open_values, sampled

KCNA = "range 1090 km, apogee 6248.5 km, time 4052 s"
FLIGHT = ("fly", "hwasong_12", "--from", "sunan", "--to", "41.28,169.65")


def as_json(done):
    assert done.exit_code == 0, (done.stdout, done.stderr, done.exception)
    return json.loads(done.stdout)


def assert_explained(done, *parts):
    assert done.exit_code == 2, (done.stdout, done.stderr, done.exception)
    for part in parts:
        assert part in done.stderr, done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def flight():
    return fly("hwasong_12", "sunan", (41.28, 169.65))


# ---- the flight ----


@pytest.mark.compiled
def test_summary_has_what_people_ask_for(hoplon):
    done = hoplon(*FLIGHT)
    text = " ".join(done.stdout.split())
    for word in (
        "range",
        "apogee",
        "flight time",
        "burnout after",
        "up through 100 km",
        "down through 100 km",
    ):
        assert word in text
    assert "speed at impact" in text
    assert "angle at impact" in text
    assert "parameter set" in text
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


@pytest.mark.compiled
def test_steering_and_cut_off_are_nowhere(hoplon, tmp_path):
    done = hoplon(*FLIGHT, "-o", "a.csv", "-o", "a.svg", "--json")
    every = done.stdout + (tmp_path / "a.csv").read_text() + (tmp_path / "a.svg").read_text()
    for word in ("kick", "cut_off", "cut-off", "burn_fraction", "steer", "pitch"):
        assert word not in every.lower()


@pytest.mark.compiled
def test_a_rival_set_flies_otherwise(hoplon):
    base = as_json(hoplon("fly", "nodong", "--from", "sunan", "--to", "osaka", "--json"))
    sets = [s for s in catalogue().missiles["nodong"].parameter_sets if s != base["parameter_set"]]
    flown = []
    for name in sets:
        done = hoplon("fly", "nodong", "--from", "sunan", "--to", "osaka", "--set", name, "--json")
        if done.exit_code == 0:
            flown.append(as_json(done))
            assert flown[-1]["parameter_set"] == name
    assert flown
    assert any(abs(other["burnout_s"] - base["burnout_s"]) > 0.1 for other in flown)


@pytest.mark.compiled
def test_facts_agree_with_the_states(flight):
    facts = flight_facts(flight)
    table = flight_table(flight)
    speed = table.columns["speed_m_s"]
    assert facts["impact_speed_m_s"] == pytest.approx(speed[-1], abs=1e-6)
    # Angle from the last second of heights: the path is nearly straight there.
    fall = (table.columns["altitude_m"][-2] - table.columns["altitude_m"][-1]) / np.diff(
        table.columns["t_s"]
    )[-1]
    assert np.sin(np.radians(facts["impact_angle_deg"])) * speed[-1] == pytest.approx(fall, rel=0.05)
    assert facts["apogee_km"] == pytest.approx(table.columns["altitude_m"].max() / 1e3, abs=1e-3)
    assert facts["range_km"] == pytest.approx(table.columns["ground_range_km"][-1], abs=1e-6)


# ---- files ----


@pytest.mark.compiled
def test_csv_and_parquet_hold_the_same_flight_and_say_what_they_are(hoplon, tmp_path, flight):
    facts = as_json(hoplon(*FLIGHT, "-o", "a.csv", "-o", "a.parquet", "--json"))
    assert [name.rpartition(".")[2] for name in facts["written"]] == ["csv", "parquet"]
    lines = (tmp_path / "a.csv").read_text().splitlines()
    about = {
        key: json.loads(value)
        for key, _, value in (line[2:].partition(": ") for line in lines if line.startswith("# "))
    }
    table = pq.read_table(tmp_path / "a.parquet")
    meta = {key.decode(): json.loads(value) for key, value in table.schema.metadata.items()}
    assert meta == about
    assert about["format"] == "hoplon-flight"
    assert about["version"] == 1
    assert about["software_version"] == package.__version__
    assert about["missile"] == "hwasong_12"
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    assert list(rows[0]) == table.column_names
    assert len(rows) == table.num_rows
    for name in ("t_s", "altitude_m", "vz_ecef_m_s"):
        np.testing.assert_allclose([float(row[name]) for row in rows], table[name].to_numpy(), atol=1e-3)
    events = [kind for row in rows for kind in row["event"].split("+") if kind]
    assert events == [event.kind for event in flight.events]
    assert rows[0]["phase"] == "boost"
    assert rows[-1]["phase"] == "reentry"
    # The states are those of the trajectory.
    r, v = flight.state_at(table["t_s"].to_numpy())
    np.testing.assert_allclose(table["x_ecef_m"].to_numpy(), r[:, 0], atol=1e-6)
    np.testing.assert_allclose(table["vy_ecef_m_s"].to_numpy(), v[:, 1], atol=1e-9)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.parquet"]


@pytest.mark.compiled
def test_the_same_flight_gives_the_same_bytes(flight):
    table = flight_table(flight)
    assert csv_text(table) == csv_text(flight_table(flight))
    assert parquet_bytes(table) == parquet_bytes(flight_table(flight))
    assert draw_flight(table) == draw_flight(flight_table(flight))


@pytest.mark.compiled
def test_the_picture_stands_alone(flight):
    from xml.etree import ElementTree

    picture = str(draw_flight(flight_table(flight, {"title": 'A <& "B"'})))
    root = ElementTree.fromstring(picture)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "http" not in picture.replace("http://www.w3.org/2000/svg", "")
    words = " ".join(root.itertext())
    for word in ("burnout", "apogee", "impact", "ground range, km", 'A <& "B"'):
        assert word in words


@pytest.mark.compiled
def test_what_cannot_be_written_is_said_before_the_flight(hoplon, tmp_path):
    (tmp_path / "there.csv").write_text("mine")
    assert_explained(hoplon(*FLIGHT, "-o", "there.csv"), "there.csv", "stands there already")
    assert (tmp_path / "there.csv").read_text() == "mine"
    assert_explained(hoplon(*FLIGHT, "-o", "a.cvs"), "'.cvs'", "'.csv'")
    assert_explained(hoplon(*FLIGHT, "-o", "a"), "no ending", ".csv")
    assert_explained(hoplon(*FLIGHT, "-o", "nowhere/a.csv"), "nowhere", "folder that exists")
    assert [path.name for path in tmp_path.iterdir()] == ["there.csv"]


@pytest.mark.compiled
def test_a_write_that_fails_leaves_nothing(tmp_path, flight, monkeypatch):
    import os

    def full(*_):
        raise OSError(28, "No space left on device")

    table = flight_table(flight)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(package.OutputError, match="No space left"):
        write_flight(table, tmp_path / "a.csv")
    assert not list(tmp_path.iterdir())


# ---- spread ----


def leaf(low, best, high):
    return Cited(best, low, high, Mark.CHECKED, "test")


def test_quantiles_of_both_distributions():
    # Log-uniform: the median is the geometric mean, whatever the best value.
    value = leaf(0.001, 0.01, 0.1)
    assert is_of_scale("reentry_cross_section_x_band_m2", value)
    assert drawn("reentry_cross_section_x_band_m2", value, 0.5) == pytest.approx(0.01)
    assert drawn("reentry_ballistic_coefficient_kg_m2", leaf(2500, 5000, 8000), 0.5) == pytest.approx(
        (2500 * 8000) ** 0.5
    )
    # Triangular with the best value in the middle: the median is the best value, a quarter lies below
    # low + width * sqrt(1/8) (Kotz & van Dorp 2004, eq. 1.5).
    value = leaf(400, 500, 600)
    assert drawn("payload_kg", value, 0.5) == pytest.approx(500.0)
    assert drawn("payload_kg", value, 0.25) == pytest.approx(400 + 200 * 0.125**0.5)
    assert drawn("payload_kg", leaf(100, 200, 500), 0.5) == pytest.approx((100 * 500) ** 0.5)  # five-fold
    assert drawn("payload_kg", leaf(500, 500, 500), 0.9) == 500.0


def test_draws_belong_to_seed_run_and_actor():
    entry = catalogue().missile("hwasong_12")
    first = sampled(entry, 1, 0)
    assert sampled(entry, 1, 0) == first
    for other in (sampled(entry, 2, 0), sampled(entry, 1, 1), sampled(entry, 1, 0, "hwasong_12-2")):
        assert other.payload_kg.best != first.payload_kg.best
    for path, value in open_values(first).items():
        assert value.low <= value.best <= value.high, path
    # What has no range stays, and so do ranges, marks and sources.
    assert first.stages[0].dry_kg == entry.stages[0].dry_kg
    assert first.payload_kg.source == entry.payload_kg.source
    # One body, one factor in all bands: the draws sit at the same share of their ranges.
    shares = [
        np.log(value.best / value.low) / np.log(value.high / value.low)
        for path, value in open_values(first).items()
        if path.startswith("reentry_cross_section_")
    ]
    assert np.ptp(shares) < 1e-9


def test_draws_follow_their_distribution():
    entry = catalogue().missile("hwasong_12")
    found = [sampled(entry, 5, run) for run in range(400)]
    beta = np.log([each.reentry_ballistic_coefficient_kg_m2.best for each in found])
    value = entry.reentry_ballistic_coefficient_kg_m2
    middle = 0.5 * (np.log(value.low) + np.log(value.high))
    width = np.log(value.high / value.low)
    # Mean and standard deviation of a uniform distribution, within four standard errors of 400 draws.
    assert beta.mean() == pytest.approx(middle, abs=4 * width / (12 * 400) ** 0.5)
    assert beta.std() == pytest.approx(width / 12**0.5, rel=0.12)
    assert all(each.stages[0].isp_sl_s.best <= each.stages[0].isp_vac_s.best for each in found)


@pytest.mark.compiled
def test_spread_of_a_flight(hoplon):
    facts = as_json(hoplon(*FLIGHT, "--sampled", "12", "--seed", "4", "--json"))
    again = as_json(hoplon(*FLIGHT, "--sampled", "12", "--seed", "4", "--json"))
    assert facts == again
    spread = facts["sampled"]
    assert spread["count"] == 12
    assert 1 <= spread["flown"] <= 12
    for name, values in spread["quantiles"].items():
        assert values["p5"] <= values["p50"] <= values["p95"], name
    assert spread["quantiles"]["impact_speed_m_s"]["p95"] > spread["quantiles"]["impact_speed_m_s"]["p5"]
    assert spread["drawn"]["payload_kg"]["distribution"] == "triangular"
    assert spread["drawn"]["reentry_ballistic_coefficient_kg_m2"]["distribution"] == "log-uniform"
    assert not any("cross_section" in path for path in spread["drawn"])
    done = hoplon(*FLIGHT, "--sampled", "3")
    assert "of 3 missiles reach the aim point" in done.stdout


@pytest.mark.compiled
def test_missile_number_n_is_the_same_whatever_the_count():
    entry = catalogue().missile("hwasong_12")
    start, end = place("sunan", "from"), place((41.28, 169.65), "to")
    few = fly_sampled(entry, start, end, count=2, seed=9)
    one = flight_facts(fly_entry(sampled(entry, 9, 1), start, end))
    assert one["impact_speed_m_s"] in few.values["impact_speed_m_s"]


@pytest.mark.parametrize(
    "args, parts",
    [
        (("--sampled", "0"), ("--sampled", "from 1")),
        (("--sampled", "2", "--seed", "-1"), ("--seed", "from 0")),
    ],
)
@pytest.mark.compiled
def test_wrong_counts_and_seeds(hoplon, args, parts):
    assert_explained(hoplon(*FLIGHT, *args), *parts)


# ---- claims ----


@pytest.mark.compiled
def test_the_impossible_claim_and_the_possible_one(hoplon):
    wrong = as_json(hoplon("fly", "--claim", KCNA, "--from", "sunan", "--azimuth", "72", "--json"))
    assert wrong["verdict"] == "impossible"
    assert wrong["miss_s"] < 0.0
    right = as_json(
        hoplon("fly", "--claim", KCNA.replace("4052 s", "71 min"), "--from", "40.0,125.5", "--json")
    )
    assert right["verdict"] == "possible"
    assert right["miss_s"] == 0.0
    text = " ".join(hoplon("fly", "--claim", KCNA, "--from", "sunan", "--azimuth", "72").stdout.split())
    assert "Impossible: 67 min 32 s is" in text
    assert "shorter than the shortest possible flight" in text
    assert "Even without boost and air it takes 68 min 30 s" in text


@pytest.mark.compiled
@pytest.mark.parametrize(
    "claim, words",
    [
        ("range 1090 km, apogee 6248.5 km, time 4150 s, azimuth 72", "Too short: 69 min 10 s"),
        ("range 1090 km, apogee 6248.5 km, time 3 h", "Too long: 180 min 0 s"),
        ("range 600 km, apogee 50 km, time 6 min", "Not judged"),
        ("range 787 km, apogee 2111.5 km", "Possible times: "),
        ("range 787 km, apogee 2111.5 km, time 30 min", "Possible: 30 min 0 s"),
    ],
)
def test_every_verdict_has_its_words(hoplon, claim, words):
    done = hoplon("fly", "--claim", claim, "--from", "sunan")
    assert done.exit_code == 0, done.stderr
    assert words in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


@pytest.mark.compiled
def test_the_manual_quotes_what_is_printed(hoplon, monkeypatch):
    monkeypatch.setenv("COLUMNS", "90")
    manual = (Path(__file__).parents[2] / "docs" / "flight.md").read_text(encoding="utf-8")
    done = hoplon("fly", "--from", "sunan", "--azimuth", "72", "--claim", KCNA)
    for line in done.stdout.splitlines():
        assert line.rstrip() in manual


@pytest.mark.compiled
def test_an_aim_point_gives_the_direction(hoplon):
    facts = as_json(hoplon("fly", "--claim", KCNA, "--from", "sunan", "--to", "sapporo", "--json"))
    assert facts["azimuth_deg"] == pytest.approx(67.0, abs=8.0)


@pytest.mark.parametrize(
    "args, parts",
    [
        (("--claim", "range 1090 kn, apogee 5 km", "--from", "sunan"), ("range 1090 kn", "'km'")),
        (("--claim", KCNA), ("--from", "no launch point")),
        (("--claim", KCNA, "--from", "sunam"), ("'sunam'", "'sunan'")),
        (("--claim", KCNA, "--from", "sunan", "--set", "x"), ("--set", "--claim")),
        (("nodong", "--claim", KCNA, "--from", "sunan"), ("MISSILE", "--claim")),
        (("nodong", "--from", "sunan"), ("--to missing", "hoplon fly nodong")),
        (("nodong", "--from", "sunan", "--to", "tokyo", "--azimuth", "3"), ("--azimuth", "--claim")),
        (("nodong", "--from", "sunan", "--to", "tokyo", "--set", "fordn"), ("'fordn'", "'forden_2007'")),
        (("nodon", "--from", "sunan", "--to", "tokyo"), ("'nodon'", "'nodong'")),
    ],
)
def test_what_does_not_go_is_explained(hoplon, args, parts):
    assert_explained(hoplon("fly", *args), *parts)
