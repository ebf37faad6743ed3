"""Everything about a scenario that is the same in all its battles."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.command.authority import Authority
from hoplon.command.doctrine import Doctrine
from hoplon.command.kill_assessment import KillAssessment
from hoplon.command.rules import DefendedGround
from hoplon.earth.sites import Site
from hoplon.engagement.looks import Looks
from hoplon.engagement.network import Line
from hoplon.engagement.warned import Warned
from hoplon.interceptor.flyout import FlyoutTable
from hoplon.interceptor.kill import CommonMode, KillPosterior
from hoplon.interceptor.model import Interceptor
from hoplon.interceptor.remote import FireControl
from hoplon.sensor.observe import Observations
from hoplon.sensor.radar import Radar
from hoplon.sensor.satellite import InfraredSatellites
from hoplon.threat.raid import Threat, TruthGrid
from hoplon.track.settings import TrackerSettings

#: Step of the battle's clock: reports are taken in, and decisions taken, this often. Data links of this kind
#: pass tracks every 2 to 12 s. Flights, looks and intercepts keep their own, finer times.
CLOCK_STEP_S = 5.0
#: No doubt that all shots at a threat have in common.
NOTHING_SHARED = CommonMode()
#: The post waits this much longer than for its quickest radar before it takes detections in. Assumed.
PATIENCE_S = 3.0


@dataclass(frozen=True, slots=True)
class Delay:
    """A time drawn from a triangular distribution, in s."""

    low: float
    best: float
    high: float


@dataclass(frozen=True, slots=True)
class Battery:
    """A launcher site with its interceptors, fly-out table and kill probability.

    Attributes
    ----------
    name : str
    site : Site
    loaded : int
    interceptor : Interceptor
    interceptor_type : str
        Batteries with one type share one draw of the kill probability.
    table : FlyoutTable
    kill : KillPosterior
    assessment : KillAssessment
        How, and how late, the outcome of its intercepts is seen.
    layer : int
        Layer of the defence that it belongs to, 1 the uppermost.
    fire_control : FireControl
        On whose track it fires.
    own_radar : int
        Index of its own radar among the radars; -1 where it needs none.
    """

    name: str
    site: Site
    loaded: int
    interceptor: Interceptor
    interceptor_type: str
    table: FlyoutTable
    kill: KillPosterior
    assessment: KillAssessment
    layer: int = 1
    fire_control: FireControl = FireControl.ENGAGE_ON_REMOTE
    own_radar: int = -1


@dataclass(frozen=True, slots=True)
class Prepared:
    """A scenario made ready for battles.

    Attributes
    ----------
    scenario : str
    threats : tuple of Threat
    truth : TruthGrid
        The true flights, at the times at which radars can look.
    radars : tuple of Radar
        Their order is the sensor index in detections.
    observations : tuple of Observations
        Of each radar.
    satellites : tuple of InfraredSatellites
    lines : tuple of Line
        Of each radar, to the command post.
    satellite_lines : tuple of Line
    looks : Looks
    batteries : tuple of Battery
    defended : tuple of DefendedGround
    post : str
        Name of the scenario's own actor, whose picture is shot by.
    authority : Authority
        Who decides, and whose consent that needs.
    doctrine : Doctrine
    engages : bool
        False where the rule is to observe.
    decision_times_s : mapping of str to Delay
        Of each actor that has a say.
    public_alert_delay_s : Delay
    believed_ballistic_coefficient_kg_m2 : float
        What the defence believes of re-entry bodies.
    impact_ground : mapping of str to str
        Truth, for the record: the defended ground that each threat falls on, absent where it falls elsewhere.
    common : CommonMode
        What all shots at one threat have in common.
    warned : Warned
        Whose public is warned, and the truth of what comes to them, for the record.
    dissemination_delay_s : Delay or None
        None where it is part of `public_alert_delay_s`.
    planned : bool
        Whether launches follow one plan over all threats (`hoplon.engagement.planned`).
    """

    scenario: str
    threats: tuple[Threat, ...]
    truth: TruthGrid
    radars: tuple[Radar, ...]
    observations: tuple[Observations, ...]
    satellites: tuple[InfraredSatellites, ...]
    lines: tuple[Line, ...]
    satellite_lines: tuple[Line, ...]
    looks: Looks
    batteries: tuple[Battery, ...]
    defended: tuple[DefendedGround, ...]
    post: str
    authority: Authority
    doctrine: Doctrine
    engages: bool
    decision_times_s: Mapping[str, Delay]
    public_alert_delay_s: Delay
    believed_ballistic_coefficient_kg_m2: float
    impact_ground: Mapping[str, str]
    warned: Warned
    dissemination_delay_s: Delay | None = None
    common: CommonMode = NOTHING_SHARED
    planned: bool = False

    @property
    def lag_s(self) -> float:
        """How old the detections are that the post takes in, where no link is in trouble, in s.

        It waits for radars that are a little slower than the quickest, so that their detections come in the
        order of time: late ones tell a track less, and of a missile under thrust very little.
        """
        delays = [line.delay_s for line in self.lines if line.passes]
        return max((d for d in delays if d <= min(delays) + PATIENCE_S), default=0.0)

    @property
    def tracker_settings(self) -> TrackerSettings:
        """What the post's tracker believes: no two looks of one radar are of one scan."""
        soonest_s = min((radar.revisit_s for radar in self.radars), default=math.inf)
        return TrackerSettings(
            ballistic_coefficient_kg_m2=self.believed_ballistic_coefficient_kg_m2,
            scan_s=min(TrackerSettings().scan_s, 0.5 * soonest_s),
        )

    @property
    def end_s(self) -> float:
        """When the last threat has come down."""
        return float(self.truth.t_s[-1])

    @property
    def clock_s(self) -> NDArray[np.float64]:
        """The ticks of the battle's clock."""
        return np.arange(0.0, self.truth.t_s[-1] + CLOCK_STEP_S, CLOCK_STEP_S)
