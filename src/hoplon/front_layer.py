"""A layer of defence without geometry, for people and files: what a doctrine achieves, by stated chances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hoplon.errors import InputError, at_least

if TYPE_CHECKING:
    from hoplon.interceptor.kill import KillPosterior


def layer_facts(
    threats: int,
    interceptors: int,
    doctrine: str,
    told: Sequence[str] = (),
    *,
    kill: str = "0.7",
    track: float = 1.0,
    discrimination: float = 1.0,
    false_dead: float = 0.0,
    false_alive: float = 0.0,
    volleys: int | None = None,
    runs: int = 0,
    seed: int = 1,
) -> dict[str, Any]:
    """Compute what is to be expected of a layer, and play it with draws if that is wanted.

    Parameters
    ----------
    threats, interceptors : int
    doctrine : str
        Its name, as in a scenario.
    told : sequence of str
        Its options, such as ``salvo=2``; a doctrine for a known number of warheads is told that of threats.
    kill : str
        Single-shot kill probability, ``0.7``, or hits in tests, ``10/18``: then drawn once for all shots.
    track, discrimination : float
        What all shots at one threat have in common.
    false_dead, false_alive : float
        Errors of kill assessment.
    volleys : int, optional
        How often there is time to fire at one threat; as often as there is something to fire by default.
    runs : int
        Plays with draws; none by default.
    seed : int

    Returns
    -------
    dict

    Raises
    ------
    InputError
        For what cannot be.
    """
    from hoplon.command.doctrine_door import make_doctrine, options_of
    from hoplon.command.kill_assessment import KillAssessment
    from hoplon.engagement.layer import Layer
    from hoplon.engagement.layer_expected import expected
    from hoplon.interceptor.kill import CommonMode

    options = dict(_option(text) for text in told)
    if "warheads" in options_of(doctrine)[0]:
        options.setdefault("warheads", threats)
    posterior = _kill(kill)
    layer = Layer(
        threats=threats,
        interceptors=interceptors,
        doctrine=make_doctrine(doctrine, options),
        kill=posterior,
        common=CommonMode(track, discrimination),
        assessment=KillAssessment(false_dead=false_dead, false_alive=false_alive),
        volleys=volleys,
    )
    at_least("--runs", runs, 0)
    found = expected(layer)
    facts: dict[str, Any] = {
        "threats": threats,
        "interceptors": interceptors,
        "doctrine": {"name": doctrine, **options},
        "kill_probability_mean": posterior.mean,
        "expected": {
            "no_leaker_probability": found.no_leaker_probability,
            "leakage_share": found.leakage,
            "interceptors_used": found.interceptors_used,
            "interceptors_wasted": found.wasted,
            "leakers_probability": list(found.leakers),
        },
    }
    if runs:
        from hoplon.studies.layer import sample

        played = sample(layer, runs, seed)
        chance, leakage = played.no_leaker_probability, played.leakage
        facts["sampled"] = {
            "runs": runs,
            "seed": seed,
            "level": chance.level,
            "no_leaker_probability": [chance.best, chance.low, chance.high],
            "leakage_share": [leakage.best, leakage.low, leakage.high],
            "interceptors_used": played.interceptors_used,
            "interceptors_wasted": played.wasted,
        }
    return facts


def _option(text: str) -> tuple[str, int | float | str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise InputError(f"'{text}' is no option of a doctrine", where="--told", remedy="Write salvo=2.")
    for kind in (int, float):
        try:
            return name, kind(value)
        except ValueError:
            continue
    return name, value


def _kill(text: str) -> KillPosterior:
    from hoplon.interceptor.kill import KillPosterior, TestRecord

    remedy = "Write a probability, 0.7, or hits in tests, 10/18."
    hits, slash, attempts = text.partition("/")
    try:
        if slash:
            return TestRecord(text, int(hits), int(attempts), "2000", "stated").posterior()
        value = float(text)
    except ValueError:
        raise InputError(f"'{text}' is no kill probability", where="--kill", remedy=remedy) from None
    if not 0.0 <= value <= 1.0:
        raise InputError(f"the kill probability is {value:g}", where="--kill", remedy=remedy)
    return KillPosterior.certain(value)
