"""Actors of a scenario and their authority: checked, and changed for a comparison."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hoplon.command.authority import Form, arrange, consent_cycle
from hoplon.errors import InputError, nearest
from hoplon.scenario.command_schema import ActorFile, CommandFile
from hoplon.scenario.model import Scenario
from hoplon.scenario.reading import Document
from hoplon.scenario.specs import ActorSpec, CommandSpec


def actor_spec(actor: ActorFile) -> ActorSpec:
    """Return an actor as its file states it.

    Parameters
    ----------
    actor : ActorFile

    Returns
    -------
    ActorSpec
    """
    silent = actor.silent
    return ActorSpec(
        actor.nation,
        actor.decision_time_s,
        actor.needs_consent_of,
        actor.must_consent_to,
        silent.after_s if silent else None,
        silent.then if silent else "refuse",
    )


def check_authority(command: CommandFile, document: Document, reduced: bool) -> None:
    """Refuse consent that nobody can give: of strangers, in a circle, of allies where there are none.

    Parameters
    ----------
    command : CommandFile
    document : Document
        Where it is written.
    reduced : bool
        Whether something was taken out of the scenario, so that actors may be missing with reason.

    Raises
    ------
    InputError
    """
    actors = list(command.actors)
    stated = {name: actor.needs_consent_of for name, actor in command.actors.items()}
    nations = {name: actor.nation for name, actor in command.actors.items()}
    for name, others in stated.items():
        for index, other in enumerate(others):
            if other not in actors:
                raise document.error(
                    f"unknown actor '{other}'",
                    ("command", "actors", name, "needs_consent_of", index),
                    nearest(other, [actor for actor in actors if actor != name]),
                )
    what, remedy = _trouble(command.authority, nations, stated, reduced)
    if what:
        raise document.error(what, ("command", "authority" if "authority" in what else "actors"), remedy)


def _trouble(
    form: str, nations: Mapping[str, str], stated: Mapping[str, tuple[str, ...]], reduced: bool
) -> tuple[str, str]:
    """Say what is wrong with an authority, and what to do about it; two empty texts where nothing is."""
    for asks in (stated, arrange(form, nations, stated)[1]):
        if circle := consent_cycle(asks):
            path = " -> ".join(circle)
            return (
                f"a circle of consent, {path}: each would wait for the next, and none could decide",
                "Take one of them out of the others' needs_consent_of.",
            )
    if reduced:
        return "", ""
    if form in (Form.ALLIED, Form.ALLIED_CONSENT) and len(set(nations.values())) == 1:
        return (
            f"authority is '{form}', but all actors are of one nation, {next(iter(nations.values()))}",
            "Add an actor of another nation under command.actors, or write authority: national.",
        )
    if form == Form.JOINT and len(nations) == 1:
        return "authority is 'joint', but there is one actor", "Add another under command.actors."
    return "", ""


def under_authority(scenario: Scenario, form: str) -> Scenario:
    """Put a scenario under another authority; the change is disclosed.

    Parameters
    ----------
    scenario : Scenario
    form : str
        One of `hoplon.command.authority.Form`.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        For a form that there is not, or that these actors cannot have.
    """
    command = scenario.command
    if form not in list(Form):
        raise InputError(f"there is no authority '{form}'", remedy=nearest(form, list(Form)))
    what, remedy = _trouble(
        form,
        {name: actor.nation for name, actor in command.actors.items()},
        {name: actor.needs_consent_of for name, actor in command.actors.items()},
        bool(scenario.left_out),
    )
    if what:
        raise InputError(what, remedy=remedy)
    if form == command.authority:
        return scenario
    return _changed(
        scenario, replace(command, authority=form), f"authority is {form} instead of {command.authority}"
    )


def with_silence(scenario: Scenario, name: str, after_s: float, then: str) -> Scenario:
    """State when an actor that was asked counts as silent; the change is disclosed.

    Parameters
    ----------
    scenario : Scenario
    name : str
        The actor.
    after_s : float
    then : str
        ``refuse`` or ``assume_consent``.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        For an unknown actor.
    """
    command = scenario.command
    if name not in command.actors:
        raise InputError(f"unknown actor '{name}'", remedy=nearest(name, command.actors))
    actor = replace(command.actors[name], silent_after_s=after_s, silent_then=then)
    taken = "consent" if then == "assume_consent" else "refusal"
    return _changed(
        scenario,
        replace(command, actors={**command.actors, name: actor}),
        f"silence of {name} counts as {taken} after {after_s:g} s",
    )


def with_predelegation(scenario: Scenario, after_s: float) -> Scenario:
    """Let fire be free by standing order so long after the first verdict; the change is disclosed.

    Parameters
    ----------
    scenario : Scenario
    after_s : float

    Returns
    -------
    Scenario
    """
    command = replace(scenario.command, predelegated_after_s=after_s)
    return _changed(scenario, command, f"fire is free {after_s:g} s after the first verdict to engage")


def _changed(scenario: Scenario, command: CommandSpec, sentence: str) -> Scenario:
    return replace(scenario, command=command, changes=(*scenario.changes, sentence))
