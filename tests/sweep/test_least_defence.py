"""Least sufficient defences of real scenarios: battles, result, page, command."""

import json
import math
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

import hoplon
from hoplon.cli import app
from hoplon.front_least import least, write_least
from hoplon.front_report import rewrite_report
from hoplon.report.least_page import least_answer, least_html, proof_words
from hoplon.result.least import Least, OptionRow, OptionSet, Price, least_facts
from hoplon.result.model import Interval
from hoplon.scenario.options import load_options
from hoplon.sweep.option_worth import expected_worth, sampled_worth

OPTIONS = """\
format: hoplon-options
version: 1
name: mine
title: A <battery> more
question: What would one more buy?
scenario: one-on-one
basis: acquisition
options:
  battery:
    title: the battery that it has
    has: [mutsumi_battery]
    costs: [{item: sm3_iia_round, count: 4}]
  more:
    title: two more rounds
    needs: [battery]
    sets: {batteries.mutsumi_battery.cells: 26, batteries.mutsumi_battery.loaded: 26}
    costs: [{item: sm3_iia_round, count: 2}]
"""


def test_the_file_of_the_manual_loads(tmp_path):
    text = (Path(__file__).parents[2] / "docs" / "least.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```yaml\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    path = tmp_path / "options.yaml"
    path.write_text(block, encoding="utf-8")
    spec = load_options(path)
    assert [option.name for option in spec.options] == ["battery", "rounds", "radar"]
    assert spec.scenario(["battery", "rounds"]).batteries[0].loaded == 26


def drawn(best):
    return Interval(best, math.nan, math.nan, 0, 0.95, "nothing drawn")


def made_up():
    """Three sets of two options, of which the dearest buys nothing."""
    rows = tuple(
        OptionRow(name, f"title of <{name}>", Price(1e9 * n, 0.5e9 * n, 2e9 * n), (), (), ())
        for n, name in ((1, "one"), (2, "other"))
    )
    sets = tuple(
        OptionSet(
            options, Price(cost * 1e9, cost * 0.5e9, cost * 2e9), drawn(leakage), drawn(people),
            {"tokyo": people / 1e6}, 2.5, front, front, front,
        )
        for options, cost, leakage, people, front in (
            ((), 0.0, 1.0, 0.0, True),
            (("one",), 1.0, 0.5, 4e5, True),
            (("one", "other"), 3.0, 0.5, 4e5, False),
        )
    )  # fmt: skip
    return Least(
        "mine", "A <battery> more", "Which?", "one-on-one", "acquisition", "expected", 0, 0, {"tokyo": 1e6},
        rows, sets, False, 0.02, 0.01, 0.01, 3, ("value x is 2",), "s", "o",
    )  # fmt: skip


class Strict(HTMLParser):
    """Counts tags that are opened and not closed, and looks for addresses."""

    def __init__(self):
        super().__init__()
        self.stack, self.links = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "br"):
            self.stack.append(tag)
        self.links += [value for key, value in attrs if key in ("src", "href")]

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag


def test_the_page_is_whole_and_escapes_what_users_wrote():
    page = least_html(made_up())
    parser = Strict()
    parser.feed(page)
    assert parser.stack == []
    assert parser.links == []
    assert "A &lt;battery&gt; more" in page
    assert "<battery>" not in page
    assert "title of &lt;one&gt;" in page


def test_the_page_can_be_written_again_from_the_folder(tmp_path):
    folder = write_least(made_up(), tmp_path / "out")
    page = (folder / "report.html").read_bytes()
    (folder / "report.html").unlink()
    assert rewrite_report(folder).read_bytes() == page


def test_the_answer_says_what_is_proven_under_which_assumption():
    found = made_up()
    head, rest = least_answer(found)
    assert head.startswith("Of 3 defences computed, 2 cannot be bettered")
    assert "one." in head
    assert "none of the options for 0 billion" in rest
    told = proof_words(found)
    assert "by more than 2 points than the front" in told
    assert "worse by more than 1 points" in told
    assert found.sufficient(0.5).options == ("one",)
    assert found.sufficient(0.4) is None
    assert least_facts(found)["gap_share"] == 0.02


@pytest.mark.compiled
def test_more_rounds_than_missiles_buy_nothing_and_the_folder_says_so(tmp_path):
    path = tmp_path / "options.yaml"
    path.write_text(OPTIONS, encoding="utf-8")
    found = least(path)
    assert [each.options for each in found.sets] == [(), ("battery",), ("battery", "more")]
    assert [each.on_front for each in found.sets] == [True, True, False]
    nothing, battery, _ = found.sets
    assert (nothing.leakage.best, nothing.protected_people.best) == (1.0, 0.0)
    # The same as hoplon.expect of the scenario itself, whatever is computed beside it.
    scenario = hoplon.load("one-on-one")
    assert battery.leakage.best == pytest.approx(hoplon.expect(scenario).leakage, abs=1e-12)
    # One missile at one city: its people are spared just where it is stopped.
    assert battery.protected_people.best == pytest.approx(2752000 * (1.0 - battery.leakage.best))
    folder = write_least(found, tmp_path / "out")
    names = {"least.json", "sets.csv", "options.yaml", "scenario.yaml", "report.html", "manifest.json"}
    assert {file.name for file in folder.iterdir()} == names
    facts = json.loads((folder / "least.json").read_text(encoding="utf-8"))
    assert facts["sets"][1]["leakage_share"]["best"] == pytest.approx(battery.leakage.best)
    assert (folder / "sets.csv").read_text().splitlines()[1].startswith("0,0,0,0,0,1,nan,nan,0,0,1")


@pytest.mark.compiled
def test_drawn_battles_agree_with_what_is_expected(tmp_path):
    path = tmp_path / "options.yaml"
    path.write_text(OPTIONS, encoding="utf-8")
    spec = load_options(path)
    people = {name: value.best for name, value in spec.people.items()}
    scenario = spec.scenario(["battery"])
    (expected,) = expected_worth([scenario], people)
    drawn_ = sampled_worth(scenario, people, 40, 1)
    # Both of the same battle: within the 95 % interval of 40 drawn ones, widened by 0.05.
    assert drawn_.leakage.low - 0.05 <= expected.leakage.best <= drawn_.leakage.high + 0.05
    # One missile, one city: the shares of both are the same number.
    assert drawn_.protected.best == pytest.approx(people["osaka"] * (1.0 - drawn_.leakage.best))
    assert drawn_.protected.low == pytest.approx(people["osaka"] * (1.0 - drawn_.leakage.high))


@pytest.mark.compiled
def test_the_command_names_the_cheapest_that_suffices(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "options.yaml").write_text(OPTIONS, encoding="utf-8")
    run = CliRunner().invoke(app, ["least", "options.yaml", "--leakage", "0.9", "-j", "1", "-o", "out"])
    assert run.exit_code == 0, (run.stdout, run.stderr, run.exception)
    assert "The least that lets no more than 90 % through: battery, for 15 billion" in run.stdout
    assert "All 3 sets" in run.stdout
    assert max(map(len, run.stdout.splitlines())) <= 80
    again = CliRunner().invoke(app, ["least", "options.yaml", "-j", "1", "-o", "two", "--json"])
    assert json.loads(again.stdout)["enumerated"] is True
    bad = CliRunner().invoke(app, ["least", "options.yaml", "--leakage", "40"])
    assert bad.exit_code == 2
    assert "Write a number from 0 to 1" in bad.stderr
    bad = CliRunner().invoke(app, ["least", "options.yaml", "--mode", "both"])
    assert "Write 'expected' or 'sampled'" in bad.stderr
