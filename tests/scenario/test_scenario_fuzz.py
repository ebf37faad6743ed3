"""Whatever is fed to the loader, it loads a scenario or explains itself; nothing else comes out."""

import random
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hoplon import scenario as scenarios
from hoplon.errors import InputError
from hoplon.scenario.library import FOLDER

TEXT = Path(FOLDER, "scenarios", "one-on-one.yaml").read_text(encoding="utf-8")
RESOLVED = scenarios.load("one-on-one").to_yaml()
CALM = settings(
    max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=8), st.integers(), max_size=2),
    st.sampled_from(["nodong", "osaka", "an_tpy_2", "sm3_iia", "assumed", "observe", "2018-01-16", "."]),
)


def _load(text):
    try:
        loaded = scenarios.loads(text, "fuzz")
    except InputError as error:
        return str(error)
    assert scenarios.loads(loaded.to_yaml()) == loaded
    return None


@CALM
@given(st.binary(max_size=200))
def test_bytes(raw):
    assert _load(raw)


@CALM
@given(st.text(max_size=200))
def test_text(text):
    assert _load("format: hoplon-scenario\nversion: 1\n" + text)


@CALM
@given(st.data())
def test_characters_changed(data):
    at = data.draw(st.integers(0, len(TEXT) - 1))
    gone = data.draw(st.integers(0, 5))
    new = data.draw(st.text(max_size=5))
    _load(TEXT[:at] + new + TEXT[at + gone :])


def _places(value, path=()):
    """All ways to a part of nested data."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from _places(item, (*path, key))


@pytest.mark.parametrize("text", [TEXT, RESOLVED], ids=["written", "resolved"])
@CALM
@given(data=st.data())
def test_parts_replaced_dropped_and_renamed(text, data):
    # BaseLoader keeps all text: numbers come back as the strings they are written as.
    tree = yaml.load(text, yaml.CBaseLoader)
    places = list(_places(tree))
    place = data.draw(st.sampled_from(places))
    where = tree
    for key in place[:-1]:
        where = where[key]
    action = data.draw(st.sampled_from(["replace", "drop", "rename"]))
    if action == "replace":
        where[place[-1]] = data.draw(VALUES)
    elif action == "drop" or isinstance(where, list):
        del where[place[-1]]
    else:
        where[data.draw(st.text(max_size=10))] = where.pop(place[-1])
    dumped = yaml.dump(tree, Dumper=yaml.CDumper, default_flow_style=None, allow_unicode=True)
    _load(dumped.replace("'", "") if data.draw(st.booleans()) else dumped)


def test_lines_shuffled_and_repeated():
    chance = random.Random(2018)
    lines = RESOLVED.splitlines()
    for _ in range(40):
        some = lines[:]
        for _ in range(chance.randint(1, 4)):
            i, j = chance.randrange(len(some)), chance.randrange(len(some))
            some[i], some[j] = some[j], some[i]
        del some[chance.randrange(len(some))]
        _load("\n".join(some))
