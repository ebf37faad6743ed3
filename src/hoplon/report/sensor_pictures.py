"""Who saw what when: a lane for each sensor over the time of one battle."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from markupsafe import Markup

from hoplon.report.map_picture import colour_classes
from hoplon.report.svg import Drawing, clock, path_data, shortened, time_ticks
from hoplon.report.words import counted, duration, named, place_name
from hoplon.result.model import Record, Study, ThreatOutcome

WIDTH = 1080.0
_LEFT, _RIGHT, _TOP = 150.0, 212.0, 26.0
#: With more threats than these a lane shows how many are seen, not which.
MOST_BARS = 24

Span = tuple[str, float, float]


def draw_sensors(study: Study, battle: Record) -> Markup | None:
    """Draw what each sensor saw in a battle, from when to when, under what was in flight.

    Parameters
    ----------
    study : Study
    battle : Record

    Returns
    -------
    Markup or None
        None where the record does not say: it is older than this picture, or nothing was seen.
    """
    if not battle.views.sensor:
        return None
    outcomes = sorted(battle.outcomes, key=lambda o: (o.moments_s.get("launch", 0.0), o.threat))
    rows = {outcome.threat: i for i, outcome in enumerate(outcomes)}
    flights = [_flight(study, outcome) for outcome in outcomes]
    radars = _radars(study, battle)
    satellites = list(dict.fromkeys(e.actor for e in battle.events if e.kind == "satellite_report"))
    barred = len(outcomes) <= MOST_BARS
    lane = len(outcomes) * 3.0 + 12.0 if barred else 46.0
    lane = max(lane, 36.0)
    count = 2 + len(satellites) + len(radars)
    start = min(0.0, *(f[1] for f in flights))
    stop: float = max(
        60.0, *(f[2] for f in flights), *battle.tracks.t_s.tolist(), *battle.views.last_s.tolist()
    )
    height = _TOP + lane * count + 8.0
    drawing = Drawing(WIDTH, height, "What each sensor saw in one battle, from when to when")

    def x(t_s: float) -> float:
        return _LEFT + (t_s - start) / (stop - start) * (WIDTH - _LEFT - _RIGHT)

    for t in time_ticks(start, stop, 10):
        drawing.line(x(t), _TOP - 6, x(t), height - 8, "grid")
        drawing.text(x(t), _TOP - 11, clock(t), "t small muted", "middle")
    painter = _Painter(drawing, x, rows, colour_classes(study), outcomes, lane, barred)
    painter.head("in flight (truth)", counted(len(outcomes), "missile"))
    painter.spans(flights, "aloft")
    for satellite in satellites:
        painter.satellite(satellite, battle)
    for radar in radars:
        painter.radar(radar, battle)
    painter.tracks(battle)
    return drawing.done()


def _flight(study: Study, outcome: ThreatOutcome) -> Span:
    """When a threat flew: until it was hit, or came down."""
    moments = outcome.moments_s
    launch = moments.get("launch", 0.0)
    if outcome.outcome == "killed" and "intercept" in moments:
        return outcome.threat, launch, moments["intercept"]
    planned = next((p.t_s[-1] for p in study.paths if p.threat == outcome.threat and p.t_s), launch)
    return outcome.threat, launch, moments.get("impact", planned)


def _radars(study: Study, battle: Record) -> list[str]:
    """All radars of the scenario, those that saw something first, by when."""
    first: dict[str, float] = {}
    for sensor, t_s in zip(battle.views.sensor, battle.views.first_s.tolist(), strict=True):
        first[sensor] = min(t_s, first.get(sensor, t_s))
    blind = [site.name for site in study.sites if site.kind == "radar" and site.name not in first]
    return [*sorted(first, key=lambda name: (first[name], name)), *blind]


class _Painter:
    """Draws lane after lane, from the top."""

    def __init__(
        self,
        drawing: Drawing,
        x: Callable[[float], float],
        rows: dict[str, int],
        colours: dict[str, str],
        outcomes: Sequence[ThreatOutcome],
        lane: float,
        barred: bool,
    ) -> None:
        self.drawing, self.x, self.rows, self.lane, self.barred = drawing, x, rows, lane, barred
        self.colour = {o.threat: colours.get(o.missile, "m5") for o in outcomes}
        self.cued_s = {o.threat: o.moments_s.get("firm_track", np.inf) for o in outcomes}
        self.launch_s = {o.threat: o.moments_s.get("launch", 0.0) for o in outcomes}
        self.top = _TOP - lane

    def head(self, name: str, words: str, note: str = "") -> None:
        """Begin a lane."""
        self.top += self.lane
        middle = self.top + self.lane / 2
        self.drawing.line(12, self.top + self.lane, WIDTH - 12, self.top + self.lane, "hair")
        self.drawing.text(_LEFT - 10, middle + 4, shortened(name, 18), "t", "end")
        right = WIDTH - _RIGHT + 14
        self.drawing.text(right, middle + (-3 if note else 4), words, "t small")
        if note:
            self.drawing.text(right, middle + 12, note, "t small muted")

    def y(self, threat: str) -> float:
        """Height of a threat's row in the present lane."""
        rows = max(len(self.rows), 1)
        step = (self.lane - 10.0) / rows
        return self.top + 5.0 + step * (self.rows.get(threat, 0) + 0.5)

    def spans(self, spans: Sequence[Span], cls: str) -> None:
        """Draw stretches of time: as bars, threat by threat, or as their number where there are many."""
        if not self.barred:
            self._number(spans, cls)
            return
        for threat, first, last in spans:
            words = f"{named(threat)}: {clock(first)} to {clock(last)}"
            y, left, right = self.y(threat), self.x(first), self.x(last)
            cued = min(max(self.cued_s.get(threat, np.inf), first), last) if cls == "held" else first
            if cued > first:
                self._bar(left, self.x(cued), y, f"found {self.colour.get(threat, 'm5')}", words)
            if cued < last or cued == first:
                shown = f"{cls} {self.colour.get(threat, 'm5')}"
                self._bar(self.x(cued), max(right, self.x(cued) + 2.0), y, shown, words)

    def _bar(self, left: float, right: float, y: float, cls: str, words: str) -> None:
        thick = min(0.8 * (self.lane - 10.0) / max(len(self.rows), 1), 6.0)
        self.drawing.add(
            "line", title=words, x1=left, y1=y, x2=right, y2=y, cls=f"view {cls}", stroke_width=thick
        )

    def _number(self, spans: Sequence[Span], cls: str) -> None:
        bottom, high, most = self.top + self.lane - 4.0, self.lane - 10.0, max(len(self.rows), 1)
        changes = sorted([(first, 1) for _, first, _ in spans] + [(last, -1) for _, _, last in spans])
        points, level = [], 0
        for t_s, change in changes:
            points.append((self.x(t_s), bottom - high * level / most))
            level += change
            points.append((self.x(t_s), bottom - high * level / most))
        if points:
            ends = [(points[0][0], bottom), *points, (points[-1][0], bottom)]
            self.drawing.path(path_data(ends, close=True), f"count {cls}")

    def satellite(self, name: str, battle: Record) -> None:
        """Draw the reports of a satellite system."""
        reports = [e for e in battle.events if e.kind == "satellite_report" and e.actor == name]
        after = sorted(e.t_s - self.launch_s.get(e.threat, 0.0) for e in reports)
        span = dict.fromkeys(duration(t) for t in after[:1] + after[-1:])
        note = f"{' to '.join(span)} after launch" if after else ""
        self.head(place_name(name), f"{len(reports)} of {len(self.rows)} reported", note)
        for event in reports:
            words = f"{named(event.threat)}: reported {clock(event.t_s)}"
            self.drawing.symbol(
                "diamond", self.x(event.t_s), self.y(event.threat), 3.6, "moment report", words
            )

    def radar(self, name: str, battle: Record) -> None:
        """Draw what a radar detected."""
        views = battle.views
        mine = [i for i, sensor in enumerate(views.sensor) if sensor == name]
        spans = [(views.threat[i], float(views.first_s[i]), float(views.last_s[i])) for i in mine]
        if not mine:
            self.head(place_name(name), "saw none")
            return
        seen = {threat for threat, _, _ in spans}
        first = min(spans, key=lambda span: span[1])
        self.head(
            place_name(name),
            f"saw {len(seen)} of {len(self.rows)}, {int(views.detections[mine].sum())} detections",
            f"first {clock(first[1])}: {shortened(named(first[0]), 19)}",
        )
        self.spans(spans, "held")
        for event in battle.events:
            if event.kind == "detection" and event.actor == name and self.barred:
                words = f"{named(event.threat)}: seen first here, {clock(event.t_s)}"
                self.drawing.circle(self.x(event.t_s), self.y(event.threat), 3.0, "moment seen-first", words)

    def tracks(self, battle: Record) -> None:
        """Draw from when to when the network held a firm track."""
        samples = battle.tracks
        firm = {o.threat: o.moments_s["firm_track"] for o in battle.outcomes if "firm_track" in o.moments_s}
        last: dict[str, float] = {}
        for threat, t_s in zip(samples.threat, samples.t_s.tolist(), strict=True):
            last[threat] = max(t_s, last.get(threat, t_s))
        spans = [(threat, t_s, max(last.get(threat, t_s), t_s)) for threat, t_s in firm.items()]
        note = f"first {clock(min(firm.values()))}, and cues every radar" if firm else ""
        self.head("firm tracks", f"{len(spans)} of {len(self.rows)}", note)
        self.spans(spans, "firm")
        for threat, t_s in firm.items():
            words = f"{named(threat)}: firm track {clock(t_s)}"
            if self.barred:
                self.drawing.symbol("square", self.x(t_s), self.y(threat), 3.0, "moment firm_track", words)
