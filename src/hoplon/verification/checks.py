"""All checks that ship with the package, in the order of the chain."""

from __future__ import annotations

from hoplon.verification import defence_checks, earth_checks, flight_checks, sensor_checks
from hoplon.verification.registry import Check

CHECKS: tuple[Check, ...] = (
    *flight_checks.CHECKS,
    *earth_checks.CHECKS,
    *sensor_checks.CHECKS,
    *defence_checks.CHECKS,
)
