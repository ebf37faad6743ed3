"""A folder on a disk or in a bucket: files written whole, read, listed, removed."""

from __future__ import annotations

import contextlib
import errno
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec

from hoplon.errors import InputError, OutputError

#: A file of this name is held by whoever computes in a folder.
LOCK = "lock"

_TEMPORARY = ".tmp"


class Place:
    """A folder on any file system that fsspec knows.

    Parameters
    ----------
    url : str or Path
        A local folder, or an address: ``memory://study``, ``s3://bucket/study``.

    Raises
    ------
    InputError
        If nothing is known that reads such an address.
    """

    def __init__(self, url: str | Path) -> None:
        from fsspec.implementations.local import LocalFileSystem

        self.url = str(url)
        self._fs: Any
        self._root: str
        try:
            self._fs, self._root = fsspec.core.url_to_fs(self.url)
        except (ImportError, ValueError) as error:
            raise InputError(
                f"no file system is known for this address ({error})",
                where=self.url,
                remedy="Write a local folder, or install the fsspec driver of the address: s3fs for s3://.",
            ) from None
        #: The folder where it is a local one.
        self.local: Path | None = Path(self._root) if isinstance(self._fs, LocalFileSystem) else None

    def beside(self, ending: str) -> Place:
        """Return the folder whose name has something added to its end."""
        return Place(self.url.rstrip("/") + ending)

    def exists(self, name: str = "") -> bool:
        """Say whether a file is there, or the folder itself."""
        found: bool = self._fs.exists(self._path(name))
        return found

    def names(self, folder: str = "") -> list[str]:
        """Return the names of what stands in a folder of this one, in order; none where it is missing."""
        self._fs.invalidate_cache()
        try:
            found = self._fs.ls(self._path(folder), detail=False)
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(path.rstrip("/").rsplit("/", 1)[-1] for path in found)

    def read(self, name: str) -> bytes:
        """Return the content of a file.

        Raises
        ------
        OSError
        """
        content: bytes = self._fs.cat_file(self._path(name))
        return content

    def write(self, name: str, content: bytes) -> None:
        """Write a file that is whole or not there, whatever happens to this process.

        On a local disk it is written beside and renamed; buckets write whole objects anyway. Elsewhere half a
        file may be left by a lost connection, and here by a power cut: readers compare its hash, which is a
        hundred times cheaper than to wait for the disk at each chunk.

        Raises
        ------
        OSError
        """
        if self.local is None:
            self._fs.makedirs(self._path(name).rsplit("/", 1)[0], exist_ok=True)
            self._fs.pipe_file(self._path(name), content)
            return
        path = self.local / name
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}{_TEMPORARY}")
        try:
            with beside.open("xb") as file:
                file.write(content)
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise

    def remove(self, name: str) -> None:
        """Remove a file; no harm where it is gone already."""
        with contextlib.suppress(FileNotFoundError):
            self._fs.rm_file(self._path(name))

    def remove_all(self) -> None:
        """Remove the folder and all that is in it."""
        with contextlib.suppress(FileNotFoundError):
            self._fs.rm(self._root, recursive=True)

    def sweep_up(self, folder: str) -> None:
        """Remove what a writer that was killed has left half done."""
        for name in self.names(folder):
            if name.startswith(".") and name.endswith(_TEMPORARY):
                self.remove(f"{folder}/{name}".lstrip("/"))

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from working here at the same time.

        The system lifts the lock when this process ends, however it ends. In a bucket nothing is locked: two
        that compute the same study there write the same files, and only waste time.

        Raises
        ------
        OutputError
            If somebody is at work here.
        """
        if self.local is None or os.name == "nt":
            yield
            return
        import fcntl

        self.local.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.local / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                # Some network disks know no locks.
                if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                    raise OutputError(
                        "another process is computing this study",
                        where=self.url,
                        remedy="Wait for it, or end it and resume.",
                    ) from None
            yield
        finally:
            os.close(handle)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}" if name else self._root


def explained(error: OSError, where: str, kept: str) -> OutputError:
    """Say what a disk did, what is kept, and what to do.

    Parameters
    ----------
    error : OSError
    where : str
        The place.
    kept : str
        A sentence: what is there and how to go on.

    Returns
    -------
    OutputError
    """
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or "No space left" in str(error):
        return OutputError("the disk is full", where=where, remedy=f"Free some space. {kept}")
    return OutputError(f"cannot be written ({error.strerror or error})", where=where, remedy=kept)
