"""`hoplon study` killed in its middle and taken up by `hoplon resume`, as a user does it."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from hoplon.cli import app

pytestmark = [
    pytest.mark.compiled,
    pytest.mark.skipif(os.name == "nt", reason="signals are those of Unix"),
]

STUDY = """
format: hoplon-study
version: 1
name: small
title: A small study
question: How much does a second interceptor help?
scenario: one-on-one
vary:
  salvo:
    cases:
      one: {command.doctrine: {name: shoot_look_shoot, salvo: 1}}
      two: {command.doctrine: {name: salvo, salvo: 2}}
design: grid
mode: sampled
runs: 50
seed: 3
outputs: [leakage, interceptors_used]
"""


def hoplon(*args):
    done = CliRunner().invoke(app, [str(arg) for arg in args])
    return done.exit_code, done.stdout, done.stderr


def killed_in_its_middle(file, target):
    """Kill the command and its workers' parent once two of the four chunks are there."""
    process = subprocess.Popen(
        [sys.executable, "-m", "hoplon", "study", str(file), "-o", str(target), "--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 300.0
    while len(list(target.with_name(target.name + ".part").glob("chunks/[0-9]*"))) < 2:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def test_a_killed_study_ends_with_the_bytes_of_an_undisturbed_one(tmp_path):
    file, undisturbed, target = tmp_path / "study.yaml", tmp_path / "undisturbed", tmp_path / "study"
    file.write_text(STUDY)
    assert hoplon("study", file, "-o", undisturbed, "--jobs", 1)[0] == 0
    killed_in_its_middle(file, target)
    assert not target.exists()
    file.unlink()  # the folder alone suffices
    part = tmp_path / "study.part"
    victim = min(part.glob("chunks/[0-9]*"))
    victim.write_bytes(victim.read_bytes()[:1000])

    code, out, _ = hoplon("resume", target, "--check", "--json")
    facts = json.loads(out)
    assert code == 0
    assert facts["chunks"] == 4
    assert 1 <= facts["whole"] < 4
    assert len(facts["damaged"]) == 1
    assert "is there and whole" in hoplon("resume", part, "--check")[1].replace("are", "is")

    code, out, err = hoplon("resume", target, "--jobs", 1)
    assert code == 0, err
    assert "computed again" in out
    assert not part.exists()
    for name in ("rows.parquet", "points.csv", "study.yaml", "scenario.yaml"):
        assert (target / name).read_bytes() == (undisturbed / name).read_bytes(), name

    code, _, err = hoplon("resume", target)
    assert code == 2
    assert "this study is complete" in err


def test_nothing_to_resume(tmp_path):
    code, _, err = hoplon("resume", tmp_path / "nothing")
    assert code == 2
    assert "Traceback" not in err
    assert not list(tmp_path.iterdir())
    code, _, err = hoplon("resume", tmp_path / "nothing", "--check")
    assert code == 2
    assert "job.json is missing" in err
    assert not list(tmp_path.iterdir())
