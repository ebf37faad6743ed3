"""One page that answers the question, shows why, and says what it rests on."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import hoplon
from hoplon.errors import OutputError
from hoplon.report import (
    battle_pictures,
    command_pictures,
    sensor_pictures,
    study_pictures,
    tables,
    track_pictures,
    warning_pictures,
    words,
)
from hoplon.report.battlespace import draw_battlespace
from hoplon.report.choose import track_errors, typical_battle
from hoplon.report.decisions import decision_rows
from hoplon.report.map_picture import colour_classes, draw_map
from hoplon.report.warning_tables import alert_rows, place_rows, warning_words
from hoplon.report.waterfall import draw_waterfall
from hoplon.result.comparison import decisions
from hoplon.result.model import Study
from hoplon.result.whole_file import replace_whole


def write_report(study: Study, path: Path | str, manifest: Mapping[str, Any] | None = None) -> Path:
    """Write the report of a study as one HTML file that needs nothing else and asks no host for anything.

    Parameters
    ----------
    study : Study
    path : path
        The file; an older one is replaced, in one step.
    manifest : mapping, optional
        Content of manifest.json of the run, for versions, time and hashes. Without it the page holds no time
        and no machine: the same study gives the same bytes.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    target = Path(path)
    content = report_html(study, manifest).encode()
    try:
        replace_whole(target, content)
    except OSError as error:
        raise OutputError(
            f"the report cannot be written ({error.strerror or error})",
            where=str(target),
            remedy="Name a file in a folder that exists and that you may write to.",
        ) from error
    return target


def report_html(study: Study, manifest: Mapping[str, Any] | None = None) -> str:
    """Set the report as text.

    Parameters
    ----------
    study : Study
    manifest : mapping, optional
        As for `write_report`.

    Returns
    -------
    str
    """
    study = _ordered(study)
    battle = typical_battle(study)
    samples = track_errors(study.records)
    head, rest = words.answer(study)
    known = dict(manifest or {})
    # Marks are counted once here, for the sentence under the answer.
    weak = [a for a in study.assumptions if a.mark in ("assumed", "weak")]
    text: str = template("report.html").render(
        study=study,
        manifest=known,
        software_version=known.get("software_version", hoplon.__version__),
        scenario_hash=hashlib.sha256(study.scenario_yaml.encode()).hexdigest(),
        style=page_part("style.css"),
        answer_head=head,
        answer_rest=rest,
        sampling=words.sampling_words(study),
        ranges=words.ranges_words(study),
        weak_count=len(weak),
        cards=tables.cards(study),
        battle=battle,
        most_bars=sensor_pictures.MOST_BARS,
        honest_share=track_pictures.honest_share(study),
        mean_nees=track_pictures.mean_nees(study),
        engagements=tables.engagement_rows(battle) if battle is not None else [],
        decisions=decision_rows(decisions(battle)) if battle is not None else [],
        published=tables.published_rows(study),
        alerts=[(alert_rows(a), warning_pictures.draw_alert(a)) for a in study.alerts],
        warned_places=place_rows(study),
        warned_words=warning_words(study, battle),
        deeds=command_pictures.deed_legend(battle) if battle is not None else [],
        groups=tables.assumption_groups(study),
        places=tables.site_rows(study),
        colours=colour_classes(study),
        kinds={site.kind for site in study.sites},
        pictures={
            "answer": study_pictures.draw_answer(study),
            "map": draw_map(study, battle),
            "timeline": battle_pictures.draw_timeline(study, battle) if battle is not None else None,
            "battlespace": draw_battlespace(study, battle),
            "sensors": sensor_pictures.draw_sensors(study, battle) if battle is not None else None,
            "errors": battle_pictures.draw_track_errors(study, battle, samples),
            "battle_tracks": track_pictures.draw_battle_tracks(study, battle, samples)
            if battle is not None
            else None,
            "histogram": study_pictures.draw_histogram(study),
            "tornado": study_pictures.draw_tornado(study.swings),
            "outcomes": study_pictures.draw_outcomes(study),
            "published": study_pictures.draw_published(study),
            "waterfall": draw_waterfall(study),
            "actors": command_pictures.draw_actors(study, battle) if battle is not None else None,
            "inventory": command_pictures.draw_inventory(study),
            "places": warning_pictures.draw_places(study.warning),
            "people": warning_pictures.draw_people(study.warning),
        },
    )
    return text


def _ordered(study: Study) -> Study:
    """Give mappings an order of their own: files sort their keys, and the page must not depend on that."""
    missiles = {path.missile: i for i, path in reversed(list(enumerate(study.paths)))}

    def last_if_nan(value: float) -> float:
        return math.inf if math.isnan(value) else value

    return replace(
        study,
        outcomes=dict(
            sorted(study.outcomes.items(), key=lambda i: (missiles.get(i[0], len(missiles)), i[0]))
        ),
        reasons=dict(sorted(study.reasons.items(), key=lambda i: (-i[1], i[0]))),
        warning_s=dict(sorted(study.warning_s.items(), key=lambda i: (last_if_nan(i[1].best), i[0]))),
        draws=dict(sorted(study.draws.items())),
    )


def page_part(name: str) -> str:
    """Return the text of a part of the page.

    Parameters
    ----------
    name : str
        Of a file in ``page_parts``.

    Returns
    -------
    str
    """
    return (files("hoplon.report") / "page_parts" / name).read_text("utf-8")


def template(name: str, more: Mapping[str, Any] | None = None) -> Any:
    """Return a page that is ready to be filled.

    Parameters
    ----------
    name : str
        Of a file in ``page_parts``.
    more : mapping of str to callable, optional
        Filters of this page alone.

    Returns
    -------
    jinja2.Template
    """
    environment = _environment().overlay()
    environment.filters = {**environment.filters, **(more or {})}
    return environment.get_template(name)


@cache
def _environment() -> Any:
    # Imported here: a command that writes no report should not wait for it.
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    from hoplon.report.page_cache import PageCache

    environment = Environment(
        loader=FunctionLoader(page_part),
        bytecode_cache=PageCache(),
        autoescape=True,  # a title may hold anything
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": words.plain_number,
        "percent": words.percent,
        "points": words.points,
        "duration": words.duration,
        "seconds": words.seconds,
        "named": words.named,
        "breakable": tables.breakable,
        "basis": tables.basis,
        "place": tables.place_in_range,
        "place_name": words.place_name,
    }
    environment.globals |= {
        "counted": words.counted,
        "how_examined": words.how_examined,
        "moment_words": words.MOMENT_WORDS,
        "outcome_words": words.OUTCOME_WORDS,
        "legend": _legend,
    }
    return environment


def _legend(symbol: str, cls: str, size: float = 6.0) -> Any:
    """One mark for a legend, as a small picture of its own."""
    from hoplon.report.svg import Drawing

    drawing = Drawing(18, 16, "")
    if symbol in ("line", "thick"):
        drawing.line(0, 8, 18, 8, cls)
    elif symbol == "box":
        drawing.rect(1, 3, 16, 10, cls)
    else:
        drawing.symbol(symbol, 9, 8, size, cls)
    return drawing.done()
