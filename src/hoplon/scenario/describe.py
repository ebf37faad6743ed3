"""Names and values of the catalogue, for listing and showing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from hoplon.cited import Cited
from hoplon.errors import InputError, nearest, plainly
from hoplon.scenario import schema_parts
from hoplon.scenario.catalogue import catalogue
from hoplon.scenario.comparison import ComparisonSpec, load_comparison
from hoplon.scenario.costs import cost, price_notes, priced
from hoplon.scenario.entries import leaves
from hoplon.scenario.flight_tests import FlightTestFile, Reported
from hoplon.scenario.loading import bundled, bundled_comparisons, bundled_options, bundled_studies, load
from hoplon.scenario.options import options_words
from hoplon.scenario.reading import read_file
from hoplon.scenario.units import unit_of

if TYPE_CHECKING:
    from hoplon.scenario.published_reach import ReachRow

#: What can be listed.
KINDS = (
    "missiles",
    "sensors",
    "interceptors",
    "launchers",
    "sites",
    "scenarios",
    "comparisons",
    "studies",
    "doctrines",
    "tests",
    "cities",
    "costs",
    "options",
)


@dataclass(frozen=True, slots=True)
class DescriptionRow:
    """One value of an entry.

    Attributes
    ----------
    key : str
        Its place inside the entry.
    best, low, high : float
    unit : str
    mark, source : str
        For an assumed value the source is its reason and rule.
    """

    key: str
    best: float
    low: float
    high: float
    unit: str
    mark: str
    source: str


@dataclass(frozen=True, slots=True)
class Description:
    """An entry of the catalogue, for people.

    Attributes
    ----------
    name, kind, title : str
    notes : tuple of str
        What is known of it besides numbers: other names, verdicts, test records, why it cannot be used.
    rows : tuple of DescriptionRow
    reach : tuple of ReachRow
        Of an interceptor: what is claimed for it beside what its burnout speed gives.
    """

    name: str
    kind: str
    title: str
    notes: tuple[str, ...]
    rows: tuple[DescriptionRow, ...]
    reach: tuple[ReachRow, ...] = ()


def names(kind: str) -> dict[str, str]:
    """Return the names of one kind with their titles.

    Parameters
    ----------
    kind : str
        One of `KINDS`.

    Returns
    -------
    dict of str to str
        Name and title; an entry that cannot be used in a scenario says so in its title.

    Raises
    ------
    InputError
        For an unknown kind.
    """
    library = catalogue()
    if kind == "scenarios":
        return {name: load(name).title for name in bundled()}
    if kind == "comparisons":
        return {name: _comparison(name).title for name in bundled_comparisons()}
    if kind == "studies":
        return {name: str(read_file(path).data["title"]) for name, path in bundled_studies().items()}
    if kind == "missiles":
        flyable = library.flyable()
        return {
            name: entry.title
            + ("" if name in flyable else " (listed, cannot fly: no complete parameter set)")
            for name, entry in library.missiles.items()
        }
    if kind == "sensors":
        usable = library.usable_radars()
        radars = {
            name: entry.title
            + ("" if name in usable else " (listed, cannot be used: too little is published)")
            for name, entry in library.radars.items()
        }
        return radars | {name: entry.title for name, entry in library.satellites.items()}
    if kind == "interceptors":
        ready = library.usable_interceptors()
        return {
            name: entry.title
            + ("" if name in ready else " (listed, cannot be used: too little is published)")
            for name, entry in library.interceptors.items()
        }
    if kind == "launchers":
        return {name: entry.title for name, entry in library.launchers.items()}
    if kind == "sites":
        return {name: entry.title for name, entry in library.sites.items()}
    if kind == "tests":
        return {
            name: test.title + (f" (listed, not compared: {test.unusable})" if test.unusable else "")
            for name, test in library.flight_tests.items()
        }
    if kind == "doctrines":
        return {name: entry.title for name, entry in library.doctrines.items()}
    if kind == "cities":
        return {
            name: f"{entry.title}: {round(entry.population.best):,} people ({entry.year})".replace(
                ",", "\u202f"
            )
            for name, entry in library.cities.items()
        }
    if kind == "costs":
        return {name: priced(library, name) for name in library.names("costs")}
    if kind == "options":
        return {name: options_words(name)[0] for name in bundled_options()}
    raise InputError(f"nothing of the kind '{kind}' is listed", remedy=nearest(kind, KINDS))


def describe(name: str) -> Description:
    """Show every value of an entry with its range, mark and source.

    Parameters
    ----------
    name : str
        Of a missile, radar type, satellite system, interceptor, launcher, site, doctrine, scenario, price
        or flight test.

    Returns
    -------
    Description

    Raises
    ------
    InputError
        For an unknown name, with the nearest known one.
    """
    library = catalogue()
    name = _known_as(name)
    if name in bundled():
        scenario = load(name)
        notes = (scenario.question, *scenario.overrides)
        return Description(name, "scenario", scenario.title, notes, _rows(scenario.cited().items()))
    if name in bundled_comparisons():
        spec = _comparison(name)
        sides = (
            f"{v.name}: {v.title} ({'; '.join(v.scenario.overrides) or v.scenario.name})"
            for v in spec.variants
        )
        return Description(name, "comparison", spec.title, (spec.question, *sides), ())
    if name in bundled_options():
        return Description(name, "options", *options_words(name), ())
    if name in bundled_studies():
        said = read_file(bundled_studies()[name]).data
        notes = (str(said["question"]), *(f"varies {axis}" for axis in said["vary"]))
        return Description(name, "study", str(said["title"]), notes, ())
    for kind in _KIND:
        if name in library.names(kind):
            entry: Any = library.entry(kind, name)
            rows, reach = _entry_rows(kind, name), _reach(name) if kind == "interceptors" else ()
            return Description(name, _KIND[kind], str(entry.title), _notes(kind, name), rows, reach)
    if name in library.flight_tests:
        test = library.flight_tests[name]
        return Description(name, "flight test", test.title, _test_notes(test), _test_rows(test))
    if name in library.names("costs"):
        return _price(name)
    raise InputError(f"unknown name '{name}'", remedy=f"{nearest(name, _known())} All: hoplon list.")


def _known() -> list[str]:
    library = catalogue()
    known = [known for kind in (*_KIND, "flight_tests", "costs") for known in library.names(kind)]
    return [*known, *bundled(), *bundled_comparisons(), *bundled_studies(), *bundled_options()]


def _known_as(name: str) -> str:
    """Return the name as it is written here, where only capitals and signs differ: THAAD, AN/TPY-2."""
    known = _known()
    alike = [one for one in known if plainly(one) == plainly(name)]
    return alike[0] if name not in known and len(set(alike)) == 1 else name


def _price(name: str) -> Description:
    """Show a price in yen, and as it was said."""
    entry, said = cost(catalogue(), name), catalogue().costs[name]
    leaves_ = {"cost_jpy": entry.cost_jpy, **dict(_file_leaves(said, ""))}
    if said.rate is not None:
        leaves_ |= dict(_file_leaves(catalogue().entry("exchange_rates", said.rate), ""))
    return Description(name, "price", entry.title, price_notes(said), _rows(leaves_.items()))


def _comparison(name: str) -> ComparisonSpec:
    spec = load_comparison(name)
    assert spec is not None
    return spec


def _reach(name: str) -> tuple[ReachRow, ...]:
    """Fly an interceptor that can be used."""
    try:
        entry = catalogue().interceptor(name)
    except InputError:
        return ()
    from hoplon.scenario.published_reach import published_reach  # the kernels of the fly-out

    return published_reach(entry)


def _test_notes(test: FlightTestFile) -> tuple[str, ...]:
    """Say of a flight test who flew what, what came of it, and who says so."""
    said = (
        ("type", test.missile),
        ("others say", ", ".join(test.rival_missiles)),
        ("date (UTC)", f"{test.date_utc or ''} {test.launch_time_utc or ''}".strip()),
        ("trajectory", test.trajectory),
        ("outcome", test.outcome_note or test.outcome),
        ("fell", test.impact_area),
        ("grade", test.grade),
        ("geometry only", test.geometry_only),
        ("not compared", test.unusable),
        ("note", test.note),
    )
    notes = [f"{what}: {text}" for what, text in said if text]
    notes += [f"other report: {report}" for report in test.other_reports]
    return (*notes, *(f"source: {source}" for source in test.source))


def _test_rows(test: FlightTestFile) -> tuple[DescriptionRow, ...]:
    found = [
        (key, value) for key in type(test).model_fields if isinstance(value := getattr(test, key), Reported)
    ]
    return tuple(
        DescriptionRow(key, value.best, value.low, value.high, unit_of(key), str(value.mark), value.basis)
        for key, value in found
    )


_KIND = {
    "missiles": "missile",
    "radars": "radar type",
    "satellites": "satellite system",
    "interceptors": "interceptor",
    "launchers": "launcher",
    "sites": "site",
    "doctrines": "doctrine",
}


def _entry_rows(kind: str, name: str) -> tuple[DescriptionRow, ...]:
    """Show what the simulation would use first, then what the file says besides."""
    library = catalogue()
    used: dict[str, Cited] = {}
    finders: dict[str, Any] = {
        "missiles": library.missile,
        "radars": library.radar,
        "satellites": library.satellite,
        "interceptors": library.interceptor,
        "sites": library.site,
    }
    if kind in finders:
        try:
            entry = finders[kind](name)
        except InputError:
            pass
        else:
            found = entry.values.items() if kind == "sites" else leaves(entry, "")
            used = {path.lstrip("."): leaf for path, leaf in found}
    if kind == "sites" and name in library.names("cities"):
        used["population"] = library.cities[name].population
    said = {path: leaf for path, leaf in _file_leaves(library.entry(kind, name), "") if path not in used}
    return _rows([*used.items(), *said.items()])


def _file_leaves(value: Any, prefix: str) -> Iterator[tuple[str, Cited]]:
    if isinstance(value, Cited):
        yield prefix, value
    elif isinstance(value, schema_parts.Claim):
        yield f"{prefix} ({value.who}).{value.key}", value.value
    elif isinstance(value, BaseModel):
        for key in type(value).model_fields:
            yield from _file_leaves(getattr(value, key), f"{prefix}.{key}" if prefix else key)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _file_leaves(item, f"{prefix}.{key}")
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _file_leaves(item, f"{prefix}.{index}")


def _rows(items: Any) -> tuple[DescriptionRow, ...]:
    return tuple(
        DescriptionRow(
            key,
            leaf.best,
            leaf.low,
            leaf.high,
            unit_of(key),
            str(leaf.mark),
            "; ".join(part for part in (leaf.source, leaf.why, leaf.rule) if part),
        )
        for key, leaf in items
    )


def _notes(kind: str, name: str) -> tuple[str, ...]:
    """Say in words what the numbers do not."""
    library = catalogue()
    entry: Any = library.entry(kind, name)
    notes: list[str] = []
    if getattr(entry, "names", ()):
        notes.append("also: " + ", ".join(entry.names))
    if entry.note:
        notes.append(entry.note)
    if kind == "missiles":
        for key, chosen in entry.parameter_sets.items():
            first = ", used unless the scenario selects another" if key == entry.parameter_set else ""
            notes.append(f"parameter set {key}{first}: {chosen.verdict}")
            if chosen.calibration is not None:
                notes.append(
                    f"parameter set {key}: {chosen.calibration.free} calibrated to the test "
                    f"{chosen.calibration.test}"
                )
            if chosen.validation:
                notes.append(
                    f"parameter set {key}: not calibrated to, but compared with the tests "
                    f"{', '.join(chosen.validation)}"
                )
        if entry.separates is not None:
            word = "separates" if entry.separates.value else "does not separate"
            notes.append(f"the payload {word} ({entry.separates.mark}: {entry.separates.source})")
    if kind == "radars":
        notes += [f"{c.who}: {c.note}" for c in entry.claims if c.note]
        if (faces := entry.faces) is not None:
            sectors = ", ".join(f"{f.azimuth_from_deg:g}-{f.azimuth_to_deg:g} deg" for f in faces.faces)
            notes.append(f"faces, from the start of the sector: {sectors} ({faces.mark}: {faces.source})")
    if kind == "satellites" and (region := entry.region) is not None:
        latitudes = f"{region.latitude_from_deg:g} to {region.latitude_to_deg:g}"
        longitudes = f"{region.longitude_from_deg:g} to {region.longitude_to_deg:g} deg"
        notes.append(
            f"watches latitudes {latitudes}, longitudes {longitudes} ({region.mark}: {region.source})"
        )
    if kind == "sites" and (mask := entry.mask) is not None:
        terrain = zip(mask.azimuth_deg, mask.elevation_deg, strict=True)
        pairs = ", ".join(f"{azimuth:g}: {elevation:g}" for azimuth, elevation in terrain)
        notes.append(f"terrain by azimuth, deg: {pairs} ({mask.mark}: {mask.source})")
    if kind == "sites" and name in library.names("cities"):
        city = library.cities[name]
        notes.append(f"population: {city.title}, census of {city.year}")
        notes += [city.note] if city.note else []
    if kind == "interceptors" and (entry.tests or entry.test_records):
        try:
            records = library.interceptor(name).test_records
        except InputError:
            records = ()
        notes += [
            f"test record {r.view} as of {r.as_of}: {r.hits} of {r.attempts} ({r.mark}: {r.source})"
            for r in records
        ]
    try:
        if kind == "missiles":
            library.missile(name)
        elif kind == "radars":
            library.radar(name)
        elif kind == "interceptors":
            library.interceptor(name)
    except InputError as error:
        notes.append(error.what)
    return tuple(notes)
