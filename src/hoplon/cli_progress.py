"""The progress bar: how many battles are done, and when the rest will be."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType

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

    While it is in use, Ctrl-C takes effect at the next call: compiled code that is interrupted in its
    middle swallows the interruption or turns it into another error. A second Ctrl-C takes effect at once.

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
        self._interrupted = False
        self._handler: object = None

    def __call__(self, done: int, total: int, label: str) -> None:
        """Show that `done` of `total` steps are done, and what is being done now."""
        if self._interrupted:
            raise KeyboardInterrupt
        if self._task is None:
            # What was there before, of a study that is taken up again, says nothing about its pace.
            self._task = self._bars.add_task(label, total=total, completed=done)
        self._bars.update(self._task, completed=done, total=total, description=label)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if self._interrupted:
            raise KeyboardInterrupt
        self._interrupted = True
        self._bars.console.print("Stopping after the battles in hand. Ctrl-C again stops at once.")

    def __enter__(self) -> Progress:
        if threading.current_thread() is threading.main_thread():
            self._handler = signal.signal(signal.SIGINT, self._interrupt)
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handler is not None:
            signal.signal(signal.SIGINT, self._handler)  # type: ignore[arg-type]
        self._bars.stop()
