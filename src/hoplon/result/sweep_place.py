"""Where the folder of a study goes: a disk, or a bucket."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hoplon.errors import InputError, OutputError
from hoplon.result.sweep import Sweep
from hoplon.result.sweep_writer import PageMaker, write_sweep_folder
from hoplon.result.writer import check_output_place

if TYPE_CHECKING:
    import pyarrow as pa


def is_address(place: str) -> bool:
    """Say whether a place is an address such as ``s3://bucket/study``, and no folder on a disk."""
    return "://" in place


def check_place(place: str) -> None:
    """Find out before a study, not after it, whether its folder can be written.

    Parameters
    ----------
    place : str
        A folder, or an address that fsspec knows.

    Raises
    ------
    InputError, OutputError
        If nothing is known that writes there, or something stands there already.
    """
    if not is_address(place):
        check_output_place(Path(place))
        return
    system, root = _system(place)
    if system.exists(root) and system.ls(root, detail=False):
        raise OutputError(
            "something stands there already", where=place, remedy="Choose another address with -o."
        )


def write_sweep(
    sweep: Sweep,
    place: str,
    rows: Iterable[pa.Table] | None = None,
    *,
    manifest_extra: Mapping[str, Any] | None = None,
    page: PageMaker | None = None,
) -> None:
    """Write the folder of a study; in a bucket its manifest comes last, and without it the rest is no result.

    Parameters
    ----------
    sweep : Sweep
    place : str
        A folder, or an address that fsspec knows.
    rows, manifest_extra, page
        As for `hoplon.result.sweep_writer.write_sweep_folder`.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    if not is_address(place):
        write_sweep_folder(sweep, Path(place), rows, manifest_extra=manifest_extra, page=page)
        return
    system, root = _system(place)
    with tempfile.TemporaryDirectory(prefix="hoplon-study-") as folder:
        local = write_sweep_folder(
            sweep, Path(folder) / "study", rows, manifest_extra=manifest_extra, page=page
        )
        files = [path for path in sorted(local.rglob("*")) if path.is_file() and path.name != "manifest.json"]
        try:
            for path in (*files, local / "manifest.json"):
                target = f"{root}/{path.relative_to(local).as_posix()}"
                system.makedirs(target.rsplit("/", 1)[0], exist_ok=True)
                system.pipe_file(target, path.read_bytes())
        except OSError as error:
            raise OutputError(f"cannot be written ({error})", where=place) from error


def _system(place: str) -> tuple[Any, str]:
    import fsspec

    try:
        system, root = fsspec.core.url_to_fs(place)
    except (ImportError, ValueError) as error:
        raise InputError(
            f"no file system is known for this address ({error})",
            where=place,
            remedy="Write a local folder, or install the fsspec driver of the address: s3fs for s3://.",
        ) from None
    return system, root
