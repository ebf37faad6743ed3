"""Screens of `hoplon fly`: a flight, its spread, and the check of a claim."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from hoplon.cli_output import print_json
from hoplon.errors import InputError
from hoplon.front import fly_entry, place
from hoplon.front_fly import (
    SPREAD_KEYS,
    Progress,
    Spread,
    about_flight,
    claim_facts,
    flight_facts,
    flight_table,
    fly_sampled,
    spread_facts,
    write_flight,
)

if TYPE_CHECKING:
    from hoplon.flight.claim import ClaimCheck

_WORDS = {
    "apogee_km": ("apogee", "km", 1),
    "flight_time_s": ("flight time", "s", 0),
    "burnout_s": ("burnout after", "s", 0),
    "burnout_speed_m_s": ("speed at burnout", "m/s", 0),
    "speed_at_100_km_m_s": ("speed at 100 km, falling", "m/s", 0),
    "impact_speed_m_s": ("speed at impact", "m/s", 0),
    "impact_angle_deg": ("angle at impact", "deg", 1),
}
_CAUSES = {
    "arc": "arc without air, Earth at rest",
    "rotation": "rotation and figure of the Earth",
    "rounding": "rounding of the published figures",
    "boost": "boost: a missile starts slowly",
    "air": "air on re-entry",
}
_STYLE = {"possible": "bold green", "untimed": "bold", "not_ballistic": "bold yellow"}


def refuse_mixture(
    claim: str | None,
    *,
    missile: str | None,
    launch: str | None,
    aim: str | None,
    others: Mapping[str, object],
    azimuth_deg: float | None,
) -> None:
    """Say what is missing, or what does not go together.

    Parameters
    ----------
    claim, missile, launch, aim : str or None
    others : mapping of str to object
        Options that only a flight takes.
    azimuth_deg : float or None
        Which only a claim takes.
    """
    example = "hoplon fly nodong --from sunan --to tokyo"
    if claim is not None:
        given = [name for name, value in {"MISSILE": missile, **others}.items() if value]
        if given:
            raise InputError(
                f"{', '.join(given)} cannot be combined with --claim",
                remedy="A claim is checked for any missile.",
            )
        return
    if azimuth_deg is not None:
        raise InputError("--azimuth is for --claim only", remedy="Give the aim point with --to.")
    missing = [
        name for name, value in (("MISSILE", missile), ("--from", launch), ("--to", aim)) if value is None
    ]
    if missing:
        raise InputError(f"{', '.join(missing)} missing", remedy=f"Write it like: {example}")


def fly_command(
    missile: str,
    launch: str,
    aim: str,
    *,
    apogee_km: float | None,
    parameter_set: str | None,
    samples: int | None,
    seed: int,
    outputs: tuple[Path, ...],
    json: bool,
    console: Console,
    progress: Progress | None,
) -> None:
    """Fly a missile, write what was asked for, print the rest.

    Parameters
    ----------
    missile, launch, aim : str
    apogee_km, parameter_set, samples : optional
    seed : int
    outputs : tuple of Path
        CSV, Parquet or SVG by their endings.
    json : bool
        Print JSON.
    console : Console
    progress : callable, optional
    """
    from hoplon.result.flight_table import check_flight_file
    from hoplon.scenario import catalogue

    for path in outputs:
        check_flight_file(path)
    entry = catalogue().missile(missile, parameter_set)
    start, end = place(launch, "from"), place(aim, "to")
    trajectory = fly_entry(entry, start, end, apogee_km=apogee_km)
    facts = {**flight_facts(trajectory), "parameter_set": entry.parameter_set}
    spread = None
    if samples is not None:
        spread = fly_sampled(
            entry, start, end, count=samples, seed=seed, apogee_km=apogee_km, progress=progress
        )
        facts["sampled"] = {"seed": seed, **spread_facts(spread)}
    if outputs:
        table = flight_table(trajectory, about_flight(entry, start, end, apogee_km))
        facts["written"] = [str(write_flight(table, path)) for path in outputs]
    if json:
        print_json(facts)
        return
    rivals = [name for name in catalogue().missiles[missile].parameter_sets if name != entry.parameter_set]
    print_flight(facts, console, rivals)
    if spread is not None:
        print_spread(facts, spread, console)
    for written in facts.get("written", ()):
        console.print(f"Written: {written}", soft_wrap=True)


def print_flight(facts: Mapping[str, Any], console: Console, rivals: list[str] | None = None) -> None:
    """Print the summary and the timeline of a flight.

    Parameters
    ----------
    facts : mapping
        What `hoplon.front_fly.flight_facts` returns.
    console : Console
    rivals : list of str, optional
        Other parameter sets of the same missile.
    """
    head = Text.assemble((f"\n{facts['missile']}", "bold"))
    if facts.get("parameter_set"):
        head.append(f"  parameter set {facts['parameter_set']}", "dim")
    console.print(head)
    grid = Table.grid(padding=(0, 2))
    for _ in range(4):
        grid.add_column()
    pairs = [
        ("range", f"{facts['range_km']:,.0f} km"),
        *((w, _value(facts[k], k)) for k, (w, _, _) in _WORDS.items()),
    ]
    for left, right in zip(pairs[::2], pairs[1::2], strict=True):
        grid.add_row(Text(left[0], "dim"), left[1], Text(right[0], "dim"), right[1])
    console.print(Padding(grid, (0, 0, 1, 2)))
    table = _table("event")
    for name in ("time s", "altitude km", "speed m/s", "lat deg", "lon deg"):
        table.add_column(name, justify="right")
    for event in facts["events"]:
        table.add_row(
            event["event"].replace("_", " "),
            f"{event['t_s']:.1f}",
            f"{event['altitude_km'] + 0.0:.1f}".replace("-0.0", "0.0"),
            f"{event['speed_m_s']:.0f}",
            f"{event['latitude_deg']:.3f}",
            f"{event['longitude_deg']:.3f}",
        )
    console.print(table)
    if rivals:
        console.print(Text(f"\nRival parameter sets, with --set: {', '.join(rivals)}", "dim"))


def print_spread(facts: Mapping[str, Any], spread: Spread, console: Console) -> None:
    """Print what the missile's ranges leave open.

    Parameters
    ----------
    facts : mapping
        Of the flight at best values, with its `sampled`.
    spread : Spread
    console : Console
    """
    sampled = facts["sampled"]
    console.print(
        Text.assemble(
            ("\nDrawn from its ranges", "bold"),
            f"  {spread.flown} of {spread.count} missiles reach the aim point (seed {sampled['seed']})",
        )
    )
    if spread.flown:
        table = _table("")
        for name in ("best values", "5 %", "median", "95 %", ""):
            table.add_column(name, justify="right")
        for key in SPREAD_KEYS:
            words, unit, digits = _WORDS[key]
            row = [_bare(facts[key], digits)] + [_bare(spread.at(key, q), digits) for q in (0.05, 0.5, 0.95)]
            table.add_row(words, *row, unit)
        console.print(table)
    console.print(Text("\nWhat was drawn", style="dim"))
    grid = Table.grid(padding=(0, 2))
    for path, row in sampled["drawn"].items():
        span = f"{row['low']:.6g} to {row['high']:.6g}, best {row['best']:.6g}"
        grid.add_row(Text(f"  {path}"), Text(span), Text(row["distribution"], "dim"))
    console.print(grid)


def print_claim(check: ClaimCheck, console: Console) -> None:
    """Print the verdict on a claim, what it rests on, and by how much the claim misses.

    Parameters
    ----------
    check : ClaimCheck
    console : Console
    """
    claim = check.claim
    timed = "" if claim.time_s is None else f", time {_minutes(claim.time_s.best)}"
    console.print(
        Text.assemble(
            ("\nClaim", "bold"),
            f"  range {claim.range_km.best:,g} km, apogee {claim.apogee_km.best:,g} km{timed}",
        )
    )
    console.print(Padding(Text(_open(check), "dim"), (0, 0, 1, 7)))
    console.print(Text.assemble((_headline(check), _STYLE.get(check.verdict, "bold red"))))
    for line in _reasons(check):
        console.print(Padding(Text(line), (0, 0, 0, 2)))
    if not check.parts:
        return
    console.print()
    table = _table("seconds of flight")
    table.add_column("shortest", justify="right")
    table.add_column("longest", justify="right")
    for i, part in enumerate(check.parts):
        sign = "" if i == 0 else "+"
        ends = (round(part.shortest_s) + 0, round(part.longest_s) + 0)
        table.add_row(_CAUSES[part.cause], *(f"{end:{sign if end else ''},}" for end in ends))
    table.add_section()
    table.add_row("possible", f"{check.shortest_s:,.0f}", f"{check.longest_s:,.0f}", style="bold")
    if claim.time_s is not None:
        table.add_row("claimed, with its rounding", f"{claim.time_s.low:,.5g}", f"{claim.time_s.high:,.5g}")
    console.print(table)
    b = check.bounds
    text = (
        f"\nTaken for possible: a boost with a mean acceleration of {b.slowest_m_s2:g} to "
        f"{b.fastest_m_s2:g} m/s² (in the catalogue: 13 to 43), a re-entry body of "
        f"{b.least_ballistic_kg_m2:,g} to {b.greatest_ballistic_kg_m2:,g} kg/m². Speed that such a flight "
        f"takes, at the ground: {check.speed_m_s / 1e3:.2f} km/s."
    )
    console.print(Text(text, "dim"))


def claim_command(
    text: str, launch: str | None, azimuth_deg: float | None, aim: str | None, *, json: bool, console: Console
) -> None:
    """Check a claim and print the verdict.

    Parameters
    ----------
    text : str
    launch : str or None
    azimuth_deg : float or None
    aim : str or None
        Gives the direction where no azimuth does.
    json : bool
    console : Console
    """
    from hoplon.earth.geodesics import azimuth_deg as azimuth_between
    from hoplon.flight.claim import check_claim, parse_claim

    claim = parse_claim(text)
    if launch is None:
        raise InputError(
            "no launch point", where="--from", remedy="Write degrees, as in 39.2,125.67, or a site's name."
        )
    start = place(launch, "from")
    if azimuth_deg is None and aim is not None:
        end = place(aim, "to")
        azimuth_deg = azimuth_between(
            start.latitude_deg, start.longitude_deg, end.latitude_deg, end.longitude_deg
        )
    check = check_claim(claim, start, azimuth_deg=azimuth_deg)
    if json:
        print_json(claim_facts(check))
    else:
        print_claim(check, console)


def _headline(check: ClaimCheck) -> str:
    if check.verdict == "not_ballistic":
        return "Not judged: in so low or flat a flight lift and drag decide."
    first, last = _minutes(check.shortest_s), _minutes(check.longest_s)
    if check.claim.time_s is None:
        return f"Possible times: {first} to {last}."
    claimed, miss = _minutes(check.claim.time_s.best), _minutes(abs(check.miss_s))
    return {
        "impossible": f"Impossible: {claimed} is {miss} shorter than the shortest possible flight ({first}).",
        "too_short": f"Too short: {claimed} is {miss} shorter than the fastest boost allows ({first}).",
        "possible": f"Possible: {claimed} lies within {first} to {last}.",
        "too_long": f"Too long: {claimed} is {miss} longer than the slowest boost explains ({last}).",
    }[check.verdict]


def _reasons(check: ClaimCheck) -> list[str]:
    time = check.claim.time_s
    if check.verdict == "not_ballistic":
        low = f"{check.bounds.lowest_apogee_km:g} km"
        return [
            f"Range and apogee fix the time only of flights that rise well above the air ({low} or more)."
        ]
    if time is not None and check.verdict == "impossible":
        more = _minutes(check.vacuum_s - time.high)
        return [f"Even without boost and air it takes {_minutes(check.vacuum_s)}, {more} more than claimed."]
    if check.verdict == "too_short":
        return [
            f"Without boost and air it would take {_minutes(check.vacuum_s)}: no law of motion forbids it."
        ]
    if check.verdict == "too_long":
        return ["No law of motion forbids it: a slower boost than any known would do."]
    return []


def _open(check: ClaimCheck) -> str:
    claim = check.claim
    figures = [
        f"{words} {figure.low:,.7g} to {figure.high:,.7g} {unit}"
        for words, figure, unit in (
            ("range", claim.range_km, "km"),
            ("apogee", claim.apogee_km, "km"),
            ("time", claim.time_s, "s"),
        )
        if figure is not None
    ]
    towards = "in any direction" if check.azimuth_deg is None else f"towards {check.azimuth_deg:.0f}°"
    place = f"{check.launch.latitude_deg:g}, {check.launch.longitude_deg:g}"
    return f"read as {', '.join(figures)}; from {place} {towards}"


def _minutes(seconds: float) -> str:
    if abs(seconds) < 59.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    return f"{whole // 60} min {whole % 60} s"


def _bare(value: float | None, digits: int) -> str:
    return "–" if value is None or not math.isfinite(value) else f"{value:,.{digits}f}"


def _value(value: float | None, key: str) -> str:
    _, unit, digits = _WORDS[key]
    return "stays below" if value is None else f"{_bare(value, digits)} {unit}"


def _table(first: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), header_style="dim")
    table.add_column(first, no_wrap=True)
    return table
