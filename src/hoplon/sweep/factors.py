"""What can be moved in a scenario to see what decides: values with a range of their own, and what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hoplon.cited import Cited, Mark
from hoplon.engagement.assemble import kill_posterior
from hoplon.result.decides import Reading
from hoplon.scenario import Scenario
from hoplon.scenario.entries import BAND_KEYS
from hoplon.scenario.uncertainty import drawn, is_of_scale, shared_name
from hoplon.scenario.units import unit_of
from hoplon.studies.pool import World
from hoplon.studies.swings import KILL_ENDS, KILL_POSTERIOR, THEMES, held

#: Group of the values that carry none of the doubts that are named.
OTHERS = "all other values"
#: Of the mark column: a kill probability comes from counts of tests.
FROM_TESTS = "test record"

#: The public is warned by these; whether a missile is stopped does not hang on them.
_WARNING = ("warning.", "command.public_alert_delay_s")
_POSITIONS = ("latitude_deg", "longitude_deg")


@dataclass(frozen=True, slots=True)
class Factor:
    """A value that is moved by itself, or several that stand or fall together.

    Attributes
    ----------
    name : str
        The path, or what the paths have in common.
    readings : tuple of Reading
        What is moved, each with its range.
    group : str
        The doubt that it carries, as in the themes of `hoplon.studies.swings`.
    is_kill : bool
        Whether it is the kill probability's place in its posterior.
    """

    name: str
    readings: tuple[Reading, ...]
    group: str
    is_kill: bool = False

    @property
    def of_command(self) -> bool:
        """Whether sensors and trackers meet with nothing of it."""
        heads = ("command.", "interceptors.", "batteries.")
        return self.is_kill or all(reading.path.startswith(heads) for reading in self.readings)


def factors(scenario: Scenario) -> list[Factor]:
    """Return what is moved in a scenario.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    list of Factor
        Every value whose range is open, with values that stand or fall together as one; in the order of
        the scenario, the kill probability last. `left_out` says what is not moved, and why.
    """
    found: dict[str, list[Reading]] = {}
    for path, value in _movable(scenario).items():
        found.setdefault(shared_name(path), []).append(reading_of(path, value))
    theme_of = {key: theme.name for theme in THEMES for key in (*theme.more_helps, *theme.less_helps)}
    made = [
        Factor(
            name if len(readings) > 1 else readings[0].path,
            tuple(readings),
            theme_of.get(_key(readings[0].path), OTHERS),
        )
        for name, readings in found.items()
    ]
    kinds = {battery.interceptor: battery for battery in scenario.batteries}
    if kinds and not scenario.command.single_shot_kill_probability:
        readings = []
        for kind, battery in kinds.items():
            low, best, high = (kill_posterior(scenario, battery).draw(u) for u in (*KILL_ENDS, 0.5))
            low, best, high = sorted((low, best, high))
            path = f"interceptors.{kind}.single_shot_kill_probability"
            readings.append(Reading(path, "", low, best, high, FROM_TESTS))
        made.append(Factor("single_shot_kill_probability", tuple(readings), KILL_POSTERIOR, is_kill=True))
    return made


def reading_of(path: str, value: Cited) -> Reading:
    """Return a value with its range.

    Parameters
    ----------
    path : str
    value : Cited

    Returns
    -------
    Reading
    """
    return Reading(path, unit_of(path), value.low, value.best, value.high, str(value.mark))


def left_out(scenario: Scenario) -> tuple[str, ...]:
    """Say which open values of a scenario are not moved, and why.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    tuple of str
        Sentences.
    """
    paths = [path for path, value in scenario.cited().items() if value.low < value.high]
    gone = set(paths) - set(_movable(scenario))
    flight = sorted({_key(path) for path in gone if path.startswith("missiles.") and not _is_echo(path)})
    found = []
    if flight:
        found.append(
            f"How the missiles fly is the raid's and stays as stated: {', '.join(flight)} are not moved."
        )
    if any(_key(path) in _POSITIONS for path in gone):
        found.append("Positions are not moved, nor the ground at places that hold no radar and no battery.")
    if any(path.startswith(_WARNING) for path in gone):
        found.append("What only the warning of the public hangs on is not moved.")
    return tuple(found)


def at_quantile(scenario: Scenario, factor: Factor, u: float) -> dict[str, float]:
    """Return where a factor's values stand at a quantile of what sources leave open.

    Parameters
    ----------
    scenario : Scenario
    factor : Factor
        Not the kill probability.
    u : float
        From 0, the low ends, to 1, the high ends.

    Returns
    -------
    dict of str to float
        By path. Distributions as in `hoplon.scenario.uncertainty`: log-uniform where sources give an order of
        magnitude, else triangular.
    """
    cited = scenario.cited()
    return {r.path: drawn(r.path, cited[r.path], u) for r in factor.readings}


def values_at(scenario: Scenario, factor: Factor, share: float) -> tuple[float, ...]:
    """Return where a factor's values stand at a share of the way from their low to their high ends.

    Parameters
    ----------
    scenario : Scenario
    factor : Factor
    share : float
        Of the logarithmic range where the first value is one of scale, else of the range itself; for the
        kill probability of the quantiles between its ends.

    Returns
    -------
    tuple of float
        In the order of the readings.
    """
    if factor.is_kill:
        u = kill_quantile(share)
        kinds = {battery.interceptor: battery for battery in scenario.batteries}
        return tuple(kill_posterior(scenario, battery).draw(u) for battery in kinds.values())
    if of_scale(factor):
        return tuple(r.low * (r.high / r.low) ** share for r in factor.readings)
    return tuple(r.low + share * (r.high - r.low) for r in factor.readings)


def of_scale(factor: Factor) -> bool:
    """Say whether a factor's ranges are ranges of scale, all of them.

    Parameters
    ----------
    factor : Factor

    Returns
    -------
    bool
    """
    return not factor.is_kill and all(reading_of_scale(reading) for reading in factor.readings)


def reading_of_scale(reading: Reading) -> bool:
    """Say whether a range is one of scale, and better walked through in the logarithm.

    Parameters
    ----------
    reading : Reading

    Returns
    -------
    bool
    """
    bare = Cited(reading.low, reading.low, reading.high, Mark.CHECKED, "a reading")
    return is_of_scale(reading.path, bare)


def kill_quantile(share: float) -> float:
    """Return the quantile of the kill probability at a share of the way between its ends."""
    low, high = KILL_ENDS
    return low + share * (high - low)


def world_at(scenario: Scenario, factor: Factor, share: float) -> World:
    """Return the scenario with one factor moved, all else as it was.

    Parameters
    ----------
    scenario : Scenario
    factor : Factor
    share : float
        As in `values_at`.

    Returns
    -------
    World
    """
    if factor.is_kill:
        return World(scenario, kill_quantile(share))
    values = dict(zip((r.path for r in factor.readings), values_at(scenario, factor, share), strict=True))
    return World(held(scenario, values))


def world_drawn(scenario: Scenario, every: Sequence[Factor], u: Sequence[float]) -> World:
    """Return the scenario with all factors at given quantiles.

    Parameters
    ----------
    scenario : Scenario
    every : sequence of Factor
    u : sequence of float
        One for each factor, above 0 and below 1.

    Returns
    -------
    World
    """
    cited = scenario.cited()
    values: dict[str, float] = {}
    kill = None
    for factor, quantile in zip(every, u, strict=True):
        if factor.is_kill:
            kill = float(quantile)
        else:
            values |= {r.path: drawn(r.path, cited[r.path], float(quantile)) for r in factor.readings}
    return World(held(scenario, values), kill)


def _movable(scenario: Scenario) -> Mapping[str, Cited]:
    """Return the values that are moved, by path."""
    bands = {BAND_KEYS[entry.band] for entry in scenario.radar_types.values()}
    spent = {battery.interceptor for battery in scenario.batteries}
    at_work = {sensor.site.id for sensor in scenario.sensors if sensor.site is not None}
    at_work |= {battery.site.id for battery in scenario.batteries}
    themed = {key for theme in THEMES for key in (*theme.more_helps, *theme.less_helps)}
    found = {}
    for path, value in scenario.cited().items():
        head, *rest = path.split(".")
        key = _key(path)
        if not value.low < value.high or path.startswith(_WARNING):
            continue
        if head == "missiles" and (key not in themed or (_is_echo(path) and not _in_bands(path, bands))):
            continue
        if head == "sites" and (key in _POSITIONS or rest[0] not in at_work):
            continue
        if head == "interceptors" and rest[0] not in spent:
            continue
        found[path] = value
    return found


def _key(path: str) -> str:
    return path.rsplit(".", 1)[-1]


def _is_echo(path: str) -> bool:
    return "_cross_section" in path


def _in_bands(path: str, bands: set[str]) -> bool:
    return any(f"_{band}_m2" in path or f"_{band}." in path for band in bands)
