"""A battery's stock and its launch rate."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class BatteryState:
    """What a battery has left: changes through a battle.

    Attributes
    ----------
    name : str
    loaded : int
        Interceptors left.
    ready_s : float
        Earliest time of the next launch.
    launch_interval_s : float
        Least time between two launches.
    used : int
        Interceptors launched so far.
    layer : int
        Layer of the defence that it belongs to, 1 the uppermost.
    """

    name: str
    loaded: int
    launch_interval_s: float
    ready_s: float = float("-inf")
    used: int = 0
    layer: int = 1

    def launch(self, t_s: float) -> None:
        """Take one interceptor from stock.

        Parameters
        ----------
        t_s : float
            Time of launch, not before `ready_s`.

        Raises
        ------
        ValueError
            If the battery is empty or not ready.
        """
        if self.loaded < 1 or t_s < self.ready_s:
            raise ValueError(f"{self.name}: cannot launch at {t_s:.1f} s")
        self.loaded -= 1
        self.used += 1
        self.ready_s = t_s + self.launch_interval_s
