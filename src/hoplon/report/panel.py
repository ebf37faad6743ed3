"""One pair of axes in a picture: ticks, grid, curves that stay inside."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.report.svg import Drawing, path_data

Box = tuple[float, float, float, float]


def plain(value: float) -> str:
    """Write a number of an axis, with thin spaces between thousands."""
    return f"{value:,g}".replace(",", "\u202f").replace("-", "−")


@dataclass(frozen=True, slots=True)
class Panel:
    """Axes in a box of a drawing.

    Attributes
    ----------
    drawing : Drawing
    box : tuple of float
        Left, top, width, height in pixels.
    x_range, y_range : tuple of float
        Values at the edges; y grows upward.
    logarithmic : bool
        Whether y is on a logarithmic scale.
    """

    drawing: Drawing
    box: Box
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    logarithmic: bool = False

    def place(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """Pixels of points, (n, 2)."""
        left, top, wide, high = self.box
        (x0, x1), (y0, y1) = self.x_range, self.y_range
        level = np.asarray(y, dtype=np.float64)
        if self.logarithmic:
            level, y0, y1 = np.log10(np.maximum(level, 1e-30)), math.log10(y0), math.log10(y1)
        across = left + (np.asarray(x, dtype=np.float64) - x0) / (x1 - x0) * wide
        across, up = np.broadcast_arrays(across, top + high - (level - y0) / (y1 - y0) * high)
        return np.column_stack([across.ravel(), up.ravel()])

    def frame(
        self,
        x_ticks: Sequence[float],
        y_ticks: Sequence[float],
        title: str,
        x_label: str,
        *,
        x_text: Callable[[float], str] = plain,
        y_text: Callable[[float], str] = plain,
    ) -> None:
        """Draw grid, ticks and names of the axes."""
        left, top, wide, high = self.box
        for value in y_ticks:
            y = float(self.place(self.x_range[0], value)[0, 1])
            self.drawing.line(left, y, left + wide, y, "grid")
            self.drawing.text(left - 7, y + 4, y_text(value), "t small muted", "end")
        for value in x_ticks:
            x = float(self.place(value, self.y_range[1])[0, 0])
            self.drawing.line(x, top, x, top + high, "grid")
            self.drawing.text(x, top + high + 16, x_text(value), "t small muted", "middle")
        self.drawing.line(left, top + high, left + wide, top + high, "axis")
        self.drawing.text(left, top - 9, title, "t strong")
        self.drawing.text(left + wide, top + high + 33, x_label, "t small muted", "end")

    def curve(self, x: ArrayLike, y: ArrayLike, cls: str, title: str = "") -> None:
        """Draw a line through the points with a number; beyond the upper and lower edge it runs along it."""
        points = self.place(x, y)
        points = points[np.isfinite(points).all(axis=1)]
        _, top, _, high = self.box
        points[:, 1] = np.clip(points[:, 1], top, top + high)
        self.drawing.path(path_data(thinned(points)), cls, title)


def thinned(points: NDArray[np.float64], least: float = 1.0) -> list[list[float]]:
    """Leave out points less than a pixel or so from the last one kept, but never the last.

    Parameters
    ----------
    points : array, shape (n, 2)
    least : float
        Pixels.

    Returns
    -------
    list of [x, y]
    """
    rows: list[list[float]] = points.tolist()
    kept = rows[:1]
    for row in rows[1:-1]:
        if math.dist(row, kept[-1]) >= least:
            kept.append(row)
    return kept + rows[1:][-1:]
