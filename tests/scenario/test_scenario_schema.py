"""The JSON schema for editors: current, and in agreement with the loader."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from hoplon import scenario as scenarios
from hoplon.scenario.library import FOLDER
from hoplon.scenario.reading import read_file, read_text

PUBLISHED = Path(__file__).parents[2] / "docs" / "scenario.schema.json"


def test_the_published_schema_is_current():
    again = json.dumps(scenarios.json_schema(), indent=1, ensure_ascii=False) + "\n"
    assert PUBLISHED.read_text(encoding="utf-8") == again, (
        "write it anew: python -c 'import json, hoplon.scenario as s; "
        "print(json.dumps(s.json_schema(), indent=1, ensure_ascii=False))' > docs/scenario.schema.json"
    )


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(scenarios.json_schema())


@pytest.mark.parametrize("name", scenarios.bundled())
def test_bundled_and_resolved_scenarios_agree_with_it(name):
    validator = Draft202012Validator(scenarios.json_schema())
    validator.validate(read_file(FOLDER / "scenarios" / f"{name}.yaml").data)
    validator.validate(read_text(scenarios.load(name).to_yaml(), name).data)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(questoin="x"),
        lambda d: d.pop("title"),
        lambda d: d.update(version=2),
        lambda d: d["raid"][0].update({"from": {"latitude_deg": 95, "longitude_deg": 0}}),
        lambda d: d["command"]["public_alert_delay_s"].update(low=-1),
        lambda d: d["sensors"]["kyogamisaki"].update(nation="USA"),
    ],
)
def test_it_finds_what_the_loader_finds(change):
    data = read_file(FOLDER / "scenarios" / "one-on-one.yaml").data
    change(data)
    assert list(Draft202012Validator(scenarios.json_schema()).iter_errors(data))
