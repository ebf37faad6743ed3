"""What radars make of missiles on their way from stated launch points to every cell of a map."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from hoplon.coverage.make_map import worst_of
from hoplon.coverage.question import Firing
from hoplon.earth.sites import Site
from hoplon.engagement import assemble
from hoplon.errors import InputError, UnreachableError
from hoplon.flight.fit import fit
from hoplon.flight.trajectory import Trajectory
from hoplon.result.coverage_map import PROBABILITY, WARNING_MIN, MapLayer
from hoplon.scenario import MissileEntry
from hoplon.sensor.cross_section import aspect_angle_rad, by_aspect
from hoplon.sensor.detection import probability_of_detection
from hoplon.sensor.observe import LOOK_STEP_S, Observations, look_step_s, observe
from hoplon.sensor.radar import Radar
from hoplon.threat.raid import Flight, truth_states
from hoplon.track.settings import TrackerSettings

Array = NDArray[np.float64]
Progress = Callable[[int, int, str], None]

REASONS = (
    "",
    "out of the missile's reach",
    "never in view of a radar",
    "in view, but never found by a search",
    "found, but no firm track",
)
#: A cell has a reason where its probability is below this, unless another level is asked for.
USUAL_LEVEL = 0.5
#: Flights that are looked at together: enough to keep arrays busy, few enough to stay in the cache.
_TOGETHER = 128

LIMITS = (
    "Each radar makes its tracks alone: three detections of its search within 20 s, never 10 s without one. "
    "A network that puts the detections of several radars together is firm a little earlier.",
    "Searches find the missile by themselves: no cue from satellites or other radars.",
    "Flights are as in a battle: three degrees of freedom, no wind, minimum-energy trajectories unless the "
    "raid states an apogee. Cross-sections are best values.",
    "No clutter, no multipath, no rain, no jamming, no debris; terrain only where the catalogue or the "
    "scenario states a mask.",
)


def family_name(firing: Firing) -> str:
    """Name a family of trajectories: missile, launch point, apogee.

    Parameters
    ----------
    firing : Firing

    Returns
    -------
    str
    """
    lofted = "" if firing.apogee_km is None else f", apogee {firing.apogee_km:g} km"
    return f"{firing.missile} from {firing.place.id}{lofted}"


def family_layers(
    missiles: Mapping[str, MissileEntry],
    asked: Sequence[Firing],
    radars: Sequence[Radar],
    latitude_deg: Array,
    longitude_deg: Array,
    enough: float = USUAL_LEVEL,
    progress: Progress | None = None,
) -> tuple[tuple[MapLayer, ...], tuple[str, ...], tuple[str, ...]]:
    """Map families of trajectories: the probability of a firm track, and how early a radar finds them.

    Parameters
    ----------
    missiles : mapping of str to MissileEntry
    asked : sequence of Firing
        What flies from where; at least one.
    radars : sequence of Radar
    latitude_deg, longitude_deg : ndarray
        Centres of the cells.
    enough : float
        A cell has a reason where the probability of a firm track is below this.
    progress : callable, optional

    Returns
    -------
    layers : tuple of MapLayer
        Where there are several families, first the worst of them; then for each the probability of a firm
        track, and the minutes from the median first detection to the impact.
    reasons, limitations : tuple of str
    """
    shape = (latitude_deg.size, longitude_deg.size)
    cells = np.stack(np.meshgrid(latitude_deg, longitude_deg, indexing="ij"), axis=-1).reshape(-1, 2)
    layers = []
    total = len(cells) * len(asked)
    for number, firing in enumerate(asked):
        entry, name = missiles[firing.missile], family_name(firing)
        firm, minutes = np.full(len(cells), np.nan), np.full(len(cells), np.nan)
        reason = np.ones(len(cells), np.uint8)
        for start in range(0, len(cells), _TOGETHER):
            if progress is not None:
                progress(number * len(cells) + start, total, f"flying {name}")
            flown = _flown(entry, firing, cells[start : start + _TOGETHER])
            if flown:
                at = start + np.array([place for place, _ in flown])
                firm[at], minutes[at], reason[at] = _seen(
                    entry, [flight for _, flight in flown], radars, enough
                )
        layers.append(MapLayer(name, PROBABILITY, firm.reshape(shape), reason.reshape(shape)))
        layers.append(
            MapLayer(
                f"{name}: from first detection to impact",
                WARNING_MIN,
                minutes.reshape(shape),
                reason.reshape(shape),
            )
        )
    if len(asked) > 1:
        layers = [worst_of([layer for layer in layers if layer.quantity == PROBABILITY]), *layers]
    return tuple(layers), REASONS, LIMITS


def _flown(entry: MissileEntry, firing: Firing, cells: Array) -> list[tuple[int, Trajectory]]:
    vehicle, launch = assemble.vehicle_of(entry), assemble.site(firing.place)
    found = []
    for place, (latitude, longitude) in enumerate(cells.tolist()):
        aim = Site("cell", latitude, (longitude + 180.0) % 360.0 - 180.0)
        try:
            found.append((place, fit(vehicle, launch, aim, apogee_km=firing.apogee_km)))
        except (UnreachableError, InputError):  # too far, or so near that nothing flies there
            continue
    return found


def _seen(
    missile: MissileEntry, flights: Sequence[Trajectory], radars: Sequence[Radar], enough: float
) -> tuple[Array, Array, NDArray[np.uint8]]:
    """Probability of a firm track, minutes from the median first detection to impact, reason; by flight."""
    end_s = np.array([flight.flight_time_s for flight in flights])
    step_s = min((look_step_s(radar.revisit_s) for radar in radars), default=LOOK_STEP_S)
    t_s = np.arange(0.0, float(end_s.max()) + 2.0 * LOOK_STEP_S, step_s)
    truth = truth_states([Flight(flight, 0.0) for flight in flights], t_s)
    boosting, alive = truth.phase <= 1, (truth.phase == 1) | (truth.phase == 2)
    none_firm, log_missed = np.ones(len(flights)), np.zeros((len(flights), t_s.size))
    in_view = np.zeros(len(flights), dtype=np.bool_)
    for radar in radars:
        band = radar.band
        echo = np.where(boosting, missile.body_cross_section_m2[band], missile.reentry_cross_section_m2[band])
        aspects = missile.aspect_m2("body").get(band), missile.aspect_m2("reentry").get(band)
        if any(aspects):
            angle = aspect_angle_rad(radar.site.r_ecef_m, truth.r_ecef_m, truth.v_ecef_m_s)
            for values, where in zip(aspects, (boosting, ~boosting), strict=True):
                echo = by_aspect(echo, [values] * len(flights), where, angle)
        view = observe(radar, t_s, truth.r_ecef_m, truth.v_ecef_m_s, echo, alive)
        search = look_probability(radar, view)
        in_view |= view.visible.any(axis=1)
        none_firm *= 1.0 - firm_probability(search, radar.revisit_s)
        with np.errstate(divide="ignore"):
            log_missed[:, view.look_t_index] += np.log1p(-np.minimum(search, 1.0 - 1e-12))
    missed = np.cumsum(log_missed, axis=1)
    found = missed <= math.log(0.5)
    first_s = np.where(found.any(axis=1), t_s[np.argmax(found, axis=1)], np.inf)
    firm = 1.0 - none_firm
    minutes = np.where(np.isfinite(first_s), np.maximum(end_s - first_s, 0.0) / 60.0, 0.0)
    reason = np.select([firm >= enough, ~in_view, ~np.isfinite(first_s)], [0, 2, 3], default=4)
    return firm, minutes, reason.astype(np.uint8)


def look_probability(radar: Radar, view: Observations) -> Array:
    """Probability that each look in search detects.

    Parameters
    ----------
    radar : Radar
    view : Observations

    Returns
    -------
    ndarray, shape (n_threat, n_look)
        0 where the threat is out of view, or the search does not come by.
    """
    snr = view.snr_track[:, view.look_t_index]
    echo = snr * (radar.search_dwell_s / radar.track_dwell_s)
    pd = probability_of_detection(echo, radar.false_alarm_probability, radar.swerling)
    seen = np.where(snr > 0.0, pd, 0.0)
    return seen if view.searched is None else seen * view.searched


def firm_probability(
    search: Array,
    revisit_s: float,
    *,
    window_s: float = TrackerSettings().confirm_window_s,
    silence_s: float = TrackerSettings().tentative_drop_s,
) -> Array:
    """Probability that a radar alone makes a firm track: three detections of its search, close together.

    A first detection, at look i, begins a track; it is firm with the third within `window_s` of the first,
    and dropped after `silence_s` without one; then search begins anew. Looks are independent. With p the
    probability of detection, g and w the looks within the silence and the window, the probability V(i) of a
    track still to come obeys V(i) = (1 - p(i)) V(i + 1) + p(i) [q(0) V(i + g + 1) + Σ_j q(j) (S(j) +
    (1 - S(j)) V(i + j + m + 1))], j from 1 to g: q(j) that the second detection comes j looks later and q(0)
    that none does, S(j) that a third one does within the m = min(g, w - j) looks after that. A renewal
    argument on Bernoulli trials (Feller, An Introduction to Probability Theory, vol. 1, chapter XIII).

    Parameters
    ----------
    search : ndarray, shape (n, n_look)
        Probability that each look detects.
    revisit_s : float
        From look to look.
    window_s, silence_s : float

    Returns
    -------
    ndarray, shape (n,)
    """
    count, looks = search.shape
    w, g = (max(1, int(span / revisit_s + 1e-9)) for span in (window_s, silence_s))
    g = min(g, w)
    # Missed so far, as logarithms; looks past the last one detect nothing.
    p = np.pad(np.minimum(search, 1.0 - 1e-12), ((0, 0), (0, 2 * w + 2)))
    missed = np.concatenate([np.zeros((count, 1)), np.cumsum(np.log1p(-p), axis=1)], axis=1)
    later = np.arange(1, g + 1)
    more = np.minimum(g, w - later)
    value = np.zeros((count, looks + 2 * w + 3))
    for i in range(looks - 1, -1, -1):
        second = np.exp(missed[:, i + later] - missed[:, i + 1, None]) * p[:, i + later]
        third = 1.0 - np.exp(missed[:, i + later + more + 1] - missed[:, i + later + 1])
        begun = (second * (third + (1.0 - third) * value[:, i + later + more + 1])).sum(axis=1)
        begun += np.exp(missed[:, i + g + 1] - missed[:, i + 1]) * value[:, i + g + 1]
        value[:, i] = p[:, i] * begun + (1.0 - p[:, i]) * value[:, i + 1]
    return np.clip(value[:, 0], 0.0, 1.0)
