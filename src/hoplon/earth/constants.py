"""Numbers of the planet that need no kernel."""

from __future__ import annotations

#: Mean radius of the Earth: the round Earth of distances and of the verification tables.
EARTH_RADIUS_M = 6371e3
