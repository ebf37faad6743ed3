"""A layer of defence without draws: the tree of all that can happen, walked to its ends.

The doctrine is asked in every state that the layer can come to. Threats are coupled by the stock that those
before have left, and by the one kill probability: the first is carried as a distribution, over the second a
Gauss-Jacobi rule integrates, without error up to twice `MOST_NODES` interceptors, since all that is computed
is a polynomial in it whose degree is at most their number.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hoplon.command.battery import BatteryState
from hoplon.command.kill_assessment import KillAssessment
from hoplon.command.shot_book import ShotBook
from hoplon.engagement.layer import Layer, fire_volley

Array = NDArray[np.float64]

#: Kill probabilities at which a layer is computed, at most.
MOST_NODES = 64
#: A branch that is less likely than this ends where it stands: far below the rounding of what is added up.
_NEVER = 1e-18


@dataclass(frozen=True, slots=True)
class ExpectedLayer:
    """What is to be expected of a layer.

    Attributes
    ----------
    leakers : tuple of float
        Probability that so many get through, from none to all.
    interceptors_used, wasted : float
        Mean numbers; wasted are those at what was dead.
    """

    leakers: tuple[float, ...]
    interceptors_used: float
    wasted: float

    @property
    def no_leaker_probability(self) -> float:
        """P(0), that none gets through."""
        return self.leakers[0]

    @property
    def leakage(self) -> float:
        """Share that gets through, mean."""
        return sum(n * p for n, p in enumerate(self.leakers)) / (len(self.leakers) - 1)


class _Node(NamedTuple):
    """Where the engagement of one threat can stand after a volley."""

    dead: bool
    stock: int
    fired: int
    looked: int
    closed: bool


#: By whether the threat is dead and how much stock is left, the probability for each kill probability.
_Ends = dict[tuple[bool, int], Array]
#: Whether it is dead, whether any look says so, how likely that is, the mean number wasted on the way.
_Volley = list[tuple[bool, bool, Array, Array]]


def expected(layer: Layer) -> ExpectedLayer:
    """Compute what is to be expected of a layer.

    Parameters
    ----------
    layer : Layer

    Returns
    -------
    ExpectedLayer
    """
    p_kill, weights = _kill_probabilities(layer)
    tree = _Tree(layer, p_kill)
    nodes = len(p_kill)
    wasted = 0.0
    # By stock left: probability of so many leakers so far, shape (kill probabilities, leakers).
    first = np.zeros((nodes, layer.threats + 1))
    first[:, 0] = 1.0
    states = {layer.interceptors: first}
    for threat in range(layer.threats):
        after: dict[int, Array] = defaultdict(lambda: np.zeros((nodes, layer.threats + 1)))
        for stock, so_far in states.items():
            ends, waste = tree.engage(threat, stock)
            wasted += float(weights @ (so_far.sum(axis=1) * waste))
            for (dead, left), probability in ends.items():
                if dead:
                    after[left] += probability[:, None] * so_far
                else:
                    after[left][:, 1:] += probability[:, None] * so_far[:, :-1]
        states = after
    leakers = sum(weights @ so_far for so_far in states.values())
    used = sum(
        (layer.interceptors - stock) * float(weights @ so_far.sum(axis=1)) for stock, so_far in states.items()
    )
    return ExpectedLayer(tuple(np.asarray(leakers).tolist()), used, wasted)


def _kill_probabilities(layer: Layer) -> tuple[Array, Array]:
    """Return values of the kill probability and their weights, which add up to 1."""
    if layer.kill.value is not None:
        return np.array([layer.kill.value]), np.ones(1)
    from scipy.special import roots_jacobi  # slow to import, and not needed for a certain value

    # n nodes are exact up to the degree 2 n - 1 (Abramowitz and Stegun 1964, 25.4.33).
    nodes, weights = roots_jacobi(
        min(MOST_NODES, layer.interceptors // 2 + 1), layer.kill.b - 1.0, layer.kill.a - 1.0
    )
    return 0.5 * (1.0 + nodes), weights / weights.sum()


class _Tree:
    """The engagement of one threat, for all kill probabilities at once."""

    def __init__(self, layer: Layer, p_kill: Array) -> None:
        self._layer = layer
        self._p_kill = p_kill
        self._wanted: dict[tuple[int, int, int, int], int] = {}
        self._volleys: dict[tuple[int, bool, bool], _Volley] = {}

    def engage(self, threat: int, stock: int) -> tuple[_Ends, Array]:
        """Return how the engagement can end, and the mean number of interceptors wasted in it."""
        common = self._layer.common.probability
        ends: _Ends = defaultdict(lambda: np.zeros_like(self._p_kill))
        wasted = np.zeros_like(self._p_kill)
        for share, vain in ((common, False), (1.0 - common, True)):
            if share > 0.0:
                wasted += share * self._walk(threat, stock, share, ends, vain=vain)
        return ends, wasted

    def _walk(self, threat: int, stock: int, share: float, ends: _Ends, *, vain: bool) -> Array:
        """Walk volley by volley; add what ends to `ends`, and return the mean number wasted."""
        layer, wasted, volleys = self._layer, np.zeros_like(self._p_kill), 0
        at = {_Node(False, stock, 0, 0, False): np.ones_like(self._p_kill)}
        while at:
            after: dict[_Node, Array] = {}
            over = layer.volleys is not None and volleys >= layer.volleys
            volleys += 1
            for node, probability in at.items():
                ended = over or node.closed or probability.max() < _NEVER
                shots = 0 if ended else self._shots(threat, node)
                if not shots:
                    ends[node.dead, node.stock] += share * probability
                    continue
                fired, left = node.fired + shots, node.stock - shots
                for dead, said, chance, waste in self._volley(shots, dead=node.dead, vain=vain):
                    if node.dead or shots > 1:
                        wasted += probability * waste
                    # All of the volley has been looked at by now, so that what was fired was looked at.
                    stands = _Node(dead, left, fired, fired, said)
                    share_of_it = probability * chance
                    after[stands] = after[stands] + share_of_it if stands in after else share_of_it
            at = after
        return wasted

    def _shots(self, threat: int, node: _Node) -> int:
        """Return how many are launched in a state, which does not depend on how it was come to."""
        key = threat, node.stock, node.fired, node.looked
        if key not in self._wanted:
            book = ShotBook(fired=node.fired, looked=node.looked)
            battery = BatteryState("layer", node.stock, 0.0)
            self._wanted[key] = fire_volley(self._layer, threat, book, battery)
        return self._wanted[key]

    def _volley(self, shots: int, *, dead: bool, vain: bool) -> _Volley:
        """Return what can come of a volley; `vain` where no shot can hit."""
        key = shots, dead, vain
        if key not in self._volleys:
            p_hit = np.zeros_like(self._p_kill) if vain else self._p_kill
            self._volleys[key] = _volley(shots, dead, p_hit, self._layer.assessment)
        return self._volleys[key]


def _volley(shots: int, dead: bool, p_hit: Array, looks: KillAssessment) -> _Volley:
    """Walk a volley shot by shot: each hits or not, and is then looked at."""
    one, none = np.ones_like(p_hit), np.zeros_like(p_hit)
    states = {(dead, False): (one, none)}
    for _ in range(shots):
        after: dict[tuple[bool, bool], tuple[Array, Array]] = {}
        for (was_dead, said), (chance, waste) in states.items():
            hits = ((True, one),) if was_dead else ((True, p_hit), (False, one - p_hit))
            for now_dead, p_now in hits:
                says = looks.dead_probability(dead=now_dead)
                for says_dead, p_says in ((True, says), (False, 1.0 - says)):
                    if p_says > 0.0 and p_now.any():
                        share = p_says * p_now
                        key = now_dead, said or says_dead
                        more, so_far = after.get(key, (none, none))
                        after[key] = more + chance * share, so_far + share * (waste + chance * was_dead)
        states = after
    return [(dead, said, *found) for (dead, said), found in states.items()]
