"""Random streams by battle and actor: never by worker, never by addition.

Each stream is ``SeedSequence(seed, spawn_key=(run, hash of the actor's name))``; what is drawn look by look
inside a kernel has a key instead, of the same seed, run and name. Any number of workers gives the same draws,
and adding a radar or a threat does not move the draws of the others.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

import numpy as np

from hoplon._kernels_random import RESOLUTION, philox


def actor_key(*names: str) -> int:
    """Return a stable 64-bit number for an actor.

    Parameters
    ----------
    *names : str
        What identifies the stream, for example ``("detections", "shariki", "nodong-1")``.

    Returns
    -------
    int
        From BLAKE2, since Python's own `hash` differs from process to process.
    """
    text = "\x1f".join(names).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")


def kernel_key(seed: int, run: int, *names: str) -> int:
    """Return the key under which a kernel draws for one actor in one battle.

    For the counter-based generator of `hoplon._kernels_random`, which needs no set-up: a battle has hundreds
    of pairs of a radar and a threat, and to seed a stream for each costs more than to draw from it.

    Parameters
    ----------
    seed : int
        Seed of the study, not negative.
    run : int
        Number of the battle.
    *names : str
        What identifies the actor.

    Returns
    -------
    int
        63 bits of BLAKE2.
    """
    return actor_key(str(seed), str(run), *names) >> 1


def kernel_keys(seed: int, run: int, *names: str, each: Sequence[str]) -> list[int]:
    """Return `kernel_key` for many actors whose names differ in the last part.

    Parameters
    ----------
    seed, run : int
    *names : str
        What they have in common.
    each : sequence of str
        The last part of each name.

    Returns
    -------
    list of int
    """
    stem = hashlib.blake2b("\x1f".join((str(seed), str(run), *names, "")).encode(), digest_size=8)
    keys = []
    for name in each:
        whole = stem.copy()
        whole.update(name.encode())
        keys.append(int.from_bytes(whole.digest(), "big") >> 1)
    return keys


def uniform(seed: int, run: int, *names: str, number: int = 0) -> float:
    """Return one of an actor's uniform random numbers in one battle.

    Parameters
    ----------
    seed, run, *names
        As for `kernel_key`.
    number : int
        Which of the actor's numbers.

    Returns
    -------
    float
        In [0, 1), with 32 bits.
    """
    return philox(number, kernel_key(seed, run, *names))[0] * RESOLUTION


def stream(seed: int, run: int, *names: str) -> np.random.Generator:
    """Open the random stream of one actor in one battle.

    Parameters
    ----------
    seed : int
        Seed of the study, not negative.
    run : int
        Number of the battle.
    *names : str
        What identifies the stream.

    Returns
    -------
    numpy.random.Generator
    """
    return np.random.Generator(
        np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(run, actor_key(*names))))
    )


def triangular(u: float, low: float, best: float, high: float) -> float:
    """Return the quantile of the triangular distribution.

    By quantile, so that two scenarios that differ in a range share the same draw.

    Parameters
    ----------
    u : float
        Uniform number in [0, 1).
    low, best, high : float
        Ends and mode of the distribution, in any one unit.

    Returns
    -------
    float

    Notes
    -----
    Source: Kotz and van Dorp, *Beyond Beta* (2004), eq. 1.5.
    """
    if high <= low:
        return best
    mode = (best - low) / (high - low)
    if u < mode:
        return low + math.sqrt(u * (high - low) * (best - low))
    return high - math.sqrt((1.0 - u) * (high - low) * (high - best))
