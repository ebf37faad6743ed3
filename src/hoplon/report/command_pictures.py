"""Pictures of the command: who decided what when in one battle, and how the interceptors ran down in all."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from hoplon.report.map_picture import colour_classes
from hoplon.report.panel import Panel
from hoplon.report.svg import Drawing, clock, path_data, shortened, ticks, time_ticks
from hoplon.report.words import counted, duration, named, place_name
from hoplon.result.model import Event, Record, Study

WIDTH = 1080.0
HALF = 525.0
#: With more batteries than these their interceptors are counted together.
MOST_PANELS = 6

#: What people and machines do, as events of a record, in the order of the chain: mark, size, words.
DEEDS = {
    "satellite_report": ("diamond", 4.5, "satellite report"),
    "firm_track": ("square", 4.0, "firm track"),
    "impact_prediction": ("circle", 2.6, "verdict on a prediction"),
    "consent_request": ("circle", 3.4, "consent asked for"),
    "consent": ("square", 3.6, "consent"),
    "refusal": ("cross", 3.6, "consent refused"),
    "silence": ("triangle-down", 4.0, "no answer"),
    "predelegation": ("plus", 4.0, "authority delegated beforehand"),
    "decision": ("diamond", 5.0, "decision to engage"),
    "not_engaged": ("cross", 3.6, "not engaged"),
    "order_refused": ("triangle-down", 4.0, "order that cannot be carried out"),
    "interceptor_launch": ("triangle", 4.5, "interceptor launch"),
    "intercept": ("star", 5.5, "intercept"),
    "missed": ("cross", 4.0, "miss"),
    "kill_assessment": ("circle", 3.6, "kill assessment"),
    "alert": ("triangle", 4.5, "public alert"),
}
#: Events that are no deed of anybody: the missile's own, and bookkeeping.
_NO_DEED = frozenset(
    {"launch", "impact", "detection", "messages", "radar_load", "radar_saturated", "link_down", "link_up"}
)
#: From which to which event of one actor about one missile it was busy with it.
_BUSY = (
    ("impact_prediction", "decision"),
    ("interceptor_launch", "intercept"),
)


def deeds(battle: Record) -> list[Event]:
    """Return what people and machines did in a battle.

    Parameters
    ----------
    battle : Record

    Returns
    -------
    list of Event
        In the order of time.
    """
    return [e for e in battle.events if e.kind not in _NO_DEED]


def deed_legend(battle: Record) -> list[tuple[str, str, float, str]]:
    """Return mark, style class, size and words of every kind of deed in a battle.

    Parameters
    ----------
    battle : Record

    Returns
    -------
    list of (mark, class, size, words)
    """
    kinds = {_kind(e) for e in deeds(battle)}
    known = [
        (mark, f"moment {kind}", size, words) for kind, (mark, size, words) in DEEDS.items() if kind in kinds
    ]
    return known + [("circle", "moment other", 4.0, named(kind)) for kind in sorted(kinds - DEEDS.keys())]


def _kind(event: Event) -> str:
    if event.kind == "intercept" and not event.note.startswith("hit"):
        return "missed"
    return event.kind


def draw_actors(study: Study, battle: Record) -> Markup | None:
    """Draw what each actor did in a battle: a lane each, and in it a row for each missile.

    Parameters
    ----------
    study : Study
    battle : Record

    Returns
    -------
    Markup or None
        None where nobody did anything.
    """
    done = deeds(battle)
    if not done:
        return None
    outcomes = sorted(battle.outcomes, key=lambda o: (o.moments_s.get("launch", 0.0), o.threat))
    rows = {outcome.threat: i for i, outcome in enumerate(outcomes)}
    lanes = _lanes(done)
    left, right, top = 150.0, 212.0, 26.0
    pitch = min(7.0, 150.0 / max(len(rows), 1))
    high = max(pitch * len(rows) + 12.0, 34.0)
    height = top + high * len(lanes) + 8.0
    drawing = Drawing(WIDTH, height, "What each actor of the defence did when, in one battle")
    start, stop = 0.0, max(60.0, *(e.t_s for e in done), *(t for o in outcomes for t in o.moments_s.values()))

    def x(t_s: float) -> float:
        return left + (t_s - start) / (stop - start) * (WIDTH - left - right)

    for t in time_ticks(start, stop, 10):
        drawing.line(x(t), top - 6, x(t), height - 8, "grid")
        drawing.text(x(t), top - 11, clock(t), "t small muted", "middle")
    colours = colour_classes(study)
    missiles = {o.threat: o.missile for o in outcomes}
    launch = {o.threat: o.moments_s.get("launch", 0.0) for o in outcomes}
    for number, (actor, mine) in enumerate(lanes.items()):
        middle = top + high * number
        drawing.line(12, middle, WIDTH - 12, middle, "hair")
        drawing.text(left - 10, middle + high / 2 + 4, shortened(place_name(actor), 21), "t", "end")

        def y(threat: str, middle: float = middle) -> float:
            return middle + 6.0 + pitch * (rows.get(threat, len(rows) / 2) + 0.5)

        for i, words in enumerate(_summary(mine, battle)):
            at = middle + high / 2 + 1 + 14 * i
            drawing.text(WIDTH - right + 14, at, words, "t small muted" if i else "t small")
        for first, last in _busy(mine):
            cls = f"busy {colours.get(missiles.get(first.threat, ''), 'm5')}"
            words = f"{named(first.threat)}: {duration(last.t_s - first.t_s)}"
            drawing.line(x(first.t_s), y(first.threat), x(last.t_s), y(first.threat), cls, words)
        if any(e.kind == "alert" for e in mine):
            _waits(drawing, battle, colours, x, y)
        for event in mine:
            kind = _kind(event)
            mark, size, words = DEEDS.get(kind, ("circle", 4.0, named(event.kind)))
            cls = f"moment {kind}" if kind in DEEDS else "moment other"
            about = f"{named(event.threat)}, {words}: {clock(event.t_s)}"
            if event.threat in launch:
                about += f", {duration(event.t_s - launch[event.threat])} after launch"
            if event.note:
                about += f"; {event.note}"
            drawing.symbol(mark, x(event.t_s), y(event.threat), size, cls, about)
    return drawing.done()


def _summary(mine: Sequence[Event], battle: Record) -> list[str]:
    """Say in two lines what an actor did."""
    kinds = [_kind(e) for e in mine]
    busy = [last.t_s - first.t_s for first, last in _busy(mine)]
    if "alert" in kinds:
        wait = [
            o.moments_s["alert"] - o.moments_s["alert_possible"]
            for o in battle.outcomes
            if "alert" in o.moments_s and "alert_possible" in o.moments_s
        ]
        later = f"{duration(float(np.median(wait)))} after first possible" if wait else ""
        return [counted(kinds.count("alert"), "alert"), later]
    if "interceptor_launch" in kinds:
        hits, misses = kinds.count("intercept"), kinds.count("missed")
        return [
            f"{counted(kinds.count('interceptor_launch'), 'interceptor')} launched",
            f"{counted(hits, 'hit')}, {counted(misses, 'miss', 'misses')}",
        ]
    if "decision" in kinds:
        took = f"median {duration(float(np.median(busy)))} from verdict" if busy else ""
        return [counted(kinds.count("decision"), "decision"), took]
    name = max(dict.fromkeys(kinds), key=kinds.count, default="")
    words = DEEDS[name][2] if name in DEEDS else named(name)
    return [counted(kinds.count(name), words), f"first at {clock(mine[0].t_s)}"]


def _waits(
    drawing: Drawing,
    battle: Record,
    colours: dict[str, str],
    x: Callable[[float], float],
    y: Callable[[str], float],
) -> None:
    """Draw from when to when an alert would have been possible and was not yet out."""
    for outcome in battle.outcomes:
        possible, alert = outcome.moments_s.get("alert_possible"), outcome.moments_s.get("alert")
        if possible is not None and alert is not None:
            cls = f"busy {colours.get(outcome.missile, 'm5')}"
            words = f"{named(outcome.threat)}: {duration(alert - possible)} from the first possible alert"
            drawing.line(x(possible), y(outcome.threat), x(alert), y(outcome.threat), cls, words)


def _lanes(done: Sequence[Event]) -> dict[str, list[Event]]:
    """Sort what was done by who did it: along the chain, from those who see to those who are told."""
    order = list(DEEDS)
    by_actor: dict[str, list[Event]] = {}
    for event in done:
        by_actor.setdefault(event.actor, []).append(event)

    def rank(actor: str) -> tuple[float, float]:
        # A kill assessment follows the shots, but belongs to whoever decides.
        kinds = [e.kind for e in by_actor[actor] if e.kind in order and e.kind != "kill_assessment"]
        first = min((order.index(kind) for kind in kinds), default=order.index("decision"))
        return float(first), by_actor[actor][0].t_s

    return {actor: by_actor[actor] for actor in sorted(by_actor, key=rank)}


def _busy(mine: Sequence[Event]) -> list[tuple[Event, Event]]:
    """Find from when to when an actor was busy with a missile."""
    found = []
    waiting: dict[tuple[str, str, int], Event] = {}
    for event in mine:
        for begin, end in _BUSY:
            key = (begin, event.threat, event.track if begin == "interceptor_launch" else -1)
            if event.kind == begin:
                waiting.setdefault(key, event)
            elif event.kind == end and key in waiting:
                found.append((waiting.pop(key), event))
    return found


def draw_inventory(study: Study) -> Markup | None:
    """Draw how many interceptors each battery has left against time, over all battles.

    Parameters
    ----------
    study : Study

    Returns
    -------
    Markup or None
        None where there is no battery, or nothing was fired.
    """
    launches = [
        [(e.actor, e.t_s) for e in record.events if e.kind == "interceptor_launch"]
        for record in study.records
    ]
    loads = {site.name: site.loaded for site in study.sites if site.kind == "battery"}
    every = [t_s for battle in launches for _, t_s in battle]
    if not loads or not every:
        return None
    if len(loads) > MOST_PANELS:
        known = [n for n in loads.values() if n is not None]
        loads = {"all batteries": sum(known) if len(known) == len(loads) else None}
        launches = [[("all batteries", t_s) for _, t_s in battle] for battle in launches]
    t_s = np.linspace(0.0, max(every) * 1.04, 160)
    wide = HALF if len(loads) > 1 else WIDTH
    high, gap = 250.0, WIDTH - 2 * HALF
    lines = math.ceil(len(loads) / 2)
    drawing = Drawing(WIDTH, high * lines, "Interceptors left against time, by battery")
    for number, (battery, loaded) in enumerate(loads.items()):
        fired = np.array(
            [np.searchsorted(np.sort([t for a, t in b if a == battery]), t_s, "right") for b in launches]
        )
        corner = ((number % 2) * (HALF + gap), (number // 2) * high)
        _stock(drawing, (*corner, wide, high), place_name(battery), t_s, fired, loaded)
    return drawing.done()


def _stock(
    drawing: Drawing,
    box: tuple[float, float, float, float],
    battery: str,
    t_s: NDArray[np.float64],
    fired: NDArray[np.int64],
    loaded: int | None,
) -> None:
    x0, y0, wide, high = box
    # Older results do not say how many there were: then what was fired is counted up instead.
    stock = fired if loaded is None else loaded - fired
    most = float(max(stock.max() if loaded is None else loaded, 1))
    panel = Panel(
        drawing, (x0 + 40, y0 + 34, wide - 56, high - 86), (0.0, float(t_s[-1])), (0.0, 1.06 * most)
    )
    what = "fired" if loaded is None else "left"
    panel.frame(
        time_ticks(0.0, float(t_s[-1]), 8),
        [v for v in ticks(0.0, most, 6) if v == round(v)],
        f"{battery}: interceptors {what}",
        "time from the scenario's zero, min:s",
        x_text=clock,
    )
    if loaded is not None:
        start = panel.place(0.0, most)[0]
        drawing.text(float(start[0]) + 5, float(start[1]) + 15, f"{loaded} loaded", "t small muted")
    low, high_band = np.quantile(stock, (0.05, 0.95), axis=0)
    upper, lower = panel.place(t_s, high_band).tolist(), panel.place(t_s, low).tolist()
    drawing.path(path_data(upper + lower[::-1], close=True), "stock-band")
    mean = stock.mean(axis=0)
    panel.curve(t_s, mean, "stock", f"mean: {mean[-1]:.1f} {what} at the end")
    end = panel.place(float(t_s[-1]), float(mean[-1]))[0]
    below = mean[-1] > 0.2 * most
    drawing.text(
        float(end[0]) - 4,
        float(end[1]) + (17 if below else -9),
        f"mean {mean[-1]:.1f}",
        "t small halo",
        "end",
    )
