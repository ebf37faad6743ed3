"""The screen of `hoplon radar`: what one radar sees, how far, how low and how well."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from hoplon.cli_output import print_json
from hoplon.errors import InputError
from hoplon.front_radar import radar_view, write_radar

if TYPE_CHECKING:
    from hoplon.result.radar_view import RadarParameter, RadarView

_MARK_STYLE = {"assumed": "bold yellow", "weak": "yellow", "checked": "green"}
_EXAMPLE = "hoplon radar an_tpy_2, or hoplon radar japan-2018:shariki"


def numbers(texts: Sequence[str] | None, option: str, example: str) -> tuple[float, ...]:
    """Read numbers that may be repeated or joined by commas.

    Parameters
    ----------
    texts : sequence of str or None
        As typed.
    option, example : str
        For the error.

    Returns
    -------
    tuple of float

    Raises
    ------
    InputError
        For what is no number.
    """
    found = []
    for part in (part.strip() for text in texts or () for part in text.split(",")):
        try:
            value = float(part)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise InputError(f"'{part}' is not a number", where=option, remedy=f"Write it like: {example}")
        found.append(value)
    return tuple(found)


def radar_command(
    name: str | None,
    *,
    rcs: Sequence[str] | None,
    altitude_km: float | None,
    pd: Sequence[str] | None,
    azimuth_deg: float | None,
    svg: Path | None,
    csv: Path | None,
    json: bool,
    console: Console,
) -> None:
    """Work out a radar, write what was asked for, print the rest.

    Parameters
    ----------
    name : str or None
    rcs, pd : sequence of str or None
        Numbers as typed.
    altitude_km, azimuth_deg : float or None
    svg, csv : Path or None
        Files to write.
    json : bool
        Print JSON.
    console : Console
    """
    from hoplon.result.flight_table import check_flight_file
    from hoplon.result.radar_facts import radar_facts

    if name is None:
        raise InputError("NAME missing", remedy=f"Write it like: {_EXAMPLE}. See: hoplon list sensors")
    files = [(path, ending) for path, ending in ((svg, ".svg"), (csv, ".csv")) if path is not None]
    for path, ending in files:
        check_flight_file(path, (ending,))
    options: dict[str, Any] = {"azimuth_deg": azimuth_deg}
    if rcs:
        options["rcs_m2"] = numbers(rcs, "--rcs", "--rcs 0.01,1")
    if pd:
        options["probabilities"] = numbers(pd, "--pd", "--pd 0.5,0.9")
    if altitude_km is not None:
        options["altitude_km"] = altitude_km
    view = radar_view(name, **options)
    written = [str(write_radar(view, path)) for path, _ in files]
    if json:
        print_json({**radar_facts(view), **({"written": written} if written else {})})
        return
    print_radar(view, console)
    for file in written:
        console.print(f"Written: {file}", soft_wrap=True)


def print_radar(view: RadarView, console: Console) -> None:
    """Print a radar: parameters, ranges, horizon, accuracy.

    Parameters
    ----------
    view : RadarView
    console : Console
    """
    console.print(Text.assemble((f"\n{view.name}", "bold"), f"  {view.title}"))
    for line in (_stands(view), *view.notes):
        console.print(Padding(Text(line, "dim"), (0, 0, 0, 2)))
    console.print()
    _print_parameters(view, console)
    _print_ranges(view, console)
    _print_horizon(view, console)
    _print_accuracy(view, console)


def _stands(view: RadarView) -> str:
    width = (view.azimuth_to_deg - view.azimuth_from_deg) % 360.0
    if width == 0.0:
        sector = "all round"
    elif view.latitude_deg is None:
        sector = f"a sector of {width:g} deg"
    else:
        sector = f"azimuth {view.azimuth_from_deg:g} to {view.azimuth_to_deg:g} deg"
    mask = f", terrain up to {view.lowest_deg:g} deg" if view.lowest_deg > view.elevation_min_deg else ""
    where = f"{view.where}, " if view.where else ""
    return (
        f"{where}{sector}, elevation {view.elevation_min_deg:g} to {view.elevation_max_deg:g} deg{mask}; "
        "hoplon show has the sources"
    )


def _print_parameters(view: RadarView, console: Console) -> None:
    table = _table("parameter")
    for name in ("best", "range"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("unit", no_wrap=True)
    table.add_column("mark", no_wrap=True)
    for row in view.parameters:
        span = "" if row.low == row.high else f"{row.low:.4g} to {row.high:.4g}"
        mark = Text(row.mark or "follows", _MARK_STYLE.get(row.mark, "" if row.mark else "dim"))
        table.add_row(_words(row), f"{row.best:.4g}", span, row.unit, mark)
    console.print(table)


def _words(row: RadarParameter) -> str:
    words, unit = row.key.replace("_", " "), row.key.rpartition("_")[2]
    words = words[: -len(unit) - 1] if row.unit else words
    return words.replace("swerling", "Swerling case")


def _print_ranges(view: RadarView, console: Console) -> None:
    _head(console, "Slant range of detection in one look, km", f"Swerling {view.swerling}")
    targets = view.targets
    table = _table("radar cross-section, m²")
    for target in targets:
        table.add_column(f"{target.rcs_m2:g}", justify="right")
    if any(target.mark for target in targets):
        table.add_row("", *(target.label for target in targets))
        spans = (f"{t.rcs_low_m2:g} to {t.rcs_high_m2:g}" for t in targets)
        table.add_row("open between", *spans, style="dim")
        table.add_row("mark", *(Text(t.mark, _MARK_STYLE.get(t.mark, "")) for t in targets))
        table.add_section()
    for dwell in ("search", "track"):
        for i, p in enumerate(view.probabilities):
            reach = (getattr(target, f"{dwell}_km")[i] for target in targets)
            table.add_row(f"{dwell}, probability {p:g}", *(_km(km, view) for km in reach))
            if dwell == "search" and i == 0 and any(t.mark for t in targets):
                ends = (" to ".join(_km(km, view) for km in target.search_ends_km) for target in targets)
                table.add_row("  for the cross-sections open", *ends, style="dim")
    console.print(table)
    if any(km >= view.maximum_range_km for target in targets for km in target.track_km):
        console.print(Text(f"* its instrumented range, {view.maximum_range_km:,.0f} km", "dim"))


def _km(km: float, view: RadarView) -> str:
    return f"{km:,.0f}" + ("*" if km >= view.maximum_range_km else "")


def _print_horizon(view: RadarView, console: Console) -> None:
    why = "terrain" if view.lowest_deg > view.elevation_min_deg else "lowest beam"
    towards = "" if view.latitude_deg is None else f", towards azimuth {view.cut_azimuth_deg:.0f}"
    _head(console, "Altitudes in view, km", f"{why} at {view.lowest_deg:g} deg{towards}")
    table = _table("ground range, km")
    for name in ("lowest", "without air", "highest beam"):
        table.add_column(name, justify="right")
    rows = zip(
        view.horizon_ground_km, view.horizon_km, view.horizon_straight_km, view.ceiling_km, strict=True
    )
    for ground, *altitudes in rows:
        table.add_row(f"{ground:,.0f}", *(_altitude(km) for km in altitudes))
    console.print(table)


def _altitude(km: float) -> str:
    if not km < 1e4:
        return "–"
    return f"{km:.1f}" if abs(km) < 99.95 else f"{km:,.0f}"


def _print_accuracy(view: RadarView, console: Console) -> None:
    first = view.targets[0]
    name = f"{first.label}, " if first.mark else ""
    _head(console, "One look in track, standard errors", f"{name}{first.rcs_m2:g} m²")
    table = _table("slant range, km")
    for words in ("SNR, dB", "detected", "range, m", "angle, mrad", "across, m"):
        table.add_column(words, justify="right", overflow="fold")
    rows = zip(
        view.accuracy_range_km,
        view.accuracy_snr_db,
        view.accuracy_pd,
        view.sigma_range_m,
        view.sigma_angle_mrad,
        strict=True,
    )
    for km, snr, p, sigma, angle in rows:
        table.add_row(
            f"{km:,.0f}", f"{snr:.1f}", f"{p:.3f}", f"{sigma:.1f}", f"{angle:.2f}", f"{km * angle:,.0f}"
        )
    console.print(table)


def _head(console: Console, words: str, note: str) -> None:
    console.print(Text.assemble((f"\n{words}", "bold"), (f"  {note}", "dim")))


def _table(first: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), header_style="dim")
    table.add_column(first, overflow="fold")
    return table
