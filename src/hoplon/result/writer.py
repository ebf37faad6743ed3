"""One run, one folder: complete or absent."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hoplon
from hoplon.errors import OutputError
from hoplon.result.codec import summary_text
from hoplon.result.columns import tables_from_records
from hoplon.result.model import Study

RUN_FORMAT = "hoplon-run"
RUN_VERSION = 1

#: Called with the study, the path to write to and the manifest so far (hashes of the other files included).
ReportWriter = Callable[[Study, Path, Mapping[str, Any]], object]

_TRUTH = tuple(f"{axis}_true_ecef_m" for axis in "xyz")


def write_run_folder(
    study: Study,
    folder: Path | None = None,
    *,
    manifest_extra: Mapping[str, Any] | None = None,
    report: ReportWriter | None = None,
) -> Path:
    """Write a study as a folder that is either complete or not there.

    Everything is written into a hidden folder beside the target, brought to disk and then renamed; whatever
    goes wrong, an interrupt included, removes that hidden folder again.

    Parameters
    ----------
    study : Study
    folder : Path, optional
        A folder that does not exist or is empty; by default ``runs/<scenario>-<seed>-<UTC time>``.
    manifest_extra : mapping, optional
        More keys for manifest.json, such as the command and how long it took. They may not replace its own.
    report : callable, optional
        Writes report.html, given the study, the path and the manifest so far: `hoplon.report.write_report`.
        Results know nothing of reports, so the caller brings it; without it the folder holds none.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    OutputError
        If the folder holds something, cannot be written, or the disk is full.
    """
    target = default_folder(study.scenario, study.seed) if folder is None else Path(folder)
    return write_whole_folder(target, lambda place: _fill(place, study, manifest_extra or {}, report))


def write_whole_folder(target: Path, fill: Callable[[Path], None]) -> Path:
    """Write a folder that is either complete or not there.

    Parameters
    ----------
    target : Path
        A folder that does not exist or is empty.
    fill : callable
        Writes the files into the folder that it is given.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    OutputError
        If the folder holds something, cannot be written, or the disk is full.
    """
    check_output_place(target)
    made = _make_parents(target)
    temporary: Path | None = None
    try:
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.absolute().parent))
        # mkdtemp makes private folders; a result is as readable as any other new folder.
        temporary.chmod(0o777 & ~_umask())
        fill(temporary)
        for path in temporary.iterdir():
            _to_disk(path)
        _to_disk(temporary)
        _put_in_place(temporary, target)
    except BaseException as error:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
        for parent in made:
            _remove_if_empty(parent)
        if isinstance(error, OSError):
            raise _explained(error, target) from error
        raise
    return target


def default_folder(scenario: str, seed: int) -> Path:
    """Name the folder that a run writes to unless told otherwise.

    Parameters
    ----------
    scenario : str
    seed : int

    Returns
    -------
    Path
        ``runs/<scenario>-<seed>-<UTC time>``, with a number behind it where two runs fall into one second.
    """
    name = "".join(c if c.isalnum() or c in "-_." else "-" for c in scenario).strip("-.") or "scenario"
    stem = f"{name[:80]}-{seed}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    folder, number = Path("runs") / stem, 2
    while folder.exists():
        folder, number = Path("runs") / f"{stem}-{number}", number + 1
    return folder


def check_output_place(folder: Path | None = None) -> None:
    """Find out before a run, not after it, whether its folder can be written. Leaves nothing behind.

    Parameters
    ----------
    folder : Path, optional
        Where the run is to go; by default ``runs`` in the current folder.

    Raises
    ------
    OutputError
        If something stands there already, or nothing can be written there.
    """
    target = Path("runs") / "new" if folder is None else Path(folder)
    try:
        _refuse_occupied(target)
        place = target.absolute().parent
        while not place.exists():
            place = place.parent
        os.rmdir(tempfile.mkdtemp(prefix=".hoplon-", dir=place))
    except OSError as error:
        raise _explained(error, target) from error


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_occupied(target: Path) -> None:
    elsewhere = "Choose another folder with -o, or remove this one first."
    if target.is_symlink() and not target.exists():
        raise OutputError("this is a link to nowhere", where=str(target), remedy=elsewhere)
    if not target.exists():
        return
    if not target.is_dir():
        raise OutputError("a file stands where the folder should go", where=str(target), remedy=elsewhere)
    if (target / "manifest.json").exists():
        raise OutputError("the folder holds a run already", where=str(target), remedy=elsewhere)
    if any(target.iterdir()):
        raise OutputError("the folder exists and is not empty", where=str(target), remedy=elsewhere)


def _fill(folder: Path, study: Study, extra: Mapping[str, Any], report: ReportWriter | None) -> None:
    # Line ends are the same on every system, or the hashes would not be.
    _write(folder / "scenario.yaml", study.scenario_yaml.encode())
    _write(folder / "summary.json", summary_text(study).encode())
    for name, table in tables_from_records(study.records).items():
        _write(folder / f"{name}.parquet", _parquet(table))
    manifest = {**extra, **_manifest(study)}
    manifest["sha256"] = {path.name: file_hash(path) for path in sorted(folder.iterdir())}
    if report is not None:
        report(study, folder / "report.html", manifest)
        manifest["sha256"]["report.html"] = file_hash(folder / "report.html")
    _write(folder / "manifest.json", (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode())


def _manifest(study: Study) -> dict[str, Any]:
    return {
        "format": RUN_FORMAT,
        "version": RUN_VERSION,
        "scenario": study.scenario,
        "seed": study.seed,
        "runs": study.runs,
        "mode": study.mode,
        **software(),
    }


def software() -> dict[str, Any]:
    """Say what wrote a result, when and on what machine.

    Returns
    -------
    dict
    """
    return {
        "software": "hoplon",
        "software_version": hoplon.__version__,
        "commit": _commit(),
        "python_version": platform.python_version(),
        "package_versions": {name: _version(name) for name in ("numpy", "numba", "scipy", "pyarrow")},
        "written_utc": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "machine": {
            "system": platform.system(),
            "release": platform.release(),
            "processor": platform.machine(),
            "cores": os.cpu_count(),
        },
    }


def _version(package: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _commit() -> str | None:
    """Commit of the checkout that this package runs from, ``-dirty`` if it was changed; None if installed."""
    import subprocess

    root = Path(__file__).resolve().parents[3]
    if not ((root / ".git").exists() and (root / "src" / "hoplon").is_dir()):
        return None
    command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None


def _parquet(table: Any) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = table.schema.names
    # True positions on the study's time grid repeat from battle to battle: a dictionary stores them once.
    # Other numbers share their leading bytes with their neighbours: sorted by byte they shrink by a quarter.
    split = [n for n in names if pa.types.is_float64(table.schema.field(n).type) and n not in _TRUTH]
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        compression="zstd",
        use_dictionary=[n for n in names if n not in split],
        column_encoding=dict.fromkeys(split, "BYTE_STREAM_SPLIT"),
        dictionary_pagesize_limit=8 << 20,
    )
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _to_disk(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open a folder to flush it.
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _put_in_place(temporary: Path, target: Path) -> None:
    _refuse_occupied(target)  # another run may have come first
    if target.is_dir():
        target.rmdir()  # empty; not every system renames onto an empty folder
    temporary.rename(target)
    _to_disk(target.absolute().parent)


def _make_parents(target: Path) -> list[Path]:
    """Make the folders above the target; return the new ones, the deepest first."""
    missing = []
    place = target.absolute().parent
    while not place.exists():
        missing.append(place)
        place = place.parent
    try:
        target.absolute().parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        for parent in missing:
            _remove_if_empty(parent)
        raise _explained(error, target) from error
    return missing


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return  # not there, or somebody else uses it by now


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _explained(error: OSError, target: Path) -> OutputError:
    if error.errno == errno.ENOSPC or "No space left" in str(error):
        return OutputError(
            "the disk is full; nothing was kept",
            where=str(target),
            remedy="Free some space or choose another disk with -o, and run again with the same seed.",
        )
    if error.errno == errno.EDQUOT:
        return OutputError(
            "the disk quota is used up; nothing was kept",
            where=str(target),
            remedy="Free some space or choose another disk with -o, and run again.",
        )
    return OutputError(
        f"cannot write here ({error.strerror or error})",
        where=str(target),
        remedy="Choose a folder that you may write to with -o.",
    )
