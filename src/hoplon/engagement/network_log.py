"""What the network and the radars' time cost in a battle, written into its record."""

from __future__ import annotations

import math

from hoplon.engagement import _kernels as kernels
from hoplon.engagement.network import Line
from hoplon.engagement.prepared import Prepared
from hoplon.engagement.recorder import Recorder
from hoplon.engagement.sensing import Sensing


def note_network(prepared: Prepared, recorder: Recorder, sensing: Sensing) -> None:
    """Note each link that was down, what became of messages, and how loaded each radar was.

    Parameters
    ----------
    prepared : Prepared
    recorder : Recorder
    sensing : Sensing
        At the end of the battle.
    """
    for line in (*prepared.lines, *prepared.satellite_lines):
        _note_outages(line, prepared.end_s, recorder)
    for line, deeds, doubled in zip(
        prepared.lines, sensing.deeds.tolist(), sensing.doubled.tolist(), strict=True
    ):
        counts = {
            "lost": deeds[kernels.LOST],
            "doubled": doubled,
            "out of order": deeds[kernels.DISORDERED],
            "too late": deeds[kernels.LATE],
            "stamped in the future": deeds[kernels.FUTURE],
        }
        if any(counts.values()):
            words = ", ".join(f"{what} {number:.0f}" for what, number in counts.items() if number)
            note = f"of {deeds[kernels.SENT]:.0f} messages: {words}"
            recorder.event(prepared.end_s, "messages", line.sensor, value=deeds[kernels.SENT], note=note)
        if deeds[kernels.TRACK_S] > 0.0:
            longer = max(1.0, deeds[kernels.STRETCH])
            note = f"looks at most {longer:.2f} times as far apart as wanted"
            recorder.event(
                deeds[kernels.LOAD_S], "radar_load", line.sensor, value=deeds[kernels.LOAD], note=note
            )
            if deeds[kernels.SATURATED_S] < math.inf:
                recorder.event(deeds[kernels.SATURATED_S], "radar_saturated", line.sensor, value=longer)


def _note_outages(line: Line, end_s: float, recorder: Recorder) -> None:
    if not line.passes:
        recorder.event(0.0, "link_down", line.sensor, note=f"{line.name}: national")
        return
    for start, stop in line.outages_s:
        if start <= end_s:
            recorder.event(start, "link_down", line.sensor, value=stop - start, note=line.name)
            if stop <= end_s:
                recorder.event(stop, "link_up", line.sensor, note=line.name)
