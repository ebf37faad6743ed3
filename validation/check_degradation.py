"""What each failure of the network costs, and what a raid does to a radar's time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from hoplon.cited import Cited, Mark
from hoplon.engagement import fight, prepare
from hoplon.result.model import Record
from hoplon.scenario import Scenario, load, without
from hoplon.verification import Check, Line
from hoplon.verification.registry import between

RUNS = 20


def _stated(value: float) -> Cited:
    return Cited(value, value, value, Mark.UNCHECKED, "stated for this check")


def _linked(scenario: Scenario, **changes: Any) -> Scenario:
    return replace(scenario, links=tuple(replace(link, **changes) for link in scenario.links))


def _late(scenario: Scenario, more_s: float) -> Scenario:
    later = (replace(link, latency=_stated(link.latency_s + more_s)) for link in scenario.links)
    return replace(scenario, links=tuple(later))


def _clock(scenario: Scenario, offset_s: float) -> Scenario:
    ahead = (
        replace(s, clock_offset_s=offset_s) if s.nation == "US" and s.site else s for s in scenario.sensors
    )
    return replace(scenario, sensors=tuple(ahead))


def _cases(scenario: Scenario) -> dict[str, Scenario]:
    return {
        "radar lost: kyogamisaki": without(scenario, ["kyogamisaki"]),
        "link lost: kyogamisaki": without(scenario, ["kyogamisaki -> command_post"]),
        "all links lost, 100 to 160 s": _linked(scenario, outages_s=((100.0, 160.0),)),
        "5 s more latency": _late(scenario, 5.0),
        "satellites lost": without(scenario, ["early_warning"]),
        "clocks of the forward radars 10 ms ahead": _clock(scenario, 0.01),
        "20 % of messages lost": _linked(scenario, loss=_stated(0.2)),
        "20 % of messages doubled": _linked(scenario, duplicates=_stated(0.2)),
        "out of order, by up to 6 s": _linked(scenario, jitter=_stated(6.0)),
        "nothing of the United States": without(scenario, ["US"]),
    }


def _fought(scenario: Scenario) -> list[Record]:
    prepared = prepare(scenario)
    return [fight(prepared, 1, run) for run in range(RUNS)]


def _firm_s(records: list[Record]) -> float:
    return float(
        np.nanmean(
            [
                o.moments_s.get("firm_track", np.nan) - o.moments_s["launch"]
                for r in records
                for o in r.outcomes
            ]
        )
    )


def _error_m(records: list[Record]) -> float:
    errors = [np.linalg.norm(r.tracks.r_track_ecef_m - r.tracks.r_true_ecef_m, axis=1) for r in records]
    return float(np.median(np.concatenate(errors)))


def degradation() -> Iterator[Line]:
    """Compare time to firm track and error of tracks with the undisturbed battles of the same seeds.

    The bounds only say that nothing gets better by failing (beyond what chance leaves open) and nothing
    breaks down; the numbers are the result.

    Yields
    ------
    Line
    """
    japan = load("japan-2018")
    whole = _fought(japan)
    firm_s, error_m = _firm_s(whole), _error_m(whole)
    for name, scenario in _cases(japan).items():
        records = _fought(scenario)
        counted = [e for r in records for e in r.events if e.kind in ("messages", "link_down")]
        lost = f"{len(counted)} notes in the record; leakage {np.mean([r.leakage for r in records]):.3f}, "
        note = lost + f"undisturbed {np.mean([r.leakage for r in whole]):.3f}"
        when, what = f"launch to firm track, {name}", f"median error of tracks, {name}"
        yield between(when, "s", firm_s, _firm_s(records), firm_s - 1.0, firm_s + 60.0, note=note)
        yield between(what, "m", error_m, _error_m(records), 0.8 * error_m, 20.0 * error_m, note=note)


def raid_and_radar() -> Iterator[Line]:
    """Let one radar follow more and more missiles, five a quarter of a minute.

    Yields
    ------
    Line
        Longest wait for a look over the wanted one, and median error of tracks: neither falls as raids grow;
        and the greatest share of its time that the radar spent, at most 1.
    """
    alone = load("one-on-one")
    longest, error_m = 1.0, 0.0
    for count in (1, 3, 10, 30, 100):
        raid = tuple(replace(alone.threats[0], name=f"m{i}", launch_s=3.0 * i) for i in range(count))
        prepared = prepare(replace(alone, threats=raid))
        records = [fight(prepared, 1, run) for run in range(4 if count < 30 else 1)]
        loads = [e for r in records for e in r.events if e.kind == "radar_load"]
        wait = max(float(e.note.split(" times")[0].split()[-1]) for e in loads)
        load_now = max(e.value for e in loads)
        found = _error_m(records)
        raid_of = f"{count} missiles"
        yield between(f"wait for a look, {raid_of}", "times", longest, wait, longest, count)
        yield between(f"load, {raid_of}", "", 1.0, load_now, 0.5, 1.0 + 1e-9)
        # Single raids differ by chance.
        yield between(f"median error of tracks, {raid_of}", "m", error_m, found, 0.7 * error_m, math.inf)
        longest, error_m = wait, found


CHECKS = (
    Check("degradation", "the undisturbed battles", degradation),
    Check("raid_and_radar", "the radar with one missile", raid_and_radar),
)
