"""Chunks on several processes, some of which are killed: the same rows, none lost, none twice."""

import os

import pytest
from toy_job import ToyJob

from hoplon.errors import HoplonError
from hoplon.sweep.execution import Serial, execute
from hoplon.sweep.execution.pool import Pool

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are those of Unix")


def test_a_pool_computes_the_same_rows(tmp_path):
    alone = execute(ToyJob(), tmp_path / "alone", executor=Serial())
    told = []
    many = execute(
        ToyJob(), tmp_path / "many", executor=Pool(2), progress=lambda *what: told.append(what[:2])
    )
    assert list(many) == list(alone)
    names = [
        sorted(path.name for path in (tmp_path / kind / "chunks").iterdir()) for kind in ("alone", "many")
    ]
    assert names[0] == names[1]
    assert told[0] == (0, 60)
    assert told[-1][0] >= 55


def test_a_worker_that_is_killed_is_replaced(tmp_path):
    job = ToyJob(chunks=6, dies_at=3, dies_marker=str(tmp_path / "died"))
    chunks = execute(job, tmp_path / "study", executor=Pool(2))
    assert list(chunks) == [ToyJob().run(chunk) for chunk in range(6)]
    assert len(chunks.notes) == 1
    assert "a worker process died" in chunks.notes[0]


def test_workers_that_die_again_and_again_end_the_study_and_lose_nothing(tmp_path):
    with pytest.raises(HoplonError, match=r"again and again[\s\S]*hoplon resume"):
        execute(ToyJob(chunks=6, dies_at=3), tmp_path / "study", executor=Pool(2))
    assert (tmp_path / "study" / "chunks").is_dir()
    chunks = execute(ToyJob(chunks=6), tmp_path / "study", executor=Serial())
    assert list(chunks) == [ToyJob().run(chunk) for chunk in range(6)]
