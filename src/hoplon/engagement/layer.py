"""One layer of defence without geometry: whole doctrines against chances that are stated.

For teaching, and for checks against closed forms. Threats come one after another, each is dealt with before
the next comes, every one can be reached as often as there is time for, and nothing is left but the doctrine,
the stock, the draws of the shots and the looks at what came of them: the same code that battles use. Played
with draws here, and exactly in `hoplon.engagement.layer_expected`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hoplon.command.battery import BatteryState
from hoplon.command.doctrine import Doctrine, Situation
from hoplon.command.kill_assessment import KillAssessment
from hoplon.command.shot_book import ShotBook
from hoplon.engagement.luck import Luck
from hoplon.engagement.shots import LOOKS, Chances, broken_link
from hoplon.errors import InputError
from hoplon.interceptor.kill import CommonMode, KillPosterior

#: The layer's one battery is number 1, and nothing stands below it.
_LAYER = 1


@dataclass(frozen=True, slots=True)
class Layer:
    """What is attacked with, and what stands against it.

    Attributes
    ----------
    threats : int
    interceptors : int
        All that there are, for all threats.
    doctrine : Doctrine
        Such as ``Barrage(warheads=20)`` of `hoplon.command.doctrine`, or one of your own.
    kill : KillPosterior
        Single-shot kill probability: ``KillPosterior.certain(0.7)``, or what a test record leaves open; then
        it is drawn once for the whole layer.
    common : CommonMode
        What all shots at one threat have in common: ``CommonMode(track=0.99)``.
    assessment : KillAssessment
        Errors of the looks after each volley.
    volleys : int or None
        How often there is time to fire at one threat; None for as often as there is something to fire.
    values : tuple of float
        Of the ground that each threat is aimed at; empty for 1 each.
    """

    threats: int
    interceptors: int
    doctrine: Doctrine
    kill: KillPosterior
    common: CommonMode = field(default_factory=CommonMode)
    assessment: KillAssessment = field(default_factory=KillAssessment)
    volleys: int | None = None
    values: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        for name, least in (("threats", 1), ("interceptors", 0), ("volleys", 1)):
            value = getattr(self, name)
            if value is not None and value < least:
                raise InputError(f"{name} is {value}", where=name, remedy=f"Write a number from {least}.")
        if self.values and len(self.values) != self.threats:
            raise InputError(
                f"{len(self.values)} values for {self.threats} threats",
                where="values",
                remedy="Write one for each threat, or none.",
            )

    def value(self, threat: int) -> float:
        """Return what a threat is aimed at is worth."""
        return self.values[threat] if self.values else 1.0


@dataclass(frozen=True, slots=True)
class LayerOutcome:
    """What became of each threat.

    Attributes
    ----------
    killed : tuple of bool
    shots, wasted : tuple of int
        Interceptors fired at each; those of them that were fired at what was dead.
    """

    killed: tuple[bool, ...]
    shots: tuple[int, ...]
    wasted: tuple[int, ...]

    @property
    def leakers(self) -> int:
        """How many got through."""
        return len(self.killed) - sum(self.killed)


def fire_volley(layer: Layer, threat: int, book: ShotBook, battery: BatteryState) -> int:
    """Launch at a threat what the doctrine wants and the battery has.

    Parameters
    ----------
    layer : Layer
    threat : int
        Its number, which is its place in the order of engagement.
    book : ShotBook
    battery : BatteryState

    Returns
    -------
    int
        Interceptors launched.
    """

    def ask(of: int) -> int:
        around = Situation(battery.loaded, layer.interceptors, threat, layer.value(threat), of)
        return layer.doctrine.shots_now(book.state(around))

    fired = 0
    # As in a battle: asked for the track as a whole, and for each launch with the battery that would fire.
    for _ in range(ask(0)):
        if not battery.loaded or not ask(_LAYER):
            break
        battery.launch(0.0)
        book.launched()
        fired += 1
    return fired


def play(layer: Layer, luck: Luck) -> LayerOutcome:
    """Play a layer once.

    Parameters
    ----------
    layer : Layer
    luck : Luck
        Such as ``SeededLuck(seed, run)``.

    Returns
    -------
    LayerOutcome
    """
    battery = BatteryState("layer", layer.interceptors, 0.0)
    chances = Chances(1.0, layer.common, layer.kill.draw(luck.uniform("single_shot_kill_probability")))
    played = [_play_one(layer, threat, battery, chances, luck) for threat in range(layer.threats)]
    killed, shots, wasted = zip(*played, strict=True)
    return LayerOutcome(killed, shots, wasted)


def _play_one(
    layer: Layer, threat: int, battery: BatteryState, chances: Chances, luck: Luck
) -> tuple[bool, int, int]:
    name = f"threat-{threat + 1}"
    book = ShotBook()
    dead, wasted, volleys = False, 0, 0
    while not book.assessed_killed and (layer.volleys is None or volleys < layer.volleys):
        first = book.fired
        volleys += 1
        if not fire_volley(layer, threat, book, battery):
            break
        for number in range(first, book.fired):
            wasted += dead
            dead = dead or not broken_link(chances, name, name, number, luck)
            said = dead
            if layer.assessment.errs:
                said = layer.assessment.says_dead(luck.uniform(LOOKS, name, number=number), dead=dead)
            book.assess(killed=said)
    return dead, book.fired, wasted
