"""Who is warned, from what on: the scenario's section and the catalogue of cities."""

import pytest

from hoplon.cited import Mark
from hoplon.errors import InputError
from hoplon.scenario import catalogue, load, loads
from hoplon.scenario.describe import describe, names
from hoplon.scenario.public import city

PLAIN = load("one-on-one").to_yaml()


def with_warning(text):
    """The smallest scenario with a section of its own."""
    start = PLAIN.index("warning:")
    end = PLAIN.index("believed_ballistic")
    return loads(PLAIN[:start] + text + "\n" + PLAIN[end:])


def test_by_default_the_cities_of_the_defended_nation_are_warned():
    warning = load("japan-2018").warning
    assert {city.nation for city in warning.cities.values()} == {"JP"}
    assert len(warning.cities) > 35
    assert warning.confidence.mark is Mark.ASSUMED
    assert warning.overflights


def test_every_city_has_a_census_and_stands_where_its_site_is():
    for name in catalogue().cities:
        entry = city(catalogue(), name)
        assert entry.population.mark in (Mark.CHECKED, Mark.UNCHECKED)
        assert str(entry.year) in entry.population.source
        assert 1e5 < entry.population.best < 1e7
        site = catalogue().site(name)
        assert (entry.latitude_deg, entry.longitude_deg) == (site.latitude_deg, site.longitude_deg)
        assert site.kind == "city"


def test_populations_are_those_of_the_census():
    # Population Census of Japan 2020: 9 733 276; of Korea 2020: 9 586 195. Rounded to thousands.
    assert city(catalogue(), "tokyo").population.best == pytest.approx(9_733_276, abs=500)
    assert city(catalogue(), "seoul").population.best == pytest.approx(9_586_195, abs=500)


def test_cities_are_listed_and_shown():
    assert names("cities")["osaka"] == "Osaka: 2\u202f752\u202f000 people (2020)"
    shown = describe("osaka")
    assert "population: Osaka, census of 2020" in shown.notes
    (row,) = [row for row in shown.rows if row.key == "population"]
    assert (row.best, row.mark) == (2_752_000.0, "checked")


def test_the_section_says_it_otherwise_and_survives():
    stated = "{best: 0.2, low: 0.1, high: 0.5, mark: unchecked, source: a test}"
    told = "{best: 5, low: 1, high: 30, mark: unchecked, source: a test}"
    keys = f"confidence: {stated}, dissemination_delay_s: {told}, overflights: false, cities: [seoul]"
    scenario = with_warning(f"warning: {{{keys}}}")
    assert scenario.warning.confidence.best == 0.2
    assert not scenario.warning.overflights
    assert list(scenario.warning.cities) == ["seoul"]
    assert loads(scenario.to_yaml()) == scenario
    assert scenario.cited()["warning.dissemination_delay_s"].high == 30.0
    moved = scenario.with_values({"warning.confidence": 0.5})
    assert moved.warning.confidence.best == 0.5


def test_a_population_can_be_replaced_and_says_so():
    changed = loads(
        PLAIN + 'assumptions:\n  warning.cities.osaka.population: {value: 19e6, why: "the whole area"}\n'
    )
    assert changed.warning.cities["osaka"].population.best == 19e6
    assert changed.overrides == (
        "warning.cities.osaka.population is 1.9e+07 instead of 2.752e+06: the whole area",
    )


def test_a_city_of_its_own():
    own = (
        "warning: {cities: [atlantis]}\n"
        "catalogue:\n  cities:\n    atlantis: {title: Atlantis, year: 2000, nation: JP, latitude_deg: 34.0, "
        "longitude_deg: 135.0, "
        "population: {best: 1000, low: 1000, high: 1000, mark: unchecked, source: a test}}\n"
    )
    text = PLAIN[: PLAIN.index("warning:")] + PLAIN[PLAIN.index("believed_") : PLAIN.index("catalogue:")]
    found = loads(text + own).warning.cities["atlantis"]
    assert (found.latitude_deg, found.population.best) == (34.0, 1000.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("warning: {cities: [osakka]}", ("unknown city 'osakka'", "osaka")),
        ("warning: {confidense: 0.1}", ("confidense", "confidence")),
        ("warning: {overflights: maybe}", ("true or false",)),
        ("warning: {confidence: {best: 2, low: 1, high: 3, mark: weak, source: x}}", ("confidence",)),
    ],
)
def test_what_is_wrong_is_told(text, words):
    with pytest.raises(InputError) as caught:
        with_warning(text)
    assert all(word in str(caught.value) for word in words)
