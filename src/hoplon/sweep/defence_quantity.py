"""Quantities of the defence that have a break-even value; those of the raid are refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from hoplon.cited import Cited, Mark
from hoplon.errors import InputError, nearest
from hoplon.result.decides import Reading
from hoplon.scenario import Scenario
from hoplon.studies.swings import held
from hoplon.sweep.factors import reading_of

#: All shots of all interceptors, as if their tests had shown it.
KILL = "single_shot_kill_probability"
_STATED = "stated for a break-even value"


@dataclass(frozen=True, slots=True)
class DefenceQuantity:
    """A number of the defence that can be set.

    Attributes
    ----------
    reading : Reading
        With the range that is searched.
    put : callable
        Returns the scenario with the quantity at a value.
    whole : bool
        Whether it counts things.
    of_command : bool
        Whether sensors and trackers meet with nothing of it.
    """

    reading: Reading
    put: Callable[[float], Scenario]
    whole: bool = False
    of_command: bool = True


def quantity(scenario: Scenario, path: str, span: tuple[float, float] | None = None) -> DefenceQuantity:
    """Find a quantity of the defence or of its sensors.

    Parameters
    ----------
    scenario : Scenario
    path : str
        As `Scenario.cited` names it, ``batteries.<name>.loaded``, or ``single_shot_kill_probability``.
    span : tuple of float, optional
        The range that is searched instead of the value's own.

    Returns
    -------
    DefenceQuantity

    Raises
    ------
    InputError
        For a path that is unknown, that is the raid's, or on which no missile's fate hangs; and for a range
        that is none.
    """
    cited = scenario.cited()
    _refuse(scenario, path, cited)
    if path.startswith("batteries."):
        found = _loaded(scenario, path.split(".")[1])
    elif path == KILL:
        found = DefenceQuantity(
            Reading(path, "", 0.0, float("nan"), 1.0, "stated"), lambda p: _with_kill(scenario, p)
        )
    else:
        of_command = path.startswith(("command.", "interceptors."))
        found = DefenceQuantity(
            reading_of(path, cited[path]),
            lambda value: held(scenario, {path: value}, _STATED),
            of_command=of_command,
        )
    if span is not None:
        low, high = span
        if not low < high:
            raise InputError(
                f"{low:g} to {high:g} is no range", where="--range", remedy="Write the lower end first."
            )
        if low < 0.0 <= found.reading.low:
            raise InputError(f"{path} cannot be {low:g}", where="--range", remedy="Begin at 0 or above.")
        if path == KILL and high > 1.0:
            raise InputError(f"a probability of {high:g}", where="--range", remedy="End at 1 or below.")
        found = replace(found, reading=replace(found.reading, low=low, high=high))
    if not found.reading.low < found.reading.high:
        raise InputError(
            f"{path} is {found.reading.best:g} and its source leaves no range",
            where="--break-even",
            remedy="State the range to search: --range LOW,HIGH.",
        )
    return found


def _refuse(scenario: Scenario, path: str, cited: Mapping[str, Cited]) -> None:
    head, *rest = path.replace("[", ".").split(".")
    batteries = [f"batteries.{battery.name}.loaded" for battery in scenario.batteries]
    raid_places = {site.id for threat in scenario.threats for site in (threat.launch, threat.aim)}
    at_work = {sensor.site.id for sensor in scenario.sensors if sensor.site is not None}
    at_work |= {battery.site.id for battery in scenario.batteries}
    of_raid = head in ("raid", "threats", "missiles")
    if head == "sites" and rest and rest[0] in raid_places and rest[0] not in at_work:
        of_raid = True
    if of_raid:
        raise InputError(
            f"{path} is the raid's: no break-even value is looked for there",
            where="--break-even",
            remedy="What the other side does or has is stated or drawn, never searched over. Name a quantity "
            "of the defence; what a missile's own range does to the answer is in: hoplon decide --tornado.",
        )
    if path.startswith("warning.") or path == "command.public_alert_delay_s":
        raise InputError(
            f"no missile is stopped or let through by {path}",
            where="--break-even",
            remedy="Name a quantity of the sensors, of command or of the interceptors.",
        )
    known = [p for p in cited if not p.startswith(("missiles.", "warning."))] + batteries + [KILL]
    if path not in known:
        raise InputError(
            f"unknown path '{path}'",
            where="--break-even",
            remedy=nearest(path, known) or "Paths are as in: hoplon show SCENARIO.",
        )


def _loaded(scenario: Scenario, name: str) -> DefenceQuantity:
    battery = next(battery for battery in scenario.batteries if battery.name == name)

    def put(value: float) -> Scenario:
        return replace(
            scenario,
            batteries=tuple(
                replace(b, loaded=round(value), cells=max(b.cells, round(value))) if b.name == name else b
                for b in scenario.batteries
            ),
        )

    most = max(2 * battery.loaded, battery.loaded + 8)
    reading = Reading(f"batteries.{name}.loaded", "", 0.0, float(battery.loaded), float(most), "stated")
    return DefenceQuantity(reading, put, whole=True)


def _with_kill(scenario: Scenario, probability: float) -> Scenario:
    stated = Cited(probability, probability, probability, Mark.CHECKED, why=_STATED)
    kinds = {battery.interceptor: stated for battery in scenario.batteries}
    return replace(scenario, command=replace(scenario.command, single_shot_kill_probability=kinds))
