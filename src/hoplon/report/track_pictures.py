"""How far each track of one battle was off, and whether it knew: errors, and errors over what was stated."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from hoplon.report.choose import banded, track_errors
from hoplon.report.map_picture import colour_classes
from hoplon.report.panel import Panel
from hoplon.report.svg import Drawing, clock, time_ticks
from hoplon.report.words import named
from hoplon.result.model import Record, Study

WIDTH = 1080.0

#: 5 %, 50 % and 95 % of chi-square with three degrees of freedom: what the normalised error squared of an
#: honest position in space is (tables such as Abramowitz and Stegun 1964, 26.8).
HONEST = (0.351846, 2.365974, 7.814728)


def draw_battle_tracks(study: Study, battle: Record, every: Mapping[str, Any] | None = None) -> Markup | None:
    """Draw, for each track of a battle, its error with its stated sigma, and its normalised error squared.

    Parameters
    ----------
    study : Study
    battle : Record
    every : mapping, optional
        What `hoplon.report.choose.track_errors` gives for all records, where it is at hand.

    Returns
    -------
    Markup or None
        None where the record does not hold normalised errors, or nothing was tracked.
    """
    mine = track_errors([battle])
    if not np.isfinite(mine["nees"]).any():
        return None
    height, gap = 330.0, 70.0
    drawing = Drawing(WIDTH, height, "Error of each track of one battle, and error over its stated sigma")
    each = (WIDTH - gap - 16) / 2 - 52
    colours = colour_classes(study)
    missile = {outcome.threat: outcome.missile for outcome in battle.outcomes}
    cls = {name: colours.get(missile.get(name, ""), "m5") for _, name, _ in mine["series"]}
    every = track_errors(study.records) if every is None else every
    last_s = float(np.nanmax(every["age_s"]))
    _errors(drawing, mine, cls, (52.0, 30.0, each, height - 76), last_s)
    _normalised(drawing, mine, every, cls, (52.0 + each + gap + 52, 30.0, each, height - 76), last_s)
    return drawing.done()


def honest_share(study: Study) -> float:
    """Share of all track samples whose normalised error lies where 90 % of an honest filter's do.

    Parameters
    ----------
    study : Study

    Returns
    -------
    float
        NaN where none was recorded.
    """
    values = np.concatenate([r.tracks.position_nees for r in study.records] or [np.empty(0)])
    values = values[np.isfinite(values)]
    return float(np.mean((values >= HONEST[0]) & (values <= HONEST[2]))) if len(values) else math.nan


def mean_nees(study: Study) -> float:
    """Mean of the normalised error squared over all track samples, for each dimension; 1 if honest.

    Parameters
    ----------
    study : Study

    Returns
    -------
    float
        NaN where none was recorded.
    """
    values = np.concatenate([r.tracks.position_nees for r in study.records] or [np.empty(0)])
    values = values[np.isfinite(values)]
    return float(values.mean()) / 3.0 if len(values) else math.nan


def _errors(
    drawing: Drawing,
    samples: Mapping[str, Any],
    cls: Mapping[str, str],
    box: tuple[float, float, float, float],
    last_s: float,
) -> None:
    """Distance from track to truth, and the track's own sigma, each on a scale of powers of ten."""
    both = np.concatenate([samples["error_m"], samples["sigma_m"]])
    both = both[np.isfinite(both) & (both > 0)]
    panel = _panel(drawing, last_s, both, box, "position: distance from track to truth", _length)
    for _, name, part in samples["series"]:
        age = samples["age_s"][part]
        panel.curve(age, samples["sigma_m"][part], f"said {cls[name]}", named(name))
    for _, name, part in samples["series"]:
        panel.curve(samples["age_s"][part], samples["error_m"][part], f"each {cls[name]}", named(name))


def _normalised(
    drawing: Drawing,
    samples: Mapping[str, Any],
    every: Mapping[str, Any],
    cls: Mapping[str, str],
    box: tuple[float, float, float, float],
    last_s: float,
) -> None:
    """Squared error over stated covariance, with where it should lie."""
    middle, bands = banded(every["age_s"], every["nees"], bins=40)
    shown = np.concatenate([samples["nees"], bands[:, 1]])
    shown = shown[np.isfinite(shown)]
    edges = np.array([*np.clip(shown, 2e-2, 1e3), HONEST[0] / 2, HONEST[2] * 2])
    panel = _panel(drawing, last_s, edges, box, "error squared over stated covariance (NEES)", _bare)
    x0, _, wide, _ = box
    (_, upper), (_, lower) = panel.place([0.0, 0.0], [HONEST[2], HONEST[0]]).tolist()
    drawing.rect(x0, upper, wide, lower - upper, "honest")
    centre = float(panel.place(0.0, HONEST[1])[0, 1])
    drawing.line(x0, centre, x0 + wide, centre, "level")
    for _, name, part in samples["series"]:
        panel.curve(samples["age_s"][part], samples["nees"][part], f"each {cls[name]}", named(name))
    panel.curve(middle, bands[:, 1], "median")


def _panel(
    drawing: Drawing,
    last_s: float,
    values: NDArray[np.float64],
    box: tuple[float, float, float, float],
    title: str,
    text: Any,
) -> Panel:
    low, high = math.floor(math.log10(values.min())), math.ceil(math.log10(values.max()))
    high = max(high, low + 1)
    last = max(last_s, 1.0)
    panel = Panel(drawing, box, (0.0, last), (10.0**low, 10.0**high), logarithmic=True)
    panel.frame(
        time_ticks(0.0, last, 7),
        [10.0**power for power in range(low, high + 1)],
        title,
        "time after launch, min:s",
        x_text=clock,
        y_text=text,
    )
    return panel


def _length(value_m: float) -> str:
    return f"{value_m / 1000:,.0f} km".replace(",", "\u202f") if value_m >= 1000 else f"{value_m:g} m"


def _bare(value: float) -> str:
    return f"{value:g}"
