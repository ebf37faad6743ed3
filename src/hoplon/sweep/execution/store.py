"""The chunks of a job in a folder, each whole and checked, so that any end leaves something to go on from.

A folder holds ``job.json`` (whose chunks these are, and which software makes them), the files that the job
is built from again (``study.yaml``), and ``chunks/NNNNNN-<hash>.parquet``. The hash of a file stands in its
name: whatever cuts a file short or changes a bit of it is found, without a second file that could be lost or
stale.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from hoplon.errors import OutputError, ResultFileError
from hoplon.sweep.execution.chunk_file import decode, digest
from hoplon.sweep.execution.place import LOCK, Place, explained
from hoplon.sweep.execution.software import fingerprint, versions

if TYPE_CHECKING:
    import pyarrow as pa

    from hoplon.sweep.job import Job

FORMAT = "hoplon-chunks"
VERSION = 1

_JOB_FILE = "job.json"
_CHUNKS = "chunks"
_NAME = re.compile(r"(\d{6,})-([0-9a-f]{32})\.parquet")

#: Rows that are held in memory for a stop rule, in bytes; more are read again from the folder.
_HELD_BYTES = 16 << 20


class ChunkStore:
    """Chunks of one job in one folder.

    Parameters
    ----------
    place : Place
    identity : str
        Of the job.
    chunks : int
        How many there are at most.
    """

    def __init__(self, place: Place, identity: str, chunks: int) -> None:
        self.place = place
        self.identity = identity
        self.chunks = chunks
        self._digests: dict[int, str] = {}

    def __contains__(self, chunk: int) -> bool:
        return chunk in self._digests

    def __len__(self) -> int:
        return len(self._digests)

    def put(self, chunk: int, content: bytes) -> None:
        """Keep a chunk.

        Parameters
        ----------
        chunk : int
        content : bytes
            As from `hoplon.sweep.execution.chunk_file.encode`.

        Raises
        ------
        OutputError
            If it cannot be written; what was there before is still there.
        """
        name = _file_name(chunk, digest(content))
        try:
            self.place.write(name, content)
        except OSError as error:
            raise explained(error, self.place.url, self.kept()) from error
        self._digests[chunk] = digest(content)

    def read(self, chunk: int) -> pa.Table:
        """Return the rows of a chunk.

        Raises
        ------
        ResultFileError
            If the file is gone or not what was written.
        """
        name = _file_name(chunk, self._digests[chunk])
        try:
            return self._checked(name)
        except ResultFileError as error:
            remedy = f"Compute it again: hoplon resume {self.place.url}"
            raise ResultFileError(error.what, where=f"{self.place.url}/{name}", remedy=remedy) from None

    def find(self, mend: bool = True) -> list[str]:
        """Look at every file in the folder, and keep those in mind that are what they say.

        Parameters
        ----------
        mend : bool
            Whether to remove what is damaged.

        Returns
        -------
        list of str
            A sentence for each file that is not.
        """
        if mend:
            self.place.sweep_up(_CHUNKS)
        damaged = []
        for file in self.place.names(_CHUNKS):
            name = f"{_CHUNKS}/{file}"
            if file.startswith("."):
                continue
            try:
                self._checked(name)
            except ResultFileError as error:
                damaged.append(f"{name}: {error.what}")
                if mend:
                    self.place.remove(name)
                continue
            number, found = _parts(file)
            self._digests.setdefault(number, found)
        return damaged

    def kept(self) -> str:
        """Say what is there and how to go on."""
        count = f"{len(self)} of {self.chunks} chunks"
        return f"What is computed is kept ({count}). Go on with: hoplon resume {self.place.url}"

    def _checked(self, name: str) -> pa.Table:
        number, wanted = _parts(name.rsplit("/", 1)[-1])
        if number >= self.chunks:
            raise ResultFileError(f"there are only {self.chunks} chunks")
        try:
            content = self.place.read(name)
        except OSError as error:
            raise ResultFileError(f"cannot be read ({error.strerror or error})") from None
        if digest(content) != wanted:
            raise ResultFileError(f"damaged: its {len(content)} bytes are not those that were written")
        return decode(content, self.identity, number)


class Prefix(Sequence["pa.Table"]):
    """The chunks from the first on without a gap, as far as a stop rule has been asked; read when looked at.

    Parameters
    ----------
    store : ChunkStore
    """

    def __init__(self, store: ChunkStore) -> None:
        self._store = store
        self._held: dict[int, pa.Table] = {}
        self._bytes = 0
        self._count = 0

    def grow(self) -> bool:
        """Take the next chunk in; say whether it is there."""
        if self._count not in self._store:
            return False
        self._count += 1
        return True

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> pa.Table: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[pa.Table]: ...
    def __getitem__(self, place: int | slice) -> pa.Table | Sequence[pa.Table]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(self._count))]
        number = place + self._count if place < 0 else place
        if not 0 <= number < self._count:
            raise IndexError(place)
        if number in self._held:
            return self._held[number]
        rows = self._store.read(number)
        if self._bytes + rows.nbytes <= _HELD_BYTES:
            self._held[number] = rows
            self._bytes += rows.nbytes
        return rows


@contextmanager
def opened(
    folder: str | Path, job: Job, files: Mapping[str, bytes] | None = None
) -> Iterator[tuple[ChunkStore, list[str]]]:
    """Begin a folder for a job, or take up one that was begun. Nobody else works in it meanwhile.

    Parameters
    ----------
    folder : str or Path
        Or an address that fsspec knows.
    job : Job
    files : mapping of str to bytes, optional
        What the job can be built from again; written when the folder is begun.

    Yields
    ------
    store : ChunkStore
    notes : list of str
        What was not as it was left.

    Raises
    ------
    OutputError
        If the folder holds something else, or cannot be written.
    ResultFileError
        If it holds another job, or was begun by another version of the software.
    """
    place = Place(folder)
    store = ChunkStore(place, job.identity, job.chunks)
    with ExitStack() as ending:
        try:
            _refuse_occupied(place, files or {})
            ending.enter_context(place.locked())
            notes = _begin_or_guard(place, job, files or {})
            notes += [f"{what}; computed again" for what in store.find()]
        except OSError as error:
            raise explained(error, place.url, "Choose another folder with -o.") from error
        yield store, notes


def _refuse_occupied(place: Place, files: Mapping[str, bytes]) -> None:
    ours = {_JOB_FILE, _CHUNKS, LOCK, *files}
    others = [name for name in place.names() if name not in ours and not name.startswith(".")]
    if others and not place.exists(_JOB_FILE):
        raise OutputError(
            f"the folder holds something else already ({others[0]})",
            where=place.url,
            remedy="Choose another folder with -o, or remove this one first.",
        )


def _begin_or_guard(place: Place, job: Job, files: Mapping[str, bytes]) -> list[str]:
    place.sweep_up("")
    if place.exists(_JOB_FILE):
        return _guard(read_job_file(place), job, place)
    # The file that makes it a job's folder comes last.
    for name, content in files.items():
        place.write(name, content)
    place.write(_JOB_FILE, _job_file(job))
    return []


def read_job_file(place: Place) -> dict[str, Any]:
    """Read whose chunks a folder holds.

    Parameters
    ----------
    place : Place

    Returns
    -------
    dict

    Raises
    ------
    ResultFileError
        If it holds nobody's.
    """
    from hoplon.result.codec import read_json

    where = f"{place.url}/{_JOB_FILE}"
    try:
        text = place.read(_JOB_FILE).decode()
    except FileNotFoundError:
        raise ResultFileError(
            "this is no folder of a study that was begun: job.json is missing",
            where=place.url,
            remedy="Point to the folder that `hoplon study` named when it ended.",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ResultFileError(f"cannot be read ({error})", where=where) from None
    return read_json(text, where, FORMAT, VERSION)


def _job_file(job: Job) -> bytes:
    facts = {
        "format": FORMAT,
        "version": VERSION,
        "identity": job.identity,
        "chunks": job.chunks,
        "fingerprint": fingerprint(),
        **versions(),
    }
    return (json.dumps(facts, indent=1, ensure_ascii=False) + "\n").encode()


def _guard(facts: Mapping[str, Any], job: Job, place: Place) -> list[str]:
    """Refuse a folder whose rows would not be those of this job; name what might move a last digit."""
    if (facts.get("identity"), facts.get("chunks")) != (job.identity, job.chunks):
        raise ResultFileError(
            "the folder holds the chunks of another study",
            where=place.url,
            remedy="Choose another folder with -o, or remove this one first.",
        )
    if facts.get("fingerprint") != fingerprint():
        raise ResultFileError(
            f"the study was begun with another Hoplon ({facts.get('software_version')}, "
            f"commit {facts.get('commit') or 'unknown'}): its rows and this one's are not mixed",
            where=place.url,
            remedy="Resume it with that one, or begin anew in another folder.",
        )
    before, now = facts.get("package_versions") or {}, versions()["package_versions"]
    return [
        f"{name} was {before.get(name)} and is {now[name]}: last digits of rows may differ"
        for name in now
        if before.get(name) != now[name]
    ]


def _file_name(chunk: int, found: str) -> str:
    return f"{_CHUNKS}/{chunk:06d}-{found}.parquet"


def _parts(file: str) -> tuple[int, str]:
    match = _NAME.fullmatch(file)
    if match is None:
        raise ResultFileError("no chunk has such a name")
    return int(match[1]), match[2]
