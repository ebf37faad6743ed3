"""Why nothing is launched at a missile, in the words of maps."""

from __future__ import annotations

from collections.abc import Set

TOO_LATE = "too late"
OUT_OF_REACH = "out of reach"
TOO_LOW = "below minimum altitude"
TOO_HIGH = "above maximum altitude"
NOT_HELD = "own radar does not hold the track"
EMPTY = "no interceptors left"
HELD_BACK = "held back by the doctrine"
LOST = "lost from track before a launch was due"
#: The nearest to a shot first: the bits of `hoplon.coverage._kernels_play` have this order.
NEAREST = (HELD_BACK, NOT_HELD, TOO_LATE, TOO_LOW, TOO_HIGH, OUT_OF_REACH, EMPTY, LOST)


def nearest_of(reasons: Set[str]) -> str:
    """Return the reason that came nearest to a shot; where there is none, that nothing reaches it.

    Parameters
    ----------
    reasons : set of str

    Returns
    -------
    str
    """
    return next((reason for reason in NEAREST if reason in reasons), OUT_OF_REACH)
