"""The example about Japan's coverage runs, and its assumptions decide."""

import re
import runpy
from pathlib import Path

import pytest


@pytest.mark.compiled
def test_example_07_is_true_under_some_assumptions_and_false_under_others(capsys):
    path = Path(__file__).parents[2] / "examples" / "07_does_it_cover_japan.py"
    runpy.run_path(str(path))["main"](step_km=300.0)
    out = capsys.readouterr().out
    counted = dict(re.findall(r"^(\S.*): (\d) of 6 places$", out, flags=re.MULTILINE))
    assert len(counted) == 5
    # Two sites as planned reach all six; with one the far west is too far; faint bodies are seen late.
    assert counted["as planned"] == "6"
    assert int(counted["one site only (Araya)"]) < 6
    assert int(counted["the sites' own radars alone, and a faint re-entry body"]) < 3
    assert "too late" in out or "reach" in out
