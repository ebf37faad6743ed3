"""Figures, tables and the page that a run leaves for its readers. Reads results only."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hoplon.report.page import report_html, write_report
from hoplon.result.model import Study
from hoplon.result.writer import write_run_folder

__all__ = ["report_html", "write_report", "write_run"]


def write_run(
    study: Study, folder: Path | None = None, *, manifest_extra: Mapping[str, Any] | None = None
) -> Path:
    """Write a study as a run folder with its report: complete, or not there.

    Parameters
    ----------
    study : Study
    folder : Path, optional
        By default ``runs/<scenario>-<seed>-<UTC time>``.
    manifest_extra : mapping, optional
        More keys for manifest.json.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    OutputError
        As `hoplon.result.write_run_folder`.
    """
    return write_run_folder(study, folder, manifest_extra=manifest_extra, report=write_report)
