"""Records of battles as Parquet tables, and back.

``battles``: one row for each threat of each battle, with what became of it and when; ``events``: one row for
each event; ``tracks``: belief beside truth, sampled; ``views``: which sensor detected which threat from when
to when; ``warnings``: what each place was told, beside what came. NaN and absent are both null. Columns are
written whole, never row by row, and every number keeps all its bits.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from hoplon.errors import ResultFileError
from hoplon.result import arrow
from hoplon.result.codec import REMEDY, check_format
from hoplon.result.model import MOMENTS, Event, Record, ThreatOutcome
from hoplon.result.samples import SensorViews, TrackSamples, joined
from hoplon.result.warning import CityWarning

VERSION = 1

#: Tables of a run folder; each is stored as ``<name>.parquet`` with the format ``hoplon-<name>``.
TABLES = ("battles", "events", "tracks")
#: Tables that came later: a folder without them is read as one in which nothing of the kind was kept.
LATER_TABLES = ("views", "warnings")

_EVENT_FLOATS = ("t_s", "latitude_deg", "longitude_deg", "altitude_km", "value")
_EVENT_WORDS = ("kind", "actor", "threat", "note")
_TRACK_FLOATS = ("t_s", "position_sigma_m", "impact_error_km")
#: Columns that came later: NaN where a file does not have them.
_TRACK_LATER = ("position_nees",)
_WARNING_FLOATS = ("alert_s", "possible_s", "probability", "fell_s", "due_s", "passes_s")
_WARNING_WORDS = ("city", "cause", "threat")
_TRACK_VECTORS = ("r_true_ecef_m", "r_track_ecef_m")


def tables_from_records(records: Sequence[Record]) -> dict[str, Any]:
    """Lay out the records of a study as tables.

    Parameters
    ----------
    records : sequence of Record
        Of one study.

    Returns
    -------
    dict of str to pyarrow.Table
        By the names in `TABLES` and `LATER_TABLES`; the schema metadata carries format, version,
        scenario and seed.
    """
    return {
        "battles": _battles(records),
        "events": _events(records),
        "tracks": _tracks(records),
        "views": _views(records),
        "warnings": _warnings(records),
    }


def records_from_tables(tables: dict[str, Any]) -> tuple[Record, ...]:
    """Rebuild the records; the inverse of `tables_from_records`.

    Parameters
    ----------
    tables : dict of str to pyarrow.Table

    Returns
    -------
    tuple of Record
        In the order in which they were written.

    Raises
    ------
    ResultFileError
        Where a column is missing.
    """
    for name in (*TABLES, *(name for name in LATER_TABLES if name in tables)):
        metadata = tables[name].schema.metadata or {}
        version = metadata.get(b"version", b"").decode()
        check_format(
            metadata.get(b"format", b"").decode() or None,
            int(version) if version.isdigit() else None,
            f"{name}.parquet",
            f"hoplon-{name}",
            VERSION,
        )
    battles = tables["battles"]
    metadata = battles.schema.metadata
    scenario, seed = metadata[b"scenario"].decode(), int(metadata[b"seed"])
    runs = [int(run) for run in dict.fromkeys(_column(battles, "battles", "run").to_pylist())]
    outcomes, draws, used = _read_battles(battles)
    events = _read_events(tables["events"])
    tracks = _read_tracks(tables["tracks"], runs)
    views = _read_views(tables["views"]) if "views" in tables else {}
    warnings = _read_warnings(tables["warnings"]) if "warnings" in tables else {}
    return tuple(
        Record(
            scenario=scenario,
            seed=seed,
            run=run,
            outcomes=tuple(outcomes[run]),
            events=tuple(events.get(run, ())),
            tracks=tracks[run],
            interceptors_used=used[run],
            draws=draws[run],
            views=views.get(run, SensorViews()),
            warnings=warnings.get(run, ()),
        )
        for run in runs
    )


def _table(name: str, columns: dict[str, Any], records: Sequence[Record], **extra: object) -> Any:
    metadata = {
        "format": f"hoplon-{name}",
        "version": str(VERSION),
        "scenario": records[0].scenario if records else "",
        "seed": str(records[0].seed) if records else "0",
    } | {key: json.dumps(value) for key, value in extra.items()}
    return arrow.table(columns, metadata)


def _battles(records: Sequence[Record]) -> Any:
    rows: list[tuple[Record, ThreatOutcome | None]] = []
    for record in records:
        # A battle without threats keeps a row of its own, or its draws would be lost.
        rows += [(record, outcome) for outcome in record.outcomes] or [(record, None)]
    drawn = list(dict.fromkeys(name for record in records for name in record.draws))
    batteries = list(dict.fromkeys(name for record in records for name in record.interceptors_used))
    seen = dict.fromkeys(m for _, o in rows if o is not None for m in o.moments_s)
    moments = [*(m for m in MOMENTS if m in seen), *(m for m in seen if m not in MOMENTS)]
    columns: dict[str, Any] = {
        "run": arrow.integers([r.run for r, _ in rows]),
        "leakage_share": arrow.floats([r.leakage for r, _ in rows]),
    }
    for name in drawn:
        columns[f"draw_{name}"] = arrow.floats([r.draws.get(name) for r, _ in rows])
    for name in batteries:
        columns[f"interceptors_used_{name}"] = arrow.integers(
            [r.interceptors_used.get(name) for r, _ in rows]
        )
    for name in ("threat", "missile", "aim", "outcome", "reason"):
        columns[name] = arrow.texts([None if o is None else getattr(o, name) for _, o in rows])
    for name in moments:
        columns[f"{name}_s"] = arrow.floats([None if o is None else o.moments_s.get(name) for _, o in rows])
    columns["warning_s"] = arrow.floats([None if o is None else o.warning_s for _, o in rows])
    for name in ("shots", "wasted"):
        columns[name] = arrow.integers([None if o is None else getattr(o, name) for _, o in rows])
    return _table("battles", columns, records, draws=drawn, batteries=batteries, moments=moments)


def _events(records: Sequence[Record]) -> Any:
    events = [event for record in records for event in record.events]
    columns: dict[str, Any] = {
        "run": arrow.integers([r.run for r in records for _ in r.events]),
        "track": arrow.integers([e.track for e in events]),
    }
    columns |= {name: arrow.floats([getattr(e, name) for e in events]) for name in _EVENT_FLOATS}
    columns |= {name: arrow.words(getattr(e, name) for e in events) for name in _EVENT_WORDS}
    return _table("events", columns, records)


def _tracks(records: Sequence[Record]) -> Any:
    samples = [record.tracks for record in records]
    counts = [len(t.threat) for t in samples]

    def joined(name: str, width: int = 0) -> Any:
        parts = [getattr(t, name) for t in samples]
        return np.concatenate(parts) if parts else np.empty((0, width) if width else 0)

    columns: dict[str, Any] = {
        "run": arrow.integers(np.repeat(np.array([r.run for r in records], dtype=np.int64), counts)),
        "threat": arrow.words(word for t in samples for word in t.threat),
        "track": arrow.integers(joined("track").astype(np.int64)),
    }
    columns |= {name: arrow.floats(joined(name)) for name in (*_TRACK_FLOATS, *_TRACK_LATER)}
    for name in _TRACK_VECTORS:
        vectors = joined(name, 3)
        columns |= {f"{axis}_{name[2:]}": arrow.floats(vectors[:, i].copy()) for i, axis in enumerate("xyz")}
    return _table("tracks", columns, records)


def _views(records: Sequence[Record]) -> Any:
    views = [record.views for record in records]
    counts = [len(v.sensor) for v in views]
    columns: dict[str, Any] = {
        "run": arrow.integers(np.repeat(np.array([r.run for r in records], dtype=np.int64), counts)),
        "sensor": arrow.words(word for v in views for word in v.sensor),
        "threat": arrow.words(word for v in views for word in v.threat),
        "first_s": arrow.floats(joined(views, "first_s")),
        "last_s": arrow.floats(joined(views, "last_s")),
        "detections": arrow.integers(joined(views, "detections").astype(np.int64)),
    }
    return _table("views", columns, records)


def _warnings(records: Sequence[Record]) -> Any:
    warnings = [warning for record in records for warning in record.warnings]
    columns: dict[str, Any] = {"run": arrow.integers([r.run for r in records for _ in r.warnings])}
    columns |= {name: arrow.words(getattr(w, name) for w in warnings) for name in _WARNING_WORDS}
    columns |= {name: arrow.floats([getattr(w, name) for w in warnings]) for name in _WARNING_FLOATS}
    return _table("warnings", columns, records)


def _column(table: Any, name: str, column: str) -> Any:
    try:
        return table.column(column)
    except KeyError:
        raise ResultFileError(
            f"the column '{column}' is missing", where=f"{name}.parquet", remedy=REMEDY
        ) from None


def _numbers(table: Any, name: str, column: str) -> np.ndarray[Any, Any]:
    """Values of a numeric column; NaN for null in columns of floats."""
    found: np.ndarray[Any, Any] = _column(table, name, column).to_numpy()
    return found


def _read_words(table: Any, name: str, column: str) -> list[str]:
    """Text column as a list; by its distinct words, which is far quicker than one by one."""
    found = _column(table, name, column).dictionary_encode().combine_chunks()
    words = np.array(found.dictionary.to_pylist(), dtype=object)
    texts: list[str] = words[found.indices.to_numpy()].tolist()
    return texts


def _read_battles(
    table: Any,
) -> tuple[dict[int, list[ThreatOutcome]], dict[int, dict[str, float]], dict[int, dict[str, int]]]:
    metadata = table.schema.metadata
    drawn, batteries, moments = (
        json.loads(metadata.get(key, b"[]")) for key in (b"draws", b"batteries", b"moments")
    )
    words = {
        n: _column(table, "battles", n).to_pylist() for n in ("threat", "missile", "aim", "outcome", "reason")
    }
    run_of = _column(table, "battles", "run").to_pylist()
    shots = _column(table, "battles", "shots").to_pylist()
    # Older files do not say.
    wasted = table.column("wasted").to_pylist() if "wasted" in table.column_names else [0] * len(shots)
    warning = _numbers(table, "battles", "warning_s")
    times = {m: _column(table, "battles", f"{m}_s").to_pylist() for m in moments}
    draw = {name: _column(table, "battles", f"draw_{name}").to_pylist() for name in drawn}
    fired = {name: _column(table, "battles", f"interceptors_used_{name}").to_pylist() for name in batteries}
    outcomes: dict[int, list[ThreatOutcome]] = {}
    draws: dict[int, dict[str, float]] = {}
    used: dict[int, dict[str, int]] = {}
    for i, run in enumerate(run_of):
        if run not in outcomes:
            outcomes[run] = []
            draws[run] = {name: v[i] for name, v in draw.items() if v[i] is not None}
            used[run] = {name: v[i] for name, v in fired.items() if v[i] is not None}
        if words["threat"][i] is None:
            continue
        outcomes[run].append(
            ThreatOutcome(
                **{name: values[i] for name, values in words.items()},
                moments_s={m: v[i] for m, v in times.items() if v[i] is not None},
                warning_s=float(warning[i]),
                shots=shots[i],
                wasted=wasted[i],
            )
        )
    return outcomes, draws, used


def _read_events(table: Any) -> dict[int, list[Event]]:
    columns = [
        _column(table, "events", "run").to_pylist(),
        _numbers(table, "events", "t_s").tolist(),
        *(_read_words(table, "events", name) for name in ("kind", "actor", "threat")),
        _numbers(table, "events", "track").tolist(),
        *(_numbers(table, "events", n).tolist() for n in _EVENT_FLOATS[1:]),
        _read_words(table, "events", "note"),
    ]
    events: dict[int, list[Event]] = {}
    for run, *rest in zip(*columns, strict=True):
        events.setdefault(run, []).append(Event(*rest))
    return events


def _read_tracks(table: Any, runs: Sequence[int]) -> dict[int, TrackSamples]:
    run_of = _numbers(table, "tracks", "run")
    threat = _read_words(table, "tracks", "threat")
    numbers = _numbers(table, "tracks", "track")
    floats = {name: _numbers(table, "tracks", name) for name in _TRACK_FLOATS}
    later = [name for name in _TRACK_LATER if name in table.column_names]
    floats |= {name: _numbers(table, "tracks", name) for name in later}
    vectors = {
        name: np.column_stack([_numbers(table, "tracks", f"{axis}_{name[2:]}") for axis in "xyz"])
        for name in _TRACK_VECTORS
    }
    where = _shares(run_of)
    return {
        run: TrackSamples(
            threat=tuple(threat[where.get(run, slice(0, 0))]),
            track=numbers[where.get(run, slice(0, 0))],
            **{name: values[where.get(run, slice(0, 0))] for name, values in floats.items()},
            **{name: values[where.get(run, slice(0, 0))] for name, values in vectors.items()},
        )
        for run in runs
    }


def _read_views(table: Any) -> dict[int, SensorViews]:
    sensor, threat = (_read_words(table, "views", name) for name in ("sensor", "threat"))
    numbers = {name: _numbers(table, "views", name) for name in ("first_s", "last_s", "detections")}
    return {
        run: SensorViews(
            tuple(sensor[share]), tuple(threat[share]), **{name: v[share] for name, v in numbers.items()}
        )
        for run, share in _shares(_numbers(table, "views", "run")).items()
    }


def _read_warnings(table: Any) -> dict[int, tuple[CityWarning, ...]]:
    words = {name: _read_words(table, "warnings", name) for name in _WARNING_WORDS}
    floats = {name: _numbers(table, "warnings", name).tolist() for name in _WARNING_FLOATS}
    return {
        run: tuple(
            CityWarning(
                city=words["city"][i],
                cause=words["cause"][i],
                threat=words["threat"][i],
                **{name: values[i] for name, values in floats.items()},
            )
            for i in range(share.start, share.stop)
        )
        for run, share in _shares(_numbers(table, "warnings", "run")).items()
    }


def _shares(run_of: np.ndarray[Any, Any]) -> dict[int, slice]:
    """Find the rows of each battle, which stand together."""
    edges = np.flatnonzero(np.diff(run_of)) + 1
    starts = [0, *edges.tolist()] if len(run_of) else []
    ends = [*edges.tolist(), len(run_of)]
    return {int(run_of[a]): slice(a, b) for a, b in zip(starts, ends, strict=False)}
