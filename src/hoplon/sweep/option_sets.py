"""Sets of options as bit masks: what goes together, what does not, and every set that is allowed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from hoplon.errors import InputError

#: Sets are bits of a 64-bit integer.
MAX_OPTIONS = 60


@dataclass(frozen=True)
class Menu:
    """Options of which some need others, and some cannot stand beside others.

    Attributes
    ----------
    names : tuple of str
        The number of an option is its place here; bit ``1 << number`` of a set says that it is chosen.
    needs : tuple of int
        By option, the set of those that must be chosen with it, as stated.
    bars : tuple of int
        By option, the set of those that must not be chosen with it, as stated; it counts both ways.
    """

    names: tuple[str, ...]
    needs: tuple[int, ...]
    bars: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.names) > MAX_OPTIONS:
            raise InputError(f"there are {len(self.names)} options", remedy=f"Write {MAX_OPTIONS} at most.")
        for number, name in enumerate(self.names):
            with_it = self.all_needs[number]
            if with_it >> number & 1:
                raise InputError(f"'{name}' needs itself", remedy="Take it out of needs.")
            if not self.allowed(with_it | 1 << number):
                raise InputError(
                    f"'{name}' can never be chosen: what it needs does not go together",
                    remedy="Change its needs, or what they exclude.",
                )

    @property
    def everything(self) -> int:
        """The set of all options, allowed or not."""
        return (1 << len(self.names)) - 1

    @cached_property
    def all_needs(self) -> tuple[int, ...]:
        """By option, what it needs, what that needs, and so on."""
        found = list(self.needs)
        for _ in self.names:
            found = [need | _union(found, need) for need in found]
        return tuple(found)

    @cached_property
    def all_bars(self) -> tuple[int, ...]:
        """By option, what must not be chosen with it, whichever of the two says so."""
        found = list(self.bars)
        for number, bars in enumerate(self.bars):
            for other in self.members(bars):
                found[other] |= 1 << number
        return tuple(found)

    @cached_property
    def needed_by(self) -> tuple[int, ...]:
        """By option, those that cannot be chosen without it."""
        return tuple(
            sum(1 << other for other, need in enumerate(self.all_needs) if need >> number & 1)
            for number in range(len(self.names))
        )

    def members(self, chosen: int) -> list[int]:
        """Return the numbers of the options in a set, in order."""
        return [number for number in range(len(self.names)) if chosen >> number & 1]

    def conflicts(self, chosen: int) -> int:
        """Return those of a set that cannot stand beside another of it."""
        return sum(1 << number for number in self.members(chosen) if self.all_bars[number] & chosen)

    def allowed(self, chosen: int) -> bool:
        """Say whether a set can be chosen: all that is needed, nothing that is barred."""
        return not self.conflicts(chosen) and not _union(self.all_needs, chosen) & ~chosen

    @cached_property
    def _order(self) -> tuple[int, ...]:
        """All options, each behind what it needs."""
        return tuple(sorted(range(len(self.names)), key=lambda one: (self.all_needs[one].bit_count(), one)))

    def sets(self) -> Iterator[int]:
        """Yield every set that is allowed, the empty one first; none that is not is visited."""

        def grow(place: int, chosen: int) -> Iterator[int]:
            if place == len(self._order):
                yield chosen
                return
            yield from grow(place + 1, chosen)
            number = self._order[place]
            if not self.all_bars[number] & chosen and not self.all_needs[number] & ~chosen:
                yield from grow(place + 1, chosen | 1 << number)

        return grow(0, 0)

    def count(self, most: int) -> int:
        """Count the sets that are allowed, up to `most` plus one."""
        counted = 0
        for _ in self.sets():
            counted += 1
            if counted > most:
                break
        return counted


def _union(sets: Sequence[int], chosen: int) -> int:
    """Join the sets of all that are chosen."""
    found = 0
    while chosen:
        number = (chosen & -chosen).bit_length() - 1
        found |= sets[number]
        chosen &= chosen - 1
    return found
