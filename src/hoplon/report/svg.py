"""Drawing by hand: SVG elements as text, escaped, coloured by the page's style sheet.

Why not a plotting library: the page's own colours follow its reader (light, dark, print), text stays text,
the bytes are the same on every machine, and nothing heavy is imported.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup, escape

#: Narrow and wide characters of common sans-serif letters; only for placing labels.
_NARROW, _WIDE = "ijlI.,:;'|!()[] ft", "mwMW@%&—"


def number(value: float) -> str:
    """Coordinate with one decimal, as short as it goes.

    Parameters
    ----------
    value : float

    Returns
    -------
    str
    """
    text = f"{value:.1f}"
    text = text.removesuffix(".0")
    return "0" if text == "-0" else text


def text_width(text: str, size: float) -> float:
    """Estimate how wide a text will be.

    Parameters
    ----------
    text : str
    size : float
        Letter size in pixels.

    Returns
    -------
    float
        Pixels, rather a little too many than too few.
    """
    parts = (
        0.33
        if c in _NARROW
        else 0.9
        if c in _WIDE
        else 1.0
        if ord(c) > 0x2E80
        else 0.68
        if c.isupper()
        else 0.57
        for c in text
    )
    return size * sum(parts)


def shortened(text: str, length: int) -> str:
    """Cut a text that is too long, and show that it was cut.

    Parameters
    ----------
    text : str
    length : int
        Most characters to keep.

    Returns
    -------
    str
    """
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def path_data(points: Sequence[Sequence[float]], *, close: bool = False) -> str:
    """Join points by straight lines.

    Parameters
    ----------
    points : sequence of (x, y)
    close : bool
        Back to the first point.

    Returns
    -------
    str
        For the ``d`` of a path.
    """
    body = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return f"M{body}{'Z' if close else ''}" if body else ""


class Drawing:
    """One SVG picture, built from the bottom to the top.

    Parameters
    ----------
    width, height : float
        Its own coordinates; on the page it scales with the column.
    label : str
        What it shows, for those who cannot see it.
    """

    def __init__(self, width: float, height: float, label: str) -> None:
        self.width, self.height = width, height
        self._parts: list[str] = [
            f'<svg viewBox="0 0 {number(width)} {number(height)}" role="img" aria-label="{escape(label)}" '
            f'style="min-width:{min(0.8 * width, 640):.0f}px">'
        ]
        self._open = 0

    def add(self, tag: str, content: str = "", title: str = "", **attributes: float | str) -> None:
        """Add an element.

        Parameters
        ----------
        tag : str
        content : str
            Text inside; it is escaped.
        title : str
            Shown when the pointer rests on it.
        **attributes
            ``cls`` stands for ``class``, underscores for hyphens; numbers are rounded to 0.1.
        """
        head = "".join(f' {_name(k)}="{_value(v)}"' for k, v in attributes.items())
        inner = f"<title>{escape(title)}</title>" if title else ""
        inner += str(escape(content))
        self._parts.append(f"<{tag}{head}>{inner}</{tag}>" if inner else f"<{tag}{head}/>")

    def line(self, x1: float, y1: float, x2: float, y2: float, cls: str, title: str = "") -> None:
        """Draw a straight line."""
        self.add("line", title=title, x1=x1, y1=y1, x2=x2, y2=y2, cls=cls)

    def rect(self, x: float, y: float, width: float, height: float, cls: str, title: str = "") -> None:
        """Draw an upright box; a negative width is drawn to the left."""
        x, width = min(x, x + width), abs(width)
        self.add("rect", title=title, x=x, y=y, width=width, height=height, cls=cls)

    def circle(self, x: float, y: float, radius: float, cls: str, title: str = "") -> None:
        """Draw a circle."""
        self.add("circle", title=title, cx=x, cy=y, r=radius, cls=cls)

    def path(self, data: str, cls: str, title: str = "") -> None:
        """Draw a path; nothing for empty data."""
        if data:
            self.add("path", title=title, d=data, cls=cls)

    def text(self, x: float, y: float, content: str, cls: str = "t", anchor: str = "start") -> None:
        """Write a line of text."""
        if anchor == "start":
            self.add("text", content, x=x, y=y, cls=cls)
        else:
            self.add("text", content, x=x, y=y, cls=cls, text_anchor=anchor)

    def symbol(self, name: str, x: float, y: float, size: float, cls: str, title: str = "") -> None:
        """Draw one of the marks of `SYMBOLS`, so many pixels from its middle to its edge."""
        steps = [(x + size * u, y + size * v) for u, v in SYMBOLS[name]]
        self.path(path_data(steps, close=name not in OPEN_SYMBOLS), cls, title)

    def clip(self, name: str, x: float, y: float, width: float, height: float) -> None:
        """Begin a group of which only what lies in a box is seen; `end` closes it."""
        box = "".join(
            f' {k}="{number(v)}"'
            for k, v in zip(("x", "y", "width", "height"), (x, y, width, height), strict=True)
        )
        self._parts.append(
            f'<clipPath id="{escape(name)}"><rect{box}/></clipPath><g clip-path="url(#{escape(name)})">'
        )
        self._open += 1

    def end(self) -> None:
        """Close the group that `clip` began."""
        self._parts.append("</g>")
        self._open -= 1

    def place(self, other: Drawing, x: float, y: float) -> None:
        """Put all of another drawing here, its corner at (x, y); its own frame and label are dropped."""
        assert other._open == 0, "a group was left open"
        self._parts.append(f'<g transform="translate({number(x)} {number(y)})">')
        self._parts += other._parts[1:]
        self._parts.append("</g>")

    def done(self) -> Markup:
        """Return the picture as text, safe to put into a page.

        Returns
        -------
        Markup
        """
        assert self._open == 0, "a group was left open"
        return Markup("".join(self._parts) + "</svg>")


def standalone(picture: Markup, width: float, height: float, style: str) -> Markup:
    """Make a picture of a page a document of its own, which brings its own style sheet.

    Parameters
    ----------
    picture : Markup
        From `Drawing.done`.
    width, height : float
        As given to the drawing.
    style : str
        CSS.

    Returns
    -------
    Markup
    """
    head, _, rest = str(picture).partition(">")
    size = f' xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}"'
    return Markup(f"{head}{size}><style>{escape(style).replace('&#34;', chr(34))}</style>{rest}\n")


def _name(key: str) -> str:
    return "class" if key == "cls" else key.replace("_", "-")


def _value(value: float | str) -> str:
    return str(escape(value)) if isinstance(value, str) else number(value)


def _polygon(corners: int, turn: float = 0.0, inner: float = 0.0) -> tuple[tuple[float, float], ...]:
    """Regular polygon from its top; with `inner`, a star whose notches lie at that radius."""
    count = corners * (2 if inner else 1)
    radii = [inner if inner and i % 2 else 1.0 for i in range(count)]
    angles = [turn + math.tau * i / count for i in range(count)]
    return tuple((r * math.sin(a), -r * math.cos(a)) for r, a in zip(radii, angles, strict=True))


#: Marks, as corner points around (0, 0).
SYMBOLS = {
    "square": ((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)),
    "diamond": _polygon(4),
    "triangle": _polygon(3),
    "triangle-down": _polygon(3, math.pi),
    "circle": _polygon(16),
    "star": _polygon(8, inner=0.5),
    "cross": ((-0.8, -0.8), (0, 0), (0.8, -0.8), (0, 0), (0.8, 0.8), (0, 0), (-0.8, 0.8), (0, 0)),
    "plus": ((0, -1), (0, 1), (0, 0), (-1, 0), (1, 0)),
}
OPEN_SYMBOLS = ("cross", "plus")


def ticks(low: float, high: float, count: int = 6) -> list[float]:
    """Round numbers for an axis.

    Parameters
    ----------
    low, high : float
    count : int
        About how many.

    Returns
    -------
    list of float
        Multiples of 1, 2 or 5 times a power of ten, within the range.
    """
    span = max(high - low, 1e-12)
    power = 10.0 ** math.floor(math.log10(span / count))
    step = next(power * f for f in (1, 2, 5, 10) if span / (power * f) <= count)
    first = math.ceil(low / step - 1e-9)
    return [round(i * step, 12) for i in range(first, math.floor(high / step + 1e-9) + 1)]


def percent_ticks() -> list[float]:
    """Shares for an axis from nothing to all.

    Returns
    -------
    list of float
    """
    return [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]


def time_ticks(low_s: float, high_s: float, count: int = 8) -> list[float]:
    """Round times for an axis.

    Parameters
    ----------
    low_s, high_s : float
    count : int
        About how many at most.

    Returns
    -------
    list of float
        Seconds; multiples of a number of seconds or minutes that people use.
    """
    steps = (5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200)
    step = next((s for s in steps if (high_s - low_s) / s <= count), 14400)
    return [float(i * step) for i in range(math.ceil(low_s / step), math.floor(high_s / step) + 1)]


def clock(t_s: float) -> str:
    """Minutes and seconds for an axis: ``2:05``.

    Parameters
    ----------
    t_s : float

    Returns
    -------
    str
    """
    minutes, seconds = divmod(round(abs(t_s)), 60)
    return f"{'−' if t_s < 0 else ''}{minutes}:{seconds:02d}"
