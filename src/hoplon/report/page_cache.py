"""Compiled page templates, kept from run to run."""

from __future__ import annotations

from contextlib import suppress

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

from hoplon.user_cache import cache_folder


class PageCache(FileSystemBytecodeCache):
    """Keeps compiled templates in the user's cache; jinja2 knows them by their source and its own version.

    Compiling the report's page takes a third of a second, as long as filling it. A page that cannot be kept,
    as on a full disk, is compiled again the next time.
    """

    def __init__(self) -> None:
        super().__init__(str(cache_folder("pages")))

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take a page from the cache, if it is there and can be read."""
        try:
            super().load_bytecode(bucket)
        except Exception:  # whatever a broken file makes of the reader, the page is compiled anew
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a page, if it can be kept."""
        with suppress(OSError):
            super().dump_bytecode(bucket)
