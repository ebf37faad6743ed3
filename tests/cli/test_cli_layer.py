"""`hoplon layer`: a doctrine weighed without geometry."""

import json

import pytest


def test_wilkenings_barrage_on_the_command_line(hoplon):
    asked = ("layer", "--threats", 20, "--interceptors", 116, "--doctrine", "barrage", "--track", 0.99)
    done = hoplon(*asked)
    assert done.exit_code == 0, done.stderr
    # Wilkening (1999): P(0) of 116 whole shots at 20 warheads.
    assert "0.8006" in done.stdout
    facts = json.loads(hoplon(*asked, "--json").stdout)
    assert facts["expected"]["no_leaker_probability"] == pytest.approx(0.8006, abs=5e-5)
    assert facts["doctrine"] == {"name": "barrage", "warheads": 20}
    assert "sampled" not in facts


def test_plays_with_draws_stand_beside_the_expected(hoplon):
    facts = json.loads(
        hoplon(
            *("layer", "--threats", 2, "--interceptors", 4, "--kill", "10/18", "--told", "salvo=2"),
            *("--doctrine", "salvo", "--runs", 300, "--json"),
        ).stdout
    )
    _, low, high = facts["sampled"]["leakage_share"]
    assert low < facts["expected"]["leakage_share"] < high
    # Ten of eighteen tests: Jeffreys' mean, 10.5 / 19.
    assert facts["kill_probability_mean"] == pytest.approx(10.5 / 19.0)
    assert facts["expected"]["interceptors_used"] == pytest.approx(4.0)


@pytest.mark.parametrize(
    "wrong, said",
    [
        (("--doctrine", "salvoes"), "'salvo'"),
        (("--told", "salvos=2"), "'salvo'"),
        (("--told", "salvo"), "salvo=2"),
        (("--kill", "often"), "10/18"),
        (("--kill", "3/2"), "hits"),
        (("--track", "1.5"), "from 0 to 1"),
        (("--volleys", "0"), "from 1"),
        (("--runs", "-1"), "from 0"),
    ],
)
def test_what_cannot_be_is_explained(hoplon, wrong, said):
    done = hoplon("layer", "--threats", 4, "--interceptors", 11, *wrong)
    assert done.exit_code == 2
    assert said in done.stderr
