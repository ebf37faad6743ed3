"""What a track may be: its type against the threat library, body or re-entry vehicle. Probabilities only.

Nothing here tells decoys from warheads by what a radar sees of them: how likely that succeeds is for the user
to state, as a curve (`Discrimination`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.earth.planet import WGS84, Planet
from hoplon.errors import InputError, nearest
from hoplon.track.known_missile import KnownMissile

Array = NDArray[np.float64]

#: The key under which the share of all unknown types stands.
NONE_OF_THESE = "none of these"
#: What an unknown type may show: all that ballistic missiles from 100 km to intercontinental range do, spread
#: evenly over the logarithm (lowest, highest).
_UNKNOWN = {
    "burnout_speed_m_s": (900.0, 8000.0),
    "apogee_km": (25.0, 5000.0),
    "boost_duration_s": (20.0, 350.0),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A feature of a track, with its error.

    Attributes
    ----------
    value, sigma : float
        Estimate and standard deviation.
    """

    value: float
    sigma: float


@dataclass(frozen=True, slots=True)
class Features:
    """What a track shows of its type; None where it has not been seen.

    Burnout speed and apogee follow from one state and one energy; each still says something the other does
    not, for the same speed may be spent on height or on range. Their errors are taken as independent, which
    holds where the library's own spreads, not the track's error, decide.

    Attributes
    ----------
    burnout_speed_m_s, apogee_km, boost_duration_s : Seen or None
    """

    burnout_speed_m_s: Seen | None = None
    apogee_km: Seen | None = None
    boost_duration_s: Seen | None = None


def specific_energy_j_kg(r_ecef_m: Array, v_ecef_m_s: Array, planet: Planet = WGS84) -> float:
    """Return the energy per mass of a state in the inertial frame, zero at infinity: v²/2 - GM/r.

    Parameters
    ----------
    r_ecef_m, v_ecef_m_s : array, shape (3,)
        Velocity relative to the rotating Earth.
    planet : Planet

    Returns
    -------
    float
    """
    gm, _, spin, _, _ = planet.as_array()
    r = np.asarray(r_ecef_m, dtype=np.float64)
    v = np.asarray(v_ecef_m_s, dtype=np.float64) + spin * np.array([-r[1], r[0], 0.0])
    return float(0.5 * (v @ v) - gm / np.linalg.norm(r))


def burnout_speed_seen(
    r_ecef_m: Array, v_ecef_m_s: Array, covariance: Array, burnout_height_km: float, planet: Planet = WGS84
) -> Seen:
    """Return the speed at which a track in free flight passed the believed height of burnout, by its energy.

    Energy relative to the rotating Earth is conserved without drag (the Jacobi integral:
    v²/2 - GM/r - (ω ρ)²/2, with ρ the distance from the axis; Murray & Dermott 1999, 3.2), so no flight back
    is needed; that ρ is a little other at burnout changes the speed by a few m/s.

    Parameters
    ----------
    r_ecef_m, v_ecef_m_s : array, shape (3,)
    covariance : array, shape (6, 6)
    burnout_height_km : float
    planet : Planet

    Returns
    -------
    Seen
    """
    gm, _, spin, _, _ = planet.as_array()
    r = np.asarray(r_ecef_m, dtype=np.float64)
    v = np.asarray(v_ecef_m_s, dtype=np.float64)
    size = float(np.linalg.norm(r))
    height = size - float(planet.equatorial_radius_m) * (1.0 - float(planet.flattening) * (r[2] / size) ** 2)
    low = size - height + 1e3 * burnout_height_km
    axis2 = float(r[0] ** 2 + r[1] ** 2)
    squared = float(v @ v) + 2.0 * gm * (1.0 / low - 1.0 / size)
    squared += spin**2 * axis2 * ((low / size) ** 2 - 1.0)
    speed = math.sqrt(max(squared, 1.0))
    gradient = np.concatenate((gm * r / size**3, v)) / speed
    return Seen(speed, math.sqrt(float(gradient @ np.asarray(covariance)[:6, :6] @ gradient)))


def classify_type(
    features: Features,
    library: Sequence[KnownMissile],
    unknown_share: float,
    prior: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """Return the probability of each type of the library, and that of none of these.

    Bayes' rule with normal densities (the track's variance added to the library's) for known types and a
    density even over the logarithm between wide limits for unknown ones. A feature that has not been seen
    says nothing.

    Parameters
    ----------
    features : Features
    library : sequence of KnownMissile
        The defence's own; names are unique.
    unknown_share : float
        Prior probability, between 0 and 1, that a missile is of no type of the library.
    prior : mapping of str to float, optional
        Relative prior weight by name; even where it is not given.

    Returns
    -------
    dict of str to float
        Sums to one; the key `NONE_OF_THESE` holds the share of unknown types.

    Raises
    ------
    InputError
    """
    names = [known.name for known in library]
    if len(set(names)) != len(names) or NONE_OF_THESE in names:
        raise InputError(f"names {names}", where="threat library", remedy="Give each type a name of its own.")
    if not 0.0 < unknown_share < 1.0:
        raise InputError(f"unknown_share is {unknown_share}", remedy="Give a number above 0 and below 1.")
    for name in prior or {}:
        if name not in names:
            raise InputError(f"no type '{name}'", where="threat library", remedy=nearest(name, set(names)))
    weights = [1.0 if prior is None else prior.get(name, 0.0) for name in names]
    total = sum(weights)
    if names and not total > 0.0:
        raise InputError("no type has a prior weight above zero", where="threat library", remedy="Give one.")
    logs = []
    for known, weight in zip(library, weights, strict=True):
        share = (1.0 - unknown_share) * weight / total
        logs.append(math.log(share) if share > 0.0 else -math.inf)
        for key in _UNKNOWN:
            seen = getattr(features, key)
            if seen is not None:
                logs[-1] += _log_normal(
                    seen.value, getattr(known, key), math.hypot(seen.sigma, getattr(known, _sigma(key)))
                )
    unknown = math.log(unknown_share)
    for key, (low, high) in _UNKNOWN.items():
        seen = getattr(features, key)
        if seen is not None:
            at = min(max(seen.value, low), high)
            unknown -= math.log(at * math.log(high / low))
    logs.append(unknown)
    top = max(logs)
    shares = [math.exp(value - top) for value in logs]
    return {name: share / sum(shares) for name, share in zip([*names, NONE_OF_THESE], shares, strict=True)}


def _sigma(key: str) -> str:
    stem, dot, unit = key.partition("_m_s") if key.endswith("_m_s") else key.rpartition("_")
    return f"{stem}_sigma{dot}{unit}"


def _log_normal(value: float, mean: float, sigma: float) -> float:
    return -0.5 * ((value - mean) / sigma) ** 2 - math.log(sigma * math.sqrt(2.0 * math.pi))


def classify_body(
    log_beta: Seen,
    prior_sigma: float,
    prior_log_beta: float,
    body: tuple[float, float],
    vehicle: tuple[float, float],
    vehicle_share: float,
) -> float:
    """Return the probability that what re-enters is a re-entry vehicle and not a body, by its deceleration.

    A track that learns the ballistic coefficient holds the logarithm's estimate after a prior of its own;
    what the measured deceleration alone says is that posterior divided by the prior. It is weighed under both
    hypotheses, each a spread of the ballistic coefficient that the user states.

    Parameters
    ----------
    log_beta : Seen
        Estimate and standard deviation of the natural logarithm of the ballistic coefficient, kg/m², by a
        track in re-entry.
    prior_sigma, prior_log_beta : float
        The track's prior: standard deviation, and mean.
    body, vehicle : tuple of float
        Median ballistic coefficient, kg/m², and standard deviation of its logarithm, of tank and body, and of
        re-entry vehicles.
    vehicle_share : float
        Prior probability of a re-entry vehicle.

    Returns
    -------
    float
        `vehicle_share` where the track has not learnt anything yet.

    Raises
    ------
    InputError
    """
    if not 0.0 < vehicle_share < 1.0:
        raise InputError(f"vehicle_share is {vehicle_share}", remedy="Give a number above 0 and below 1.")
    if not min(prior_sigma, *body, *vehicle) > 0.0:
        raise InputError("a ballistic coefficient or spread that is not above zero", remedy="Give one above.")
    information = log_beta.sigma**-2 - prior_sigma**-2
    if information <= 1e-6 * prior_sigma**-2:
        return vehicle_share
    measured = (log_beta.value * log_beta.sigma**-2 - prior_log_beta * prior_sigma**-2) / information
    odds = math.log(vehicle_share / (1.0 - vehicle_share))
    for (median, sigma), sign in ((vehicle, 1.0), (body, -1.0)):
        odds += sign * _log_normal(measured, math.log(median), math.sqrt(sigma**2 + 1.0 / information))
    return 1.0 / (1.0 + math.exp(-max(min(odds, 700.0), -700.0)))


@dataclass(frozen=True, slots=True)
class Discrimination:
    """How likely a radar tells what it has in view, as a curve that the user states.

    No signature is modelled and none is implied: a curve is an assumption or a citation of its own.

    Attributes
    ----------
    curves : mapping of str to tuple of (float, float)
        By band: points of time in view (s, rising) and probability (never falling, 0 to 1).
    source : str
        Where the curves are from, or why they are assumed.

    Raises
    ------
    InputError
    """

    curves: Mapping[str, tuple[tuple[float, float], ...]]
    source: str

    def __post_init__(self) -> None:
        if not self.source.strip():
            raise InputError(
                "a discrimination curve without a source",
                remedy="Say where it is from, or why it is assumed.",
            )
        for band, points in self.curves.items():
            table = np.array(points, dtype=np.float64)
            fine = (
                table.ndim == 2
                and table.shape[1] == 2
                and len(table) > 0
                and bool(np.all(np.isfinite(table)))
                and bool(np.all(np.diff(table[:, 0]) > 0.0))
                and bool(np.all(np.diff(table[:, 1]) >= 0.0))
                and 0.0 <= table[0, 1] <= table[-1, 1] <= 1.0
                and table[0, 0] >= 0.0
            )
            if not fine:
                raise InputError(
                    f"points {points}",
                    where=f"discrimination in band {band}",
                    remedy="Write (time, probability): times rising, probabilities not falling, 0 to 1.",
                )

    def probability(self, band: str, time_in_view_s: float) -> float:
        """Return the probability after a time in view, linear between points, level outside them.

        Parameters
        ----------
        band : str
        time_in_view_s : float

        Returns
        -------
        float

        Raises
        ------
        InputError
            If there is no curve for the band.
        """
        if band not in self.curves:
            raise InputError(
                f"no curve for band '{band}'", where="discrimination", remedy=nearest(band, set(self.curves))
            )
        points = np.array(self.curves[band], dtype=np.float64)
        return float(np.interp(time_in_view_s, points[:, 0], points[:, 1]))
