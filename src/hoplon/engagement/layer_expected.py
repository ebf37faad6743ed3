"""A layer of defence without draws: the tree of all that can happen, walked to its ends.

The doctrine is asked in every state that the layer can come to. Threats are coupled by the stock that those
before have left, and by the one kill probability: the first is carried as a distribution, over the second a
Gauss-Jacobi rule integrates without error, since all that is computed is a polynomial in it whose degree is
at most the number of interceptors.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hoplon.command.battery import BatteryState
from hoplon.command.shot_book import ShotBook
from hoplon.engagement.layer import Layer, fire_volley


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


@dataclass(frozen=True, slots=True)
class _End:
    """How an engagement of one threat can end."""

    dead: bool
    stock: int
    probability: float


@dataclass(frozen=True, slots=True)
class _Node:
    """Where an engagement of one threat can stand after a volley."""

    dead: bool
    stock: int
    fired: int
    looked: int
    closed: bool


def expected(layer: Layer) -> ExpectedLayer:
    """Compute what is to be expected of a layer.

    Parameters
    ----------
    layer : Layer

    Returns
    -------
    ExpectedLayer
    """
    leakers = [0.0] * (layer.threats + 1)
    used = wasted = 0.0
    for p_kill, weight in _kill_probabilities(layer):
        tree = _Tree(layer, p_kill)
        # Probability by stock left and leakers so far.
        states = {(layer.interceptors, 0): 1.0}
        for threat in range(layer.threats):
            after: dict[tuple[int, int], float] = defaultdict(float)
            for (stock, leaked), probability in states.items():
                ends, waste = tree.engage(threat, stock)
                wasted += weight * probability * waste
                for end in ends:
                    after[end.stock, leaked + (not end.dead)] += probability * end.probability
            states = after
        for (stock, leaked), probability in states.items():
            leakers[leaked] += weight * probability
            used += weight * probability * (layer.interceptors - stock)
    return ExpectedLayer(tuple(leakers), used, wasted)


def _kill_probabilities(layer: Layer) -> Iterator[tuple[float, float]]:
    """Yield values of the kill probability and their weights."""
    if layer.kill.value is not None:
        yield layer.kill.value, 1.0
        return
    from scipy.special import roots_jacobi

    # n nodes are exact up to the degree 2 n - 1 (Abramowitz and Stegun 1964, 25.4.33).
    nodes, weights = roots_jacobi(layer.interceptors // 2 + 1, layer.kill.b - 1.0, layer.kill.a - 1.0)
    for node, weight in zip(nodes, weights / weights.sum(), strict=True):
        yield 0.5 * (1.0 + float(node)), float(weight)


class _Tree:
    """The engagement of one threat, for one kill probability."""

    def __init__(self, layer: Layer, p_kill: float) -> None:
        self._layer = layer
        self._p_kill = p_kill
        self._known: dict[tuple[int, int], tuple[list[_End], float]] = {}

    def engage(self, threat: int, stock: int) -> tuple[list[_End], float]:
        """Return how the engagement can end, and the mean number of interceptors wasted in it."""
        if (threat, stock) not in self._known:
            common = self._layer.common.probability
            ends: dict[tuple[bool, int], float] = defaultdict(float)
            wasted = 0.0
            for share, p_hit in ((common, self._p_kill), (1.0 - common, 0.0)):
                if share > 0.0:
                    wasted += share * self._walk(threat, stock, p_hit, share, ends)
            found = [_End(dead, left, probability) for (dead, left), probability in ends.items()]
            self._known[threat, stock] = found, wasted
        return self._known[threat, stock]

    def _walk(
        self, threat: int, stock: int, p_hit: float, share: float, ends: dict[tuple[bool, int], float]
    ) -> float:
        """Walk volley by volley; add what ends to `ends`, and return the mean number wasted."""
        layer, wasted, volleys = self._layer, 0.0, 0
        at = {_Node(False, stock, 0, 0, False): 1.0}
        while at:
            after: dict[_Node, float] = defaultdict(float)
            over = layer.volleys is not None and volleys >= layer.volleys
            volleys += 1
            for node, probability in at.items():
                book = ShotBook(fired=node.fired, looked=node.looked)
                battery = BatteryState("layer", node.stock, 0.0)
                shots = 0 if over or node.closed else fire_volley(layer, threat, book, battery)
                if not shots:
                    ends[node.dead, node.stock] += share * probability
                    continue
                for (dead, said), (chance, waste) in self._volley(shots, node.dead, p_hit).items():
                    wasted += probability * waste
                    left = replace(book)
                    for number in range(shots):
                        left.assess(killed=said and number == 0)
                    stands = _Node(dead, battery.loaded, left.fired, left.looked, left.assessed_killed)
                    after[stands] += probability * chance
            at = after
        return wasted

    def _volley(self, shots: int, dead: bool, p_hit: float) -> dict[tuple[bool, bool], tuple[float, float]]:
        """Return, by whether it is dead and whether any look says so, the probability and the mean waste."""
        looks = self._layer.assessment
        states = {(dead, False): (1.0, 0.0)}
        for _ in range(shots):
            after: dict[tuple[bool, bool], tuple[float, float]] = {}
            for (was_dead, said), (chance, waste) in states.items():
                hits = ((True, 1.0),) if was_dead else ((True, p_hit), (False, 1.0 - p_hit))
                for now_dead, p_now in hits:
                    says = looks.dead_probability(dead=now_dead)
                    for says_dead, p_says in ((True, says), (False, 1.0 - says)):
                        share = p_now * p_says
                        if share > 0.0:
                            key = now_dead, said or says_dead
                            more, so_far = after.get(key, (0.0, 0.0))
                            after[key] = more + chance * share, so_far + share * (waste + chance * was_dead)
            states = after
        return states
