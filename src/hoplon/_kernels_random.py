"""Random numbers by address: no state, the same number for the same key and counter wherever it is asked for.

Philox 4x32 with ten rounds (Salmon, Moraes, Dror & Shaw, Parallel random numbers: as easy as 1, 2, 3, SC11,
2011), which passes the usual batteries of tests. Words of 32 bits are held in 64-bit integers, so that Python
without the compiler computes the same.
"""

from __future__ import annotations

from hoplon._jit import kernel

_WORD = 0xFFFFFFFF
#: Smallest step between two uniform numbers.
RESOLUTION = 2.0**-32


@kernel
def philox(counter: int, key: int) -> tuple[int, int, int, int]:
    """Return the four words of 32 bits that belong to a counter, under a key.

    Parameters
    ----------
    counter : int
        Below 2**63; its low and high words are the first two of the generator's counter, the others are 0.
    key : int
        Below 2**63; its low and high words are the two of the generator's key.

    Returns
    -------
    int, int, int, int
    """
    a, b, c, d = counter & _WORD, (counter >> 32) & _WORD, 0, 0
    # int: without the compiler these may be numbers of numpy, which warn of what here is meant.
    key = int(key)
    low, high = key & _WORD, (key >> 32) & _WORD
    for _ in range(10):
        # A product of two words may pass 2**63; its words are right all the same.
        first = 0xD2511F53 * a
        second = 0xCD9E8D57 * c
        a = ((second >> 32) & _WORD) ^ b ^ low
        b = second & _WORD
        c = ((first >> 32) & _WORD) ^ d ^ high
        d = first & _WORD
        low = (low + 0x9E3779B9) & _WORD
        high = (high + 0xBB67AE85) & _WORD
    return a, b, c, d
