"""The front door: light, about 30 names, each of them there."""

import subprocess
import sys

import pytest

import hoplon

HEAVY = (
    "numpy",
    "numba",
    "scipy",
    "pyarrow",
    "matplotlib",
    "pydantic",
    "yaml",
    "pyproj",
    "typer",
    "rich",
    "jinja2",
)


def modules_after(statement):
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {statement}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return set(done.stdout.split())


def test_import_brings_in_nothing_heavy():
    assert not modules_after("import hoplon") & set(HEAVY)


def test_the_command_line_itself_is_light():
    assert not modules_after("import hoplon.cli") & (set(HEAVY) - {"typer", "rich"})


def test_about_30_names():
    assert 20 <= len(hoplon.__all__) <= 36
    assert set(hoplon.__all__) <= set(dir(hoplon))


@pytest.mark.parametrize("name", [name for name in hoplon.__all__ if name != "__version__"])
def test_each_name_is_there_and_documented(name):
    assert getattr(hoplon, name).__doc__


@pytest.mark.parametrize("package", ["studies", "verification", "scenario", "engagement", "report"])
def test_functions_stay_functions_when_packages_are_imported(package):
    __import__(f"hoplon.{package}")
    assert callable(hoplon.study)
    assert callable(hoplon.verify)
    assert callable(hoplon.engage)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="studdy"):
        _ = hoplon.studdy


def test_the_version_is_that_of_the_package():
    import tomllib
    from pathlib import Path

    path = Path(__file__).parents[2] / "pyproject.toml"
    assert tomllib.loads(path.read_text(encoding="utf-8"))["project"]["version"] == hoplon.__version__


@pytest.mark.compiled
def test_the_eight_lines_of_the_readme(tmp_path, monkeypatch):
    import re
    from pathlib import Path

    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    assert code.count("\n") <= 9
    # The same lines on the smallest scenario, few battles.
    code = code.replace("japan-2018", "one-on-one").replace("runs=200", "runs=4")
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {})
    assert (tmp_path / "report.html").stat().st_size > 10_000


@pytest.mark.parametrize("where", ["sunan", "39.2,125.67", (39.2, 125.67)])
def test_places_in_all_spellings(where):
    from hoplon.front import place

    found = place(where, "from")
    assert found.latitude_deg == pytest.approx(39.2, abs=0.01)
    assert place(found, "from") is found
