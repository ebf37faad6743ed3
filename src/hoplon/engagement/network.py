"""Who tells whom: what a link does to the messages of a sensor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon._kernels_random import RESOLUTION, philox
from hoplon.scenario import Scenario, SensorSpec
from hoplon.streams import kernel_keys


@dataclass(frozen=True, slots=True)
class Line:
    """The way from one sensor to the command post.

    What is sent into a link that is down, or lost on it, is not sent again.

    Attributes
    ----------
    sensor : str
    target : str
        The command post.
    own_s : float
        From a look to the sending of its message.
    link_s : float
        From sending to arrival.
    carries_tracks : bool
        Whether the sensor keeps tracks of its own and sends these, instead of detections.
    passes : bool
        False where the link is national, and sensor and post are of two nations.
    outages_s : tuple of pairs of float
    loss, duplicates : float
        Shares of messages that never arrive, and that arrive twice.
    jitter_s : float
        Each message, and each copy, is later by a time drawn uniformly from 0 to this.
    """

    sensor: str
    target: str = ""
    own_s: float = 0.0
    link_s: float = 0.0
    carries_tracks: bool = False
    passes: bool = True
    outages_s: tuple[tuple[float, float], ...] = ()
    loss: float = 0.0
    duplicates: float = 0.0
    jitter_s: float = 0.0

    @property
    def name(self) -> str:
        """Such as ``shariki -> command_post``."""
        return f"{self.sensor} -> {self.target}"

    @property
    def delay_s(self) -> float:
        """From a look to the least time at which its message can have arrived."""
        return self.own_s + self.link_s

    @property
    def troubled(self) -> bool:
        """Whether anything but the delay happens to messages."""
        bad = self.loss or self.duplicates or self.jitter_s
        return bool(bad or self.outages_s) or not self.passes

    def arrivals(self, sent_s: float, key: int, number: int) -> list[float]:
        """Draw when a message arrives: once, twice or never.

        Parameters
        ----------
        sent_s : float
        key : int
            Address of the sensor's messages in this battle.
        number : int
            Of the message.

        Returns
        -------
        list of float
        """
        if not self.passes or any(start <= sent_s < end for start, end in self.outages_s):
            return []
        if not self.troubled:
            return [sent_s + self.link_s]
        lost, twice, late, later = (word * RESOLUTION for word in philox(number, key))
        if lost < self.loss:
            return []
        found = [sent_s + self.link_s + self.jitter_s * late]
        if twice < self.duplicates:
            found.append(sent_s + self.link_s + self.jitter_s * later)
        return found


def line(scenario: Scenario, spec: SensorSpec, own_s: float) -> Line:
    """Return the way of a sensor's messages, at the best values of the scenario.

    Parameters
    ----------
    scenario : Scenario
    spec : SensorSpec
    own_s : float
        The sensor's own latency.

    Returns
    -------
    Line
        To the post. Without delay where the scenario has no link for this sensor at all.
    """
    post = scenario.command.post
    mine = [link for link in scenario.links if link.source == spec.name]
    for link in mine:
        if link.target == post:
            shared = {key: leaf.best for key, leaf in link.cited.items()}
            nation = scenario.command.actors[post].nation
            return Line(
                sensor=spec.name,
                target=link.target,
                own_s=own_s,
                link_s=link.latency_s,
                carries_tracks=link.carries == "tracks",
                passes=link.permission != "national" or spec.nation == nation,
                outages_s=link.outages_s,
                loss=shared.get("loss", 0.0),
                duplicates=shared.get("duplicates", 0.0),
                jitter_s=shared.get("jitter_s", 0.0),
            )
    # One that reports to others alone does not report to the post.
    return Line(spec.name, post, own_s, passes=not mine)


def message_keys(seed: int, run: int, sensor: str, threats: Sequence[str]) -> NDArray[np.int64]:
    """Return the addresses of one sensor's messages: about each threat, and last those of false alarms.

    Parameters
    ----------
    seed, run : int
    sensor : str
    threats : sequence of str

    Returns
    -------
    int64 array, shape (threats + 1,)
    """
    return np.array(kernel_keys(seed, run, "messages", sensor, each=[*threats, ""]), dtype=np.int64)
