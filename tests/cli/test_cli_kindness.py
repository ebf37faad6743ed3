"""What people type first, and get wrong, is answered with what they meant."""

from __future__ import annotations

import pytest

from hoplon.errors import nearest, plainly


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("japan-2018",), "Type: hoplon run japan-2018"),
        (("saturation",), "Type: hoplon study saturation"),
        (("maps",), "Did you mean 'map'? All: hoplon --help."),
        (("study", "japan-2018"), "Type: hoplon run japan-2018"),
        (("least", "japan-2018"), "Or did you mean 'japan-2018-least'?"),
        (("decide", "japan-2018-least"), "Type: hoplon least japan-2018-least"),
        (("decide", "saturation"), "Type: hoplon study saturation"),
        (("run", "japan-2018-control"), "Type: hoplon compare japan-2018-control"),
        (("run", "japan-2018", "--without", "usa"), "Did you mean 'US'?"),
        (("run", "japan-2018", "--without", "Shariki"), "Did you mean 'shariki'?"),
        (("resume", "nowhere"), "study.yaml or scenario.yaml is missing"),
        (("report", "nowhere"), "there is no such folder"),
        (("map", "japan-2018", "defended", "--from", "pyongyang"), "Or write degrees, as in"),
    ],
)
def test_a_slip_is_answered_with_what_to_type(hoplon, typed, words):
    done = hoplon(*typed)
    assert done.exit_code == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["run", "compare", "study", "decide", "least", "report", "show", "check"])
def test_a_command_by_itself_says_what_it_wants(hoplon, command):
    done = hoplon(command)
    assert done.exit_code in (0, 2)
    assert "--json" in done.stdout + done.stderr
    assert "Missing" not in done.stdout + done.stderr


@pytest.mark.parametrize("typed", ["THAAD", "AN/TPY-2", "Hwasong 15", "Japan-2018"])
def test_capitals_and_signs_do_not_matter_where_an_entry_is_shown(hoplon, typed):
    done = hoplon("show", typed)
    assert done.exit_code == 0, done.stderr


def test_a_file_of_options_can_be_checked(hoplon):
    done = hoplon("check", "japan-2018-least")
    assert done.exit_code == 0, done.stderr
    assert "6 options of japan-2018" in done.stdout


def test_the_nearest_name_is_found_past_capitals_signs_and_missing_parts():
    assert plainly("AN/TPY-2") == "antpy2"
    valid = ["an_tpy_2", "an_spy_1d", "US", "sado", "network.shariki.post.latency_s"]
    assert "'an_tpy_2'" in nearest("AN/TPY-2", valid)
    assert "'US'" in nearest("usa", valid)
    assert "'network.shariki.post.latency_s'" in nearest("shariki", valid)
    assert nearest("zebra", valid).startswith("Valid here: ")
    assert nearest("", valid).startswith("Valid here: ")
