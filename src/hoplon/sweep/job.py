"""What can be computed in chunks, on any number of workers, and taken up again after any end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyarrow as pa


class Job(Protocol):
    """Work in numbered chunks. An instance can be pickled, and is the same after it."""

    @property
    def identity(self) -> str:
        """Hash of all that the rows follow from: the resolved question, the seed, the version of the format.

        Chunks of another identity are never mixed with this job's.
        """
        ...

    @property
    def chunks(self) -> int:
        """How many there are at most."""
        ...

    def steps(self, chunk: int) -> int:
        """Return how much work a chunk is, in battles or points, for the progress bar."""
        ...

    def run(self, chunk: int) -> pa.Table:
        """Return the rows of a chunk: the same bits whoever computes them, and after whatever else."""
        ...

    def enough(self, so_far: Sequence[pa.Table]) -> bool:
        """Say whether the chunks from the first on without a gap suffice.

        It is asked after each chunk in the order of their numbers, whoever finished first, so that where a
        job stops does not depend on the number of workers.
        """
        ...
