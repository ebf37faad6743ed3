"""What the parameter ranges leave open: expected battles with values moved to the ends of their ranges."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hoplon.cited import Cited, Mark
from hoplon.result.model import NOTHING_DRAWN, Interval, Swing
from hoplon.scenario import Scenario
from hoplon.studies.pool import Expectation, World

#: Values marked checked are not moved: their range is the disagreement of sources that were read, and moving
#: them too would drown the assumptions that nobody can check.
_MOVED = (Mark.ASSUMED, Mark.WEAK, Mark.UNCHECKED, Mark.DERIVED)

KILL_POSTERIOR = "kill probability, within what its test record leaves open"
#: Only where a scenario states them.
IN_COMMON = "what all shots at a threat have in common"
ALL_AT_ONCE = "all these groups at once"

#: Quantiles of the kill probability's posterior that count as its ends.
KILL_ENDS = (0.05, 0.95)

#: Values under these heads are met by decisions and interceptors alone: sensors see the same without them.
_COMMAND = ("command.", "interceptors.", "batteries.")


@dataclass(frozen=True, slots=True)
class Theme:
    """Values that carry one doubt, and are moved together.

    Attributes
    ----------
    name : str
        In words.
    more_helps, less_helps : tuple of str
        Keys of values of which more, or less, is thought to help the defence.
    """

    name: str
    more_helps: tuple[str, ...] = ()
    less_helps: tuple[str, ...] = ()


_BANDS = ("x", "s", "l", "uhf")

THEMES = (
    Theme(
        "radar cross-sections",
        more_helps=(
            *(f"{what}_cross_section_{band}_band_m2" for what in ("body", "reentry") for band in _BANDS),
            *("nose_m2", "side_m2", "tail_m2"),
        ),
    ),
    Theme(
        "radars: sensitivity, dwell, beams",
        more_helps=(
            "average_power_kw",
            "antenna_area_m2",
            "aperture_efficiency",
            "range_ratio",
            "track_dwell_s",
            "search_dwell_s",
            "elevation_max_deg",
            "maximum_range_km",
            "false_alarm_probability",
        ),
        less_helps=(
            "losses_db",
            "system_temperature_k",
            "revisit_s",
            "search_share",
            "elevation_min_deg",
            "mask_angle_deg",
            "range_resolution_m",
        ),
    ),
    Theme(
        "delays of satellites and network",
        less_helps=("detection_delay_s", "report_latency_s", "latency_s"),
    ),
    Theme("decision time", less_helps=("decision_time_s",)),
    Theme(
        "launch preparation, interval and kill assessment",
        less_helps=(
            "preparation_time_s",
            "launch_interval_s",
            "kill_assessment_delay_s",
            "kill_assessment_false_dead",
            "kill_assessment_false_alive",
        ),
    ),
    Theme(
        "reach of the interceptors",
        more_helps=("burnout_speed_km_s", "range_km", "maximum_altitude_km"),
        less_helps=("boost_time_s", "minimum_intercept_altitude_km"),
    ),
    Theme("handover basket", ("handover_basket_km",)),
    Theme(IN_COMMON, more_helps=("track_probability", "discrimination_probability")),
    Theme(
        "ballistic coefficients, true and believed apart",
        more_helps=("reentry_ballistic_coefficient_kg_m2",),
        less_helps=("believed_ballistic_coefficient_kg_m2",),
    ),
)


def ends(theme: Theme, cited: Mapping[str, Cited]) -> tuple[dict[str, float], dict[str, float]]:
    """Return where a theme's values stand at either end of what sources leave open.

    Parameters
    ----------
    theme : Theme
    cited : mapping of str to Cited
        Every value that the scenario uses, by path.

    Returns
    -------
    against, in_favour : dict of str to float
        By path: the ends thought to be against the defence, and in its favour. Both empty where the scenario
        uses no uncertain value of this theme.
    """
    against, in_favour = {}, {}
    for path, value in sorted(cited.items()):
        key = path.rsplit(".", 1)[-1]
        if value.mark not in _MOVED or value.low == value.high:
            continue
        if key in theme.more_helps:
            against[path], in_favour[path] = value.low, value.high
        elif key in theme.less_helps:
            against[path], in_favour[path] = value.high, value.low
    return against, in_favour


def unmoved(cited: Mapping[str, Cited]) -> list[str]:
    """Return the keys of uncertain values that no theme moves.

    Parameters
    ----------
    cited : mapping of str to Cited

    Returns
    -------
    list of str
        Without positions, in alphabetical order.
    """
    themed = {key for theme in THEMES for key in (*theme.more_helps, *theme.less_helps)}
    keys = {
        path.rsplit(".", 1)[-1]
        for path, value in cited.items()
        if value.mark in _MOVED and value.low < value.high
    }
    return sorted(keys - themed - {"latitude_deg", "longitude_deg"})


def held(scenario: Scenario, values: Mapping[str, float], why: str = "held in its range") -> Scenario:
    """Hold values, without a range: those that are drawn in battle are then no longer drawn.

    Parameters
    ----------
    scenario : Scenario
    values : mapping of str to float
        By path.
    why : str

    Returns
    -------
    Scenario
    """
    cited = scenario.cited()
    return scenario.with_leaves({path: cited[path].overridden(value, why) for path, value in values.items()})


@dataclass(frozen=True, slots=True)
class Move:
    """A theme with its values at either end.

    Attributes
    ----------
    name : str
    paths : tuple of str
        The values that are moved.
    against, in_favour : World
        With the values at the end thought to be against the defence, and at the end in its favour. The kill
        probability is integrated over its posterior, unless it is moved.
    """

    name: str
    paths: tuple[str, ...]
    against: World
    in_favour: World

    @property
    def of_command(self) -> bool:
        """Whether it moves nothing that sensors or trackers meet with."""
        return all(path.startswith(_COMMAND) for path in self.paths)


def worlds(scenario: Scenario) -> list[Move]:
    """Return what is to be moved.

    Parameters
    ----------
    scenario : Scenario
        One with batteries.

    Returns
    -------
    list of Move
        One for each theme, then the kill probability, then everything at once.
    """
    cited = scenario.cited()
    found = []
    all_against: dict[str, float] = {}
    all_in_favour: dict[str, float] = {}
    for theme in THEMES:
        against, in_favour = ends(theme, cited)
        if against:
            low, high = (World(held(scenario, end)) for end in (against, in_favour))
            found.append(Move(theme.name, tuple(against), low, high))
            all_against |= against
            all_in_favour |= in_favour
    kinds = sorted({battery.interceptor for battery in scenario.batteries})
    records = tuple(f"interceptors.{kind}.test_records" for kind in kinds)
    rarely, mostly = KILL_ENDS
    if scenario.command.single_shot_kill_probability:
        records = ()  # stated, so that its tests leave nothing open
    else:
        found.append(Move(KILL_POSTERIOR, records, World(scenario, rarely), World(scenario, mostly)))
    worst = World(held(scenario, all_against), rarely)
    best = World(held(scenario, all_in_favour), mostly)
    found.append(Move(ALL_AT_ONCE, (*all_against, *records), worst, best))
    return found


def expectations(moves: Sequence[Move]) -> list[Expectation]:
    """Return the tasks of a crew that compute what moves come to.

    Parameters
    ----------
    moves : sequence of Move

    Returns
    -------
    list of Expectation
        Of worlds numbered as in `hoplon.studies.study.study`: 0 the one at best values, then two for each
        move. One task for all that share the picture of the first, and one for each world besides.
    """
    together, apart = [0], []
    for place, move in enumerate(moves):
        ends = [2 * place + 1, 2 * place + 2]
        if move.of_command:
            together += ends
        else:
            apart += ends
    return [Expectation(tuple(together)), *(Expectation((number,)) for number in apart)]


def swing(name: str, paths: tuple[str, ...], best: float, low: float, high: float) -> Swing:
    """Compare the two ends of a group's ranges with best values.

    Parameters
    ----------
    name : str
    paths : tuple of str
    best, low, high : float
        Expected leakage.

    Returns
    -------
    Swing
    """
    return Swing(
        name=name,
        paths=paths,
        leakage_at_best=best,
        leakage_at_low=low,
        leakage_at_high=high,
        low_difference=_difference(best, low),
        high_difference=_difference(best, high),
    )


def _difference(best: float, end: float) -> Interval:
    return Interval(end - best, math.nan, math.nan, 0, 0.95, NOTHING_DRAWN)
