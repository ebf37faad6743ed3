"""Chunks on several processes, some of which are killed: the same rows, none lost, none twice."""

import os

import pytest
from toy_job import ToyJob

from hoplon.errors import HoplonError
from hoplon.sweep.execution import Serial, execute, pool
from hoplon.sweep.execution.pool import Pool

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are those of Unix")


def test_a_pool_computes_the_same_rows_and_stops_at_the_same_place(tmp_path):
    job, told = ToyJob(chunks=60, half_width=0.2), []
    alone = execute(job, tmp_path / "alone", executor=Serial())
    many = execute(job, tmp_path / "many", executor=Pool(2), progress=lambda *what: told.append(what[:2]))
    assert 3 < len(many) == len(alone) < 50
    assert list(many) == list(alone)
    assert told[0] == (0, 300)
    assert told[-1][0] >= 5 * len(alone)


def test_workers_that_die_again_and_again_end_the_study_and_lose_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(pool, "_DEATHS", 1)
    with pytest.raises(HoplonError, match=r"again and again[\s\S]*hoplon resume"):
        execute(ToyJob(chunks=6, dies_at=3), tmp_path / "study", executor=Pool(1))
    assert (tmp_path / "study" / "chunks").is_dir()
    chunks = execute(ToyJob(chunks=6), tmp_path / "study", executor=Serial())
    assert list(chunks) == [ToyJob().run(chunk) for chunk in range(6)]
