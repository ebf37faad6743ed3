"""A radar and places around it, for the tests of what it sees."""

import numpy as np
import pymap3d

from hoplon.earth.sites import Site
from hoplon.sensor.observe import observe
from hoplon.sensor.radar import Radar

#: The Lewis and Postol array, looking all around.
RADAR = Radar(
    name="x_band",
    site=Site("shariki", 40.88809, 140.337698, 0.0),
    band="X",
    frequency_hz=9.5e9,
    average_power_w=81e3,
    antenna_area_m2=9.2,
    aperture_efficiency=0.8,
    losses_db=7.9,
    system_temperature_k=400.0,
    track_dwell_s=0.1,
    search_dwell_s=0.02,
    revisit_s=1.0,
    azimuth_from_deg=0.0,
    azimuth_to_deg=360.0,
    elevation_min_deg=0.0,
    elevation_max_deg=90.0,
    mask_deg=0.0,
    range_resolution_m=0.2,
    swerling=1,
    false_alarm_probability=1e-6,
    maximum_range_m=2e6,
    latency_s=0.5,
)


def at(radar, azimuth_deg, elevation_deg, range_m):
    """Earth-fixed positions (1, n, 3) by pymap3d, not by the code under test."""
    site = radar.site
    parts = pymap3d.aer2ecef(
        *np.broadcast_arrays(azimuth_deg, elevation_deg, range_m),
        site.latitude_deg,
        site.longitude_deg,
        site.altitude_m,
    )
    return np.stack([np.atleast_1d(np.asarray(p, float)) for p in parts], axis=-1)[None]


def look(radar, r, rcs_m2=0.01, v=None, alive=True):
    """What a radar sees of targets at positions (1, n, 3), one a second."""
    return observe(radar, np.arange(r.shape[1]) * 1.0, r, np.zeros_like(r) if v is None else v, rcs_m2, alive)
