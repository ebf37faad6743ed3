"""Picture of the battlespace: what could have been shot when, beside what was."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from hoplon.report.map_picture import colour_classes
from hoplon.report.panel import Panel, plain
from hoplon.report.svg import Drawing, clock, path_data, shortened, ticks, time_ticks
from hoplon.report.words import duration, named
from hoplon.result.model import Record, Study
from hoplon.result.scene import Battlespace

WIDTH = 1080.0
_LEFT, _RIGHT, _TOP = 150.0, 20.0, 34.0
_HIGH, _LANE, _GAP = 150.0, 24.0, 40.0
#: More batteries than these are no picture any more; the rest is told in a line.
MOST_BATTERIES = 6
#: Colours of batteries: those of missiles, from the far end.
_FANS = 3
#: Every so many samples one line of flight is drawn into a fan.
_EVERY = 8


def draw_battlespace(study: Study, battle: Record | None) -> Markup | None:
    """Draw, for the first threat of each missile type, from when to when each battery could have met it.

    Parameters
    ----------
    study : Study
    battle : Record, optional
        Whose decisions and shots at these threats are marked.

    Returns
    -------
    Markup or None
        None where there is no battery, or nothing is engaged.
    """
    threats = list(dict.fromkeys(space.threat for space in study.battlespaces))
    if not threats:
        return None
    found = [[s for s in study.battlespaces if s.threat == threat][:MOST_BATTERIES] for threat in threats]
    heights = [_TOP + _HIGH + 26 + _LANE * len(spaces) + _GAP for spaces in found]
    drawing = Drawing(WIDTH, sum(heights) - 20, "What could have been shot when, by threat and battery")
    top = 0.0
    for threat, spaces, height in zip(threats, found, heights, strict=True):
        _draw_one(drawing, study, battle, threat, spaces, top)
        top += height
    return drawing.done()


def _draw_one(
    drawing: Drawing,
    study: Study,
    battle: Record | None,
    threat: str,
    spaces: Sequence[Battlespace],
    top: float,
) -> None:
    path = next(path for path in study.paths if path.threat == threat)
    start, stop = path.t_s[0], path.t_s[-1]
    highest = 1.08 * max(path.altitude_km)
    box = (_LEFT, top + _TOP, WIDTH - _LEFT - _RIGHT, _HIGH)
    panel = Panel(drawing, box, (start, stop), (0.0, highest))
    title = f"{named(threat)} ({named(path.missile)}, {path.range_km:.0f} km, apogee {path.apogee_km:.0f} km)"
    marks = time_ticks(start, stop, 12)
    panel.frame(marks, ticks(0.0, highest, 4), title, "", x_text=clock, y_text=lambda v: f"{plain(v)} km")
    for number, space in enumerate(spaces):
        _fan(panel, space, path.t_s, path.altitude_km, f"fan f{number % _FANS}")
    panel.curve(path.t_s, path.altitude_km, f"flight {colour_classes(study)[path.missile]}")
    for number, space in enumerate(spaces):
        middle = top + _TOP + _HIGH + 40 + _LANE * number
        _lane(panel, space, middle, f"f{number % _FANS}")
        drawing.text(_LEFT - 10, middle + 4, shortened(named(space.battery), 22), "t", "end")
        if battle is not None:
            _shots(panel, battle, space, middle)
    if battle is not None:
        _decision(panel, battle, threat)


def _fan(
    panel: Panel, space: Battlespace, path_t_s: Sequence[float], altitude_km: Sequence[float], cls: str
) -> None:
    """Shade the flights from all feasible launches to their meetings, as straight lines."""
    t = np.array(space.t_s)
    launch = np.array(space.launch_s)
    height = np.interp(t, path_t_s, altitude_km)
    # Ascending and descending crossings of the reach are shaded apart.
    for run in np.split(np.arange(t.size), np.flatnonzero(np.diff(t) > 1.5 * space.step_s) + 1):
        if run.size < 2:
            continue
        ground = panel.place(launch[run], np.zeros(run.size))
        meeting = panel.place(t[run], height[run])
        panel.drawing.path(path_data([*ground.tolist(), *meeting[::-1].tolist()], close=True), cls)
        for i in range(0, run.size, _EVERY):
            closing = space.closing_speed_km_s[run[i]]
            words = (
                f"{named(space.battery)}: launch {clock(launch[run[i]])}, intercept {clock(t[run[i]])} at "
                f"{height[run[i]]:.0f} km, closing at {closing:.1f} km/s"
            )
            panel.drawing.path(path_data([ground[i].tolist(), meeting[i].tolist()]), f"ray {cls}", words)


def _lane(panel: Panel, space: Battlespace, middle: float, cls: str) -> None:
    """Draw when a battery could launch, by the number of shots that still fit, and when it could hit."""
    drawing = panel.drawing
    start, stop = panel.x_range

    def x(t_s: float) -> float:
        return float(panel.place(min(max(t_s, start), stop), 0.0)[0, 0])

    first, last = space.first_launch_s, space.last_launch_s
    if first is None or last is None or space.first_intercept_s is None or space.last_intercept_s is None:
        drawing.text(x(start), middle + 4, f"no intercept: {space.why_none}", "t small muted")
        return
    drawing.line(
        x(space.first_intercept_s),
        middle + 7,
        x(space.last_intercept_s),
        middle + 7,
        f"meets {cls}",
        f"intercepts {clock(space.first_intercept_s)} to {clock(space.last_intercept_s)}",
    )
    begin = first
    for shots, end in sorted(enumerate(space.last_starts_s, start=1), reverse=True):
        if end <= begin:
            continue
        words = f"launch until {clock(end)}: {shots} shot{'s' if shots > 1 else ''}, each after a look"
        drawing.rect(x(begin), middle - 7, x(end) - x(begin), 9, f"window {cls} n{min(shots, 4)}", words)
        if x(end) - x(begin) > 12:
            drawing.text((x(begin) + x(end)) / 2, middle + 2, str(shots), "t small", "middle")
        begin = end
    drawing.line(x(last), middle - 9, x(last), middle + 4, "start", f"{duration(last - first)} to launch in")


def _shots(panel: Panel, battle: Record, space: Battlespace, middle: float) -> None:
    """Mark the launches and intercepts of one battle."""
    for event in battle.events:
        if event.threat != space.threat or event.actor != space.battery:
            continue
        x = float(panel.place(event.t_s, 0.0)[0, 0])
        if event.kind == "interceptor_launch":
            words = f"launched at {clock(event.t_s)}"
            panel.drawing.symbol("triangle", x, middle - 2, 4.5, "moment interceptor_launch", words)
        elif event.kind == "intercept":
            hit = event.note.startswith("hit")
            at = panel.place(event.t_s, event.altitude_km)[0]
            words = f"{event.note} at {clock(event.t_s)}, {event.altitude_km:.0f} km"
            mark = ("star", 6.0, "moment intercept") if hit else ("cross", 5.0, "moment missed")
            panel.drawing.symbol(mark[0], float(at[0]), float(at[1]), mark[1], mark[2], words)


def _decision(panel: Panel, battle: Record, threat: str) -> None:
    """Mark when the threat was in firm track, and when the decision to engage was taken."""
    moments = next((o.moments_s for o in battle.outcomes if o.threat == threat), {})
    for moment, symbol in (("firm_track", "square"), ("decision", "diamond")):
        if moment in moments:
            x, y = panel.place(moments[moment], 0.0)[0].tolist()
            words = f"{moment.replace('_', ' ')}: {clock(moments[moment])}"
            panel.drawing.line(x, y - _HIGH, x, y, "level")
            panel.drawing.symbol(symbol, x, y - _HIGH + 6, 4.5, f"moment {moment}", words)
