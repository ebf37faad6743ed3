"""What a flight leaves behind: states against time, and what happened when.

Equations and their sources: the methods manual, section 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.earth import geodesics
from hoplon.earth.planet import Planet
from hoplon.errors import InputError, nearest
from hoplon.flight import _kernels as k

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FlightEvent:
    """Something that happens once in a flight.

    Attributes
    ----------
    kind : str
        launch, staging, burnout, separation, up_through_100_km, apogee, down_through_100_km, impact; a flight
        that was stopped before impact ends with the event `end`.
    t_s : float
        Seconds since launch.
    latitude_deg, longitude_deg, altitude_m : float
        Geodetic, on the figure of the planet that was flown over.
    speed_m_s : float
        Relative to the rotating Earth.
    """

    kind: str
    t_s: float
    latitude_deg: float
    longitude_deg: float
    altitude_m: float
    speed_m_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """A flight in the Earth-fixed frame.

    Attributes
    ----------
    vehicle : str
        Name of what flew.
    planet : Planet
        The planet it flew over.
    events : tuple of FlightEvent
        In the order of time.
    nodes : ndarray, shape (n, 13)
        Accepted steps of the integrator: time, position, velocity, acceleration before and after. Use
        `t_s`, `r_ecef_m`, `v_ecef_m_s` and `state_at`.
    """

    vehicle: str
    planet: Planet
    events: tuple[FlightEvent, ...]
    nodes: Array

    @property
    def t_s(self) -> Array:
        """Times of the nodes, seconds since launch, rising; shape (n,)."""
        return self.nodes[:, k.NODE_T]

    @property
    def r_ecef_m(self) -> Array:
        """Positions at the nodes; shape (n, 3)."""
        return self.nodes[:, k.NODE_R : k.NODE_R + 3]

    @property
    def v_ecef_m_s(self) -> Array:
        """Velocities relative to the rotating Earth at the nodes; shape (n, 3)."""
        return self.nodes[:, k.NODE_V : k.NODE_V + 3]

    def state_at(self, t_s: ArrayLike) -> tuple[Array, Array]:
        """Position and velocity at any times.

        The quintic through position, velocity and acceleration of the two neighbouring nodes: it follows
        the integrated flight to a few centimetres.

        Parameters
        ----------
        t_s : array_like, shape (...)
            Seconds since launch. Before the first node and after the last one the body stands still there.

        Returns
        -------
        r_ecef_m, v_ecef_m_s : ndarray, shape (..., 3)
        """
        t = np.asarray(t_s, float)
        out = np.empty((t.size, 6))
        k.states_into(out, self.nodes, t.flatten())
        states = out.reshape(*t.shape, 6)
        return states[..., :3], states[..., 3:]

    def phase_at(self, t_s: ArrayLike) -> NDArray[np.str_]:
        """Phase of the flight at any times.

        Parameters
        ----------
        t_s : array_like, shape (...)
            Seconds since launch.

        Returns
        -------
        ndarray of str, shape (...)
            ``boost`` until thrust ends (coasts between stages included), ``free_flight``, ``reentry`` from
            the fall through 100 km on.
        """
        t = np.asarray(t_s, float)
        burnout = self.burnout_s if self.has("burnout") else -np.inf
        entry = self.event("down_through_100_km").t_s if self.has("down_through_100_km") else np.inf
        return np.where(t < burnout, "boost", np.where(t < entry, "free_flight", "reentry"))

    def event(self, kind: str) -> FlightEvent:
        """Return the first event of a kind.

        Parameters
        ----------
        kind : str
            One of the kinds of `FlightEvent`.

        Returns
        -------
        FlightEvent

        Raises
        ------
        InputError
            If the flight has no such event.
        """
        for event in self.events:
            if event.kind == kind:
                return event
        raise InputError(
            f"no event '{kind}'",
            where=f"trajectory of '{self.vehicle}'",
            remedy=nearest(kind, {event.kind for event in self.events}),
        )

    def has(self, kind: str) -> bool:
        """Say whether the flight has an event of this kind."""
        return any(event.kind == kind for event in self.events)

    @property
    def apogee_km(self) -> float:
        """Greatest height of the flight."""
        return max(event.altitude_m for event in self.events) / 1e3

    @property
    def flight_time_s(self) -> float:
        """Time from the first to the last node."""
        return float(self.nodes[-1, 0] - self.nodes[0, 0])

    @property
    def burnout_s(self) -> float:
        """Time at which thrust ends; InputError for a flight without boost."""
        return self.event("burnout").t_s

    @property
    def range_km(self) -> float:
        """Length of the shortest line over the ground from the first to the last event."""
        first, last = self.events[0], self.events[-1]
        return geodesics.distance_km(
            first.latitude_deg,
            first.longitude_deg,
            last.latitude_deg,
            last.longitude_deg,
            radius_m=self.planet.equatorial_radius_m,
            flattening=self.planet.flattening,
        )
