"""Run folders: whole or absent, read back equal, refused with a reason when something is wrong."""

import errno
import json
import math
import os
import shutil
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from made_up_study import made_up_study

from hoplon.errors import OutputError, ResultFileError
from hoplon.result import (
    Record,
    Study,
    check_output_place,
    default_folder,
    read_manifest,
    read_run_folder,
    write_run_folder,
)
from hoplon.result import writer as writer_module
from hoplon.result.writer import file_hash


def same(a, b) -> bool:
    """Equal, where NaN equals NaN and arrays are compared by their bits."""
    if isinstance(a, np.ndarray):
        return (
            a.dtype == b.dtype and a.shape == b.shape and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
        )
    if isinstance(a, float):
        return a == b or (math.isnan(a) and math.isnan(b))
    if isinstance(a, tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if hasattr(a, "__dataclass_fields__"):
        return type(a) is type(b) and all(same(getattr(a, f.name), getattr(b, f.name)) for f in fields(a))
    return a == b


@pytest.fixture
def folder(study, tmp_path):
    return write_run_folder(study, tmp_path / "run")


def rehash(folder, name):
    """Let the manifest vouch for a changed file, so that the file itself is judged."""
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["sha256"][name] = file_hash(folder / name)
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize("engaged", [True, False])
def test_a_study_comes_back_as_it_was_written(tmp_path, engaged):
    study = made_up_study(5, engaged=engaged)
    assert same(read_run_folder(write_run_folder(study, tmp_path / "run")), study)


def test_a_study_without_records_or_with_empty_battles_comes_back(study, tmp_path):
    first = study.records[0]
    none = replace(
        first.tracks,
        threat=(),
        track=first.tracks.track[:0],
        t_s=first.tracks.t_s[:0],
        r_true_ecef_m=np.empty((0, 3)),
        r_track_ecef_m=np.empty((0, 3)),
        position_sigma_m=np.empty(0),
        impact_error_km=np.empty(0),
        position_nees=np.empty(0),
    )
    empty = Record(first.scenario, first.seed, 99, (), (), none, {}, {"single_shot_kill_probability": 0.5})
    for name, records in (("no", ()), ("empty", (empty,)), ("mixed", (first, empty, study.records[1]))):
        changed = replace(study, records=records)
        assert same(read_run_folder(write_run_folder(changed, tmp_path / name)), changed)


def test_the_folder_holds_what_it_says(folder, study):
    manifest = read_manifest(folder)
    assert (manifest["format"], manifest["version"], manifest["seed"]) == ("hoplon-run", 1, study.seed)
    assert manifest["sha256"] == {p.name: file_hash(p) for p in folder.iterdir() if p.name != "manifest.json"}
    summary = json.loads((folder / "summary.json").read_text())
    assert (summary["format"], summary["version"]) == ("hoplon-summary", 1)
    assert summary["leakage_share"]["best"] == study.leakage.best
    assert "records" not in summary
    assert list(summary) == sorted(summary)
    import pyarrow.parquet as pq

    for name in ("battles", "events", "tracks"):
        metadata = pq.read_schema(folder / f"{name}.parquet").metadata
        assert metadata[b"format"] == f"hoplon-{name}".encode()
        assert metadata[b"version"] == b"1"
        assert (
            pq.ParquetFile(folder / f"{name}.parquet").metadata.row_group(0).column(0).compression == "ZSTD"
        )


def test_the_callers_keys_and_report_go_in_but_do_not_replace(study, tmp_path):
    seen = {}

    def report(given, path, manifest):
        seen.update(manifest["sha256"])
        path.write_text("<html>")

    folder = write_run_folder(
        study, tmp_path / "run", manifest_extra={"command": "hoplon run", "seed": "mine"}, report=report
    )
    manifest = read_manifest(folder)
    assert manifest["command"] == "hoplon run"
    assert manifest["seed"] == study.seed
    assert manifest["sha256"]["report.html"] == file_hash(folder / "report.html")
    assert set(seen) == {
        "scenario.yaml",
        "summary.json",
        "battles.parquet",
        "events.parquet",
        "tracks.parquet",
        "views.parquet",
        "warnings.parquet",
    }


def test_the_summary_has_the_same_bytes_in_two_processes(study, tmp_path):
    ours = write_run_folder(study, tmp_path / "ours")
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]);"
        "from made_up_study import made_up_study; from hoplon.result import write_run_folder;"
        "write_run_folder(made_up_study(), Path(sys.argv[2]))"
    )
    here = os.path.dirname(__file__)
    subprocess.run([sys.executable, "-c", code, here, str(tmp_path / "theirs")], check=True)
    for name in (
        "summary.json",
        "battles.parquet",
        "events.parquet",
        "tracks.parquet",
        "views.parquet",
        "scenario.yaml",
    ):
        assert (ours / name).read_bytes() == (tmp_path / "theirs" / name).read_bytes()
    text = (ours / "summary.json").read_text()
    assert "NaN" not in text
    assert "Infinity" not in text


def test_the_default_folder_is_named_after_scenario_and_seed(study, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first, second = write_run_folder(study), write_run_folder(study)
    assert first != second
    assert first.parent.name == "runs"
    assert first.name.startswith("made-up-7-20")
    assert default_folder("../../etc/x y", 1).parent.name == "runs"
    assert "/" not in default_folder("../../etc/x y", 1).name


@pytest.mark.parametrize(
    "failure",
    [
        KeyboardInterrupt(),
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "quota"),
        PermissionError(errno.EACCES, "denied"),
    ],
)
@pytest.mark.parametrize("at", ["_write", "_to_disk", "_put_in_place"])
def test_nothing_is_left_behind_when_writing_fails(study, tmp_path, monkeypatch, failure, at):
    real, calls = getattr(writer_module, at), []

    def fails(*arguments):
        calls.append(arguments)
        if at != "_write" or len(calls) == 3:
            raise failure
        return real(*arguments)

    monkeypatch.setattr(writer_module, at, fails)
    with pytest.raises(
        KeyboardInterrupt if isinstance(failure, KeyboardInterrupt) else OutputError
    ) as caught:
        write_run_folder(study, tmp_path / "deep" / "er" / "run")
    assert list(tmp_path.iterdir()) == []
    if getattr(failure, "errno", None) == errno.ENOSPC:
        assert "disk is full" in str(caught.value)
    if isinstance(caught.value, OutputError):
        assert "deep/er/run" in caught.value.where
        assert caught.value.remedy


def test_a_failing_report_leaves_nothing(study, tmp_path):
    def report(given, path, manifest):
        path.write_text("half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_run_folder(study, tmp_path / "run", report=report)
    assert list(tmp_path.iterdir()) == []


def test_occupied_places_are_refused_before_the_run(folder, study, tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for place, words in (
        (folder, "holds a run already"),
        (tmp_path / "file", "a file stands where"),
        (tmp_path / "full", "not empty"),
        (tmp_path / "link", "link to nowhere"),
        (tmp_path / "file" / "run", "cannot write here"),
    ):
        for act in (check_output_place, lambda p: write_run_folder(study, p)):
            with pytest.raises(OutputError, match=words) as caught:
                act(place)
            assert str(place) == caught.value.where
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "full", "link", "run"]


def test_checking_a_good_place_leaves_nothing(study, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    check_output_place()
    check_output_place(tmp_path / "a" / "b")
    (tmp_path / "empty").mkdir()
    check_output_place(tmp_path / "empty")
    assert [p.name for p in tmp_path.iterdir()] == ["empty"]
    write_run_folder(study, tmp_path / "empty")
    assert (tmp_path / "empty" / "manifest.json").exists()


def test_an_unwritable_place_is_refused(tmp_path, monkeypatch):
    def denied(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(writer_module.tempfile, "mkdtemp", denied)
    with pytest.raises(OutputError, match="Permission denied"):
        check_output_place(tmp_path / "run")


def test_missing_folders_and_files_are_named(folder, tmp_path):
    with pytest.raises(ResultFileError, match="no such folder"):
        read_run_folder(tmp_path / "none")
    with pytest.raises(ResultFileError, match="a file, not a run folder"):
        read_run_folder(folder / "summary.json")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ResultFileError, match="holds no run"):
        read_run_folder(tmp_path / "empty")
    (folder / "tracks.parquet").unlink()
    with pytest.raises(ResultFileError, match="missing") as caught:
        read_run_folder(folder)
    assert caught.value.where.endswith("tracks.parquet")


@pytest.mark.parametrize("name", ["scenario.yaml", "summary.json", "battles.parquet", "events.parquet"])
def test_a_changed_file_is_refused(folder, name):
    with (folder / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(ResultFileError, match="sha256 differs") as caught:
        read_run_folder(folder)
    assert caught.value.where.endswith(name)


def test_a_report_written_anew_does_not_spoil_the_run(folder, study):
    (folder / "report.html").write_text("new")
    assert same(read_run_folder(folder), study)


@pytest.mark.parametrize("damage", [b"", b"PAR1", None])
@pytest.mark.parametrize("name", ["battles.parquet", "events.parquet", "tracks.parquet", "views.parquet"])
def test_damaged_parquet_is_refused(folder, name, damage):
    path = folder / name
    content = path.read_bytes()
    # None: the first pages overwritten, head and foot in order
    path.write_bytes(content[:8] + b"\xff" * 200 + content[208:] if damage is None else damage)
    rehash(folder, name)
    with pytest.raises(ResultFileError) as caught:
        read_run_folder(folder)
    assert caught.value.where.endswith(name)
    assert caught.value.remedy


def test_a_folder_of_version_0_1_0_still_loads():
    # Written by the software of that time, before views and normalised errors were kept.
    old = read_run_folder(Path(__file__).parent / "data" / "run_0_1_0")
    now = made_up_study(2, step_s=60.0)
    assert len(old.records) == 2
    for before, after in zip(old.records, now.records, strict=True):
        assert before.views.sensor == ()
        assert np.isnan(before.tracks.position_nees).all()
        assert len(before.tracks.position_nees) == len(before.tracks.t_s)
        assert before.draws == pytest.approx(after.draws)
        assert [o.threat for o in before.outcomes] == [o.threat for o in after.outcomes]
        assert [e.kind for e in before.events] == [e.kind for e in after.events]
        np.testing.assert_allclose(before.tracks.r_track_ecef_m, after.tracks.r_track_ecef_m)
    assert old.leakage.best == pytest.approx(now.leakage.best)


def test_a_table_that_the_manifest_names_must_be_there(folder):
    (folder / "views.parquet").unlink()
    with pytest.raises(ResultFileError, match="missing") as caught:
        read_run_folder(folder)
    assert caught.value.where.endswith("views.parquet")


def test_other_formats_and_versions_are_refused(folder, tmp_path):
    for name, key in (("manifest.json", "run"), ("summary.json", "summary")):
        for change, words in (
            ({"version": 2}, "version 2 cannot be read"),
            ({"format": "x"}, f"'hoplon-{key}'"),
        ):
            copy = tmp_path / f"{key}-{next(iter(change))}"
            shutil.copytree(folder, copy)
            content = json.loads((copy / name).read_text()) | change
            (copy / name).write_text(json.dumps(content))
            if name != "manifest.json":
                rehash(copy, name)
            with pytest.raises(ResultFileError, match=words) as caught:
                read_run_folder(copy)
            assert caught.value.where.endswith(name)


def test_parquet_of_another_version_is_refused(folder):
    import pyarrow.parquet as pq

    table = pq.read_table(folder / "events.parquet")
    pq.write_table(
        table.replace_schema_metadata({**table.schema.metadata, b"version": b"2"}), folder / "events.parquet"
    )
    rehash(folder, "events.parquet")
    with pytest.raises(ResultFileError, match="hoplon-events version 2") as caught:
        read_run_folder(folder)
    assert caught.value.where == str(folder / "events.parquet")


def test_a_missing_column_is_named(folder):
    import pyarrow.parquet as pq

    table = pq.read_table(folder / "events.parquet")
    pq.write_table(table.drop_columns(["actor"]), folder / "events.parquet")
    rehash(folder, "events.parquet")
    with pytest.raises(ResultFileError, match="'actor' is missing"):
        read_run_folder(folder)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s.pop("title"), "'title' is missing"),
        (lambda s: s.update(seed="seven"), "int is wanted"),
        (lambda s: s.update(seed=True), "no whole number"),
        (lambda s: s.update(leakage_share=3), "dict is wanted"),
        (lambda s: s["leakage_share"].update(best="0.2"), "no number"),
        (lambda s: s.update(swings={}), "list is wanted"),
    ],
)
def test_a_summary_that_does_not_fit_is_refused(folder, change, words):
    summary = json.loads((folder / "summary.json").read_text())
    change(summary)
    (folder / "summary.json").write_text(json.dumps(summary))
    rehash(folder, "summary.json")
    with pytest.raises(ResultFileError, match=words) as caught:
        read_run_folder(folder)
    assert "summary.json" in caught.value.where


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff\xfe", b'{"format": 1}'])
def test_a_broken_manifest_is_refused(folder, content):
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(ResultFileError) as caught:
        read_run_folder(folder)
    assert caught.value.where.endswith("manifest.json")


def test_infinite_numbers_survive(study, tmp_path):
    changed = replace(study, leakage=replace(study.leakage, high=math.inf, low=-math.inf))
    again = read_run_folder(write_run_folder(changed, tmp_path / "run"))
    assert (again.leakage.low, again.leakage.high) == (-math.inf, math.inf)


def test_keys_without_place_are_ignored_so_that_later_fields_can_come(folder, study):
    summary = json.loads((folder / "summary.json").read_text()) | {"a_later_field": 1}
    (folder / "summary.json").write_text(json.dumps(summary))
    rehash(folder, "summary.json")
    again = read_run_folder(folder)
    assert isinstance(again, Study)
    assert same(again.records, study.records)
