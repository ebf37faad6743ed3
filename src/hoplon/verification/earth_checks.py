"""Distances and angles of the public dispute, recomputed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from hoplon.earth.geodesics import destination, distance_km
from hoplon.verification.model import Line
from hoplon.verification.registry import Check, line, read_yaml

KM_PER_NAUTICAL_MILE = 1.852


def geometry() -> Iterator[Line]:
    """Two flights over Hokkaido, a mask angle, a range in the wrong miles.

    Yields
    ------
    Line
    """
    data = read_yaml("geometry.yaml")
    circles = data["great_circles"]
    start, reference = _place(circles["launch"]), _place(circles["reference"])
    for flight in circles["flights"]:
        impact = destination(*reference, circles["bearing_deg"], flight["from_reference_km"])
        yield line(
            f"range of {flight['date']}, impact {flight['from_reference_km']} km east of Cape Erimo",
            "km",
            flight["published_range_km"],
            distance_km(*start, *impact),
            flight["published_range_km"] * circles["tolerance_percent"] / 100.0,
            source=circles["source"],
        )
    miles = data["nautical_miles"]
    km = distance_km(*_place(miles["launch"]), *_place(miles["aim"]))
    yield line(
        "Vandenberg to Kwajalein",
        "nmi",
        miles["published_nmi"],
        km / KM_PER_NAUTICAL_MILE,
        miles["published_nmi"] * miles["tolerance_percent"] / 100.0,
        source=miles["source"],
        note="the press converted it as statute miles, to 6,759 km",
    )
    mask = data["mask_angle"]
    yield line(
        f"mask angle of {mask['height_m']} m at {mask['distance_km']} km",
        "deg",
        mask["published_deg"],
        math.degrees(math.atan(mask["height_m"] / (1e3 * mask["distance_km"]))),
        mask["tolerance_deg"],
        source=mask["source"],
        note=f"the survey had printed {mask['misprinted_deg']} degrees",
    )


def _place(row: dict[str, Any]) -> tuple[float, float]:
    return row["latitude_deg"], row["longitude_deg"]


CHECKS = (Check("geometry", "", geometry),)
