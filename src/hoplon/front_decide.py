"""What decides an answer: what `hoplon decide` does, in a few calls."""

from __future__ import annotations

import csv
import io
import os
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hoplon.errors import InputError, at_least

if TYPE_CHECKING:
    from hoplon.result.decides import Bar, BreakEven, Decides, Profile, Sensitivity
    from hoplon.result.model import Swing
    from hoplon.scenario import Scenario
    from hoplon.workers import Workers

#: Values whose ranges are walked through at most, and the least reach of the second and third.
_PROFILES, _MUCH = 3, 0.03

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be found out.

    Attributes
    ----------
    tornado : bool
        Values and groups of values moved to the ends of their ranges.
    sobol : int or None
        Rows of a design for Sobol indices.
    break_even : str
        A quantity of the defence; empty for none.
    level : float or None
        Of leakage, for the break-even value; without one, for the value on which the answer turns.
    span : tuple of float or None
        Range in which the break-even value is looked for, instead of the quantity's own.
    """

    tornado: bool = True
    sobol: int | None = None
    break_even: str = ""
    level: float | None = None
    span: tuple[float, float] | None = None


def span_of(text: str | None) -> tuple[float, float] | None:
    """Read a range as a user writes it.

    Parameters
    ----------
    text : str or None
        Such as ``10,90``.

    Returns
    -------
    tuple of float or None

    Raises
    ------
    InputError
        If it is not two numbers.
    """
    if text is None:
        return None
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        raise InputError(
            f"'{text}' is no range", where="--range", remedy="Write LOW,HIGH, as in 10,90."
        ) from None
    if not low - low == 0.0 == high - high:
        raise InputError(f"'{text}' is no range", where="--range", remedy="Write finite numbers.")
    return low, high


def decide(
    scenario: str | Path | Scenario,
    asked: Asked | None = None,
    *,
    without: Sequence[str] = (),
    authority: str | None = None,
    seed: int = 1,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Decides:
    """Find out what the answer to a scenario turns on.

    Parameters
    ----------
    scenario : str or Path or Scenario
        Name of a bundled scenario, a file, or a scenario that is loaded.
    asked : Asked, optional
        By default the tornado.
    without, authority
        As for `hoplon.front.run`.
    seed : int
        Of the Sobol design; nothing else is drawn.
    jobs : int, optional
        Processes; by default one for each core. The same answer with any.
    progress : callable, optional

    Returns
    -------
    Decides

    Raises
    ------
    InputError
        Where something cannot be used; a break-even value of the raid's quantities is refused.
    """
    from hoplon.workers import Workers

    wanted = asked or Asked()
    processes = (os.cpu_count() or 1) if jobs is None else jobs
    at_least("jobs", processes, 1)
    at_least("seed", seed, 0)
    with ExitStack() as ending:
        # Checked before a worker is started: what is wrong shows at once.
        played = _played(scenario, without, authority)
        _check(played, wanted)
        workers = None
        if processes > 1:
            workers = ending.enter_context(Workers(processes - 1, "hoplon.sweep.worlds"))
        return _found(played, wanted, seed, processes, workers, progress)


def _played(scenario: str | Path | Scenario, without: Sequence[str], authority: str | None) -> Scenario:
    from hoplon.front import changed
    from hoplon.scenario import Scenario, load
    from hoplon.scenario.comparison import load_comparison

    if isinstance(scenario, Scenario):
        return changed(scenario, without, authority)
    comparison = load_comparison(scenario)
    if comparison is not None:
        raise InputError(
            f"'{scenario}' is a comparison; what decides is found for one scenario",
            remedy="Name its scenario, and change it with --without and --authority.",
        )
    return changed(load(scenario), without, authority)


def _check(played: Scenario, asked: Asked) -> None:
    from hoplon.sweep.defence_quantity import quantity
    from hoplon.sweep.sobol import check_rows

    if asked.level is not None and not 0.0 < asked.level < 1.0:
        raise InputError(
            f"a leakage of {asked.level:g}", where="--leakage", remedy="Write a share, as in 0.2 for 20 %."
        )
    if not played.batteries or played.command.rule != "defend_assets":
        raise InputError(
            f"in {played.name} nothing is engaged, so that no leakage hangs on anything",
            remedy="Name a scenario with batteries and rule: defend_assets, such as japan-2018.",
        )
    if asked.sobol is not None:
        check_rows(asked.sobol)
    if asked.break_even:
        if asked.level is None:
            raise InputError(
                "no level of leakage is given for the break-even value",
                where="--leakage",
                remedy="Write one, as in: --break-even command.actors.command_post.decision_time_s "
                "--leakage 0.2",
            )
        quantity(played, asked.break_even, asked.span)
    elif asked.span is not None:
        raise InputError(
            "a range is given, but no quantity", where="--range", remedy="Name it with --break-even."
        )


def _found(
    played: Scenario,
    asked: Asked,
    seed: int,
    processes: int,
    workers: Workers | None,
    progress: Progress | None,
) -> Decides:
    import math

    from hoplon.result.decides import Decides
    from hoplon.studies.pool import World
    from hoplon.sweep import sentence
    from hoplon.sweep.break_even import break_even
    from hoplon.sweep.defence_quantity import quantity
    from hoplon.sweep.factors import left_out, reading_of_scale
    from hoplon.sweep.sensitivity import sensitivity
    from hoplon.sweep.tornado import profile, tornado, with_level
    from hoplon.sweep.worlds import fineness, leakages

    pictures, lanes = fineness(played)
    at_work = partial(leakages, jobs=processes, workers=workers, progress=progress)
    evaluate = partial(at_work, pictures=pictures, lanes=lanes)
    groups: tuple[Swing, ...] = ()
    bars: tuple[Bar, ...] = ()
    walked: list[Profile] = []
    of_variance: Sensitivity | None = None
    even: BreakEven | None = None
    sentences: list[str] = []
    if asked.tornado:
        made = tornado(played, evaluate)
        _refuse_nothing(made.leakage, played)
        leakage, groups, bars = made.leakage, made.groups, made.bars
        for bar, factor in list(zip(bars, made.factors, strict=True))[:_PROFILES]:
            if bar.reach >= (sentence.LITTLE if not walked else _MUCH):
                found = profile(played, factor, partial(evaluate, what="walking through ranges"))
                level = asked.level if asked.level is not None else sentence.round_level(found)
                walked.append(found if math.isnan(level) else with_level(found, level))
        sentences += sentence.what_decides(leakage, bars, walked)
        sentences += sentence.of_groups(groups)
        sentences += sentence.only_together(groups, bars)
    else:
        ((leakage,),) = evaluate(iter([[World(played)]]), 1)
        _refuse_nothing(leakage, played)
    if asked.sobol is not None:
        of_variance = sensitivity(
            played, asked.sobol, partial(evaluate, what="drawing values from their ranges"), seed=seed
        )
        sentences += sentence.of_variance(of_variance)
    if asked.break_even:
        assert asked.level is not None  # checked before
        sought = quantity(played, asked.break_even, asked.span)
        finely = partial(
            at_work, pictures=max(2, pictures), lanes=max(8, lanes), what="looking for the break-even value"
        )

        def at(values: Sequence[float]) -> list[float]:
            worlds = [World(sought.put(value)) for value in values]
            blocks = [worlds] if sought.of_command else [[world] for world in worlds]
            return [leak for block in finely(iter(blocks), len(worlds)) for leak in block]

        even = break_even(
            at,
            sought.reading,
            asked.level,
            logarithmic=not sought.whole and reading_of_scale(sought.reading),
            whole=sought.whole,
        )
        sentences.append(sentence.of_break_even(even))
    return Decides(
        scenario=played.name,
        title=played.title,
        question=played.question,
        date=played.date,
        leakage=leakage,
        sentences=tuple(sentences),
        groups=groups,
        bars=bars,
        left_out=left_out(played) if asked.tornado or of_variance is not None else (),
        profiles=tuple(walked),
        sensitivity=of_variance,
        break_even=even,
        overrides=tuple(played.overrides),
        scenario_yaml=played.to_yaml(),
    )


def _refuse_nothing(leakage: float, played: Scenario) -> None:
    if leakage != leakage:
        raise InputError(
            f"nothing of the raid in {played.name} is to be engaged, so that no leakage hangs on anything",
            remedy="Aim some of it at an asset.",
        )


def write_decides(
    decides: Decides, folder: Path | None = None, *, manifest_extra: dict[str, Any] | None = None
) -> Path:
    """Write what decides with its report as one folder, whole or not at all.

    Parameters
    ----------
    decides : Decides
    folder : Path, optional
        Must not hold anything; by default ``runs/<scenario>-decides-<seed>-<UTC time>``.
    manifest_extra : dict, optional
        More keys for ``manifest.json``.

    Returns
    -------
    Path

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    from hoplon.report.study_page import decides_html
    from hoplon.result import default_folder
    from hoplon.result.decides import DECIDES_FORMAT, DECIDES_VERSION, decides_text
    from hoplon.result.text_folder import write_text_folder

    seed = decides.sensitivity.seed if decides.sensitivity is not None else 1
    target = default_folder(f"{decides.scenario}-decides", seed) if folder is None else Path(folder)

    files = {"decides.json": decides_text(decides), "scenario.yaml": decides.scenario_yaml}
    if decides.bars:
        files["values.csv"] = _values(decides)
    manifest = {
        **(manifest_extra or {}),
        "format": DECIDES_FORMAT,
        "version": DECIDES_VERSION,
        "name": decides.scenario,
        "seed": seed,
    }
    return write_text_folder(target, files, manifest, lambda whole: decides_html(decides, whole))


def _values(decides: Decides) -> str:
    """Write a line for each value that was moved."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(
        ["path", "unit", "low", "best", "high", "mark", "leakage_share_at_low", "leakage_share_at_high"]
    )
    for bar in decides.bars:
        for r in bar.readings:
            ends = [f"{leak:.6g}" for leak in (bar.leakage_at_low, bar.leakage_at_high)]
            rows.writerow([r.path, r.unit, f"{r.low:g}", f"{r.best:g}", f"{r.high:g}", r.mark, *ends])
    return out.getvalue()


def decide_named(
    scenario: str | Path,
    asked: Asked,
    *,
    without: Sequence[str] = (),
    authority: str | None = None,
    seed: int = 1,
    jobs: int | None = None,
    output: Path | None = None,
    progress: Progress | None = None,
) -> tuple[Decides, Path]:
    """Find out what decides, and write the folder: what `hoplon decide` does.

    Parameters
    ----------
    scenario, asked, without, authority, seed, jobs, progress
        As for `decide`.
    output : Path, optional
        As for `write_decides`.

    Returns
    -------
    decides : Decides
    folder : Path
    """
    from hoplon.result import check_output_place

    start = time.perf_counter()
    check_output_place(output)
    made = decide(
        scenario, asked, without=without, authority=authority, seed=seed, jobs=jobs, progress=progress
    )
    if progress is not None:
        progress(1, 1, "writing")  # the last chance to stop: from here on it is written
    extra = {"jobs": jobs or os.cpu_count() or 1, "elapsed_s": round(time.perf_counter() - start, 3)}
    return made, write_decides(made, output, manifest_extra=extra)
