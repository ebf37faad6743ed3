"""The outside checks that ship with the package, and how to rerun them."""

from hoplon.verification.model import Line, Verification
from hoplon.verification.registry import Check, line
from hoplon.verification.runner import verify

__all__ = ["Check", "Line", "Verification", "line", "verify"]
