"""The contracts hold, and a cheating import breaks the one that is meant to stop it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINT = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache", "--no-logo"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)]), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def verdicts(output: str) -> dict[str, str]:
    return dict(re.findall(r"^(.+?) (KEPT|BROKEN)", output, re.MULTILINE))


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(
        ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "data", "catalog")
    )
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold(copy):
    done = lint(copy)
    assert done.returncode == 0, done.stdout + done.stderr
    found = verdicts(done.stdout)
    assert len(found) == 4
    assert set(found.values()) == {"KEPT"}


@pytest.mark.parametrize(
    "module, line, contract",
    [
        ("earth/sites.py", "import hoplon.flight.trajectory", "Imports go one way"),
        ("studies/statistics.py", "import hoplon.report", "Imports go one way"),
        ("sensor/radar.py", "import hoplon.interceptor.model", "Imports go one way"),
        ("track/tracker.py", "from hoplon.threat import raid", "Truth wall"),
        ("command/rules.py", "from hoplon.flight.trajectory import Trajectory", "Truth wall"),
        ("report/words.py", "import hoplon.engagement", "Result wall"),
        ("result/model.py", "def late():\n    import hoplon.sensor.radar", "Result wall"),
        ("earth/_kernels.py", "from hoplon.cited import Cited", "Kernel wall"),
        ("sensor/_kernels.py", "import scipy.special", "Kernel wall"),
        ("track/_kernels.py", "import os", "Kernel wall"),
    ],
)
def test_a_cheating_import_breaks_its_contract(copy, module, line, contract):
    path = copy / "src" / "hoplon" / module
    path.write_text(path.read_text(encoding="utf-8") + f"\n\n{line}\n", encoding="utf-8")
    done = lint(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    broken = [name for name, verdict in verdicts(done.stdout).items() if verdict == "BROKEN"]
    assert any(name.startswith(contract) for name in broken), done.stdout


def test_a_detour_breaks_the_truth_wall(copy):
    """The defence may not see the truth through a helper either."""
    package = copy / "src" / "hoplon"
    (package / "command" / "helper.py").write_text("import hoplon.command.further\n", encoding="utf-8")
    (package / "command" / "further.py").write_text("import hoplon.threat.raid\n", encoding="utf-8")
    done = lint(copy)
    assert done.returncode == 1
    assert any(n.startswith("Truth") for n, v in verdicts(done.stdout).items() if v == "BROKEN")


def test_a_package_that_no_layer_names_is_noticed(copy):
    (copy / "src" / "hoplon" / "backdoor.py").write_text("", encoding="utf-8")
    assert lint(copy).returncode == 1
