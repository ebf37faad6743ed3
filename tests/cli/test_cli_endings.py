"""However a command ends: what it says, its exit code, and what it leaves behind."""

import errno
import io
import os
import signal
import subprocess
import sys
import time

import pytest

from hoplon.cli_output import plain
from hoplon.errors import InputError


@pytest.fixture
def fake_study(monkeypatch, study):
    """Let `hoplon run` do something else instead of fighting."""

    def put(action):
        import hoplon.studies

        monkeypatch.setattr(hoplon.studies, "study", lambda *args, **kwargs: action(study, *args, **kwargs))

    return put


def raising(error):
    def action(study, *args, **kwargs):
        raise error

    return action


def test_an_interruption_says_that_nothing_was_written(hoplon, tmp_path, fake_study):
    fake_study(raising(KeyboardInterrupt()))
    done = hoplon("run", "one-on-one")
    assert done.exit_code == 130
    assert done.stderr == "Interrupted. Nothing was written.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_fault_is_an_apology_without_a_traceback(hoplon, tmp_path, fake_study):
    fake_study(raising(RuntimeError("the pipe leaks")))
    done = hoplon("run", "one-on-one")
    assert done.exit_code == 70
    assert "RuntimeError: the pipe leaks" in done.stderr
    assert "HOPLON_DEBUG=1" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_fault_can_be_looked_at(hoplon, monkeypatch, fake_study):
    fake_study(raising(RuntimeError("the pipe leaks")))
    monkeypatch.setenv("HOPLON_DEBUG", "1")
    done = hoplon("run", "one-on-one")
    assert isinstance(done.exception, RuntimeError)


def test_an_explained_error_keeps_its_own_code(hoplon, fake_study):
    fake_study(raising(InputError("no", where="here", remedy="yes")))
    done = hoplon("run", "one-on-one")
    assert done.exit_code == 2
    assert done.stderr == "Error: here: no\n  yes\n"


@pytest.mark.parametrize(
    "error, words",
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "runs/x"),
            ("runs/x: No space left", "Free some space"),
        ),
        (
            OSError(errno.EACCES, "Permission denied", "/etc/x"),
            ("/etc/x: Permission denied", "Nothing was written"),
        ),
        (MemoryError(), ("not enough memory", "fewer")),
    ],
)
def test_errors_of_the_machine(hoplon, fake_study, error, words):
    fake_study(raising(error))
    done = hoplon("run", "one-on-one")
    assert done.exit_code == 2
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


def test_a_full_disk_while_writing_leaves_no_half_folder(hoplon, tmp_path, fake_study, monkeypatch):
    from hoplon.result import writer

    fake_study(lambda study, *args, **kwargs: study)
    write = writer._write

    def full(path, content):
        if path.name == "tracks.parquet":
            write(path, content[:100])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        write(path, content)

    monkeypatch.setattr(writer, "_write", full)
    done = hoplon("run", "one-on-one", "-o", "deep/out")
    assert done.exit_code == 2
    assert "the disk is full" in done.stderr
    assert "deep/out" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_while_writing_leaves_no_half_folder(hoplon, tmp_path, fake_study, monkeypatch):
    from hoplon.result import writer

    fake_study(lambda study, *args, **kwargs: study)

    def interrupted(path, content):
        raise KeyboardInterrupt

    monkeypatch.setattr(writer, "_write", interrupted)
    done = hoplon("run", "one-on-one")
    assert done.exit_code == 130
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="limits of file size and signals are those of Unix")
def test_a_real_limit_on_file_size(tmp_path, study):
    """The kernel itself refuses, in a process of its own."""
    script = """
import resource, signal, sys
sys.path.insert(0, sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from made_up_study import made_up_study
from pathlib import Path
import hoplon.studies
from hoplon.cli import app
hoplon.studies.study = lambda *a, **k: made_up_study()
resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
app(["run", "one-on-one", "-o", "out"])
"""
    helpers = next(path for path in sys.path if path.endswith("result"))
    done = subprocess.run(
        [sys.executable, "-c", script, helpers],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "out" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.compiled
@pytest.mark.skipif(os.name == "nt", reason="signals are those of Unix")
def test_a_real_interruption_in_the_middle_of_a_run(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "hoplon", "run", "one-on-one", "--runs", "100000", "--jobs", "2"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        time.sleep(8.0)
        assert process.poll() is None
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all processes of the command
        out, err = process.communicate(timeout=60)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    # A process that Ctrl-C met while it ran exec() of a text ends by the signal itself: 130 for a shell, too.
    assert process.returncode in (130, -signal.SIGINT), err
    assert "Interrupted. Nothing was written." in err
    assert "Traceback" not in err
    assert out == ""
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_takes_effect_between_battles(capsys):
    from hoplon.cli_output import stderr
    from hoplon.cli_progress import Progress

    before = signal.getsignal(signal.SIGINT)
    reached = False
    with pytest.raises(KeyboardInterrupt), Progress(stderr()) as progress:  # noqa: PT012
        signal.raise_signal(signal.SIGINT)
        reached = True
        progress(1, 2, "fighting battles")
    assert reached
    assert "Stopping after the battles in hand" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_interruption_takes_effect_at_once():
    from hoplon.cli_output import stderr
    from hoplon.cli_progress import Progress

    with Progress(stderr()):
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_an_interruption_that_compiled_code_has_renamed_is_one(hoplon, fake_study):
    def action(study, *args, **kwargs):
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as error:
            raise SystemError("returned a result with an exception set") from error

    fake_study(action)
    assert hoplon("run", "one-on-one").exit_code == 130


def test_plain_values_are_what_json_knows():
    import numpy as np

    found = plain(
        {"a": np.float64(1.5), "b": [float("nan"), np.arange(2)], "c": (None, True), 3: io.SEEK_END}
    )
    assert found == {"a": 1.5, "b": [None, [0, 1]], "c": [None, True], "3": 2}
