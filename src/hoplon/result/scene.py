"""What a study shows beside its battles: places and flights of a map, moments beside published ones."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SceneSite:
    """A point on the map.

    Attributes
    ----------
    name, kind : str
        Kind is ``radar``, ``battery``, ``launch_site``, ``asset`` or ``reference``.
    latitude_deg, longitude_deg : float
    azimuth_from_deg, azimuth_to_deg, range_km : float or None
        The sector of a radar, clockwise from north, and the range at which it detects the first threat's
        re-entry body with probability 0.5; None for what is no radar.
    radius_km : float or None
        Defended ground around an asset.
    loaded : int or None
        Interceptors of a battery at the start.
    """

    name: str
    kind: str
    latitude_deg: float
    longitude_deg: float
    azimuth_from_deg: float | None = None
    azimuth_to_deg: float | None = None
    range_km: float | None = None
    radius_km: float | None = None
    loaded: int | None = None


@dataclass(frozen=True, slots=True)
class ScenePath:
    """The true flight of one threat as it would go undisturbed, for the map.

    Attributes
    ----------
    threat, missile : str
    t_s, latitude_deg, longitude_deg, altitude_km : tuple of float
        Time from scenario zero.
    apogee_km, range_km, flight_time_s, burnout_s : float
        Burnout counted from launch.
    """

    threat: str
    missile: str
    t_s: tuple[float, ...]
    latitude_deg: tuple[float, ...]
    longitude_deg: tuple[float, ...]
    altitude_km: tuple[float, ...]
    apogee_km: float
    range_km: float
    flight_time_s: float
    burnout_s: float


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """A computed moment beside the published one.

    Attributes
    ----------
    what : str
    published_low_s, published_best_s, published_high_s : float
        From launch.
    computed_s : float
        NaN where the chain produced no such moment.
    source : str
    """

    what: str
    published_low_s: float
    published_best_s: float
    published_high_s: float
    computed_s: float
    source: str


@dataclass(frozen=True, slots=True)
class Battlespace:
    """What one battery could have shot at one threat when, had its path been known from its launch on.

    Attributes
    ----------
    threat, battery, interceptor : str
    step_s : float
        Spacing of the times at which the path was looked at.
    t_s : tuple of float
        Those times, from the scenario's zero, at which it could have been met by a launch not before its own.
    launch_s : tuple of float
        When to launch so as to meet it then.
    closing_speed_km_s, crossing_angle_deg : tuple of float
        Of that meeting.
    first_launch_s, last_launch_s, first_intercept_s, last_intercept_s : float or None
        Ends of the window; None where there is none.
    shots : int
        How many fit one after another, each looked at before the next.
    last_starts_s : tuple of float
        Element k is the latest first launch after which k + 1 of them fit.
    why_none : str
        Why there is no window; else empty.
    """

    threat: str
    battery: str
    interceptor: str
    step_s: float
    t_s: tuple[float, ...]
    launch_s: tuple[float, ...]
    closing_speed_km_s: tuple[float, ...]
    crossing_angle_deg: tuple[float, ...]
    first_launch_s: float | None
    last_launch_s: float | None
    first_intercept_s: float | None
    last_intercept_s: float | None
    shots: int
    last_starts_s: tuple[float, ...]
    why_none: str
