"""One battle: the clock that runs the chain and writes a record."""

from hoplon.engagement.battle import engage, fight
from hoplon.engagement.prepare import prepare

__all__ = ["engage", "fight", "prepare"]
