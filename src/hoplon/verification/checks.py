"""All checks that ship with the package, by group, in the order of the chain."""

from __future__ import annotations

from hoplon.verification import (
    defence_checks,
    earth_checks,
    flight_checks,
    flight_test_checks,
    interceptor_checks,
    layer_checks,
    published_flight_checks,
    sensor_checks,
    two_stage_checks,
    warning_checks,
)
from hoplon.verification.registry import Check

#: What ``hoplon verify GROUP`` takes.
GROUPS: dict[str, tuple[Check, ...]] = {
    "flight": (
        *flight_checks.CHECKS,
        *two_stage_checks.CHECKS,
        *flight_test_checks.CHECKS,
        *published_flight_checks.CHECKS,
    ),
    "earth": earth_checks.CHECKS,
    "sensor": sensor_checks.CHECKS,
    "interceptor": interceptor_checks.CHECKS,
    "defence": (*defence_checks.CHECKS, *layer_checks.CHECKS, *warning_checks.CHECKS),
}

CHECKS: tuple[Check, ...] = tuple(check for group in GROUPS.values() for check in group)
