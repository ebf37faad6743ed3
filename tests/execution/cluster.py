"""A Dask scheduler and workers as real processes of this machine."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

HERE = str(Path(__file__).parent)


def environment():
    """Workers find the package and the jobs of the tests."""
    paths = [HERE, *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}


class Cluster:
    def __init__(self, folder):
        self._folder = folder
        self.processes = []

    def start(self, workers):
        file = self._folder / f"scheduler-{len(self.processes)}.json"
        self.scheduler = self._launch(
            "scheduler", "--port", "0", "--host", "127.0.0.1", "--scheduler-file", file
        )
        deadline = time.monotonic() + 120.0
        while not (file.exists() and file.read_text().rstrip().endswith("}")):
            assert self.scheduler.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        self.address = json.loads(file.read_text())["address"]
        for _ in range(workers):
            self.add_worker()
        return self.address

    def add_worker(self):
        return self._launch(
            "worker", self.address, "--no-nanny", "--nthreads", "1", "--host", "127.0.0.1",
            "--local-directory", self._folder,
        )  # fmt: skip

    def _launch(self, what, *options):
        with (self._folder / f"{what}-{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{what}", "--no-dashboard", *map(str, options)],
                env=environment(),
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        self.processes.append(process)
        return process

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()


@contextmanager
def cluster(folder):
    made = Cluster(folder)
    try:
        yield made
    finally:
        made.end()


def kill(process):
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
