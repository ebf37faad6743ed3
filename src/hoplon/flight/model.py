"""A quick model of one vehicle's flights between two points: what a fit guesses with.

Equations and their sources: the methods manual, section 4.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hoplon.flight import _kernels_burnouts as kb
from hoplon.flight import _kernels_fit as kf
from hoplon.flight.burnouts import burnout_table
from hoplon.flight.shooter import Shooter, Shot

Array = NDArray[np.float64]

#: Miss at which the model counts as aimed, m. It is off by kilometres itself, until flights correct it.
_NEAR_M = 0.1
_COARSE_M = 10.0
# Shares of the planet's rotation through which a start is led where the direct way fails.
_SPINS = (0.0, 0.25, 0.5, 0.75, 1.0)
_LED = 16
_GOLDEN = 0.5 * (3.0 - math.sqrt(5.0))
# Search for the earliest cut-off: first step, last bracket (lengths of steering), and the miss allowed, m.
_ASIDE, _NARROW, _LEAST_M = 0.15, 0.02, 1.0
# Half the width of the parabola by which that is smoothed.
_PARABOLA = 0.06
_NEAR_EDGE = 0.97
_SCAN = 0.2
_WEIGHT = np.array([1.0, 1.0, 6.0]) ** 2


class FlightModel:
    """Table, conic and what flights have shown it to be off by.

    A flight is named by `x`: steering east and north (see `hoplon.flight._kernels_burnouts`), and cut-off.

    Parameters
    ----------
    shooter : Shooter
        Vehicle, launch and aim point.
    """

    def __init__(self, shooter: Shooter) -> None:
        self._shooter = shooter
        self._table = burnout_table(shooter.vehicle, shooter.planet, shooter.launch.altitude_m)
        table = self._table
        self._planet = shooter.planet.as_array()
        lift = [shooter.launch.altitude_m - table.altitude_m, 0.0, 0.0]
        launch = np.vstack((shooter.frame, lift))
        self._rows = (table.table, table.grid, table.lengths, launch, self._planet)
        self._offset = np.zeros((5, 3))
        self.flattest = float(table.lengths[-1])

    def steering(self, x: Array) -> tuple[float, float, float]:
        """Kick (rad), cut-off (at most all) and azimuth (rad) of an x."""
        kick = kb.KICK_SCALE * math.sinh(math.hypot(x[0], x[1]))
        return kick, min(float(x[2]), 1.0), math.atan2(x[0], x[1])

    def predict(self, x: Array) -> Array | None:
        """Impact (unit vector), apogee (m) and path angle (rad); None where nothing falls."""
        out = np.empty(kf.PREDICTED)
        ending = kf.predict_into(out, x, 1.0, *self._rows, self._shooter.radius)
        return out if ending == kb.FALLS else None

    def correct(self, x: Array, shot: Shot, ask: int) -> None:
        """Learn from a flight: the offset there, and by Broyden's formula how it changes from the last."""
        guess = self.predict(x)
        if guess is None:
            return
        east, north = kf.miss(guess[:3], self._shooter.target)
        other = shot.burnout_angle - guess[kf.CLIMB] if ask == kf.PATH else shot.apogee_m - guess[kf.TOP]
        offset = np.array([shot.east_m - east, shot.north_m - north, other])
        last, at = self._offset[0], self._offset[kf.OFFSET_AT]
        moved = x - at
        if at.any() and moved.any():
            # A step of cut-off and one of steering count by what they move on the ground.
            weighed = moved * _WEIGHT
            unexplained = offset - last - self._offset[1:4] @ moved
            self._offset[1:4] += np.outer(unexplained, weighed) / float(weighed @ moved)
        self._offset[0], self._offset[kf.OFFSET_AT] = offset, x

    def aim(self, x: Array, ask: int, wanted: float, *, spin: float = 1.0, near: float = _NEAR_M) -> bool:
        """Move x onto the aim point and what is asked besides; say whether that worked."""
        left = kf.aim_model(x, ask, wanted, self._offset, spin, near, *self._rows, self._shooter.target)
        return bool(left < _COARSE_M)

    def least(self) -> Array | None:
        """Find the x of the earliest cut-off that hits."""
        rows = sorted(self._starts(), key=lambda row: float(row[1]))
        guesses = [self._x(row) for row in rows[:6]]
        # At the edge of reach only the best steering gets there at all.
        edge = (
            self.edge(self._shooter.bearing, kf.BURN, 0.0) if not guesses or rows[0][1] > _NEAR_EDGE else None
        )
        for x in guesses if edge is None else [edge, *guesses]:
            if self.lessen(x):
                return x
        return None

    def lessen(self, x: Array) -> bool:
        """Move x to the earliest cut-off that hits: golden-section search over the length of steering.

        Parameters
        ----------
        x : ndarray, shape (3,)
            Guess; receives the solution.

        Returns
        -------
        bool
            Whether the guess could be led to the aim point.
        """

        def at(w: float) -> float:
            y = x.copy()
            if not (0.0 < w <= self.flattest and self.aim(y, kf.STEERING, w, near=_LEAST_M)):
                return math.inf
            if y[2] < x[2]:
                x[:] = y
            return float(y[2])

        middle = math.hypot(x[0], x[1])
        if not self.aim(x, kf.STEERING, middle, near=_LEAST_M):
            return False
        least = float(x[2])
        low, high = middle - _ASIDE, middle + _ASIDE
        while (found := at(low)) < least:
            low, middle, high, least = low - _ASIDE, low, middle, found
        while (found := at(high)) < least:
            low, middle, high, least = middle, high, high + _ASIDE, found
        while high - low > _NARROW:
            right = high - middle > middle - low
            w = middle + _GOLDEN * (high - middle) if right else middle - _GOLDEN * (middle - low)
            found = at(w)
            if found < least:
                low, high = (middle, high) if right else (low, middle)
                middle, least = w, found
            elif right:
                high = w
            else:
                low = w
        return True

    def smooth(self, x: Array) -> None:
        """Move x from near the earliest cut-off that hits to the lowest point of a parabola around it.

        A search ends anywhere within its last bracket, which differs from one aim point to the next; this
        point changes smoothly with the aim point. One step of successive parabolic interpolation (Brent,
        Algorithms for Minimization without Derivatives, 1973, chapter 5).

        Parameters
        ----------
        x : ndarray, shape (3,)
            From `least`; receives the solution, and stays as it is where the parabola cannot be drawn.
        """
        middle = math.hypot(x[0], x[1])
        found = []
        for w in (middle - _PARABOLA, middle, middle + _PARABOLA):
            y = x.copy()
            if not (0.0 < w <= self.flattest and self.aim(y, kf.STEERING, w)):
                return
            found.append(float(y[2]))
        bend = found[0] - 2.0 * found[1] + found[2]
        if bend <= 0.0:
            return
        aside = min(max(0.5 * (found[0] - found[2]) / bend, -1.0), 1.0)
        y = x.copy()
        if self.aim(y, kf.STEERING, middle + aside * _PARABOLA):
            x[:] = y

    def forget(self) -> None:
        """Drop what flights have shown."""
        self._offset[:] = 0.0

    def at(self, ask: int, wanted: float) -> Iterator[Array]:
        """Find x that hit with a given apogee (m) or path angle at burnout (rad), most likely ones first.

        From the survey; from there led through slower rotations; from the earliest cut-off that hits, led
        towards what is wanted.
        """
        starts = self._starts()
        column = 2 if ask == kf.HEIGHT else 3
        # Both fall from the steepest row to the flattest.
        order = np.argsort(np.abs(starts[:, column] - wanted), kind="stable")[:2]
        for spins in ((1.0,), _SPINS):
            for i in order:
                x = self._x(self._between(starts, int(i), column, wanted))
                if all(self.aim(x, ask, wanted, spin=spin) for spin in spins):
                    yield x
                    break
        last = self.least()
        guess = None if last is None else self.predict(last)
        if last is None or guess is None:
            return
        begin = float(guess[kf.TOP if ask == kf.HEIGHT else kf.CLIMB])
        for share in np.linspace(0.0, 1.0, _LED + 1)[1:]:
            goal = begin + share * (wanted - begin)
            if ask == kf.HEIGHT and begin > 0.0:
                goal = begin * (wanted / begin) ** share
            x = last.copy()
            if not self.aim(x, ask, goal):
                break
            last = x
        yield last

    @staticmethod
    def _between(starts: Array, i: int, column: int, wanted: float) -> Array:
        value = starts[i, column]
        j = i + (1 if wanted < value else -1)
        if not 0 <= j < len(starts) or starts[j, column] == value:
            return np.array(starts[i])
        share = (wanted - value) / (starts[j, column] - value)
        row: Array = starts[i] + min(max(share, 0.0), 1.0) * (starts[j] - starts[i])
        return row

    def _x(self, row: Array) -> Array:
        bearing = self._shooter.bearing
        return np.array([row[0] * math.sin(bearing), row[0] * math.cos(bearing), row[1]])

    def _starts(self) -> Array:
        """Where, for each steering, the survey first reaches the distance: w, cut-off, apogee, path angle."""
        table = self._table
        ranges = table.survey[:, :, kb.RANGE]
        passed = (ranges[:, 1:] >= self._shooter.angle) & (ranges[:, :-1] < self._shooter.angle)
        passed &= ranges[:, :-1] >= 0.0
        rows = np.flatnonzero(passed.any(axis=1))
        at = passed[rows].argmax(axis=1)
        near, far = ranges[rows, at], ranges[rows, at + 1]
        aloft = far > math.pi
        share = np.where(aloft, 0.0, (self._shooter.angle - near) / (far - near))
        low, high = table.survey[rows, at], table.survey[rows, at + 1]
        cut_offs = table.cut_offs[at] + share * (table.cut_offs[at + 1] - table.cut_offs[at])
        rest = low[:, kb.APOGEE :] + share[:, None] * (high - low)[:, kb.APOGEE :]
        rest[aloft, 0] = low[aloft, kb.APOGEE]
        return np.column_stack((table.lengths[rows], cut_offs, rest))

    def edge(self, azimuth: float, ask: int, wanted: float) -> Array | None:
        """Find the x of full burn in a direction of steering: the longest range, or one with what is asked.

        Parameters
        ----------
        azimuth : float
            Rad.
        ask : int
            BURN for the longest range, else HEIGHT or PATH.
        wanted : float
            Apogee or path angle.

        Returns
        -------
        ndarray or None
            None where no steering gives what is asked.
        """
        s, c = math.sin(azimuth), math.cos(azimuth)
        guess = np.empty(kf.PREDICTED)

        def flight(w: float) -> tuple[float, float]:
            x = np.array([w * s, w * c, 1.0])
            ending = kf.predict_into(guess, x, 1.0, *self._rows, self._shooter.radius)
            if ending == kb.ALOFT:
                return 4.0, math.inf  # beyond any range, above any height
            if ending == kb.BURIED:
                return 0.0, -math.inf
            if ask == kf.BURN:
                return self._shooter.seen(guess[:3])[0], 0.0
            return 0.0, float(guess[kf.CLIMB if ask == kf.PATH else kf.TOP] + self._offset[0, 2])

        if ask != kf.BURN:
            # Apogee and path angle fall from the vertical to the flattest.
            low, high = 0.02, self.flattest
            if not flight(low)[1] >= wanted > flight(high)[1]:
                return None
            for _ in range(34):
                middle = 0.5 * (low + high)
                low, high = (middle, high) if flight(middle)[1] >= wanted else (low, middle)
            return np.array([low * s, low * c, 1.0])
        step = _SCAN
        grid = np.arange(step, self.flattest, step)
        best = float(grid[int(np.argmax([flight(float(w))[0] for w in grid]))])
        low, high = best - step, best + step
        a, b = low + _GOLDEN * (high - low), high - _GOLDEN * (high - low)
        fa, fb = flight(a)[0], flight(b)[0]
        for _ in range(12):
            if fa > fb:
                high, b, fb = b, a, fa
                a = low + _GOLDEN * (high - low)
                fa = flight(a)[0]
            else:
                low, a, fa = a, b, fb
                b = high - _GOLDEN * (high - low)
                fb = flight(b)[0]
        w = a if fa > fb else b
        return np.array([w * s, w * c, 1.0])
