"""`hoplon assign`: the screen, the JSON object, and what it says to a wrong file."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

TWO = "2 2 1\n10\n4\n0 0 0.9\n0 1 0.5\n1 0 0.5\n1 1 0.5\n"


@pytest.fixture
def two(tmp_path):
    path = tmp_path / "two.txt"
    path.write_text(TWO)
    return path


def test_the_screen(hoplon, two):
    done = hoplon("assign", two)
    assert done.exit_code == 0, done.stderr
    text = " ".join(done.stdout.split())
    # 10 x 0.1 + 4 x 0.5: the good round at the dear target.
    assert "2 kinds of weapon with 1 rounds each, 2 targets, worth 14 together" in text
    assert "surviving value 3 bound 3 gap none: no assignment is better rounds used 2 of 2" in text
    assert "0 10 1 0 1 4 2 1" in text


def test_one_json_object_and_nothing_else(hoplon, two):
    done = hoplon("assign", two, "--json")
    assert done.exit_code == 0, done.stderr
    facts = json.loads(done.stdout)
    assert facts["surviving_value"] == pytest.approx(3.0)
    assert facts["bound"] == pytest.approx(3.0)
    assert facts["gap_percent"] == 0.0
    assert facts["optimal"] is True
    assert (facts["weapon_kinds"], facts["targets"], facts["rounds_per_kind"]) == (2, 2, 1)
    assert facts["assignment"][1]["weapons"] == [{"weapon": 1, "rounds": 1, "kill_probability": 0.5}]


@pytest.mark.parametrize(
    "text, options, parts",
    [
        ("2 2\n", [], ["wrong.txt:1", "m n k"]),
        (TWO.replace("1 1 0.5", "1 1 5"), [], ["wrong.txt:7", "'5'", "from 0 to 1"]),
        (TWO, ["--gap", "-1"], ["--gap", "-1", "0 to 100"]),
        (TWO, ["--time-limit", "0"], ["--time-limit", "above 0"]),
    ],
)
def test_what_is_wrong_is_said(hoplon, tmp_path, text, options, parts):
    (tmp_path / "wrong.txt").write_text(text)
    done = hoplon("assign", tmp_path / "wrong.txt", *options)
    assert done.exit_code == 2
    assert done.stdout == ""
    for part in parts:
        assert part in done.stderr, done.stderr


@pytest.mark.compiled
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to one process there")
def test_ctrl_c_ends_a_search_of_the_solver(tmp_path):
    """The solver's own loop knows no Ctrl-C: the main thread does, beside it."""
    script = tmp_path / "search.py"
    script.write_text(
        "import time\n"
        "from hoplon.command import assignment_sets\n"
        "print('searching', flush=True)\n"
        "assignment_sets._interruptible(lambda: time.sleep(60.0), lambda: None)\n"
    )
    with subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ)
    ) as process:
        assert process.stdout.readline() == b"searching\n"
        time.sleep(0.3)
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
        assert time.monotonic() - start < 15.0
        assert b"KeyboardInterrupt" in process.stderr.read()


@pytest.mark.compiled
def test_a_larger_file_ends_with_a_proof(hoplon, tmp_path):
    rng = np.random.default_rng(12)
    rows = ["12 24 2", *map(str, rng.integers(1, 100, 24))]
    rows += [f"{i} {j} {rng.random():.6f}" for i in range(12) for j in range(24)]
    (tmp_path / "larger.txt").write_text("\n".join(rows))
    done = hoplon("assign", tmp_path / "larger.txt", "--json", "--gap", "0.1")
    facts = json.loads(done.stdout)
    assert 0.0 <= facts["gap_percent"] <= 0.1
    assert sum(shot["rounds"] for row in facts["assignment"] for shot in row["weapons"]) == 24
