"""How the command line speaks: results to stdout, everything else to stderr, errors without a traceback."""

from __future__ import annotations

import errno
import functools
import json
import math
import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec

from hoplon.errors import HoplonError

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

P = ParamSpec("P")

#: Exit codes: a check that failed, an error that was explained, a fault of the program, an interruption.
FAILED, EXPLAINED, FAULT, INTERRUPTED = 1, 2, 70, 130

_NOTHING = "Interrupted. Nothing was written."
_REPORT_TO = "the project's issue tracker"


def stdout() -> Console:
    """Return a console for results: at most 100 columns wide, 80 where nobody looks."""
    return _console(stderr=False)


def stderr() -> Console:
    """Return a console for progress and messages."""
    return _console(stderr=True)


def _console(stderr: bool) -> Console:
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")  # a terminal without a sign shows '?', it does not end the run
    console = Console(file=stream, highlight=False, soft_wrap=False, emoji=False)
    if console.width > 100:
        console.width = 100
    return console


def counted(number: int, one: str, many: str) -> str:
    """Write a number with its noun, one or many.

    Parameters
    ----------
    number : int
    one, many : str

    Returns
    -------
    str
    """
    return f"{number} {one if number == 1 else many}"


def print_report_line(folder: Path | str, console: Console) -> None:
    """Say at the end of a screen where the report is.

    Parameters
    ----------
    folder : Path or str
        Of the result; or its address.
    console : Console
    """
    from rich.text import Text

    place = f"{str(folder).rstrip('/')}/report.html"  # an address is no path
    console.print()
    console.print(Text.assemble(("Report", "bold"), f"  {place}"), soft_wrap=True)


def print_json(result: Mapping[str, Any]) -> None:
    """Print one JSON object on stdout; what is not a number is null.

    Parameters
    ----------
    result : mapping
        Keys carry their units.
    """
    sys.stdout.write(json.dumps(plain(result), indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def plain(value: Any) -> Any:
    """Turn a result into what JSON knows: mappings, lists, strings, finite numbers and null.

    Parameters
    ----------
    value : object
        Mappings, sequences, arrays, numbers, strings, None.

    Returns
    -------
    object
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # numpy arrays and scalars, without importing numpy
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int)):
        return value
    return str(value)


def explained(command: Callable[P, None]) -> Callable[P, None]:
    """Let a command end with a message and an exit code, whatever happens in it.

    Parameters
    ----------
    command : callable
        The body of a command.

    Returns
    -------
    callable
        Exit codes: 2 for an error that is explained and for a disk or memory that is full, 130 for an
        interruption, 70 for a fault of the program (with a traceback only where ``HOPLON_DEBUG=1``).
    """

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        import typer

        try:
            command(*args, **kwargs)
        except (typer.Exit, typer.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt as interruption:
            # Whoever keeps something for later says so in the interruption itself.
            _end(f"Interrupted. {interruption!s:.500}" if interruption.args else _NOTHING, INTERRUPTED)
        except HoplonError as error:
            _end(f"Error: {error}", error.exit_code)
        except OSError as error:
            _end(f"Error: {_operating_system(error)}", EXPLAINED)
        except MemoryError:
            _end("Error: not enough memory.\n  Ask for fewer runs or fewer jobs.", EXPLAINED)
        except Exception as error:
            if _is_interruption(error):
                _end(_NOTHING, INTERRUPTED)
            if os.environ.get("HOPLON_DEBUG") == "1":
                raise
            _end(
                f"Sorry: this is a fault of Hoplon, not of your input ({type(error).__name__}: {error}).\n"
                f"  Nothing was written. Run it again with HOPLON_DEBUG=1 to see where it happened, and\n"
                f"  send that text with your command and your scenario to {_REPORT_TO}.",
                FAULT,
            )

    return run


def _is_interruption(error: BaseException | None) -> bool:
    """Tell Ctrl-C that compiled code has turned into a SystemError from other faults."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _end(message: str, code: int) -> NoReturn:
    import typer

    sys.stdout.flush()
    sys.stderr.write(message.rstrip() + "\n")
    raise typer.Exit(code)


def _operating_system(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    text = f"{place}{error.strerror or error}"
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"{text}\n  Nothing was written. Free some space, or choose another folder with -o."
    return f"{text}\n  Nothing was written."
