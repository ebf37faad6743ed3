"""Where things are kept that can be made again: compiled kernels and compiled pages."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path


def _user_cache() -> Path:
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(Path.home() / "Library" / "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "hoplon"


def cache_folder(name: str) -> Path:
    """Return a folder that can be written to, and by nobody else.

    Parameters
    ----------
    name : str
        What is kept there, and of which version.

    Returns
    -------
    Path
        In the user's cache, or in the temporary folder where there is no writable home.
    """
    try:
        folder = _user_cache() / name
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except (OSError, RuntimeError):
        pass
    # A private folder: compiled code is loaded from it, so nobody else may be able to write there.
    folder = Path(tempfile.gettempdir()) / f"hoplon-{os.getuid() if hasattr(os, 'getuid') else 'user'}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
        return Path(tempfile.mkdtemp(prefix="hoplon-"))
    return folder
