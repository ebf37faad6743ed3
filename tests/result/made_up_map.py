"""Made-up maps for tests of files and pages: a disc of good ground about a point, with reasons outside it."""

from __future__ import annotations

import numpy as np

from hoplon.result.coverage_map import PROBABILITY, WARNING_MIN, CoverageMap, MapLayer
from hoplon.result.model import Assumption
from hoplon.result.scene import SceneSite

RADIUS_KM = 6371.0088


def distance_km(latitude_deg, longitude_deg, of_latitude_deg, of_longitude_deg):
    """Along a sphere, by the haversine."""
    a, b = np.radians(latitude_deg), np.radians(of_latitude_deg)
    turn = np.radians(np.asarray(longitude_deg) - of_longitude_deg)
    h = np.sin((a - b) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(turn / 2) ** 2
    return 2 * RADIUS_KM * np.arcsin(np.sqrt(h))


def made_up_map(middle_deg=138.0, disc_km=400.0, cells=(60, 70), kind="defended", **changes):
    """Probability falls from 1 at the middle to 0.5 at `disc_km`; a corner is out of the missile's reach."""
    middle = (36.0, middle_deg)
    latitude = np.linspace(30.0, 42.0, cells[0])
    longitude = np.linspace(middle_deg - 8.0, middle_deg + 8.0, cells[1])
    at = np.meshgrid(latitude, longitude, indexing="ij")
    away = distance_km(*at, *middle)
    values = np.clip(1.0 - 0.5 * away / disc_km, 0.0, 1.0)
    reasons = np.where(values >= 0.5, 0, np.where(away < 1.4 * disc_km, 2, 3)).astype(np.uint8)
    unreached = (at[0] > 40.0) & (at[1] > middle_deg + 5.0)
    values[unreached], reasons[unreached] = np.nan, 1
    second = np.where(unreached, np.nan, np.clip(9.0 - away / 100.0, 0.0, None))
    given = {
        "kind": kind,
        "scenario": "made-up",
        "title": "A made-up map",
        "question": "Which ground is defended?",
        "date": "2018-01-16",
        "latitude_deg": latitude,
        "longitude_deg": longitude,
        "layers": (
            MapLayer("nodong from kittaeryong", PROBABILITY, values, reasons),
            MapLayer("nodong from kittaeryong, minutes", WARNING_MIN, second, reasons),
        ),
        "reasons": ("", "the missile does not reach it", "no interceptor reaches it", "not detected"),
        "sites": (
            SceneSite("middle", "asset", 36.0, middle_deg, radius_km=30.0),
            SceneSite("outskirts", "asset", 36.0, middle_deg + 6.0),
            SceneSite("battery_one", "battery", 36.0, middle_deg, loaded=8),
            SceneSite("kittaeryong", "launch_site", 38.99, 127.6),
        ),
        "assumptions": (
            Assumption(
                "sensors.x.losses_db", 5.0, 3.0, 8.0, "dB", "assumed", "", "nobody says", "a rule", None
            ),
        ),
        "overrides": (),
        "limitations": ("It is made up.",),
        "facts": {"level": 0.5, "step_km": 25.0},
        "settings": {"missiles": "nodong"},
        "scenario_yaml": "format: hoplon-scenario\n",
    }
    return CoverageMap(**{**given, **changes})
