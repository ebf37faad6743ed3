"""All checks that ship with the package, in the order of the chain."""

from __future__ import annotations

from hoplon.verification import sensor_checks
from hoplon.verification.registry import Check

CHECKS: tuple[Check, ...] = (*sensor_checks.CHECKS,)
