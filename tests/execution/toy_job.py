"""A job that takes no time: rows drawn by address, a stop rule on their mean, and ways to misbehave."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa


@dataclass(frozen=True)
class ToyJob:
    """Rows of random numbers.

    chunks: how many; rows: in each; grows: how many more each has than the one before; sleep_s: for each;
    half_width: of the interval of the mean that is enough, 0 for never; dies_at: the chunk whose process is
    killed; notes_folder: where each process that computes leaves a file whose name is its number.
    """

    chunks: int = 12
    rows: int = 5
    sleep_s: float = 0.0
    half_width: float = 0.0
    dies_at: int = -1
    notes_folder: str = ""
    raises_at: int = -1
    grows: int = 0
    name: str = "toy"

    @property
    def identity(self):
        return f"{self.name}-{self.chunks}-{self.rows}-{self.half_width}-{self.grows}"

    def steps(self, chunk):
        return self.rows + chunk * self.grows

    def run(self, chunk):
        if chunk == self.raises_at:
            raise OSError("the job's own")
        if chunk == self.dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.notes_folder:
            (Path(self.notes_folder) / str(os.getpid())).touch()
        time.sleep(self.sleep_s)
        rows = self.steps(chunk)
        drawn = np.random.default_rng(np.random.SeedSequence(7, spawn_key=(chunk,))).normal(size=rows)
        return pa.table(
            {
                "chunk": np.full(rows, chunk),
                "value": drawn,
                "where": pa.array(["north", None, "south"] * rows)[:rows],
            }
        )

    def enough(self, so_far):
        if not self.half_width:
            return False
        values = np.concatenate([rows["value"].to_numpy() for rows in so_far])
        return len(values) > 1 and 1.96 * values.std(ddof=1) / len(values) ** 0.5 <= self.half_width
