"""What a study leaves behind: a labelled dataset, rows, a page, a folder that is whole or not there."""

import json
import math

import pyarrow.parquet as pq
import pytest
import xarray as xr
from study_text import study

from hoplon.errors import InputError, OutputError, ResultFileError
from hoplon.front_report import rewrite_report
from hoplon.front_sweep import PART, compute, resume, run_study
from hoplon.report.sweep_page import sweep_html
from hoplon.result.sweep_reader import read_sweep_folder
from hoplon.result.sweep_writer import sweep_facts
from hoplon.sweep.plan import loads_study

LOADED = "batteries.mutsumi_battery.loaded"
FARTHER = f"raid.nodong.apogee_km: [300, 5000]\n{LOADED}: [1, 2, 8]"


@pytest.fixture(scope="module")
def plan():
    return loads_study(study(FARTHER, mode="sampled", runs="12"))


@pytest.fixture(scope="module")
def sweep(plan):
    return run_study(plan)


def test_a_grid_is_a_dataset_labelled_by_its_axes(sweep):
    data = sweep.dataset()
    assert dict(data.sizes) == {"raid.nodong.apogee_km": 2, LOADED: 3}
    near = data["leakage"].sel({"raid.nodong.apogee_km": 300})
    assert near.dims == (LOADED,)
    assert near.attrs == {"long_name": "leakage", "units": "1"}
    assert data.coords["raid.nodong.apogee_km"].attrs["units"] == "km"
    for point in sweep.points[:3]:
        there = data.sel({axis.name: point.coordinates[axis.name] for axis in sweep.axes})
        value = point.values["leakage"]
        assert (there["leakage_low"], there["leakage"], there["leakage_high"]) == (
            value.low,
            value.best,
            value.high,
        )
    assert data["leakage"].isnull().sum() == 3
    assert data["battles"].values.tolist() == [[12] * 3, [0] * 3]
    assert "does not reach" in str(data["reason"].values[1, 0])


def test_points_of_other_designs_stand_in_a_row():
    plan = loads_study(study("command.public_alert_delay_s: own_range", design="{latin_hypercube: 4}"))
    data = run_study(plan).dataset()
    assert dict(data.sizes) == {"point": 4}
    assert data["command.public_alert_delay_s"].dims == ("point",)


def test_a_mean_has_the_interval_of_its_battles(sweep):
    from hoplon.studies.statistics import mean_interval

    rows = sweep.rows.to_pylist()
    shares = [row["leakage"] for row in rows if row["point"] == 1]
    assert len(shares) == 12
    assert sweep.points[1].values["leakage"] == mean_interval(shares)


def test_the_folder_is_whole_and_tells_the_same(plan, tmp_path):
    folder = tmp_path / "out"
    sweep, named = compute(plan, folder, jobs=1)
    assert named == str(folder)
    assert not (tmp_path / f"out{PART}").exists()
    rows = pq.read_table(folder / "rows.parquet")
    assert rows.num_rows == 72
    stored = xr.open_zarr(folder / "points.zarr", zarr_format=2, consolidated=True)
    again = sweep.dataset()
    assert stored["leakage"].equals(again["leakage"])
    assert [str(x) for x in stored["reason"].values.flat] == [p.reason for p in sweep.points]
    assert stored.attrs["identity"] == sweep.identity
    manifest = json.loads((folder / "manifest.json").read_text())
    assert {"rows.parquet", "points.csv", "study.yaml", "points.zarr/.zattrs"} <= set(manifest["sha256"])
    assert (folder / "points.csv").read_text().count("\n") == 7
    assert sweep_facts(read_sweep_folder(folder)) == sweep_facts(sweep)
    page = (folder / "report.html").read_bytes()
    (folder / "report.html").write_text("spoilt")
    assert rewrite_report(folder).read_bytes() == page
    assert (folder / "study.yaml").read_text() == plan.study_yaml
    assert json.loads((folder / "summary.json").read_text())["points"][3]["values"] == {}
    with pytest.raises(OutputError, match="holds a run already"):
        compute(plan, folder, jobs=1)
    with pytest.raises(InputError, match="complete"):
        resume(folder)
    (folder / "summary.json").write_text("{}")
    with pytest.raises(ResultFileError, match="sha256 differs"):
        rewrite_report(folder)


def test_a_folder_without_a_result_says_what_it_is(tmp_path):
    (tmp_path / f"half{PART}").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "manifest.json").write_text('{"format": "something-else"}')
    for name, words in (
        (f"half{PART}", "hoplon resume .*half$"),
        ("half", "hoplon resume .*half$"),
        ("nowhere", "no such folder"),
        ("other", "'something-else'"),
        (".", "manifest.json is missing"),
        ("other/manifest.json", "this is a file"),
    ):
        with pytest.raises(ResultFileError, match=words):
            rewrite_report(tmp_path / name)


def test_a_study_that_was_ended_is_taken_up(plan, tmp_path, monkeypatch):
    from hoplon.sweep.sweep_job import SweepJob

    monkeypatch.setattr("hoplon.sweep.sweep_job.CHUNK_BATTLES", 24)
    run, computed = SweepJob.run, []

    def ends(self, chunk):
        if len(computed) == 2:
            raise KeyboardInterrupt
        computed.append(chunk)
        return run(self, chunk)

    monkeypatch.setattr(SweepJob, "run", ends)
    with pytest.raises(KeyboardInterrupt, match=f"resume {tmp_path}/out{PART}"):
        compute(plan, tmp_path / "out", jobs=1)
    monkeypatch.setattr(SweepJob, "run", lambda self, chunk: computed.append(chunk) or run(self, chunk))
    sweep, folder = resume(tmp_path / "out", jobs=1)
    assert computed == [0, 1, 2]
    assert [point.battles for point in sweep.points] == [12, 12, 12, 0, 0, 0]
    whole = run_study(plan)
    assert repr(pq.read_table(f"{folder}/rows.parquet").to_pylist()) == repr(whole.rows.to_pylist())


def test_a_bucket_serves_as_well_as_a_disk(plan):
    import fsspec

    _, place = compute(loads_study(study()), "memory://studies/one", jobs=1)
    files = fsspec.filesystem("memory").find("/studies/one")
    assert place == "memory://studies/one"
    assert "/studies/one/manifest.json" in files
    assert not fsspec.filesystem("memory").exists(f"/studies/one{PART}")
    assert xr.open_zarr("memory://studies/one/points.zarr", zarr_format=2)["leakage"].shape == (2,)
    with pytest.raises(OutputError, match="something stands there already"):
        compute(loads_study(study()), place, jobs=1)


def test_the_page_stands_alone_and_ranks_no_raid(sweep):
    page = sweep_html(sweep)
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert page.count("<svg") == 2
    assert "does not reach the aim point" in page
    raids = loads_study(study(f"raid.nodong.count: [3, 1]\n{LOADED}: [1]"))
    found = run_study(raids)
    # In the order stated, whatever came of them, and no sentence on which was worst.
    assert [point.coordinates["raid.nodong.count"] for point in found.points] == [3, 1]
    assert "at 2 points: the values stand below, in the order stated" in sweep_html(found)


def test_nan_is_no_value(sweep):
    for point in sweep.points[3:]:
        assert not point.values
    assert all(math.isnan(value) for value in sweep.table()["leakage"].to_pylist()[3:])
