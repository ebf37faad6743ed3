import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "result"))

import pytest
from made_up_study import made_up_study
from typer.testing import CliRunner

from hoplon.cli import app


@pytest.fixture(scope="session")
def study():
    return made_up_study()


@pytest.fixture
def hoplon(monkeypatch, tmp_path):
    """Run a command in a folder of its own; results and messages are kept apart."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HOPLON_DEBUG", raising=False)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*args):
        return CliRunner().invoke(app, [str(arg) for arg in args])

    return run
