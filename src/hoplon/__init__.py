"""Hoplon: what a ballistic-missile-defence system can and cannot do."""

__version__ = "0.1.0"
