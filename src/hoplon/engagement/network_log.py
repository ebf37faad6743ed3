"""What the network and the radars' time cost in a battle, written into its record."""

from __future__ import annotations

import math

from hoplon.engagement import _kernels as kernels
from hoplon.engagement.fused import FusedPicture
from hoplon.engagement.network import Line
from hoplon.engagement.picture import Picture
from hoplon.engagement.prepared import Prepared
from hoplon.engagement.recorder import Recorder
from hoplon.engagement.sensing import Sensing


def note_network(prepared: Prepared, recorder: Recorder, sensing: Sensing, picture: Picture) -> None:
    """Note each link that was down, what became of messages, and how loaded each radar was.

    Parameters
    ----------
    prepared : Prepared
    recorder : Recorder
    sensing : Sensing
    picture : Picture
        Both at the end of the battle.
    """
    for line in (*prepared.lines, *prepared.satellite_lines):
        if line.passes:
            _note_outages(line.sensor, line.name, line.outages_s, prepared.end_s, recorder)
        else:
            recorder.event(0.0, "link_down", line.sensor, note=f"{line.name}: passes nothing")
    for ends, wire in prepared.authority.wires.items():
        name = " - ".join(sorted(ends))
        _note_outages(prepared.authority.decides, name, wire.outages_s, prepared.end_s, recorder)
    sent_tracks = picture.local.counts if isinstance(picture, FusedPicture) else {}
    for index, line in enumerate(prepared.lines):
        deeds = sensing.deeds[index].tolist()
        if index in sent_tracks:
            counts = sent_tracks[index].tolist()
        else:
            counts = [
                deeds[kernels.SENT],
                deeds[kernels.LOST],
                float(sensing.doubled[index]),
                deeds[kernels.DISORDERED],
                deeds[kernels.LATE],
                deeds[kernels.FUTURE],
            ]
        _note_messages(line, counts, prepared.end_s, recorder)
        if deeds[kernels.TRACK_S] > 0.0:
            longer = max(1.0, deeds[kernels.STRETCH])
            note = f"looks at most {longer:.2f} times as far apart as wanted"
            recorder.event(
                deeds[kernels.LOAD_S], "radar_load", line.sensor, value=deeds[kernels.LOAD], note=note
            )
            if deeds[kernels.SATURATED_S] < math.inf:
                recorder.event(deeds[kernels.SATURATED_S], "radar_saturated", line.sensor, value=longer)


#: What can happen to messages, in the order of their counts.
_FATES = ("lost", "doubled", "out of order", "too late", "stamped in the future")


def _note_messages(line: Line, counts: list[float], end_s: float, recorder: Recorder) -> None:
    """Note how many messages were sent, and what became of those that did not simply arrive."""
    sent, *others = counts
    words = [f"{what} {number:.0f}" for what, number in zip(_FATES, others, strict=False) if number]
    if words:
        note = f"of {sent:.0f} messages: {', '.join(words)}"
        recorder.event(end_s, "messages", line.sensor, value=sent, note=note)


def _note_outages(
    actor: str, name: str, outages_s: tuple[tuple[float, float], ...], end_s: float, recorder: Recorder
) -> None:
    for start, stop in outages_s:
        if start <= end_s:
            recorder.event(start, "link_down", actor, value=stop - start, note=name)
            if stop <= end_s:
                recorder.event(stop, "link_up", actor, note=name)
