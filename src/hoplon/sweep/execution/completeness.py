"""How much of a study is there, without computing anything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hoplon.sweep.execution.place import Place
from hoplon.sweep.execution.store import ChunkStore, read_job_file


@dataclass(frozen=True, slots=True)
class Completeness:
    """What a folder holds of a study that was begun.

    Attributes
    ----------
    folder : str
        Where the chunks are.
    chunks : int
        How many there are at most; a stop rule may need fewer.
    whole : int
        Chunks that are there and checked.
    damaged : tuple of str
        A sentence for each file that is not what it should be; resuming computes those chunks again.
    software_version : str
        Of the Hoplon that began it.
    written_utc : str
        When it was begun.
    """

    folder: str
    chunks: int
    whole: int
    damaged: tuple[str, ...]
    software_version: str
    written_utc: str


def completeness(folder: str | Path) -> Completeness:
    """Look at each chunk of a study that was begun; nothing is changed.

    Parameters
    ----------
    folder : str or Path
        That holds the chunks; or an address that fsspec knows.

    Returns
    -------
    Completeness

    Raises
    ------
    ResultFileError
        If it holds no study that was begun.
    """
    place = Place(folder)
    facts = read_job_file(place)
    store = ChunkStore(place, str(facts.get("identity")), int(facts.get("chunks", 0)))
    damaged = store.find(mend=False)
    return Completeness(
        folder=place.url,
        chunks=store.chunks,
        whole=len(store),
        damaged=tuple(damaged),
        software_version=str(facts.get("software_version", "unknown")),
        written_utc=str(facts.get("written_utc", "unknown")),
    )
