"""`hoplon radar`: the screen, its numbers, its files, and what it says to a wrong word."""

import csv
import json
import math
import re
from io import StringIO
from xml.etree import ElementTree

import pytest
from rich.console import Console

from hoplon.cli_radar import print_radar
from hoplon.front_radar import radar_view
from hoplon.front_radar_find import find_radar
from hoplon.report.radar_picture import draw_radar
from hoplon.scenario import catalogue


def as_json(done):
    assert done.exit_code == 0, (done.stdout, done.stderr, done.exception)
    return json.loads(done.stdout)


def words_of(picture):
    return " ".join(ElementTree.fromstring(str(picture)).itertext())


# ---- the screen ----


@pytest.mark.compiled
def test_the_screen_has_what_people_ask_for(hoplon):
    done = hoplon("radar", "japan-2018:shariki")
    assert done.exit_code == 0, done.stderr
    text = " ".join(done.stdout.split())
    for words in (
        "AN/TPY-2: X band",
        "azimuth 230 to 350 deg",
        "average power 81 60 to 81 kW unchecked",
        "search dwell 0.02 0.005 to 0.1 s assumed",
        "search, probability 0.5 574 1,816",
        "track, probability 0.5 859 2,000*",
        "its instrumented range, 2,000 km",
        "lowest beam at 5 deg",
        "without air",
        "angle, mrad",
    ):
        assert words in text, words
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


@pytest.mark.compiled
@pytest.mark.parametrize("columns", ["50", "80", "140"])
def test_no_terminal_is_too_narrow(hoplon, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    done = hoplon("radar", "an_spy_7", "--rcs", "0.001,0.01,0.1,1", "--rcs", "10", "--pd", "0.5,0.8,0.95")
    assert done.exit_code == 0, done.stderr
    assert all(len(line) <= int(columns) for line in done.stdout.splitlines())
    for number in ("0.001", "0.95", "1,495"):
        assert number in done.stdout


@pytest.mark.compiled
def test_every_usable_radar_has_a_screen_and_a_picture():
    for name in catalogue().usable_radars():
        view = radar_view(name)
        with StringIO() as out:
            print_radar(view, Console(file=out, width=80))
            assert view.title.partition(":")[0] in out.getvalue()
        ElementTree.fromstring(str(draw_radar(view)))


@pytest.mark.compiled
def test_json_has_units_and_agrees_with_the_screen(hoplon):
    facts = as_json(hoplon("radar", "shariki", "--rcs", "0.01", "--pd", "0.9", "--json"))
    (target,) = facts["detection"]
    assert target["ranges"][0]["search_km"] == pytest.approx(354.7, abs=0.1)
    assert facts["sector"]["width_deg"] == 120.0
    assert facts["parameters"]["losses_db"]["mark"] == "derived"
    assert facts["plan"]["altitude_km"] == 200.0
    assert len(facts["plan"]["targets"][0]["farthest_km"]) == len(facts["plan"]["azimuth_deg"])
    row = facts["accuracy"][0]
    assert row["sigma_across_m"] == pytest.approx(row["slant_range_km"] * row["sigma_angle_mrad"])
    # A beam that looks straight up has no upper end: null, not Infinity.
    assert facts["horizon"][0]["highest_beam_km"] is None


@pytest.mark.compiled
def test_a_type_stands_nowhere_and_says_so(hoplon):
    facts = as_json(hoplon("radar", "an_tpy_2", "--json"))
    assert facts["where"] is None
    assert facts["sector"]["azimuth_from_deg"] is None
    assert "Stands nowhere" in facts["notes"][0]


@pytest.mark.compiled
def test_a_scenarios_override_is_said_and_counts(hoplon, tmp_path):
    from hoplon.scenario import load

    text = load("one-on-one").to_yaml()
    (name, type_id) = next((s.name, s.type_id) for s in load("one-on-one").sensors if s.site is not None)
    path = tmp_path / "mine.yaml"
    path.write_text(
        f"{text}\nassumptions:\n  sensors.{type_id}.losses_db: {{value: 17.9, why: what if}}\n", "utf-8"
    )
    before = as_json(hoplon("radar", f"one-on-one:{name}", "--rcs", "0.01", "--json"))
    after = as_json(hoplon("radar", f"{path}:{name}", "--rcs", "0.01", "--json"))
    lost_db = 17.9 - before["parameters"]["losses_db"]["best"]
    ratio = after["detection"][0]["ranges"][0]["search_km"] / before["detection"][0]["ranges"][0]["search_km"]
    assert ratio == pytest.approx(10 ** (-lost_db / 40))
    assert "what if" in after["notes"][0]


# ---- files ----


@pytest.mark.compiled
def test_picture_and_table_are_written_whole_and_never_over_another(hoplon, tmp_path):
    done = hoplon("radar", "shariki", "--svg", "a.svg", "--csv", "a.csv")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.count("Written: ") == 2
    words = words_of((tmp_path / "a.svg").read_text("utf-8"))
    for part in ("AN/TPY-2 at Shariki", "ground range, km", "below the lowest beam, 5°", "slant range, km"):
        assert part in words
    lines = (tmp_path / "a.csv").read_text("utf-8").splitlines()
    about = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# "))
    assert json.loads(about["format"]) == "hoplon-radar"
    assert json.loads(about["radar"]) == "shariki"
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    first = [row for row in rows if float(row["rcs_m2"]) == 0.01]
    near = min(first, key=lambda row: abs(float(row["slant_range_km"]) - 574.3))
    assert float(near["pd_search"]) == pytest.approx(0.5, abs=0.02)
    # The radar equation: 40 dB a decade of range.
    a, b = first[9], first[99]
    decades = math.log10(float(b["slant_range_km"]) / float(a["slant_range_km"]))
    assert float(a["snr_search_db"]) - float(b["snr_search_db"]) == pytest.approx(40.0 * decades, abs=1e-4)
    again = hoplon("radar", "shariki", "--svg", "a.svg")
    assert again.exit_code == 2
    assert "stands there already" in again.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.svg"]


@pytest.mark.compiled
@pytest.mark.parametrize(
    "name, options",
    [
        ("an_tpy_2", {}),
        ("j_fps_3_kai", {"altitude_km": 100.0}),
        ("j_fps_3_kai", {"altitude_km": 5000.0}),
        ("seongju", {"rcs_m2": (1e-4,), "probabilities": (0.1,)}),
        ("japan-2018:araya_radar", {"rcs_m2": (0.001, 0.01, 0.1, 1.0, 10.0, 100.0)}),
        ("fylingdales_fps_132", {}),
    ],
)
def test_pictures_stand_alone_whatever_they_show(name, options):
    view = radar_view(name, **options)
    picture = str(draw_radar(view))
    assert picture == str(draw_radar(radar_view(name, **options)))
    assert "http" not in picture.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r'="[^"]*(nan|inf)', picture)
    for target in view.targets:
        assert f"{target.rcs_m2:g} m²" in words_of(picture)
    assert len(picture) < 400_000


@pytest.mark.compiled
def test_where_nothing_is_detected_the_plan_says_so():
    words = words_of(draw_radar(radar_view("j_fps_3_kai", altitude_km=5000.0)))
    assert "Not detected at this altitude in search" in words


# ---- what does not go ----


@pytest.mark.parametrize(
    "args, parts",
    [
        ((), ("NAME missing", "hoplon radar an_tpy_2", "hoplon list sensors")),
        (("an_tpy2",), ("'an_tpy2'", "'an_tpy_2'")),
        (("nonsense",), ("'nonsense'", "an_spy_7", "SCENARIO:SENSOR")),
        (("tokyo",), ("'tokyo' has no radar",)),
        (("japan-2018:sharki",), ("'sharki'", "'shariki'")),
        (("japan-2017:shariki",), ("'japan-2017'", "'japan-2018'")),
        ((":x",), ("SCENARIO:SENSOR",)),
        (("japan-2018:early_warning",), ("no radar 'early_warning'",)),
        (("infrared_satellites",), ("is no radar", "hoplon show")),
        (("lrdr",), ("cannot be used", "average_power_kw")),
        (("shariki", "--rcs", "0.01,x"), ("--rcs", "'x'")),
        (("shariki", "--rcs", "-1"), ("--rcs", "above 0")),
        (("shariki", "--rcs", "1,2,3,4,5,6,7"), ("--rcs", "at most 6")),
        (("shariki", "--pd", "1"), ("--pd", "0.9999")),
        (("shariki", "--altitude", "0"), ("--altitude", "above 0")),
        (("shariki", "--azimuth", "100"), ("--azimuth", "230 to 350")),
        (("shariki", "--svg", "a.csv"), ("'.csv'", "'.svg'")),
        (("shariki", "--svg", "nowhere/a.svg"), ("nowhere", "folder that exists")),
    ],
)
def test_what_does_not_go_is_explained(hoplon, tmp_path, args, parts):
    done = hoplon("radar", *args)
    assert done.exit_code == 2, (done.stdout, done.stderr, done.exception)
    for part in parts:
        assert part in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not list(tmp_path.iterdir())


def test_the_sector_of_a_site_is_that_of_the_catalogue():
    found = find_radar("seongju")
    assert (found.radar.azimuth_from_deg, found.radar.azimuth_to_deg) == (270, 30)
    assert found.oriented
    assert find_radar("japan-2018:shariki").radar.site.latitude_deg == pytest.approx(40.888, abs=1e-3)
