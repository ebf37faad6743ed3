"""One picture that several lanes of command look at, each when it wants to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hoplon.engagement.fused import picture_of
from hoplon.engagement.picture import Assessment
from hoplon.engagement.prepared import Prepared
from hoplon.engagement.recorder import Recorder
from hoplon.engagement.sensing import Sensing

Array = NDArray[np.float64]


class SharedPicture:
    """The defence's picture, with each prediction of a tick made once.

    Parameters
    ----------
    prepared : Prepared
    recorder : Recorder
        Of what sensors and trackers do.
    node : int
        Number of the picture.
    """

    def __init__(self, prepared: Prepared, recorder: Recorder, node: int) -> None:
        self._picture = picture_of(prepared, recorder, 0, node)
        self._made: dict[int, Assessment | None] = {}
        self._t_s = 0.0
        #: Firm tracks in free flight, at this tick.
        self.falling: tuple[int, ...] = ()

    def update(self, t_s: float, sensing: Sensing) -> None:
        """Take in what has arrived until now."""
        for track, made in self._made.items():
            if made is None:
                self._picture.drop(track)
        self._made = {}
        self._picture.update(t_s, sensing)
        self._t_s = t_s
        self.falling = self._picture.falling_tracks(t_s)

    def assessment(self, track: int) -> Assessment | None:
        """Return a track's predictions as of now; None where it has reached the ground."""
        if track not in self._made:
            self._made[track] = self._picture.predict(track, self._t_s)
        return self._made[track]

    def threat_of(self, track: int) -> int:
        """Return the threat that a track truly follows."""
        return self._picture.threat_of(track)

    def position_at(self, track: int, t_s: float) -> Array | None:
        """Return where a track is believed to be at a later time."""
        return self._picture.position_at(track, t_s)

    def covariance_at(self, track: int, t_s: float) -> Array | None:
        """Return how well a track's position at a later time is known, shape (3, 3)."""
        return self._picture.covariance_at(track, t_s)


class View:
    """What one lane of command sees of a shared picture.

    Parameters
    ----------
    picture : SharedPicture
    """

    def __init__(self, picture: SharedPicture) -> None:
        self._picture = picture
        self._due_s: dict[int, float] = {}

    def assess(self, t_s: float, wanted: Callable[[int], float]) -> list[Assessment]:
        """Predict the tracks that are due in this lane; see `hoplon.engagement.picture.Picture.assess`."""
        assessments = []
        for track in self._picture.falling:
            if t_s < self._due_s.get(track, 0.0):
                continue
            self._due_s[track] = t_s + wanted(track)
            assessment = self._picture.assessment(track)
            if assessment is not None:
                assessments.append(assessment)
        return assessments

    def assess_next(self, track: int, t_s: float) -> None:
        """Put a track's next assessment in this lane at `t_s`."""
        self._due_s[track] = t_s

    def threat_of(self, track: int) -> int:
        """Return the threat that a track truly follows."""
        return self._picture.threat_of(track)

    def position_at(self, track: int, t_s: float) -> Array | None:
        """Return where a track is believed to be at a later time."""
        return self._picture.position_at(track, t_s)

    def covariance_at(self, track: int, t_s: float) -> Array | None:
        """Return how well a track's position at a later time is known, shape (3, 3)."""
        return self._picture.covariance_at(track, t_s)
