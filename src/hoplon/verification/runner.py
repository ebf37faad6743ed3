"""Run the checks, in order, and gather their lines."""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import hoplon
from hoplon.errors import InputError, nearest
from hoplon.verification.checks import CHECKS, GROUPS
from hoplon.verification.model import Line, Verification
from hoplon.verification.registry import Check


def long_checks_folder() -> Path | None:
    """Return the folder with the checks that take minutes: in the installed package, or in the source tree.

    Returns
    -------
    Path or None
        None where the package was installed without it.
    """
    package = Path(hoplon.__file__).parent
    for folder in (package / "_validation", package.parents[1] / "validation"):
        if any(folder.glob("check_*.py")):
            return folder
    return None


def long_checks() -> list[Check]:
    """Load the checks that take minutes.

    Returns
    -------
    list of Check

    Raises
    ------
    InputError
        Where the folder is missing: a check that is asked for and not there is no pass.
    """
    folder = long_checks_folder()
    if folder is None:
        raise InputError(
            "the long checks (validation/check_*.py) are not part of this installation",
            remedy="Install from a clone of the repository, or leave --full away.",
        )
    found: list[Check] = []
    for path in sorted(folder.glob("check_*.py")):
        name = f"hoplon_validation_{path.stem}"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
            found.extend(module.CHECKS)
        except Exception as error:
            found.append(Check(path.stem.removeprefix("check_"), path.name, _raising(error)))
    return found


def _raising(error: Exception) -> Callable[[], list[Line]]:
    def lines() -> list[Line]:
        raise error

    return lines


def verify(
    *,
    full: bool = False,
    groups: Sequence[str] = (),
    only: Sequence[str] = (),
    progress: Callable[[int, int, str], None] | None = None,
) -> Verification:
    """Rerun the checks against outside numbers.

    Parameters
    ----------
    full : bool, optional
        Also the checks of ``validation/``, which take minutes.
    groups : sequence of str, optional
        Run only the checks of these parts: flight, earth, sensor, defence.
    only : sequence of str, optional
        Names of checks to run, of those that `groups` leaves; by default all.
    progress : callable, optional
        Called with the number of checks done, their number and the name of the current one.

    Returns
    -------
    Verification
        It has passed where no line failed: each agrees with its source or carries the reason why not. A check
        that crashes counts as a failed line.

    Raises
    ------
    InputError
        For a name in `groups` or `only` that there is not.
    """
    for group in groups:
        if group not in GROUPS:
            raise InputError(f"no group of checks is called '{group}'", remedy=nearest(group, [*GROUPS]))
    wanted_checks = [check for group in groups for check in GROUPS[group]] if groups else CHECKS
    checks = [*wanted_checks, *(long_checks() if full else [])]
    names = [check.name for check in checks]
    for wanted in only:
        if wanted not in names:
            raise InputError(f"no check is called '{wanted}'", where="--only", remedy=nearest(wanted, names))
    chosen = [check for check in checks if not only or check.name in only]
    start = time.perf_counter()
    lines: list[Line] = []
    for done, check in enumerate(chosen):
        if progress is not None:
            progress(done, len(chosen), check.name)
        lines.extend(check.run())
    if progress is not None:
        progress(len(chosen), len(chosen), "done")
    return Verification(tuple(lines), full, time.perf_counter() - start)
