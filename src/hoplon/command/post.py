"""The command post: who decides, how long it takes, what has been authorised."""

from __future__ import annotations

from dataclasses import dataclass, field

from hoplon.command.doctrine import Doctrine, ShotState
from hoplon.command.rules import Judgement, Verdict


@dataclass
class TrackFile:
    """What the command post knows and has decided about one track: changes through a battle.

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
    fired, looked : int
        As in `ShotState`.
    pending : int
        Launched and not yet assessed.
    assessed_killed : bool
        The post believes that the threat is dead.
    """

    number: int
    judgement: Judgement | None = None
    engage_s: float = float("inf")
    decision_due_s: float = float("inf")
    said: int = 0
    authorised: bool = False
    refused: bool = False
    fired: int = 0
    looked: int = 0
    pending: int = 0
    assessed_killed: bool = False

    @property
    def shots(self) -> ShotState:
        """The state of the shots, as doctrines see it."""
        return ShotState(self.fired, self.looked)


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
        return self.files.setdefault(track, TrackFile(track))

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
        file = self.file(track)
        file.fired += 1
        file.pending += 1

    def assess(self, track: int, *, killed: bool) -> None:
        """Take note of a kill assessment.

        Parameters
        ----------
        track : int
        killed : bool
            Whether the threat was seen to be destroyed.
        """
        file = self.file(track)
        file.pending -= 1
        file.assessed_killed = file.assessed_killed or killed
        if file.pending == 0:
            file.looked = file.fired

    def shots_wanted(self, track: int) -> int:
        """Return how many interceptors the doctrine wants launched at a track now."""
        file = self.file(track)
        if not file.authorised or file.assessed_killed:
            return 0
        if file.judgement is None or file.judgement.verdict is not Verdict.ENGAGE:
            return 0
        return self.doctrine.shots_now(file.shots)
