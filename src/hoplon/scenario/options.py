"""Options files: a scenario that can be had with some of several options, and what each costs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hoplon.cited import Cited
from hoplon.errors import InputError, nearest
from hoplon.scenario.catalogue import catalogue
from hoplon.scenario.cities import CityFile
from hoplon.scenario.costs import cost
from hoplon.scenario.leaf import validate
from hoplon.scenario.library import FOLDER
from hoplon.scenario.loading import bundled, bundled_options, refuse_other_kind
from hoplon.scenario.model import Scenario
from hoplon.scenario.options_schema import FORMAT, CostLineFile, OptionFile, OptionsFile
from hoplon.scenario.reading import Document, Key, read_file
from hoplon.scenario.removal import without
from hoplon.scenario.resolve import resolve

#: Heads of the paths that an option may set: the defence's own. What the raid does is stated by the scenario.
_SETTABLE = ("sensors", "batteries", "command")


@dataclass(frozen=True, slots=True)
class CostLine:
    """So many of something with a price.

    Attributes
    ----------
    title : str
    count : float
    each_jpy : Cited
    year : int or None
        Of the price, where it is the catalogue's.
    basis : str
        Empty for a price that the file states.
    excludes : str
    """

    title: str
    count: float
    each_jpy: Cited
    year: int | None
    basis: str
    excludes: str


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be bought, or done without.

    Attributes
    ----------
    name, title : str
    needs, excludes : tuple of str
    costs : tuple of CostLine
    has : tuple of str
        Elements of the scenario that are there only with this option.
    adds : mapping
        Sensors, batteries and links as a scenario writes them.
    sets : mapping of str to object
    """

    name: str
    title: str
    needs: tuple[str, ...]
    excludes: tuple[str, ...]
    costs: tuple[CostLine, ...]
    has: tuple[str, ...]
    adds: Mapping[str, Any]
    sets: Mapping[str, Any]

    def cost_jpy(self, end: str = "best") -> float:
        """Add up what it costs at the ``best``, ``low`` or ``high`` price of everything."""
        return float(sum(line.count * getattr(line.each_jpy, end) for line in self.costs))


@dataclass(frozen=True)
class OptionSpec:
    """What is to be chosen from.

    Attributes
    ----------
    name, title, question, basis : str
    options : tuple of Option
    people : mapping of str to Cited
        Of each asset.
    base : Scenario
        With everything that the scenario has itself.
    text : str
        The file.
    """

    name: str
    title: str
    question: str
    basis: str
    options: tuple[Option, ...]
    people: Mapping[str, Cited]
    base: Scenario
    text: str
    _document: Document = field(repr=False)

    def scenario(self, chosen: Collection[str]) -> Scenario:
        """Return the scenario with some of the options.

        Parameters
        ----------
        chosen : collection of str
            Their names; what they need must be among them.

        Returns
        -------
        Scenario

        Raises
        ------
        InputError
            If they do not go together.
        """
        data = deepcopy(self._document.data)
        for option in self.options:
            if option.name in chosen:
                _add(data, option)
        for option in self.options:
            for path, value in option.sets.items() if option.name in chosen else ():
                _set(data, path, value)
        words = " + ".join(chosen) or "no option"
        there = {element for option in self.options if option.name in chosen for element in option.has}
        gone = [e for option in self.options for e in option.has if e not in there]
        made = resolve(Document(f"{self._document.name} with {words}", data, {}))
        return without(made, list(dict.fromkeys(gone)))


def load_options(name_or_path: str | Path) -> OptionSpec:
    """Load an options file.

    Parameters
    ----------
    name_or_path : str or Path
        Name of a bundled one, or a file.

    Returns
    -------
    OptionSpec
        Each option was tried with what it needs.

    Raises
    ------
    InputError
        With file, line, key and remedy.
    """
    text = str(name_or_path)
    path = bundled_options().get(text, Path(text))
    refuse_other_kind(text, "a file of options")
    if text not in bundled_options() and not path.exists() and not any(sign in text for sign in "/\\."):
        raise InputError(
            f"no options file '{text}' is bundled, and there is no such file",
            remedy=nearest(text, bundled_options()),
        )
    document = read_file(path)
    if not isinstance(document.data, dict) or document.data.get("format") != FORMAT:
        remedy = f"Start with: format: {FORMAT}"
        raise document.error("this is no options file", ("format",), remedy)
    file = validate(OptionsFile, document.data, document)
    base_document = _base(file.scenario, path.parent, document)
    base = resolve(base_document)
    if base.command.rule != "defend_assets":
        raise document.error(
            f"'{base.name}' defends nothing (rule: {base.command.rule})",
            ("scenario",),
            "Name a scenario with rule: defend_assets.",
        )
    options = tuple(_option(name, one, file, base, document) for name, one in file.options.items())
    spec = OptionSpec(
        name=file.name,
        title=file.title,
        question=file.question,
        basis=file.basis,
        options=options,
        people=_people(file, base, document),
        base=base,
        text=path.read_text("utf-8-sig"),
        _document=base_document,
    )
    _try_each(spec, document)
    return spec


def options_words(name: str) -> tuple[str, tuple[str, ...]]:
    """Say what a bundled options file is about.

    Parameters
    ----------
    name : str

    Returns
    -------
    title : str
    notes : tuple of str
        Its question, then each option with its cost.
    """
    spec = load_options(name)
    each = (f"{one.name}: {one.title}, {one.cost_jpy() / 1e9:.3g} bn yen" for one in spec.options)
    return spec.title, (spec.question, *each)


def _base(name: str, folder: Path, document: Document) -> Document:
    if name in bundled():
        return read_file(FOLDER / "scenarios" / f"{name}.yaml")
    path = folder / name
    if not path.exists():
        raise document.error(f"there is no scenario '{name}'", ("scenario",), nearest(name, bundled()))
    return read_file(path)


def _option(name: str, one: OptionFile, file: OptionsFile, base: Scenario, document: Document) -> Option:
    key: Key = ("options", name)
    others = [other for other in file.options if other != name]
    for which in ("needs", "excludes"):
        for place, other in enumerate(getattr(one, which)):
            if other not in others:
                raise document.error(
                    f"there is no other option '{other}'", (*key, which, place), nearest(other, others)
                )
    for place, element in enumerate(one.has):
        try:
            without(base, [element])
        except InputError as error:
            raise document.error(error.what, (*key, "has", place), error.remedy) from None
    for path in one.sets:
        if path.split(".")[0] not in _SETTABLE or path.count(".") < 2:
            raise document.error(
                f"'{path}' is nothing that an option can set",
                (*key, "sets", path),
                f"Options are the defence's: write a path such as batteries.araya_battery.loaded "
                f"({', '.join(_SETTABLE)}).",
            )
    costs = tuple(
        _line(line, file.basis, document, (*key, "costs", place)) for place, line in enumerate(one.costs)
    )
    raw = document.data["options"][name]
    return Option(
        name, one.title, one.needs, one.excludes, costs, one.has, raw.get("adds") or {}, raw.get("sets") or {}
    )


def _line(line: CostLineFile, basis: str, document: Document, key: Key) -> CostLine:
    if line.cost_jpy is not None:
        return CostLine(line.title or "", line.count, line.cost_jpy, None, "", "")
    try:
        entry = cost(catalogue(), line.item or "")
    except InputError as error:
        raise document.error(error.what, (*key, "item"), error.remedy) from None
    # What is bought once may stand beside what is bought and kept, and is disclosed; never the other way.
    if entry.basis == "budget" or (basis == "acquisition" and entry.basis != basis):
        raise document.error(
            f"'{entry.id}' is a price of {entry.basis.replace('_', ' ')}, and this file counts {basis}",
            (*key, "item"),
            "Different kinds of price cannot be added. Choose another item, or another basis.",
        )
    title = line.title or entry.title
    return CostLine(title, line.count, entry.cost_jpy, entry.year, entry.basis, entry.excludes)


def _people(file: OptionsFile, base: Scenario, document: Document) -> dict[str, Cited]:
    names = [asset.name for asset in base.assets]
    for name in file.people:
        if name not in names:
            raise document.error(
                f"'{name}' is no asset of the scenario", ("people", name), nearest(name, names)
            )
    library = catalogue()
    found = {}
    for name in names:
        if name in file.people:
            found[name] = file.people[name]
        elif name in library.names("cities"):
            entry = library.entry("cities", name)
            assert isinstance(entry, CityFile)
            found[name] = entry.population
        else:
            raise document.error(
                f"how many people live at '{name}' is not in the catalogue",
                ("people",),
                f"Add people: {{{name}: {{best: …, low: …, high: …, mark: checked, source: …}}}}.",
            )
    return found


def _try_each(spec: OptionSpec, document: Document) -> None:
    """Make the scenario of each option with all that it needs, so that what is wrong shows at its line."""
    by_name = {option.name: option for option in spec.options}
    for option in spec.options:
        chosen = {option.name}
        while more := {need for name in chosen for need in by_name[name].needs} - chosen:
            chosen |= more
        try:
            spec.scenario([name for name in by_name if name in chosen])
        except InputError as error:
            place = error.where.rsplit(" ", 1)[-1] if error.where else ""
            what = f"{place}: {error.what}" if place else error.what
            raise document.error(what, ("options", option.name), error.remedy) from None


def _add(data: dict[str, Any], option: Option) -> None:
    for section in ("sites", "sensors", "batteries"):
        for name, body in (option.adds.get(section) or {}).items():
            place = data if section != "sites" else data.setdefault("catalogue", {})
            there = place.setdefault(section, {})
            if section == "sites" and there.get(name) == body:
                continue  # two options may stand at one place
            if name in there:
                raise InputError(
                    f"{section} has a '{name}' already",
                    remedy="Give the new one another name, or write has: for what the scenario itself has.",
                )
            there[name] = deepcopy(body)
    links = option.adds.get("network") or []
    if links:
        data["network"] = [*(data.get("network") or []), *deepcopy(links)]


def _set(data: dict[str, Any], path: str, value: Any) -> None:
    *way, last = path.split(".")
    here: Any = data
    for part in way:
        if not isinstance(here, dict) or part not in here:
            known = here if isinstance(here, dict) else {}
            raise InputError(f"there is no '{part}' to set in '{path}'", remedy=nearest(part, known))
        here = here[part]
    if not isinstance(here, dict):
        raise InputError(f"'{path}' leads to no mapping", remedy="Write a path such as batteries.x.loaded.")
    here[last] = deepcopy(value)
