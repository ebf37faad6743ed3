"""Tracks of several trackers become one picture, without counting anything twice.

A track is the sum of all that its tracker has measured, so that two messages about it share almost all they
hold, and tracks of one missile share its unknown accelerations. To average them as if they were independent
makes the result believe itself too much, and more with each message. Here:

- The first message of a tracker about an object is joined by covariance intersection, which is right whatever
  the two have in common (Julier and Uhlmann 1997, A non-divergent estimation algorithm in the presence of
  unknown correlations, American Control Conference, 2369).
- Of every later one only what is new since its last one counts, as an equivalent measurement: the information
  of the message less that of the last one carried on to its time (Chong, Mori and Chang 1990, Distributed
  multitarget multisensor tracking, in Bar-Shalom (ed.), Multitarget-Multisensor Tracking; Drummond 1997, A
  hybrid sensor fusion algorithm architecture and tracklets, SPIE 3163). A copy holds nothing new; after a
  message that was lost, the next one holds what it would have brought.

The second is exact where nothing disturbs the flight between messages, which holds in free flight above the
air; covariance intersection alone would be as safe and throw most of the gain away. Where information has
been withdrawn (a tracker that found itself wrong), the first rule applies again. While a missile burns, and
its trackers' errors are for the most part of common cause, the best single track stands for all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hoplon.track import _kernels
from hoplon.track.settings import TrackerSettings
from hoplon.track.tracker import Tracker

Array = NDArray[np.float64]

#: Squared Mahalanobis distance (6 degrees of freedom, 99.9 %) up to which tracks of two trackers are taken to
#: be of one object.
GATE = 22.5
#: A loss of this share of a message's information, in any direction, is a withdrawal: linearisation about
#: other points on the way changes less.
WITHDRAWN = 0.05
#: Fused tracks have no state of their own for drag: its error, as a fraction, over the time of the settings.
DRAG_ERROR = 0.07


@dataclass(frozen=True, slots=True)
class TrackMessage:
    """What one tracker says of one object.

    Attributes
    ----------
    source, number : int
        The tracker, and its number for the track.
    t_s : float
        Time of the state.
    state : array, shape (6,)
        Position and velocity, Earth-fixed, m and m/s.
    covariance : array, shape (6, 6)
    boosting : bool
        Whether it is believed to be under thrust.
    """

    source: int
    number: int
    t_s: float
    state: Array
    covariance: Array
    boosting: bool


@dataclass(slots=True)
class _Object:
    """An object of the common picture: its estimate, and the last message of each tracker about it."""

    number: int
    t_s: float
    state: Array
    covariance: Array
    boosting: bool
    last_s: float
    said: dict[tuple[int, int], TrackMessage] = field(default_factory=dict)


def messages(tracker: Tracker, source: int) -> list[TrackMessage]:
    """Return what a tracker would send now: its firm tracks.

    Parameters
    ----------
    tracker : Tracker
    source : int
        What it is called by those who receive this.

    Returns
    -------
    list of TrackMessage
    """
    firm, boosting = tracker.firm.tolist(), tracker.boosting.tolist()
    found = []
    for place, number in enumerate(tracker.numbers.tolist()):
        if firm[place]:
            r, v, covariance = tracker.state(place)
            state = np.concatenate([r, v])
            sent = TrackMessage(source, number, tracker.now_s, state, covariance.copy(), boosting[place])
            found.append(sent)
    return found


def covariance_intersection(x_a: Array, p_a: Array, x_b: Array, p_b: Array) -> tuple[Array, Array]:
    """Join two estimates of one state whose errors have anything in common, or nothing.

    P⁻¹ = ω Pa⁻¹ + (1 - ω) Pb⁻¹, with the ω that makes the determinant of P smallest (Julier and Uhlmann
    1997).

    Parameters
    ----------
    x_a, x_b : array, shape (n,)
    p_a, p_b : array, shape (n, n)
        Covariances.

    Returns
    -------
    x : array, shape (n,)
    p : array, shape (n, n)
    """
    low = np.linalg.cholesky(p_b)
    info_a, info_b = information(p_a), information(p_b)
    # Eigenvalues of Pa⁻¹ in units of Pb⁻¹: the log determinant is the sum of log(1 + ω (λ - 1)).
    gain = np.linalg.eigvalsh(low.T @ info_a @ low) - 1.0
    weight = _root(gain)
    p = information(weight * info_a + (1.0 - weight) * info_b)
    return x_b + p @ (weight * info_a @ (x_a - x_b)), p


def _root(gain: Array) -> float:
    """Return the ω in [0, 1] at which the sum of gain / (1 + ω gain), which falls, is 0."""
    low, high = 0.0, 1.0
    if np.sum(gain) <= 0.0:
        return 0.0
    if np.sum(gain / (1.0 + gain)) >= 0.0:
        return 1.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        if np.sum(gain / (1.0 + middle * gain)) > 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def information(p: Array) -> Array:
    """Invert a covariance whose rows have units of their own, in units of their standard deviations."""
    scale = 1.0 / np.sqrt(np.diagonal(p))
    inverse = np.linalg.inv(p * scale[:, None] * scale) * scale[:, None] * scale
    return np.asarray(0.5 * (inverse + inverse.T))


class Fusion:
    """A picture made of the tracks of several trackers.

    Parameters
    ----------
    settings : TrackerSettings, optional
        The motion model, its noise, and when objects are dropped.
    """

    def __init__(self, settings: TrackerSettings | None = None) -> None:
        self._settings = settings or TrackerSettings()
        self._planet = self._settings.planet.as_array()
        self._noise = self._settings.noise_array()
        self._noise[_kernels.DRAG_FRACTION] = max(self._settings.drag_error_fraction, DRAG_ERROR)
        self._beta = float(self._settings.ballistic_coefficient_kg_m2)
        self._objects: dict[int, _Object] = {}
        self._of: dict[tuple[int, int], int] = {}
        self._ended: set[tuple[int, int]] = set()
        self._next = 1
        self._now_s = 0.0

    @property
    def numbers(self) -> NDArray[np.int64]:
        """Numbers of the objects, ascending, shape (n,); all other properties follow this order."""
        return np.array(sorted(self._objects), dtype=np.int64)

    @property
    def firm(self) -> NDArray[np.bool_]:
        """All True: only firm tracks are sent."""
        return np.ones(len(self._objects), dtype=np.bool_)

    @property
    def boosting(self) -> NDArray[np.bool_]:
        """Whether each object is believed to be under thrust by all that see it, shape (n,)."""
        return np.array([self._objects[n].boosting for n in sorted(self._objects)], dtype=np.bool_)

    @property
    def now_s(self) -> float:
        """Time of the picture, s."""
        return self._now_s

    def state(self, place: int) -> tuple[Array, Array, Array]:
        """Return position, velocity and covariance (6, 6) of one object at `now_s`.

        Parameters
        ----------
        place : int
            Its place in `numbers`.

        Returns
        -------
        r_ecef_m, v_ecef_m_s : array, shape (3,)
        covariance : array, shape (6, 6)
        """
        thing = self._objects[sorted(self._objects)[place]]
        x, p = self._carry(thing.state, thing.covariance, self._now_s - thing.t_s, boosting=thing.boosting)
        return x[:3], x[3:], p

    def falling(self, place: int) -> tuple[Array, Array, Array, float]:
        """Return what `hoplon.track.impact.predict_impact` needs of one object.

        Messages do not say what a tracker has learnt of drag: the believed ballistic coefficient counts, and
        its spread.

        Parameters
        ----------
        place : int
            Its place in `numbers`.

        Returns
        -------
        r_ecef_m, v_ecef_m_s : array, shape (3,)
        covariance : array, shape (7, 7)
            Of position, velocity and the logarithm of the ballistic coefficient.
        ballistic_coefficient_kg_m2 : float
        """
        r, v, known = self.state(place)
        covariance = np.zeros((7, 7))
        covariance[:6, :6] = known
        covariance[6, 6] = self._settings.log_beta_sigma**2
        return r, v, covariance, self._beta

    def members(self, number: int) -> tuple[tuple[int, int], ...]:
        """Return the tracks that speak of an object: tracker and number, the latest to speak first.

        Parameters
        ----------
        number : int

        Returns
        -------
        tuple of pairs of int
        """
        said = self._objects[number].said
        return tuple(sorted(said, key=lambda key: (-said[key].t_s, key)))

    def drop(self, number: int) -> None:
        """End an object, and the tracks that speak of it; an unknown number is ignored.

        Parameters
        ----------
        number : int
        """
        thing = self._objects.pop(number, None)
        if thing is not None:
            self._ended.update(thing.said)

    def step(self, t_s: float, received: Iterable[TrackMessage]) -> None:
        """Take in messages, and bring the picture to a time.

        Parameters
        ----------
        t_s : float
        received : iterable of TrackMessage
            In any order; copies, and messages older than one of the same tracker, change nothing.
        """
        self._now_s = max(self._now_s, t_s)
        for message in sorted(received, key=lambda m: (m.t_s, m.source, m.number)):
            if (message.source, message.number) not in self._ended:
                self._take(message)
        for number, thing in list(self._objects.items()):
            patience = self._settings.boost_drop_s if thing.boosting else self._settings.firm_drop_s
            if self._now_s - thing.last_s > patience:
                del self._objects[number]
        self._merge()

    def _take(self, message: TrackMessage) -> None:
        key = (message.source, message.number)
        thing = self._objects.get(self._of.get(key, 0)) or self._nearest(message)
        if thing is None:
            thing = _Object(
                self._next, message.t_s, message.state, message.covariance, message.boosting, message.t_s
            )
            self._next += 1
            self._objects[thing.number] = thing
        else:
            last = thing.said.get(key)
            if last is not None and message.t_s <= last.t_s:
                return
            self._join(thing, message, last)
        self._of[key] = thing.number
        thing.said[key] = message
        thing.last_s = max(thing.last_s, message.t_s)

    def _join(self, thing: _Object, message: TrackMessage, last: TrackMessage | None) -> None:
        """Bring an object and a message to one time, and what the message brings into the object."""
        if message.boosting and not thing.boosting:
            return  # others know better already
        t_s = max(thing.t_s, message.t_s)
        x, p = self._carry(thing.state, thing.covariance, t_s - thing.t_s, boosting=thing.boosting)
        x_new, p_new = self._carry(
            message.state, message.covariance, t_s - message.t_s, boosting=message.boosting
        )
        if thing.boosting:
            better = np.trace(p_new[:3, :3]) <= np.trace(p[:3, :3])
            if better or not message.boosting:
                x, p = x_new, p_new
            thing.boosting = message.boosting
        elif last is None or last.boosting:
            x, p = covariance_intersection(x, p, x_new, p_new)
        else:
            x_old, p_old = self._carry(last.state, last.covariance, t_s - last.t_s)
            info_new, info_old = information(p_new), information(p_old)
            low = np.linalg.cholesky(p_new)
            gained = np.linalg.eigvalsh(low.T @ (info_new - info_old) @ low)
            if gained[0] < -WITHDRAWN:
                x, p = covariance_intersection(x, p, x_new, p_new)
            else:
                p = information(information(p) + info_new - info_old)
                x = x + p @ (info_new @ (x_new - x) - info_old @ (x_old - x))
        thing.t_s, thing.state, thing.covariance = t_s, x, p

    def _carry(
        self, state: Array, covariance: Array, dt_s: float, *, boosting: bool = False
    ) -> tuple[Array, Array]:
        """Carry an estimate on in free flight; one under thrust with the force that it may have felt."""
        x, p = np.zeros(9), np.zeros((9, 9))
        x[:6], p[:6, :6] = state, covariance
        if dt_s:
            _kernels.predict(x, p, 6, dt_s, self._beta, self._planet, self._noise)
        if boosting:
            force = self._settings.thrust_m_s2**2
            for i in range(3):
                p[i, i] += 0.25 * force * dt_s**4
                p[3 + i, 3 + i] += force * dt_s**2
                p[i, 3 + i] += 0.5 * force * dt_s**3
                p[3 + i, i] += 0.5 * force * dt_s**3
        return x[:6], p[:6, :6]

    def _distance(self, thing: _Object, message: TrackMessage) -> float:
        """Return the squared Mahalanobis distance, of errors that have nothing in common."""
        dt_s = message.t_s - thing.t_s
        x, p = self._carry(
            thing.state, thing.covariance, max(dt_s, 0.0), boosting=thing.boosting or message.boosting
        )
        y, q = self._carry(
            message.state, message.covariance, max(-dt_s, 0.0), boosting=thing.boosting or message.boosting
        )
        return float((x - y) @ information(p + q) @ (x - y))

    def _nearest(self, message: TrackMessage) -> _Object | None:
        """Return the object within the gate of which this tracker has not spoken lately."""
        best, found = GATE, None
        for thing in self._objects.values():
            if self._speaks(thing, message.source, message.t_s):
                continue
            distance = self._distance(thing, message)
            if distance < best:
                best, found = distance, thing
        return found

    def _speaks(self, thing: _Object, source: int, t_s: float) -> bool:
        return any(
            key[0] == source and abs(t_s - said.t_s) <= self._settings.maximum_lag_s
            for key, said in thing.said.items()
        )

    def _merge(self) -> None:
        """Join objects that turn out to be one: those of which no tracker speaks twice."""
        numbers = sorted(self._objects)
        for i, a in enumerate(numbers):
            for b in numbers[i + 1 :]:
                first, second = self._objects.get(a), self._objects.get(b)
                if first is None or second is None or first.boosting != second.boosting:
                    continue
                if any(self._speaks(first, source, second.last_s) for source, _ in second.said):
                    continue
                as_message = TrackMessage(-1, b, second.t_s, second.state, second.covariance, second.boosting)
                if self._distance(first, as_message) < GATE:
                    self._join(first, as_message, None)
                    first.last_s = max(first.last_s, second.last_s)
                    first.said.update(second.said)
                    self._of.update(dict.fromkeys(second.said, a))
                    del self._objects[b]
