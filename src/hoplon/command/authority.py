"""Who may order a launch: whose consent an order needs, how it is asked for, and what silence means."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

#: A link that is down until then does not come back in any battle.
NEVER_AGAIN_S = 86400.0


class Form(StrEnum):
    """Who has the say."""

    NATIONAL = "national"
    ALLIED_CONSENT = "allied_consent"
    ALLIED = "allied"
    JOINT = "joint"


class Silence(StrEnum):
    """What an actor's silence is taken for."""

    REFUSE = "refuse"
    ASSUME_CONSENT = "assume_consent"


@dataclass(frozen=True, slots=True)
class Wire:
    """A line to an actor, the same both ways; who finds it down tries again until it is up.

    Attributes
    ----------
    latency_s : float
    outages_s : tuple of pairs of float
    """

    latency_s: float = 0.0
    outages_s: tuple[tuple[float, float], ...] = ()

    def through_s(self, t_s: float) -> float:
        """Return when a word said at `t_s` is heard; infinity for never."""
        for start, end in self.outages_s:
            if start <= t_s < end:
                t_s = end if end < NEVER_AGAIN_S else math.inf
        return t_s + self.latency_s


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody whose word counts.

    Attributes
    ----------
    name, nation : str
    asks : tuple of str
        Whose consent its own word needs.
    feeds : tuple of (int, Wire) or None
        Radars that feed its own picture, and the way from each; None for one that is shown the post's.
    own_sensors : tuple of int
        Radars of its nation.
    asked_for_data_only : bool
        Whether it is asked only where a radar of its nation has fed the track.
    silent_after_s : float
        So long after it was asked it counts as silent.
    silence : Silence
        What that is taken for.
    """

    name: str
    nation: str = ""
    asks: tuple[str, ...] = ()
    feeds: tuple[tuple[int, Wire], ...] | None = None
    own_sensors: tuple[int, ...] = ()
    asked_for_data_only: bool = False
    silent_after_s: float = math.inf
    silence: Silence = Silence.REFUSE


@dataclass(frozen=True, slots=True)
class Authority:
    """How an order to engage comes about.

    Attributes
    ----------
    decides : str
        The actor that decides first.
    actors : mapping of str to Actor
        All who have a say, `decides` among them.
    form : Form
    wires : mapping of frozenset of str to Wire
        By the two ends; a line that is not here has no delay and is never down.
    predelegated_after_s : float
        So long after the first verdict to engage, fire is free by standing order unless it was refused.
    """

    decides: str
    actors: Mapping[str, Actor]
    form: Form = Form.NATIONAL
    wires: Mapping[frozenset[str], Wire] = field(default_factory=dict)
    predelegated_after_s: float = math.inf

    @property
    def alone(self) -> bool:
        """Whether one actor decides for itself, on the post's picture."""
        (first, *others) = self.actors.values()
        return not others and first.feeds is None and self.predelegated_after_s == math.inf


@dataclass(frozen=True, slots=True)
class Step:
    """Something said or left unsaid on the way to an order.

    Attributes
    ----------
    t_s : float
    kind : str
        ``consent_request``, ``consent``, ``silence``, ``refusal`` or ``predelegation``.
    actor : str
    note : str
    """

    t_s: float
    kind: str
    actor: str
    note: str


@dataclass(frozen=True, slots=True)
class Course:
    """How the decision about one track goes, as far as it can be known.

    Attributes
    ----------
    steps : tuple of Step
        In the order of time.
    own_s : float
        When the actor that decides first has made up its mind.
    granted_s : float
        When the order is given; infinity for never, or not as things stand.
    refused_s : float
        When it is refused; infinity for never.
    rule : str
        By what right it is given, or on what it waits.
    stuck_s : float
        From when on it waits in vain, as things stand; infinity where it does not.
    """

    steps: tuple[Step, ...]
    own_s: float
    granted_s: float
    refused_s: float
    rule: str
    stuck_s: float = math.inf


def arrange(
    form: Form | str, nations: Mapping[str, str], stated: Mapping[str, Sequence[str]]
) -> tuple[str, dict[str, tuple[str, ...]]]:
    """Return who decides first, and who has to ask whom.

    Parameters
    ----------
    form : Form or str
        ``national``: the first actor decides, and asks nobody of another nation. ``allied_consent``: it also
        asks every actor of another nation whom nobody else asks. ``allied``: the first actor of another
        nation decides. ``joint``: all sit in one cell and each has to agree.
    nations : mapping of str to str
        Of all actors; the first of them is the scenario's own.
    stated : mapping of str to sequence of str
        Whose consent each one's word is stated to need.

    Returns
    -------
    decides : str
    asks : dict of str to tuple of str
        Of those who take part.
    """
    first = next(iter(nations))
    foreign = [name for name in nations if nations[name] != nations[first]]
    if form == Form.JOINT:
        return first, dict.fromkeys(nations, ())
    asks = {name: [other for other in stated.get(name, ()) if other in nations] for name in nations}
    if form == Form.NATIONAL:
        asks = {
            name: [other for other in others if nations[other] == nations[first]]
            for name, others in asks.items()
        }
    if form == Form.ALLIED_CONSENT:
        asked = {other for others in asks.values() for other in others}
        asks[first] += [name for name in foreign if name not in asked]
    decides = foreign[0] if form == Form.ALLIED and foreign else first
    taking: dict[str, tuple[str, ...]] = {}
    waiting = [decides]
    while waiting:
        name = waiting.pop(0)
        if name not in taking:
            taking[name] = tuple(asks[name])
            waiting += asks[name]
    return decides, taking


def consent_cycle(asks: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return actors that wait for each other's consent, the first of them named again last; else nothing.

    Parameters
    ----------
    asks : mapping of str to sequence of str

    Returns
    -------
    tuple of str
    """
    done: set[str] = set()

    def search(name: str, path: tuple[str, ...]) -> tuple[str, ...]:
        if name in path:
            return (*path[path.index(name) :], name)
        if name not in done:
            for other in asks.get(name, ()):
                found = search(other, (*path, name))
                if found:
                    return found
            done.add(name)
        return ()

    return next((found for name in asks if (found := search(name, ()))), ())


class _Asking:
    """Works out one course: who is asked when, and what they answer."""

    def __init__(
        self,
        authority: Authority,
        takes_s: Callable[[str], float],
        sees_s: Callable[[str], float],
        data_used: Callable[[str], bool],
    ) -> None:
        self._authority = authority
        self._takes_s, self._sees_s, self._data_used = takes_s, sees_s, data_used
        self.steps: list[Step] = []
        self.assumed: list[str] = []
        self.waits_for: list[str] = []
        #: When each of these began to be waited for.
        self.stuck_s: list[float] = []

    def own_s(self, name: str, asked_s: float) -> float:
        """Return when an actor has made up its mind: after it was asked, and sees the track."""
        return max(asked_s, self._sees_s(name)) + self._takes_s(name)

    def settle(self, name: str, asked_s: float) -> tuple[float, bool]:
        """Return when an actor's word is final, those it asks included, and whether it is yes."""
        own_s = self.own_s(name, asked_s)
        if own_s == math.inf:
            if asked_s < math.inf:
                self._wait_for(f"{name}, who does not see the track", asked_s)
            return math.inf, True
        latest_s, refused_s = own_s, math.inf
        for other in self._authority.actors[name].asks:
            asked = self._authority.actors[other]
            if asked.asked_for_data_only and not self._data_used(other):
                continue
            t_s, yes = self._answer(name, asked, own_s)
            latest_s = max(latest_s, t_s)
            if not yes:
                refused_s = min(refused_s, t_s)
        if refused_s < math.inf:
            return refused_s, False
        return latest_s, True

    def _answer(self, name: str, asked: Actor, own_s: float) -> tuple[float, bool]:
        """Return when an actor holds the answer of another, or takes its silence for one."""
        wire = self._authority.wires.get(frozenset((name, asked.name)), Wire())
        heard_s = wire.through_s(own_s)
        down = heard_s > own_s + wire.latency_s
        trouble = "; the link is down" if down else ""
        self.steps.append(Step(own_s, "consent_request", name, f"asks {asked.name} for consent{trouble}"))
        said_s, yes = self.settle(asked.name, heard_s)
        held_s = wire.through_s(said_s)
        silent_s = own_s + asked.silent_after_s
        if silent_s < held_s:
            yes = asked.silence is Silence.ASSUME_CONSENT
            taken = "consent" if yes else "refusal"
            note = f"{asked.name} silent for {asked.silent_after_s:g} s: taken as {taken}"
            self.steps.append(Step(silent_s, "silence", name, note))
            if yes:
                self.assumed.append(asked.name)
            return silent_s, yes
        if said_s < math.inf:
            kind, word = ("consent", "consents") if yes else ("refusal", "refuses")
            self.steps.append(Step(said_s, kind, asked.name, f"{word}, asked by {name}"))
        elif heard_s == math.inf and own_s < math.inf:
            self._wait_for(f"{asked.name}, who cannot be reached", own_s)
        if held_s == math.inf and said_s < math.inf:
            self._wait_for(f"the answer of {asked.name}: the link is down", said_s)
        return held_s, yes

    def _wait_for(self, whom: str, since_s: float) -> None:
        self.waits_for.append(whom)
        self.stuck_s.append(since_s)

    def cell(self, engage_s: float) -> tuple[float, bool]:
        """Return when all who sit in one cell have agreed; each begins when it sees the track."""
        latest_s = engage_s
        for name, actor in self._authority.actors.items():
            t_s, silent_s = self.own_s(name, engage_s), engage_s + actor.silent_after_s
            if silent_s < t_s:
                yes = actor.silence is Silence.ASSUME_CONSENT
                taken = "consent" if yes else "refusal"
                note = f"silent for {actor.silent_after_s:g} s in the joint cell: taken as {taken}"
                self.steps.append(Step(silent_s, "silence", name, note))
                if not yes:
                    return silent_s, False
                self.assumed.append(name)
            elif t_s < math.inf:
                self.steps.append(Step(t_s, "consent", name, "agrees, in the joint cell"))
            else:
                self._wait_for(f"{name}, who does not see the track", engage_s)
            latest_s = max(latest_s, min(t_s, silent_s))
        return latest_s, True


def course(
    authority: Authority,
    engage_s: float,
    takes_s: Callable[[str], float],
    sees_s: Callable[[str], float],
    data_used: Callable[[str], bool],
) -> Course:
    """Work out how the decision about a track goes.

    Parameters
    ----------
    authority : Authority
    engage_s : float
        Time of the first verdict to engage.
    takes_s : callable
        How long an actor takes over this threat, in s.
    sees_s : callable
        When an actor first saw the track; infinity as long as it does not.
    data_used : callable
        Whether a radar of an actor's nation has fed the track.

    Returns
    -------
    Course

    Notes
    -----
    An actor that decides asks, once it has made up its own mind, all whose consent it needs at the same time;
    each of them takes its own time from when it hears of it and sees the track, may have to ask in turn, and
    answers. The order is given when the last consent is there. No source: a stated model.
    """
    asking = _Asking(authority, takes_s, sees_s, data_used)
    joint = authority.form is Form.JOINT
    if joint:
        own_s = asking.own_s(authority.decides, engage_s)
        final_s, yes = asking.cell(engage_s)
    else:
        own_s = asking.own_s(authority.decides, engage_s)
        final_s, yes = asking.settle(authority.decides, engage_s)
    steps = [step for step in asking.steps if step.t_s < math.inf]
    consents = [step.actor for step in steps if step.kind == "consent" and step.t_s <= final_s]
    rule = "joint cell" if joint else "own authority"
    if not joint and consents:
        rule = f"with the consent of {', '.join(dict.fromkeys(consents))}"
    if asking.assumed:
        rule += f", silence of {', '.join(asking.assumed)} taken as consent"
    if final_s == math.inf:
        rule = f"waits for {', '.join(asking.waits_for)}"
    granted_s, refused_s = (final_s, math.inf) if yes else (math.inf, final_s)
    free_s = engage_s + authority.predelegated_after_s
    if free_s < min(granted_s, refused_s):
        granted_s = free_s
        rule = f"pre-delegated: no order after {authority.predelegated_after_s:g} s"
        steps = [step for step in steps if step.t_s <= free_s]
        steps.append(Step(free_s, "predelegation", authority.decides, rule))
        refused_s = math.inf
    elif not yes:
        rule = "consent refused"
        steps = [step for step in steps if step.t_s <= refused_s]
        steps.append(Step(refused_s, "not_engaged", authority.decides, "not engaged: consent refused"))
    steps.sort(key=lambda step: step.t_s)
    stuck_s = math.inf
    if granted_s == refused_s == math.inf:
        stuck_s = max(asking.stuck_s, default=own_s)
    return Course(tuple(steps), own_s, granted_s, refused_s, rule, stuck_s)
