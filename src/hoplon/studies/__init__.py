"""Many battles: seeds, paired repetitions at the ends of ranges, statistics over battles."""

from hoplon.studies.study import study

__all__ = ["study"]
