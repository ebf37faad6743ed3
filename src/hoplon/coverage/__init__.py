"""Maps: what can be seen, defended, denied and warned, cell by cell."""

from hoplon.coverage.make_map import make_map

__all__ = ["make_map"]
