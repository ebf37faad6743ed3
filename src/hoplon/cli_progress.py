"""The progress bar: how many battles are done, and when the rest will be."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars


class Progress:
    """A callable for `hoplon.study`, drawn on a console; silent where the console is no terminal.

    Parameters
    ----------
    console : Console
        Where to draw: stderr, so that stdout stays the result's.
    """

    def __init__(self, console: Console) -> None:
        self._bars = Bars(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(compact=True),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._task: TaskID | None = None

    def __call__(self, done: int, total: int, label: str) -> None:
        """Show that `done` of `total` steps are done, and what is being done now."""
        if self._task is None:
            self._task = self._bars.add_task(label, total=total)
        self._bars.update(self._task, completed=done, total=total, description=label)

    def __enter__(self) -> Progress:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()
