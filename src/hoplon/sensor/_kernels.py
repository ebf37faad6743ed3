"""Compiled inner loops of the sensor package: ray through the atmosphere, geometry and SNR, draws."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon._kernels_random import RESOLUTION, philox


@kernel
def trace_ray(
    radius: float,
    altitude: float,
    elevation: float,
    surface_refractivity: float,
    scale_height: float,
    top: float,
    step: float,
    nodes: int,
) -> NDArray[np.float64]:
    """Follow a ray through n = 1 + N exp(-h / H) on a sphere until it leaves the atmosphere upward.

    Classic Runge-Kutta in arc length of dr/ds = sin e, dθ/ds = cos e / r, de/ds = cos e (1/r + n'/n), which
    is Bouguer's n r cos e = const, derived by s (Born and Wolf, Principles of Optics, section 3.2); unlike
    the quadrature of Bouguer's law it has no singularity where the ray is horizontal. Returns rows (ground
    angle θ, altitude, local elevation e) [rad, m, rad], at most `nodes` of them.
    """
    out = np.empty((nodes, 3))
    theta = 0.0
    h = altitude
    e = elevation
    k = np.empty((4, 3))
    count = 0
    while count < nodes:
        out[count, 0] = theta
        out[count, 1] = h
        out[count, 2] = e
        count += 1
        if h >= top and e > 0.0:
            break
        for stage in range(4):
            part = 0.0 if stage == 0 else (1.0 if stage == 3 else 0.5)
            hs = h
            es = e
            if stage > 0:
                hs += part * step * k[stage - 1, 1]
                es += part * step * k[stage - 1, 2]
            refractivity = surface_refractivity * math.exp(-hs / scale_height)
            bend = -refractivity / scale_height / (1.0 + refractivity)
            r = radius + hs
            k[stage, 0] = math.cos(es) / r
            k[stage, 1] = math.sin(es)
            k[stage, 2] = math.cos(es) * (1.0 / r + bend)
        theta += step * (k[0, 0] + 2.0 * k[1, 0] + 2.0 * k[2, 0] + k[3, 0]) / 6.0
        h += step * (k[0, 1] + 2.0 * k[1, 1] + 2.0 * k[2, 1] + k[3, 1]) / 6.0
        e += step * (k[0, 2] + 2.0 * k[1, 2] + 2.0 * k[2, 2] + k[3, 2]) / 6.0
    return out[:count].copy()


@kernel
def look_at(
    r_ecef: NDArray[np.float64],
    v_ecef: NDArray[np.float64],
    rcs: NDArray[np.float64],
    alive: NDArray[np.bool_],
    r_site: NDArray[np.float64],
    enu: NDArray[np.float64],
    azimuth_from: float,
    azimuth_width: float,
    elevation_max: float,
    maximum_range: float,
    horizon_step: float,
    horizon_elevation: NDArray[np.float64],
    snr_unit: float,
) -> NDArray[np.float64]:
    """Range, azimuth, elevation, range rate and SNR of targets (n, m, 3) as seen from a site.

    Positions and velocities are Earth-fixed (m, m/s), angles rad, azimuth from north through east. Returns
    (5, n, m). SNR is snr_unit σ / R⁴ where the target is alive, in the sector, within the maximum
    range and above the horizon, and 0 elsewhere. `horizon_elevation` is the lowest visible geometric
    elevation at slant ranges 0, step, 2 step, …; past its end it is constant.
    """
    n, m, _ = r_ecef.shape
    out = np.zeros((5, n, m))
    last = horizon_elevation.size - 1
    two_pi = 2.0 * math.pi
    for i in range(n):
        for j in range(m):
            dx = r_ecef[i, j, 0] - r_site[0]
            dy = r_ecef[i, j, 1] - r_site[1]
            dz = r_ecef[i, j, 2] - r_site[2]
            east = enu[0, 0] * dx + enu[0, 1] * dy + enu[0, 2] * dz
            north = enu[1, 0] * dx + enu[1, 1] * dy + enu[1, 2] * dz
            up = enu[2, 0] * dx + enu[2, 1] * dy + enu[2, 2] * dz
            distance = math.sqrt(dx * dx + dy * dy + dz * dz)
            azimuth = math.atan2(east, north) % two_pi
            elevation = math.atan2(up, math.sqrt(east * east + north * north))
            out[0, i, j] = distance
            out[1, i, j] = azimuth
            out[2, i, j] = elevation
            if distance <= 0.0:
                continue
            out[3, i, j] = (dx * v_ecef[i, j, 0] + dy * v_ecef[i, j, 1] + dz * v_ecef[i, j, 2]) / distance
            if not alive[i, j] or not distance <= maximum_range or elevation > elevation_max:
                continue
            if (azimuth - azimuth_from) % two_pi > azimuth_width:
                continue
            place = distance / horizon_step
            if place >= last:
                lowest = horizon_elevation[last]
            else:
                k = int(place)
                part = place - k
                lowest = horizon_elevation[k] * (1.0 - part) + horizon_elevation[k + 1] * part
            if elevation >= lowest:
                out[4, i, j] = snr_unit * rcs[i, j] / distance**4
    return out


#: What the errors of a radar's measurements follow from, by place in an array.
ANGLE = 0  # sigma at an SNR of one half, rad
ANGLE_FLOOR = 1  # rad
RANGE = 2  # the same of the range, m
RANGE_FLOOR = 3
BIAS = 4  # of range, azimuth and elevation
NOISE = 7

#: Of elevation: the error of an azimuth grows without bound towards the zenith.
LEAST_COSINE = 0.05


@kernel
def draw_looks(
    observed: NDArray[np.float64],
    look_index: NDArray[np.int64],
    keys: NDArray[np.int64],
    threshold: float,
    swerling: int,
    search_to_track: float,
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Draw what each look would receive.

    `observed` is (5, n, m) from `look_at`; `keys` (n,) address the random numbers, with twice the look as
    counter: two numbers for the fluctuation, two for the receiver's noise (Box and Muller 1958).
    Source of the fluctuations: Swerling, IRE Trans. Inf. Theory 6 (1960) 269: power exponential (case 1), or
    chi-square with four degrees of freedom, the mean of two exponential ones (case 3).
    Returns detected (2, n, looks): search, track dwell; and power (n, looks): the measured ratio of signal
    plus noise to noise of the track dwell, or of the search dwell where that alone detects; NaN where neither
    does.
    """
    n = observed.shape[1]
    looks = look_index.size
    detected = np.zeros((2, n, looks), dtype=np.bool_)
    power = np.full((n, looks), np.nan)
    two_pi = 2.0 * math.pi
    search_amplitude = math.sqrt(search_to_track)
    for i in range(n):
        for j in range(looks):
            snr = observed[4, i, look_index[j]]
            if not snr > 0.0:
                continue
            words = philox(2 * j, keys[i])
            u0, u1 = words[0] * RESOLUTION, words[1] * RESOLUTION
            u2, u3 = words[2] * RESOLUTION, words[3] * RESOLUTION
            # The echo's power over its mean, one value for the whole look (scan-to-scan fluctuation).
            if swerling == 0:
                gain = 1.0
            elif swerling == 1:
                gain = -math.log(1.0 - u0)
            else:
                gain = -0.5 * math.log((1.0 - u0) * (1.0 - u1))
            # Noise has unit mean power and no preferred phase, so the echo may lie along the real axis.
            noise = -math.log(1.0 - u2)
            in_phase = math.sqrt(noise) * math.cos(two_pi * u3)
            quadrature_2 = noise - in_phase * in_phase
            echo = math.sqrt(snr * gain)
            z_track = (echo + in_phase) ** 2 + quadrature_2
            echo *= search_amplitude
            z_search = (echo + in_phase) ** 2 + quadrature_2
            detected[0, i, j] = z_search > threshold
            detected[1, i, j] = z_track > threshold
            if z_track > threshold:
                power[i, j] = z_track
            elif z_search > threshold:
                power[i, j] = z_search
    return detected, power


@kernel
def measure_look(
    distance: float,
    azimuth: float,
    elevation: float,
    power: float,
    look: int,
    key: int,
    noise: NDArray[np.float64],
) -> tuple[float, float, float, float, float, float]:
    """Draw what one look measures that receives a `power` (from `draw_looks`).

    The counter after that of the look's own draws gives four numbers for the errors (Box and Muller 1958).
    The errors are those of `hoplon.sensor.measurement.measurement_sigmas`; see `hoplon.sensor.observe` for
    their source and why the power received, not its mean, stands in them. Range m, angles rad.
    Returns range, azimuth, elevation and their sigmas.
    """
    two_pi = 2.0 * math.pi
    words = philox(2 * look + 1, key)
    first = math.sqrt(-2.0 * math.log(1.0 - words[0] * RESOLUTION))
    first_turn = two_pi * RESOLUTION * words[1]
    second = math.sqrt(-2.0 * math.log(1.0 - words[2] * RESOLUTION))
    second_turn = two_pi * RESOLUTION * words[3]
    half = 0.5 / power
    sigma_range = math.sqrt(noise[RANGE] ** 2 * half + noise[RANGE_FLOOR] ** 2)
    sigma_angle = math.sqrt(noise[ANGLE] ** 2 * half + noise[ANGLE_FLOOR] ** 2)
    # The error lies across the beam; as an azimuth it grows with elevation. Bounded near the zenith.
    sigma_azimuth = sigma_angle / max(math.cos(elevation), LEAST_COSINE)
    turned = azimuth + sigma_azimuth * first * math.cos(first_turn) + noise[BIAS + 1]
    if turned < 0.0 or turned >= two_pi:
        turned %= two_pi
    return (
        distance + sigma_range * second * math.cos(second_turn) + noise[BIAS],
        turned,
        elevation + sigma_angle * first * math.sin(first_turn) + noise[BIAS + 2],
        sigma_range,
        sigma_azimuth,
        sigma_angle,
    )
