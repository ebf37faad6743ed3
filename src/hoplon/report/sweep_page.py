"""One page for a study of many points: a picture and a line for each point; needs nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import hoplon
from hoplon.report.page import page_part, template
from hoplon.report.saturation_picture import draw_saturation
from hoplon.report.study_page import saturation_rows
from hoplon.report.sweep_picture import MOST_ROWS, curve_axis, draw_sweep, told
from hoplon.report.sweep_words import sweep_answer
from hoplon.report.words import plain_number
from hoplon.result.sweep import Sweep, SweepOutput, SweepPoint

#: Lines of the table; a longer one stands in points.csv.
SHOWN_POINTS = 500
#: Outputs that have a picture of their own.
SHOWN_PICTURES = 4


def sweep_html(sweep: Sweep, manifest: Mapping[str, Any] | None = None) -> str:
    """Set a study as one HTML page that needs nothing else and asks no host for anything.

    Parameters
    ----------
    sweep : Sweep
    manifest : mapping, optional
        Content of manifest.json, for versions, time and hashes.

    Returns
    -------
    str
    """
    known = dict(manifest or {})
    pictures = [(output, draw_sweep(sweep, output)) for output in sweep.outputs[:SHOWN_PICTURES]]
    axis = curve_axis(sweep)
    head, rest = sweep_answer(sweep)
    text: str = template("sweep.html").render(
        sweep=sweep,
        manifest=known,
        software_version=known.get("software_version", hoplon.__version__),
        style=page_part("style.css"),
        answer_head=head,
        answer_rest=rest,
        pictures=[(output, picture) for output, picture in pictures if picture is not None],
        saturation=draw_saturation(sweep.curves),
        curves=saturation_rows(sweep.curves),
        whiskers=sweep.mode == "sampled",
        crosses=bool(sweep.failed) and axis is not None,
        left_out=max(len(sweep.points) - MOST_ROWS, 0) if axis is None and sweep.design == "grid" else 0,
        heads=[_head(output) for output in sweep.outputs],
        rows=[_row(sweep, point) for point in sweep.points[:SHOWN_POINTS]],
        more=max(len(sweep.points) - SHOWN_POINTS, 0),
        any_reason=any(point.reason for point in sweep.points),
        axes=[_axis_facts(sweep, i) for i in range(len(sweep.axes))],
    )
    return text


def _head(output: SweepOutput) -> str:
    return output.title + (f", {output.unit}" if output.unit and output.unit != "share" else "")


def _row(sweep: Sweep, point: SweepPoint) -> dict[str, Any]:
    cells = []
    for output in sweep.outputs:
        found = point.values.get(output.name)
        if found is None or math.isnan(found.best):
            cells.append(("–", ""))
            continue
        span = "" if math.isnan(found.low) else f"{told(found.low, output)} to {told(found.high, output)}"
        cells.append((told(found.best, output), span))
    values = [point.coordinates[axis.name] for axis in sweep.axes]
    return {
        "where": [
            plain_number(float(v)) if a.numeric else str(v) for a, v in zip(sweep.axes, values, strict=True)
        ],
        "cells": cells,
        "reason": point.reason,
        "battles": point.battles,
    }


def _axis_facts(sweep: Sweep, number: int) -> dict[str, str]:
    axis = sweep.axes[number]
    seen = [point.coordinates[axis.name] for point in sweep.points]
    if axis.values:
        shown = [plain_number(float(v)) if axis.numeric else str(v) for v in axis.values[:12]]
        values = ", ".join(shown) + (f", … ({len(axis.values)})" if len(axis.values) > 12 else "")
    else:
        numbers = [float(v) for v in seen]
        values = f"{plain_number(min(numbers))} to {plain_number(max(numbers))}"
    return {
        "title": axis.title,
        "paths": ", ".join(axis.paths),
        "values": values + (f" {axis.unit}" if axis.unit else ""),
        "why": axis.why,
    }
