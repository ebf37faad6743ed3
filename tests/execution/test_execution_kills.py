"""Real processes, really killed in the middle of a study: the rows are those of an undisturbed one.

Each test looks at three things: what was kept before the end is not computed again, the rows are identical to
the last bit, and no process works on behind the dead one's back.
"""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from cluster import cluster, environment, kill
from toy_job import ToyJob

from hoplon.errors import HoplonError
from hoplon.sweep.execution import Serial, dask_cluster, execute
from hoplon.sweep.execution.dask_cluster import DaskCluster
from hoplon.sweep.execution.pool import Pool

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are those of Unix")

_SCRIPT = Path(__file__).with_name("compute_toy.py")
_PATIENCE_S = 120.0


def start(folder, executor="pool", **job):
    return subprocess.Popen(
        [sys.executable, str(_SCRIPT), str(folder), executor, json.dumps(job)],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def chunk_files(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("chunks/[0-9]*")}


def wait_for(condition, process=None):
    deadline = time.monotonic() + _PATIENCE_S
    while not condition():
        assert process is None or process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_running(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def check_resumed(folder, job, before, executor=None):
    told = []
    chunks = execute(job, folder, executor=executor or Serial(), progress=lambda *what: told.append(what))
    assert list(chunks) == [job.run(chunk) for chunk in range(job.chunks)]
    after = chunk_files(folder)
    assert len(after) == job.chunks
    assert {name: after[name] for name in before} == before  # nothing was computed twice
    assert told[0][0] == sum(job.steps(int(name[:6])) for name in before)
    return chunks


def test_the_parent_is_killed(tmp_path):
    folder, workers = tmp_path / "study", tmp_path / "workers"
    workers.mkdir()
    job = ToyJob(chunks=24)
    process = start(folder, chunks=24, sleep_s=0.1, notes_folder=str(workers))
    wait_for(lambda: len(chunk_files(folder)) >= 4, process)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    at_the_end = chunk_files(folder)
    pids = [int(path.name) for path in workers.iterdir()]
    assert pids
    if sys.platform == "linux":
        wait_for(lambda: not any(map(is_running, pids)))
    assert 4 <= len(at_the_end) < 24
    assert chunk_files(folder) == at_the_end
    check_resumed(folder, job, at_the_end)


def test_a_worker_is_killed_from_outside(tmp_path):
    folder, workers = tmp_path / "study", tmp_path / "workers"
    workers.mkdir()
    process = start(folder, chunks=12, sleep_s=0.1, notes_folder=str(workers))
    wait_for(lambda: len(chunk_files(folder)) >= 2, process)
    os.kill(int(next(workers.iterdir()).name), signal.SIGKILL)
    _, err = process.communicate(timeout=_PATIENCE_S)
    assert process.returncode == 0, err
    check_resumed(folder, ToyJob(chunks=12), chunk_files(folder))


def test_ctrl_c_reaches_all_processes_and_says_how_to_go_on(tmp_path):
    folder = tmp_path / "study"
    process = start(folder, chunks=100, sleep_s=0.1)
    wait_for(lambda: len(chunk_files(folder)) >= 2, process)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    _, err = process.communicate(timeout=_PATIENCE_S)
    assert process.returncode == 3
    assert f"Go on with: hoplon resume {folder}" in err
    assert "Traceback" not in err
    assert not list(folder.glob("**/*.tmp"))
    execute(ToyJob(chunks=100), folder, executor=Serial())


@contextmanager
def small_disk(folder, size):
    """Mount a disk of a few pages in memory; only root may."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("mounting a small disk needs root on Linux; the limit on file size is tested without")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_disk_that_is_really_full(tmp_path):
    disk, job = tmp_path / "disk", ToyJob(chunks=30, rows=200)
    with small_disk(disk, "96k"):
        folder = disk / "study"
        process = start(folder, "serial", chunks=30, rows=200)
        _, err = process.communicate(timeout=_PATIENCE_S)
        assert process.returncode == 3
        assert "the disk is full" in err
        assert f"Go on with: hoplon resume {folder}" in err
        before = chunk_files(folder)
        assert 3 < len(before) < 30
        assert not list(folder.glob("**/*.tmp"))
        subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)  # somebody made room
        check_resumed(folder, job, before)


def test_a_limit_on_file_size(tmp_path):
    folder = tmp_path / "study"
    process = start(folder, "serial", chunks=12, rows=10, grows=60, file_limit=5000)
    _, err = process.communicate(timeout=_PATIENCE_S)
    assert process.returncode == 3, err
    assert "the disk is full" in err
    before = chunk_files(folder)
    assert 1 < len(before) < 12
    assert not list(folder.glob("**/*.tmp"))
    check_resumed(folder, ToyJob(chunks=12, rows=10, grows=60), before)


def test_dask_workers_and_its_scheduler_are_killed(tmp_path, monkeypatch):
    """One cluster for all, since starting processes is what takes time."""
    undisturbed = execute(ToyJob(), tmp_path / "undisturbed", executor=Serial())
    with cluster(tmp_path) as dask:
        address = dask.start(workers=0)
        with monkeypatch.context() as patch:
            patch.setattr(dask_cluster, "_PATIENCE_S", 2.0)
            with pytest.raises(HoplonError, match=r"no workers[\s\S]*dask worker"):
                execute(ToyJob(), tmp_path / "one", executor=DaskCluster(address))
        dask.add_worker()
        one = execute(ToyJob(), tmp_path / "one", executor=DaskCluster(address))
        assert chunk_names(one) == chunk_names(undisturbed)

        # A worker is killed in the middle; another has joined meanwhile, and takes its chunks over.
        victim = dask.processes[1]
        dask.add_worker()
        done = []

        def kill_worker(steps, *_):
            if steps >= 15 and not done:
                done.append(steps)
                kill(victim)

        two = execute(
            ToyJob(sleep_s=0.1), tmp_path / "two", executor=DaskCluster(address), progress=kill_worker
        )
        assert done
        assert chunk_names(two) == chunk_names(undisturbed)

        # The scheduler is killed; this machine alone goes on.
        job, folder = ToyJob(chunks=40, sleep_s=0.05), tmp_path / "study"

        def kill_scheduler(steps, *_):
            if steps >= 25 and dask.scheduler.poll() is None:
                kill(dask.scheduler)

        with pytest.raises(HoplonError, match=r"scheduler is lost[\s\S]*Go on with: hoplon resume"):
            execute(job, folder, executor=DaskCluster(address), progress=kill_scheduler)
        before = chunk_files(folder)
        assert 5 <= len(before) < 40
    check_resumed(folder, ToyJob(chunks=40), before, Pool(2))


def chunk_names(chunks):
    """Names hold the hashes of the contents."""
    return sorted(path.name for path in chunks.store.place.local.glob("chunks/*"))


def test_no_scheduler_answers(tmp_path, monkeypatch):
    monkeypatch.setattr(dask_cluster, "_PATIENCE_S", 0.5)
    with pytest.raises(HoplonError, match=r"no scheduler answers[\s\S]*dask scheduler"):
        execute(ToyJob(), tmp_path / "none", executor=DaskCluster("tcp://127.0.0.1:9"))
