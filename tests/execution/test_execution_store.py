"""Chunks in a folder: whole, checked, taken up again; the same rows whoever computed them."""

import errno
import json
import os
import uuid

import pytest
from toy_job import ToyJob

from hoplon.errors import InputError, OutputError, ResultFileError
from hoplon.sweep.execution import Serial, execute, executor_of
from hoplon.sweep.execution.place import Place


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "study"


def chunk_files(folder):
    return sorted((folder / "chunks").iterdir())


def expected(job, count=None):
    return [job.run(chunk) for chunk in range(job.chunks if count is None else count)]


def test_rows_are_those_of_the_job_in_order(folder):
    job = ToyJob()
    chunks = execute(job, folder, executor=Serial(), files={"study.yaml": b"a: 1\n"})
    assert list(chunks) == expected(job)
    assert (folder / "study.yaml").read_bytes() == b"a: 1\n"
    assert chunks.table()["chunk"].to_pylist() == [c for c in range(12) for _ in range(5)]
    assert len(chunk_files(folder)) == len(chunks) == 12


def test_a_done_folder_computes_nothing_again(folder):
    execute(ToyJob(), folder, executor=Serial())
    told = []
    chunks = execute(
        ToyJob(raises_at=3), folder, executor=Serial(), progress=lambda *what: told.append(what[:2])
    )
    assert list(chunks) == expected(ToyJob())
    assert told == [(60, 60)]


@pytest.mark.parametrize("address", ["memory://hoplon-{}/study", "file://{}"])
def test_any_file_system_serves(tmp_path, address):
    url = address.format(tmp_path / "study" if address.startswith("file") else uuid.uuid4())
    first = execute(ToyJob(), url, executor=Serial(), files={"study.yaml": b"x"})
    assert list(first) == expected(ToyJob())
    assert list(execute(ToyJob(raises_at=0), url, executor=Serial())) == expected(ToyJob())
    assert Place(url).names() == Place(url).names("")
    assert {"chunks", "job.json", "study.yaml"} <= set(Place(url).names())
    with pytest.raises(ResultFileError, match="another study"):
        execute(ToyJob(name="other"), url, executor=Serial())


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-100])


def emptied(path):
    path.write_bytes(b"")


def one_bit_changed(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [cut_short, emptied, one_bit_changed])
def test_a_damaged_chunk_is_computed_again_and_named(folder, damage):
    execute(ToyJob(), folder, executor=Serial())
    victim = chunk_files(folder)[4]
    before = victim.read_bytes()
    damage(victim)
    told = []
    chunks = execute(ToyJob(), folder, executor=Serial(), progress=lambda *what: told.append(what[:2]))
    assert list(chunks) == expected(ToyJob())
    assert victim.read_bytes() == before
    assert told == [(55, 60), (60, 60)]  # one chunk is missing, no other is computed
    assert len(chunks.notes) == 1
    assert victim.name in chunks.notes[0]


def test_chunks_that_belong_elsewhere_are_not_taken(folder, tmp_path):
    execute(ToyJob(name="other"), tmp_path / "other", executor=Serial())
    execute(ToyJob(), folder, executor=Serial())
    mine, foreign = chunk_files(folder), chunk_files(tmp_path / "other")
    mine[2].unlink()
    os.link(foreign[2], folder / "chunks" / foreign[2].name)  # whole, but another study's
    os.link(mine[5], folder / "chunks" / mine[5].name.replace("000005", "000006"))  # whole, another number
    (folder / "chunks" / "notes.txt").write_text("hello")
    chunks = execute(ToyJob(), folder, executor=Serial())
    assert list(chunks) == expected(ToyJob())
    assert sorted(note.split(": ")[1].split(";")[0].split(",")[0] for note in chunks.notes) == [
        "a chunk of another chunk",
        "a chunk of another identity",
        "no chunk has such a name",
    ]


def test_what_a_killed_writer_left_is_swept_up(folder):
    execute(ToyJob(), folder, executor=Serial())
    stale = folder / "chunks" / ".000003-aa.parquet.1234.tmp"
    stale.write_bytes(b"half")
    execute(ToyJob(), folder, executor=Serial())
    assert not stale.exists()


def test_another_software_does_not_go_on(folder):
    execute(ToyJob(), folder, executor=Serial())
    facts = json.loads((folder / "job.json").read_text())
    (folder / "job.json").write_text(json.dumps({**facts, "fingerprint": "0" * 32}))
    with pytest.raises(ResultFileError, match="begun with another Hoplon"):
        execute(ToyJob(), folder, executor=Serial())


def test_other_packages_are_named(folder):
    execute(ToyJob(), folder, executor=Serial())
    facts = json.loads((folder / "job.json").read_text())
    facts["package_versions"]["numpy"] = "1.0"
    (folder / "job.json").write_text(json.dumps(facts))
    chunks = execute(ToyJob(), folder, executor=Serial())
    assert [note.split(" and")[0] for note in chunks.notes] == ["numpy was 1.0"]


def test_a_folder_that_holds_something_else_is_left_alone(folder):
    folder.mkdir()
    (folder / "thesis.tex").write_text("precious")
    with pytest.raises(OutputError, match=r"thesis\.tex"):
        execute(ToyJob(), folder, executor=Serial())
    assert [path.name for path in folder.iterdir()] == ["thesis.tex"]


def test_an_unknown_address_says_what_to_install():
    with pytest.raises(InputError, match="no file system is known"):
        Place("nosuch://bucket/study")


@pytest.mark.skipif(os.name == "nt", reason="locks are those of Unix")
def test_two_do_not_compute_in_one_folder(folder):
    execute(ToyJob(), folder, executor=Serial())
    with Place(folder).locked(), pytest.raises(OutputError, match="another process"):
        execute(ToyJob(), folder, executor=Serial())


def test_a_disk_that_fills_up_loses_nothing(folder, monkeypatch):
    write = Place.write

    def full(self, name, content):
        if name.startswith("chunks/000005"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(self, name, content)

    with monkeypatch.context() as patch:
        patch.setattr(Place, "write", full)
        with pytest.raises(OutputError, match=r"the disk is full[\s\S]*5 of 12 chunks[\s\S]*hoplon resume"):
            execute(ToyJob(), folder, executor=Serial())
    told = []
    chunks = execute(ToyJob(), folder, executor=Serial(), progress=lambda *what: told.append(what[0]))
    assert told[0] == 25
    assert list(chunks) == expected(ToyJob())


def test_an_error_of_the_job_is_not_one_of_the_disk(folder):
    with pytest.raises(OSError, match="the job's own"):
        execute(ToyJob(raises_at=3), folder, executor=Serial())
    assert list(execute(ToyJob(), folder, executor=Serial())) == expected(ToyJob())


def test_an_interruption_says_how_to_go_on(folder):
    def interrupt(done, total, what):
        if done >= 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match=r"4 of 12 chunks.*hoplon resume .*study"):
        execute(ToyJob(), folder, executor=Serial(), progress=interrupt)
    assert list(execute(ToyJob(), folder, executor=Serial())) == expected(ToyJob())


def test_the_stop_rule_sees_the_chunks_in_order(folder):
    job = ToyJob(chunks=60, half_width=0.2)
    count = next(n for n in range(1, 61) if job.enough(expected(job, n)))
    assert 3 < count < 50
    chunks = execute(job, folder, executor=Serial())
    assert len(chunks) == count
    assert list(chunks) == expected(job, count)
    # Chunks that are there although they come after the stop (another worker was quicker) do not count.
    chunk_files(folder)[0].unlink()
    ahead = execute(
        ToyJob(chunks=60, half_width=1e-9, name="ahead"), folder.with_name("ahead"), executor=Serial()
    )
    assert len(ahead) == 60
    again = execute(job, folder, executor=Serial())
    assert list(again) == expected(job, count)


@pytest.mark.parametrize("jobs, kind", [(1, "Serial"), (2, "Pool"), (None, None)])
def test_who_computes_is_chosen_by_options(jobs, kind):
    assert kind in (None, type(executor_of(jobs)).__name__)


def test_options_that_exclude_each_other():
    with pytest.raises(InputError, match="jobs: 0 is too few"):
        executor_of(0)
    with pytest.raises(InputError, match="both --jobs and --scheduler"):
        executor_of(2, "tcp://localhost:8786")
