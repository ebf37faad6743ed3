"""The data files of the catalogue: read once, an entry checked when it is first asked for.

A scenario may carry entries of its own; they come first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from hoplon.errors import InputError, nearest
from hoplon.scenario import catalog_schema as schema
from hoplon.scenario import sensor_schema
from hoplon.scenario.cities import CityFile
from hoplon.scenario.costs import CostFile, RateFile
from hoplon.scenario.flight_tests import FlightTestFile
from hoplon.scenario.leaf import Strict, validate
from hoplon.scenario.reading import Document, Key, read_file

T = TypeVar("T", bound=Strict)

#: The folder of the data files that come with the package.
FOLDER = Path(__file__).parent.parent / "catalog"

_FILES = {
    "missiles": "missiles.yaml",
    "radars": "sensors.yaml",
    "satellites": "sensors.yaml",
    "interceptors": "interceptors.yaml",
    "launchers": "interceptors.yaml",
    "sites": "sites.yaml",
    "doctrines": "doctrines.yaml",
    "flight_tests": "flight_tests.yaml",
    "cities": "cities.yaml",
    "costs": "costs.yaml",
    "exchange_rates": "costs.yaml",
}
_MODELS: dict[str, type[Strict]] = {
    "missiles": schema.MissileFile,
    "radars": sensor_schema.RadarFile,
    "satellites": sensor_schema.SatelliteFile,
    "interceptors": schema.InterceptorFile,
    "launchers": schema.LauncherFile,
    "sites": schema.SiteFile,
    "doctrines": schema.DoctrineFile,
    "flight_tests": FlightTestFile,
    "cities": CityFile,
    "costs": CostFile,
    "exchange_rates": RateFile,
}
_SINGULAR = {
    "missiles": "missile",
    "radars": "radar type",
    "satellites": "satellite system",
    "interceptors": "interceptor",
    "launchers": "launcher",
    "sites": "site",
    "doctrines": "doctrine",
    "flight_tests": "flight test",
    "cities": "city",
    "costs": "price",
    "exchange_rates": "exchange rate",
}


@lru_cache(maxsize=16)
def _document(path: Path) -> Document:
    document = read_file(path)
    data = document.data
    if not isinstance(data, dict) or data.get("format") != "hoplon-catalog":
        raise document.error("this is no catalogue file", ("format",), "Start with: format: hoplon-catalog")
    if data.get("version") != 1:
        raise document.error(
            f"catalogue version {data.get('version')} is not known",
            ("version",),
            "This Hoplon reads version 1.",
        )
    return document


class _Entries(Mapping[str, T], Generic[T]):
    """All entries of one kind, each checked when it is first asked for."""

    def __init__(self, owner: Library, kind: str) -> None:
        self._owner = owner
        self._kind = kind

    def __getitem__(self, name: str) -> T:
        if name not in self._owner.names(self._kind):
            raise KeyError(name)
        return cast(T, self._owner.entry(self._kind, name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._owner.names(self._kind))

    def __len__(self) -> int:
        return len(self._owner.names(self._kind))


class Library:
    """The data files that come with the package, and the entries of a scenario's own.

    Parameters
    ----------
    own : Document, optional
        A scenario; its section ``catalogue`` is searched first.
    folder : Path, optional
        Where the files are.
    """

    def __init__(self, own: Document | None = None, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._own = own
        section = own.data.get("catalogue") if own is not None and isinstance(own.data, dict) else None
        self._own_data: Mapping[str, Any] = section if isinstance(section, dict) else {}
        self._checked: dict[tuple[str, str], Strict] = {}

    @property
    def missiles(self) -> Mapping[str, schema.MissileFile]:
        """All missile types with their rival parameter sets."""
        return _Entries(self, "missiles")

    @property
    def radars(self) -> Mapping[str, sensor_schema.RadarFile]:
        """All radar types."""
        return _Entries(self, "radars")

    @property
    def satellites(self) -> Mapping[str, sensor_schema.SatelliteFile]:
        """All satellite systems."""
        return _Entries(self, "satellites")

    @property
    def interceptors(self) -> Mapping[str, schema.InterceptorFile]:
        """All interceptor types with the rival counts of their tests."""
        return _Entries(self, "interceptors")

    @property
    def launchers(self) -> Mapping[str, schema.LauncherFile]:
        """All launchers with what they hold."""
        return _Entries(self, "launchers")

    @property
    def sites(self) -> Mapping[str, schema.SiteFile]:
        """All places."""
        return _Entries(self, "sites")

    @property
    def doctrines(self) -> Mapping[str, schema.DoctrineFile]:
        """All firing doctrines."""
        return _Entries(self, "doctrines")

    @property
    def flight_tests(self) -> Mapping[str, FlightTestFile]:
        """All flight tests of missiles."""
        return _Entries(self, "flight_tests")

    @property
    def cities(self) -> Mapping[str, CityFile]:
        """All cities with their populations."""
        return _Entries(self, "cities")

    @property
    def costs(self) -> Mapping[str, CostFile]:
        """All prices as they were said."""
        return _Entries(self, "costs")

    def names(self, kind: str) -> tuple[str, ...]:
        """Return the names of all entries of a kind.

        Parameters
        ----------
        kind : str
            missiles, radars, satellites, interceptors, launchers, sites, doctrines, flight_tests, cities,
            costs or exchange_rates.

        Returns
        -------
        tuple of str
            A scenario's own entries first.
        """
        own = self._own_data.get(kind)
        own_names = own if isinstance(own, dict) else {}
        return tuple(dict.fromkeys([*own_names, *self._bundled(kind).data[kind]]))

    def _bundled(self, kind: str) -> Document:
        return _document(self._folder / _FILES[kind])

    def _place(self, kind: str, name: str) -> tuple[Document, Key, Any]:
        """Find the document, the key and the data of an entry."""
        own = self._own_data.get(kind)
        if self._own is not None and isinstance(own, dict) and name in own:
            return self._own, ("catalogue", kind, name), own[name]
        document = self._bundled(kind)
        if name not in document.data[kind]:
            raise InputError(
                f"unknown {_SINGULAR[kind]} '{name}'",
                remedy=f"{nearest(name, self.names(kind))} All: hoplon list.",
            )
        return document, (kind, name), document.data[kind][name]

    def entry(self, kind: str, name: str) -> Strict:
        """Return one entry as its file says it, checked.

        Parameters
        ----------
        kind, name : str

        Returns
        -------
        Strict

        Raises
        ------
        InputError
            If there is no such entry, or it is wrong.
        """
        found = self._checked.get((kind, name))
        if found is None:
            document, key, data = self._place(kind, name)
            found = validate(_MODELS[kind], data, document, key)
            self._checked[kind, name] = found
        return found

    def shared(self, kind: str, section: str, model: type[T]) -> T:
        """Return defaults that entries of a kind share.

        Parameters
        ----------
        kind, section : str
        model : type

        Returns
        -------
        The defaults.
        """
        key = (kind, f"={section}")
        if key not in self._checked:
            document = self._bundled(kind)
            self._checked[key] = validate(model, document.data.get(section), document, (section,))
        return cast(T, self._checked[key])

    def named(self, section: str, name: str, model: type[T], user: str = "", key: str = "") -> T:
        """Return a shared part of missiles.yaml by its name.

        Parameters
        ----------
        section, name : str
        model : type
        user, key : str
            The missile that names it, and the key under which it does.

        Returns
        -------
        The part.

        Raises
        ------
        InputError
            If there is none of this name.
        """
        known = self._checked.get((section, name))
        if known is None:
            document = self._bundled("missiles")
            parts = document.data[section]
            if name not in parts:
                place, where, _ = self._place("missiles", user)
                raise place.error(f"unknown {key} '{name}'", (*where, key), nearest(name, parts))
            known = validate(model, parts[name], document, (section, name))
            self._checked[section, name] = known
        return cast(T, known)
