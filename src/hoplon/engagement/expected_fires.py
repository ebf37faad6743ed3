"""Interceptors where no shot is drawn: each misses, and counts by the probability that it was needed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.command.battery import BatteryState
from hoplon.command.kill_assessment import KillAssessment
from hoplon.engagement.fires import HANDOVER_S, Fires
from hoplon.engagement.luck import Luck
from hoplon.engagement.own_radars import OwnRadars
from hoplon.engagement.picture import Assessment, Tracks
from hoplon.engagement.prepared import Prepared
from hoplon.engagement.recorder import Recorder
from hoplon.engagement.sensing import Sensing
from hoplon.engagement.shots import Shot
from hoplon.engagement.staff import Staff
from hoplon.interceptor.handover import handover_probability

Array = NDArray[np.float64]

#: Quantiles at which the posterior of a kill probability is taken, each for an equal share of it.
KILL_NODES = 32


@dataclass
class ExpectedBattery(BatteryState):
    """A battery whose stock falls by the probability that a launch is needed.

    Attributes
    ----------
    stock : float
        Expected interceptors left.
    expected_used : float
    weight : float
        Probability that the next launch is needed.
    """

    stock: float = 0.0
    expected_used: float = 0.0
    weight: float = 1.0

    def launch(self, t_s: float) -> None:
        """Take from stock what the next launch is expected to take."""
        self.stock -= self.weight
        self.expected_used += self.weight
        self.used += 1
        self.loaded = int(self.stock + 0.5)
        self.ready_s = t_s + self.weight * self.launch_interval_s


def kill_nodes(prepared: Prepared, quantile: float | None) -> dict[str, Array]:
    """Return, by type of interceptor, kill probabilities that stand for equal shares of their posteriors.

    Parameters
    ----------
    prepared : Prepared
    quantile : float or None
        One quantile that stands for all; None for `KILL_NODES` of them, in an order of its own for each type.

    Returns
    -------
    dict of str to array
        All of one length.
    """
    found: dict[str, Array] = {}
    for battery in prepared.batteries:
        kind = battery.interceptor_type
        if kind in found:
            continue
        if quantile is not None:
            at = np.array([quantile])
        else:
            at = (np.arange(KILL_NODES) + 0.5) / KILL_NODES
            if found:
                at = np.random.default_rng(len(found)).permutation(at)
        found[kind] = np.array([battery.kill.draw(u) for u in at.tolist()])
    return found


class ThreatOdds:
    """How likely a threat lives and is still engaged, if what its shots have in common works.

    Looks count from the moment of the intercept on: nothing is launched between that and the look.

    Parameters
    ----------
    nodes : int
        Number of kill probabilities.
    """

    def __init__(self, nodes: int) -> None:
        #: Alive and engaged; dead, and engaged since looks were wrong.
        self._lives, self._seen_alive = np.ones(nodes), np.zeros(nodes)
        #: Alive, and wrongly said to be dead: with shots still on their way, and without.
        self._spared_now, self._spared = np.zeros(nodes), np.zeros(nodes)
        #: Probability that a threat that no shot can hit is still engaged.
        self.engaged_in_vain = 1.0
        self.in_air = 0

    @property
    def alive(self) -> Array:
        """Probability that it lives."""
        return self._lives + self._spared_now + self._spared

    @property
    def engaged(self) -> Array:
        """Probability that it is still to be shot at."""
        return self._lives + self._seen_alive

    def shot(self, p_hit: Array, looks: KillAssessment) -> None:
        """Take a shot and the look at it into account.

        Parameters
        ----------
        p_hit : array
            Probability that it hits, if there is something to hit.
        looks : KillAssessment
        """
        hit = p_hit * self._lives
        self._lives = self._lives - hit
        self._spared_now = (1.0 - p_hit) * self._spared_now + looks.false_dead * self._lives
        self._lives = (1.0 - looks.false_dead) * self._lives
        self._seen_alive = looks.false_alive * (self._seen_alive + hit)
        self.engaged_in_vain *= 1.0 - looks.false_dead
        self.in_air -= 1
        if self.in_air <= 0:
            self._spared = self._spared + self._spared_now
            self._spared_now = np.zeros_like(self._spared)


class ExpectedFires(Fires):
    """Fires and follows interceptors through one lane of a battle without draws.

    Parameters
    ----------
    prepared : Prepared
    recorder : Recorder
    luck : Luck
    kill : dict of str to array
        From `kill_nodes`.
    own_radars : OwnRadars
    """

    def __init__(
        self,
        prepared: Prepared,
        recorder: Recorder,
        luck: Luck,
        kill: dict[str, Array],
        own_radars: OwnRadars,
    ) -> None:
        super().__init__(prepared, recorder, luck, 0.5, own_radars)
        self._kill = kill
        nodes = len(next(iter(kill.values()))) if kill else 1
        threats = len(prepared.threats)
        self._state = [ThreatOdds(nodes) for _ in range(threats)]
        #: Probability that no interceptor was handed over to each, and the expected launches at it.
        self.never_handed_over = np.ones(threats)
        self.shots = np.zeros(threats)
        self._stock = [
            ExpectedBattery(
                b.name, b.loaded, b.interceptor.launch_interval_s, layer=b.layer, stock=float(b.loaded)
            )
            for b in prepared.batteries
        ]
        self._choice.batteries = list(self._stock)
        self._choice.needed = self._needed
        self._spread: dict[tuple[int, float], Array] = {}

    @property
    def expected_used(self) -> dict[str, float]:
        """Expected launches, by battery."""
        return {battery.name: battery.expected_used for battery in self._stock}

    def alive(self, threat: int) -> Array:
        """Return the probability that a threat still lives, by kill probability."""
        common = self._prepared.common.probability
        return 1.0 - common + common * self._state[threat].alive

    def _needed(self, threat: int) -> float:
        """Return the probability that a shot at a threat is still needed."""
        common, state = self._prepared.common.probability, self._state[threat]
        return common * float(state.engaged.mean()) + (1.0 - common) * state.engaged_in_vain

    def _launch_one(self, t_s: float, seen: Assessment, staff: Staff, picture: Tracks) -> bool:
        state, weight = self._state[seen.threat], self._needed(seen.threat)
        for battery in self._stock:
            battery.weight = weight
        launched = super()._launch_one(t_s, seen, staff, picture)
        if launched:
            self.shots[seen.threat] += weight
            state.in_air += 1
            # As it stays where nobody tells the interceptor more, or the track is lost before the handover.
            self._know(self._in_air[-1], picture)
        return launched

    def intercept(self, t_s: float, picture: Tracks, sensing: Sensing) -> None:
        """Hand over and resolve the shots that are due, with how well each target is then known."""
        for shot in self._in_air:
            if (
                not shot.handed_over
                and t_s >= shot.intercept_s - HANDOVER_S
                and self._own_radars.may_update(shot.battery, shot.threat, t_s)
            ):
                self._know(shot, picture)
        super().intercept(t_s, picture, sensing)

    def _know(self, shot: Shot, picture: Tracks) -> None:
        """Note how well the target's place at the intercept is known now."""
        covariance = picture.covariance_at(shot.track, shot.intercept_s)
        if covariance is not None:
            self._spread[shot.track, shot.intercept_s] = covariance

    def _resolve(self, shot: Shot, sensing: Sensing) -> None:
        battery = self._prepared.batteries[shot.battery]
        threat = self._prepared.threats[shot.threat]
        if shot.intercept_s < threat.launch_s + threat.trajectory.flight_time_s:
            r_true, _ = threat.trajectory.state_at(shot.intercept_s - threat.launch_s)
            spread = self._spread.get((shot.track, shot.intercept_s))
            in_basket = handover_probability(
                r_true - shot.r_believed_ecef_m,
                np.zeros((3, 3)) if spread is None else spread,
                battery.interceptor.handover_basket_m,
            )
            p_hit = in_basket * self._kill[battery.interceptor_type]
            self._state[shot.threat].shot(p_hit, battery.assessment)
            self.never_handed_over[shot.threat] *= 1.0 - in_basket
        self._outcomes.append((shot.intercept_s + battery.assessment.delay_s, shot, False))

    def said_dead(self, shot: Shot, *, dead: bool) -> bool:
        """Say that the threat lives: on the path that is followed every look says so."""
        return False
