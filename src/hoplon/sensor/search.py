"""How a radar searches: a fence above the horizon, a volume, or not at all but where it is told to look."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from hoplon.errors import InputError

if TYPE_CHECKING:
    from hoplon.sensor.radar import Radar

SearchMode = Literal["fence", "volume", "cued"]


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """What a radar searches, and how often.

    Attributes
    ----------
    mode : {"fence", "volume", "cued"}
        A band of elevation in the whole sector; all that the radar can see; or nothing: it looks only at what
        another sensor has found.
    frame_s : float
        Time in which the fence or the volume is looked over once; 10 s is an assumption.
    fence_height_deg : float
        Height of the fence above the lowest beam or the mask, whichever is higher; 1 deg is an assumption. It
        takes a missile some seconds to rise through it.
    range_resolution_m : float
        Of the search pulse, which sets how many cells can give a false alarm. A search uses less bandwidth
        than a track: 150 m (1 MHz) is an assumption.
    """

    mode: SearchMode
    frame_s: float = 10.0
    fence_height_deg: float = 1.0
    range_resolution_m: float = 150.0

    def __post_init__(self) -> None:
        if self.mode not in get_args(SearchMode):
            raise InputError(f"search mode is '{self.mode}'", remedy="Write fence, volume or cued.")
        for key in ("frame_s", "fence_height_deg", "range_resolution_m"):
            value = getattr(self, key)
            if not (math.isfinite(value) and value > 0.0):
                raise InputError(f"{key} of a search is {value}", remedy="Write a finite number above 0.")


def search_band_deg(radar: Radar) -> tuple[float, float]:
    """Elevations between which a radar searches.

    Parameters
    ----------
    radar : Radar

    Returns
    -------
    float, float
        Apparent; equal where it searches nothing.
    """
    low, high = radar.lowest_elevation_deg, radar.elevation_max_deg
    if radar.search is None or radar.search.mode == "volume":
        return low, high
    if radar.search.mode == "cued":
        return low, low
    return low, min(low + radar.search.fence_height_deg, high)


def beam_positions(radar: Radar) -> float:
    """Count the beams that a radar's search takes once around.

    The solid angle A (sin e₂ - sin e₁) of the sector A between the elevations e₁ and e₂, over that of a beam,
    the square of its half-power width (Barton, Radar Equations for Modern Radar, 2013, chapter 2). A fence is
    at least one beam high. That the beams of a flat array grow broader off its axis is not counted.

    Parameters
    ----------
    radar : Radar
        Without a search plan it is taken to search all that it can see.

    Returns
    -------
    float
        At least 1, and 0 for a radar that looks only where it is told to.
    """
    low, high = search_band_deg(radar)
    if high <= low:
        return 0.0
    beam = math.radians(radar.beamwidth_deg)
    band = math.sin(math.radians(high)) - math.sin(math.radians(low))
    row = beam * math.cos(math.radians(low))
    return max(1.0, math.radians(radar.azimuth_width_deg) * max(band, row) / beam**2)


def false_alarms_per_frame(radar: Radar) -> float:
    """Mean number of false alarms while the search goes once around.

    Beams, times cells of range in a beam, times the false-alarm probability of a cell.

    Parameters
    ----------
    radar : Radar
        With a search plan.

    Returns
    -------
    float
        0 without a plan, where nothing says how many cells there are.
    """
    if radar.search is None:
        return 0.0
    cells = radar.maximum_range_m / radar.search.range_resolution_m
    return beam_positions(radar) * cells * radar.false_alarm_probability


def search_load(radar: Radar) -> float:
    """Share of a radar's time that its search takes.

    Beams times their dwell, and a track dwell for each false alarm, which confirms or dismisses it; over the
    search frame, and over the faces, which search side by side. A radar without a search plan spends its
    `search_share`.

    Parameters
    ----------
    radar : Radar

    Returns
    -------
    float
        From 0 to below 1.

    Raises
    ------
    InputError
        Where the search would take all the time or more: nothing could be tracked.
    """
    if radar.search is None:
        return radar.search_share
    beams, alarms = beam_positions(radar), false_alarms_per_frame(radar)
    taken_s = (beams * radar.search_dwell_s + alarms * radar.track_dwell_s) / max(1, len(radar.faces))
    load = taken_s / radar.search.frame_s
    if load >= 1.0:
        raise InputError(
            f"one search of {beams:.0f} beams with {alarms:.1f} false alarms takes {taken_s:.3g} s of the "
            f"{radar.search.frame_s:g} s that its frame has",
            where=f"radar '{radar.name}'",
            remedy="Write a longer search frame, a shorter search dwell or a lower fence.",
        )
    return load
