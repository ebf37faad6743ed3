"""What comes out of a battle and of a study: frozen, and ignorant of how it was computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hoplon.result.samples import SensorViews, TrackSamples
from hoplon.result.scene import Battlespace, ScenePath, SceneSite, TimelineRow
from hoplon.result.warning import AlertComparison, CityWarning, WarningSummary

#: Method of an interval that has no ends, since nothing was drawn.
NOTHING_DRAWN = "expected, nothing drawn"

#: What can happen to a threat; `let_pass` is one that falls, or would have fallen, on nothing defended.
OUTCOMES = ("killed", "leaked", "let_pass")

#: What interceptors can be wasted on, by the outcome of the threat that they were fired at.
WASTE = {
    "killed": "what was dead already",
    "let_pass": "what would have fallen on nothing defended",
    "leaked": "what had fallen",
}

#: The moments of a threat's timeline, in the order in which they normally come. None where it never came.
MOMENTS = (
    "launch",
    "satellite_report",
    "first_detection",
    "firm_track",
    "alert_possible",
    "alert",
    "decision",
    "interceptor_launch",
    "intercept",
    "impact",
)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, or was decided, in a battle.

    Attributes
    ----------
    t_s : float
        Time from the scenario's zero.
    kind : str
        For example ``launch``, ``satellite_report``, ``detection``, ``firm_track``, ``impact_prediction``,
        ``decision``, ``interceptor_launch``, ``intercept``, ``kill_assessment``, ``alert``, ``impact``; on
        the way to a decision ``consent_request``, ``consent``, ``silence``, ``refusal``, ``predelegation``;
        on the way to launches ``launch_plan``; of what was not done ``not_engaged`` and ``order_refused``.
    actor : str
        Who: a missile, sensor, battery or command actor of the scenario.
    threat : str
        The threat concerned (truth: the pairing of track and threat lives in the record alone).
    track : int
        The defence's track number, -1 where there is none.
    latitude_deg, longitude_deg, altitude_km : float
        Where, NaN where that has no meaning.
    value : float
        The number that belongs to the kind (for an intercept the kill probability, for an impact prediction
        the semi-major axis of its 95 % ellipse in km, …), NaN where there is none.
    note : str
        The outcome and the reason, in words: ``hit``, ``miss: …``, ``not engaged: overflight``.
    """

    t_s: float
    kind: str
    actor: str
    threat: str = ""
    track: int = -1
    latitude_deg: float = float("nan")
    longitude_deg: float = float("nan")
    altitude_km: float = float("nan")
    value: float = float("nan")
    note: str = ""


@dataclass(frozen=True, slots=True)
class ThreatOutcome:
    """What became of one threat in one battle.

    Attributes
    ----------
    threat, missile, aim : str
        Its name in the raid, its type, its aim point.
    outcome : str
        One of `OUTCOMES`.
    reason : str
        Where the chain broke for a threat that leaked: ``never tracked``, ``no decision in time``, ``no
        consent in time``, ``consent refused``, ``too late``, ``out of reach``, ``no interceptors left``,
        ``missed``, ``missed, no further shot: …``, ``handed over outside the basket``, ``predicted outside
        defended ground``, …
    moments_s : mapping of str to float
        Times from scenario zero; keys from `MOMENTS`, absent where the moment never came. The first of its
        kind for launches of interceptors, the last for intercepts.
    warning_s : float
        Time from the public alert to impact; 0 or negative where the alert came too late, NaN where none
        came.
    shots : int
        Interceptors fired at it.
    wasted : int
        Those of them that could achieve nothing: all of them at what would have been let pass, those at what
        was dead already, or had fallen.
    """

    threat: str
    missile: str
    aim: str
    outcome: str
    reason: str
    moments_s: Mapping[str, float]
    warning_s: float
    shots: int
    wasted: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """One battle, with truth and belief side by side.

    Attributes
    ----------
    scenario : str
        Name of the scenario.
    seed, run : int
        The study's seed and the number of this battle in it.
    outcomes : tuple of ThreatOutcome
    events : tuple of Event
        In the order of time.
    tracks : TrackSamples
    interceptors_used : mapping of str to int
        By battery.
    draws : mapping of str to float
        What was drawn once for the battle, such as ``single_shot_kill_probability``.
    views : SensorViews
        Which radar detected which threat from when to when.
    warnings : tuple of CityWarning
        What each place was told, beside what came.
    """

    scenario: str
    seed: int
    run: int
    outcomes: tuple[ThreatOutcome, ...]
    events: tuple[Event, ...]
    tracks: TrackSamples
    interceptors_used: Mapping[str, int]
    draws: Mapping[str, float]
    views: SensorViews = field(default_factory=SensorViews)
    warnings: tuple[CityWarning, ...] = ()

    @property
    def leakage(self) -> float:
        """Share of the engageable threats that got through: leaked / (leaked + killed)."""
        leaked = sum(o.outcome == "leaked" for o in self.outcomes)
        killed = sum(o.outcome == "killed" for o in self.outcomes)
        return leaked / (leaked + killed) if leaked + killed else float("nan")


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its interval and what it rests on.

    Attributes
    ----------
    best, low, high : float
    level : float
        Probability that the interval is meant to hold, 0.95 unless said otherwise.
    runs : int
        Number of battles behind it.
    method : str
        How the interval was made.
    """

    best: float
    low: float
    high: float
    runs: int
    level: float = 0.95
    method: str = ""


@dataclass(frozen=True, slots=True)
class Assumption:
    """A value that the answer rests on, as shown in the assumptions table.

    Attributes
    ----------
    path : str
        Its place in the catalogue or scenario, for example ``missiles.nodong.payload_kg``.
    best, low, high : float
    unit : str
        In words, from the key's suffix.
    mark, source, why, rule : str
    overridden_from : float or None
    """

    path: str
    best: float
    low: float
    high: float
    unit: str
    mark: str
    source: str
    why: str
    rule: str
    overridden_from: float | None


@dataclass(frozen=True, slots=True)
class Swing:
    """What one group of uncertain values leaves open in the answer, from battles without draws.

    The kill probability is integrated over its posterior, unless it is moved. Older files have it at the
    median of its posterior, and paired battles with the same seeds.

    Attributes
    ----------
    name : str
        The group in words, for example ``sensitivity of the radars``.
    paths : tuple of str
        The values moved together.
    leakage_at_low, leakage_at_high : float
        Expected leakage with all of them at the end that is thought to be against the defence (low
        capability), and at the end in its favour (high capability).
    leakage_at_best : float
        Expected leakage at best values.
    low_difference, high_difference : Interval
        Difference from best values: with an interval where it comes from battles, NaN for its ends and 0 for
        its number of battles where nothing was drawn.
    """

    name: str
    paths: tuple[str, ...]
    leakage_at_best: float
    leakage_at_low: float
    leakage_at_high: float
    low_difference: Interval
    high_difference: Interval


@dataclass(frozen=True, slots=True)
class Study:
    """Many battles of one scenario, and the answer.

    Attributes
    ----------
    scenario, title, question : str
        Name, one-line title and the question it answers.
    date : str
        ISO date as of which test records and deployments count.
    seed, runs : int
    mode : str
        ``sampled``.
    leakage : Interval or None
        Mean over battles of the share that got through; None where nothing was to be engaged.
    leakage_spread : Interval or None
        Within which 90 % of single battles fell: not an interval of the mean.
    swings : tuple of Swing
        What the parameter ranges leave open, the widest first.
    interceptors_used : Interval
        A battle, all batteries together.
    moments : mapping of str to Interval
        For each moment of `MOMENTS` the time after the launch of its threat: median, 5 % and 95 % over
        threats and battles.
    moments_missing : mapping of str to float
        Share of threats for which the moment never came.
    warning_s : mapping of str to Interval
        By aim point: median, 5 % and 95 %.
    outcomes : mapping of str to mapping of str to float
        By missile type, the mean number a battle with each outcome.
    reasons : mapping of str to float
        Why threats leaked: mean number a battle.
    draws : mapping of str to Interval
        What was drawn once a battle: median, 5 % and 95 %.
    leakage_by_run : tuple of float
    assumptions : tuple of Assumption
        Assumed ones first, then weak ones, then the rest.
    overrides : tuple of str
        One sentence for each value that the scenario replaced.
    limitations : tuple of str
        What the model leaves out, in words.
    sites : tuple of SceneSite
    paths : tuple of ScenePath
    timeline : tuple of TimelineRow
        Empty where the scenario has no published timeline.
    records : tuple of Record
    scenario_yaml : str
        The resolved scenario: every default and catalogue value written out with its source.
    all_at_once : Swing or None
        All groups of `swings` moved together; None where nothing was moved.
    waste : mapping of str to float
        Interceptors that could achieve nothing, mean number a battle, by what they were fired at; keys from
        `WASTE`.
    battlespaces : tuple of Battlespace
        Of the first threat of each missile type, by battery.
    warning : WarningSummary or None
        Warning of the public; None in results of versions that did not count it.
    alerts : tuple of AlertComparison
        Published alerts beside the earliest possible ones.
    """

    scenario: str
    title: str
    question: str
    date: str
    seed: int
    runs: int
    mode: str
    leakage: Interval | None
    leakage_spread: Interval | None
    swings: tuple[Swing, ...]
    interceptors_used: Interval
    moments: Mapping[str, Interval]
    moments_missing: Mapping[str, float]
    warning_s: Mapping[str, Interval]
    outcomes: Mapping[str, Mapping[str, float]]
    reasons: Mapping[str, float]
    draws: Mapping[str, Interval]
    leakage_by_run: tuple[float, ...]
    assumptions: tuple[Assumption, ...]
    overrides: tuple[str, ...]
    limitations: tuple[str, ...]
    sites: tuple[SceneSite, ...]
    paths: tuple[ScenePath, ...]
    timeline: tuple[TimelineRow, ...]
    records: tuple[Record, ...] = field(repr=False)
    scenario_yaml: str = field(repr=False)
    all_at_once: Swing | None = None
    waste: Mapping[str, float] = field(default_factory=dict)
    battlespaces: tuple[Battlespace, ...] = ()
    warning: WarningSummary | None = None
    alerts: tuple[AlertComparison, ...] = ()
