"""Truth for the tracker's tests, written apart from the package: numpy, Runge-Kutta, standard air.

Gravity with J2 in the rotating frame; thrust along a stated pitch programme; drag in free flight by a
ballistic coefficient. Numbers are those of a generic single-stage missile of 1000 km range.
"""

import numpy as np

GM, J2, OMEGA, A, F = 3.986004418e14, 1.082629821e-3, 7.292115e-5, 6378137.0, 1 / 298.257223563


def site_frame(lat_deg, lon_deg, h=0.0):
    la, lo = np.radians(lat_deg), np.radians(lon_deg)
    e2 = F * (2 - F)
    n = A / np.sqrt(1 - e2 * np.sin(la) ** 2)
    r = np.array(
        [
            (n + h) * np.cos(la) * np.cos(lo),
            (n + h) * np.cos(la) * np.sin(lo),
            (n * (1 - e2) + h) * np.sin(la),
        ]
    )
    east = np.array([-np.sin(lo), np.cos(lo), 0.0])
    up = np.array([np.cos(la) * np.cos(lo), np.cos(la) * np.sin(lo), np.sin(la)])
    return r, np.array([east, np.cross(up, east), up])


def radial_height(r):
    e2 = 1 / (1 - F) ** 2 - 1
    norm = np.linalg.norm(r)
    return norm - A / np.sqrt(1 + e2 * (r[2] / norm) ** 2)


def gravity(r):
    n2 = r @ r
    zz = r[2] ** 2 / n2
    k = 1.5 * J2 * A * A / n2
    g = -GM * r / n2**1.5
    return g * np.array([1 + k * (1 - 5 * zz), 1 + k * (1 - 5 * zz), 1 + k * (3 - 5 * zz)])


#: US Standard Atmosphere 1976 (NOAA-S/T 76-1562, table I), every 10 km from the ground: kg/m3.
DENSITY = np.log(
    (
        1.225,
        4.1351e-1,
        8.891e-2,
        1.841e-2,
        3.9957e-3,
        1.0269e-3,
        3.0968e-4,
        8.2829e-5,
        1.8458e-5,
        3.416e-6,
        5.604e-7,
        9.708e-8,
        2.222e-8,
        8.152e-9,
    )
)
HEIGHT = np.arange(14) * 10e3


def rates(s, push, beta):
    r, v = s[:3], s[3:]
    a = gravity(r) + push
    a[0] += OMEGA * (OMEGA * r[0] + 2 * v[1])
    a[1] += OMEGA * (OMEGA * r[1] - 2 * v[0])
    h = radial_height(r)
    if beta and h < 130e3:
        a -= 0.5 * np.exp(np.interp(h, HEIGHT, DENSITY)) * np.linalg.norm(v) * v / beta
    return np.concatenate((v, a))


def runge_kutta(s, dt, push, beta):
    k1 = rates(s, push, beta)
    k2 = rates(s + dt / 2 * k1, push, beta)
    k3 = rates(s + dt / 2 * k2, push, beta)
    k4 = rates(s + dt * k3, push, beta)
    return s + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def fly(
    lat=40.5,
    lon=127.0,
    azimuth_deg=140.0,
    burn_s=70.0,
    elevation_end_deg=42.0,
    start=22.0,
    end=75.0,
    beta=2000.0,
    second=None,
):
    """Return times (every 0.5 s), states (n, 6) until impact, and the time of (first) burnout.

    `second` is a second stage: ignition s, burnout s, acceleration m/s² along the velocity.
    """
    r, frame = site_frame(lat, lon)
    level = np.sin(np.radians(azimuth_deg)) * frame[0] + np.cos(np.radians(azimuth_deg)) * frame[1]
    s = np.concatenate((r + frame[2], np.zeros(3)))
    times, states, t, dt = [0.0], [s], 0.0, 0.5
    while True:
        if t < burn_s:
            size = 1 / (1 / start + (1 / end - 1 / start) * (t + dt / 2) / burn_s)
            el = np.radians(90 + (elevation_end_deg - 90) * min((t + dt / 2) / (0.6 * burn_s), 1.0))
            s = runge_kutta(s, dt, size * (np.cos(el) * level + np.sin(el) * frame[2]), None)
        elif second and second[0] <= t < second[1]:
            s = runge_kutta(s, dt, second[2] * s[3:] / np.linalg.norm(s[3:]), None)
        else:
            pieces = 10 if radial_height(s[:3]) < 60e3 else 1
            for _ in range(pieces):
                s = runge_kutta(s, dt / pieces, np.zeros(3), beta)
        t += dt
        if radial_height(s[:3]) < 0 and t > 5:
            break
        times.append(t)
        states.append(s)
    # The last point is moved to the ground along the velocity.
    up = s[:3] / np.linalg.norm(s[:3])
    s = s.copy()
    s[:3] -= s[3:] * radial_height(s[:3]) / (s[3:] @ up)
    states.append(s)
    times.append(t)
    return np.array(times), np.array(states), burn_s


#: lat, lon, sigma range m, sigma angle rad, revisit s
PRECISE = (40.89, 140.34, 1.0, 1e-4, 1.0)
MIDDLE = (34.34, 131.56, 8.0, 6e-4, 2.0)
COARSE = (37.05, 138.0, 30.0, 4e-3, 4.0)


def seen_from(r_site, frame, r):
    """Range, azimuth and elevation (..., 3) of positions (..., 3), without noise."""
    e = (np.asarray(r) - r_site) @ frame.T
    rho = np.linalg.norm(e, axis=-1)
    return np.stack((rho, np.arctan2(e[..., 0], e[..., 1]), np.arcsin(e[..., 2] / rho)), axis=-1)


def falling(t, offset=(0.0, 0.0, 0.0)):
    """An object in free flight, 200 km up, after whole seconds; offset in the local frame."""
    r, frame = site_frame(39.0, 132.0, 200e3)
    s = np.concatenate((r + np.asarray(offset) @ frame, np.array([1500.0, -800.0, 900.0]) @ frame))
    for _ in range(round(t)):
        s = runge_kutta(s, 1.0, np.zeros(3), None)
    return s


def look(radar, states, rng, minimum_elevation_deg=2.0):
    """Return noisy measurements (n, 3) of each state and which of them are above the horizon."""
    r, frame = site_frame(*radar[:2])
    z = seen_from(r, frame, states[:, :3])
    rho = z[:, 0]
    visible = z[:, 2] > np.radians(minimum_elevation_deg)
    cos = np.cos(z[:, 2])
    noise = rng.standard_normal(z.shape) * np.array([radar[2], radar[3], radar[3]])
    noise[:, 1] /= cos
    sigma = np.column_stack((np.full_like(rho, radar[2]), radar[3] / cos, np.full_like(rho, radar[3])))
    return z + noise, sigma, visible


def battle(radars, flights, rng, step_s=1.0, latency_s=None, minimum_elevation_deg=2.0):
    """Yield (time, true object of each detection, columns of a batch) of a network of radars.

    `flights` are (launch time, times, states); `latency_s` delays a radar's reports.
    """
    latency_s = latency_s or [0.0] * len(radars)
    rows = []
    for number, (launch, times, states) in enumerate(flights):
        for sensor, radar in enumerate(radars):
            z, sigma, visible = look(radar, states[:-1], rng, minimum_elevation_deg)
            when = times[:-1] + launch
            looks = np.flatnonzero(visible & (np.abs(when % radar[4]) < 1e-9))
            heads = [(when[i] + latency_s[sensor], when[i], sensor, number) for i in looks]
            rows += [(*head, *z[i], *sigma[i]) for head, i in zip(heads, looks, strict=True)]
    table = np.array(rows)
    table = table[np.lexsort((table[:, 2], table[:, 0]))]
    end = max(launch + times[-1] for launch, times, _ in flights)
    for t in np.arange(np.ceil(table[0, 0]), end, step_s):
        part = table[(table[:, 0] > t - step_s) & (table[:, 0] <= t)]
        yield t, part[:, 3].astype(int), (part[:, 2].astype(np.int64), part[:, 1], *part[:, 4:].T)


def at(flight, t):
    """Return the true state of a flight (launch, times, states) at a multiple of half a second."""
    launch, _, states = flight
    return states[round((t - launch) * 2)]


def nees(error, covariance):
    return float(error @ np.linalg.solve(covariance, error))
