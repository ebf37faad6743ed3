"""All meetings of a defence's interceptors with one path."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hoplon.coverage import _kernels_meetings as kernels
from hoplon.coverage.defence import Defence
from hoplon.coverage.flights import Flown
from hoplon.coverage.reasons import OUT_OF_REACH, TOO_HIGH, TOO_LATE, TOO_LOW, nearest_of

Array = NDArray[np.float64]

#: By the codes of the kernel: what can be met is so too late, if not in time.
_WHY = (TOO_LATE, TOO_LOW, TOO_HIGH, OUT_OF_REACH)


class Meetings:
    """All meetings with one path, by battery.

    Parameters
    ----------
    defence : Defence
    flown : Flown
    from_s : float
        Where the path begins.

    Attributes
    ----------
    path, table, begins, codes : array
        See `hoplon.coverage._kernels_meetings.launches_of_all`.
    last_launch_s, last_s : float
        The latest launch that meets the path, and the latest meeting; minus infinity where there is none.
    """

    def __init__(self, defence: Defence, flown: Flown, from_s: float) -> None:
        self._defence = defence
        self.path = defence.path(flown.nodes, from_s)
        self.table, self.begins, self.codes, self.last_launch_s, self.last_s = defence.meetings(self.path)

    @property
    def reach(self) -> NDArray[np.int64]:
        """Numbers of the batteries that can meet the path."""
        return np.flatnonzero(self.codes == kernels.REACHED)

    @property
    def why(self) -> set[str]:
        """Why others cannot."""
        return {_WHY[code] for code in set(self.codes.tolist())}

    @property
    def nearest(self) -> str:
        """Why nothing is launched after the last launch that meets the path: the reason nearest to a shot."""
        return nearest_of(self.why)

    def rows(self, battery: int) -> Array:
        """Return the meetings of one battery (`hoplon.coverage._kernels_meetings.launches_into`).

        Parameters
        ----------
        battery : int

        Returns
        -------
        array, shape (n, 3)
        """
        return self.table[self.begins[battery] : self.begins[battery + 1]]

    def first(self, battery: int, earliest_s: float) -> tuple[float, float]:
        """Return a battery's first meeting by a launch at a time or later, and that launch; NaN for none.

        Parameters
        ----------
        battery : int
        earliest_s : float

        Returns
        -------
        meets_s, launch_s : float
        """
        defence = self._defence
        kind = defence.types[defence.of_type[battery]]
        return kernels.first_meeting(
            self.rows(battery),
            earliest_s,
            kind,
            defence.families,
            defence.tables,
            defence.setups[battery],
            self.path,
        )
