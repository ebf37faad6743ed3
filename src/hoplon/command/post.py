"""The command post: who decides, how long it takes, what has been authorised."""

from __future__ import annotations

from dataclasses import dataclass, field

from hoplon.command.doctrine import ALONE, Doctrine, Situation
from hoplon.command.rules import Judgement, Verdict
from hoplon.command.shot_book import ShotBook


@dataclass
class TrackFile(ShotBook):
    """What the command post knows and has decided about one track, its shots included.

    Attributes
    ----------
    number : int
        The track's number.
    judgement : Judgement or None
        The latest.
    engage_s : float
        Time of the first verdict to engage.
    decision_due_s : float
        When the decision to engage will have been taken; infinite as long as nobody has asked for one, or
        the word of another is missing.
    said : int
        Steps of the decision that stand in the record already.
    authorised, refused : bool
    """

    number: int
    judgement: Judgement | None = None
    engage_s: float = float("inf")
    decision_due_s: float = float("inf")
    said: int = 0
    authorised: bool = False
    refused: bool = False


@dataclass
class CommandPost:
    """Keeps what has been decided on each track; how a decision comes about is `hoplon.command.authority`'s.

    Decisions are independent of each other: queues at the post are not modelled.

    Attributes
    ----------
    name : str
    doctrine : Doctrine
    files : dict of int to TrackFile
        By track number.
    """

    name: str
    doctrine: Doctrine
    files: dict[int, TrackFile] = field(default_factory=dict)

    def file(self, track: int) -> TrackFile:
        """Return the file of a track, opening one where there is none."""
        file = self.files.get(track)
        if file is None:
            file = self.files[track] = TrackFile(track)
        return file

    def consider(self, track: int, judgement: Judgement, t_s: float, decision_time_s: float) -> bool:
        """Take note of a judgement; the first to engage starts the clock of the decision.

        Parameters
        ----------
        track : int
        judgement : Judgement
        t_s : float
            Now.
        decision_time_s : float
            How long from now until the order, those who have to consent included; infinite as long as nobody
            knows. The first finite one counts.

        Returns
        -------
        bool
            True if the decision is taken at this moment: the engagement is authorised from now on.
        """
        file = self.file(track)
        file.judgement = judgement
        if judgement.verdict is Verdict.ENGAGE:
            file.engage_s = min(file.engage_s, t_s)
        if judgement.verdict is Verdict.ENGAGE and file.decision_due_s == float("inf"):
            file.decision_due_s = t_s + decision_time_s
        if not file.authorised and t_s >= file.decision_due_s and judgement.verdict is Verdict.ENGAGE:
            file.authorised = True
            return True
        return False

    def launched(self, track: int) -> None:
        """Count a launch at a track."""
        self.file(track).launched()

    def assess(self, track: int, *, killed: bool) -> None:
        """Take note of a kill assessment.

        Parameters
        ----------
        track : int
        killed : bool
            Whether the threat was seen to be destroyed.
        """
        self.file(track).assess(killed=killed)

    def cleared(self, track: int) -> bool:
        """Return whether a track may be fired at now: authorised, still to be engaged, not believed dead."""
        file = self.file(track)
        if not file.authorised or file.assessed_killed:
            return False
        return file.judgement is not None and file.judgement.verdict is Verdict.ENGAGE

    def awaited(self, track: int) -> bool:
        """Return whether a track is to be engaged and the order may still come."""
        file = self.file(track)
        if file.authorised or file.refused or file.assessed_killed:
            return False
        return file.judgement is not None and file.judgement.verdict is Verdict.ENGAGE

    def shots_wanted(self, track: int, around: Situation = ALONE, *, awaited: bool = False) -> int:
        """Return how many interceptors the doctrine wants launched at a track now.

        Parameters
        ----------
        track : int
        around : Situation
            What is known besides the shots at this track.
        awaited : bool
            Also answer for a track on which the order is awaited, as if it came now.

        Returns
        -------
        int
        """
        if not self.cleared(track) and not (awaited and self.awaited(track)):
            return 0
        return self.doctrine.shots_now(self.file(track).state(around))
