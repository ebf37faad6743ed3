"""The one decorator that compiles kernels, and the place where compiled code is kept.

The cache folder carries a hash of all kernel sources and of this file: numba notices a change in the file of
a cached function, but not in the files of the functions that it calls.
"""

from __future__ import annotations

import builtins
import contextlib
import hashlib
import math
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import numpy as np

from hoplon.user_cache import cache_folder

F = TypeVar("F", bound=Callable[..., Any])


def _source_hash() -> str:
    digest = hashlib.sha256(sys.version.encode())
    digest.update(Path(__file__).read_bytes())
    for path in sorted(Path(__file__).parent.rglob("_kernels*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


if "NUMBA_CACHE_DIR" not in os.environ:
    os.environ["NUMBA_CACHE_DIR"] = str(cache_folder(f"kernels-{_source_hash()}"))

import numba  # noqa: E402  (the cache folder must be known before numba is imported)

# Where somebody else imported numba first, it has not seen the variable.
numba.config.CACHE_DIR = os.environ["NUMBA_CACHE_DIR"]


def _remember_types() -> None:
    """Let numba find out once for each kernel, not at each place, which implementation `a * b` calls.

    At every operator numba (0.68 still) tries all implementations that it knows of, those of strings and of
    dictionaries too, until one takes the types: a tenth of the time to compile. The answer depends on nothing
    but the types, and the options of the function that is compiled. Where numba is not made as expected
    here, nothing is changed but that its answer is awaited each time.
    """
    try:
        from numba.core import targetconfig, types
        from numba.core.types.functions import BaseFunction

        find = BaseFunction.get_call_type
        options_now = targetconfig.ConfigStack.top_or_none
        simple = (types.Number, types.Boolean, types.Array, types.BaseTuple)  # type: ignore[attr-defined]
    except (ImportError, AttributeError):
        return

    def get_call_type(self: Any, context: Any, args: Any, kws: Any) -> Any:
        if kws or not all(isinstance(arg, simple) for arg in args):
            return find(self, context, args, kws)
        options = options_now()
        key = (id(context), id(options), *args)
        known = self.__dict__.setdefault("_known_call_types", {})
        if key not in known:
            # Options and context are kept with the answer, so that no other object gets their identity.
            known[key] = (find(self, context, args, kws), context, options)
        return known[key][0]

    BaseFunction.get_call_type = get_call_type  # type: ignore[method-assign]


_remember_types()

try:
    from numba.core.options import DefaultOptions

    _MAY_NOT_COUNT = hasattr(DefaultOptions, "_nrt")
except ImportError:
    _MAY_NOT_COUNT = False

_MARK = Path(os.environ["NUMBA_CACHE_DIR"]) / "complete"


def compiled_before() -> bool:
    """Say whether a whole study has left its compiled kernels behind: then nobody waits for a compiler."""
    return _MARK.exists()


def note_compiled() -> None:
    """Remember that every kernel of a study has been compiled and kept."""
    with contextlib.suppress(OSError):  # a cache that cannot be written to only costs time
        _MARK.touch()


#: Words of annotations in which there is no array.
_PLAIN = {"float", "int", "bool", "tuple", "None"}
#: Names in a kernel that may be attributes. Such as make arrays do not compile where nothing is counted; that
#: no kernel of such a name stands below one that calls it, a test sees.
_ATTRIBUTES = {*dir(math), *dir(np.ndarray)}
_BUILTINS = set(dir(builtins))


def _gives_array(function: Callable[..., Any]) -> bool:
    """Say whether a kernel returns an array, or says nothing about what it returns."""

    def has_array(hint: object) -> bool:
        if get_origin(hint) is tuple:
            return any(has_array(part) for part in get_args(hint))
        return hint not in (float, int, bool, type(None), ...)

    if "return" not in function.__annotations__:
        return True
    said = function.__annotations__["return"]
    if isinstance(said, str) and said != "tuple" and set(re.findall(r"\w+", said)) <= _PLAIN:
        return False
    try:
        only = SimpleNamespace(__annotations__={"return": said})
        return has_array(get_type_hints(only, function.__globals__)["return"])
    except NameError:
        return True


def _makes_arrays(function: Callable[..., Any]) -> bool:
    """Say whether a kernel may make an array, or be given one by another kernel, as far as names tell."""
    if _gives_array(function):
        return True
    for name in function.__code__.co_names:
        found = function.__globals__.get(name)
        if found is None:
            if name not in _BUILTINS and name not in _ATTRIBUTES:
                return True
        elif found is np or (hasattr(found, "py_func") and _gives_array(found.py_func)):
            return True
    return False


def _counts(function: Callable[..., Any]) -> dict[str, bool]:
    """Return the option that says whether a kernel counts who holds an array; none where numba knows none."""
    return {"_nrt": _makes_arrays(function)} if _MAY_NOT_COUNT else {}


def kernel(function: F) -> F:
    """Compile a function of bare floats and arrays.

    No fastmath: results must not depend on what the compiler thinks of the machine. Division follows
    IEEE 754 as in numpy, and the interpreter lock is released.

    Where no array begins or ends, numba need not count who holds one: atomic instructions at calls and at
    slices, that took up to 40 % of a tracker's time. That is told by the names in it: a kernel that neither
    names numpy nor calls one whose annotation returns arrays can make none but by arithmetic of arrays, and
    that does not compile without counting.

    Parameters
    ----------
    function : callable
        Knows only floats, arrays, `math`, `numpy` and other kernels.

    Returns
    -------
    callable
        The compiled function; its plain-Python self is `.py_func` (with the compiler switched off by
        ``NUMBA_DISABLE_JIT=1``, the function itself).
    """
    compiled: F = numba.njit(cache=True, nogil=True, error_model="numpy", **_counts(function))(function)
    return compiled


def inlined(function: F) -> F:
    """Compile a function into every kernel that calls it.

    For small ones of floats, so that loops around them vectorise; and for those that are called in one place
    only, with more arrays than a call hands over quickly.

    Parameters
    ----------
    function : callable
        As for `kernel`.

    Returns
    -------
    callable
        As from `kernel`.
    """
    options = _counts(function)
    compiled: F = numba.njit(cache=True, nogil=True, error_model="numpy", forceinline=True, **options)(
        function
    )
    return compiled
