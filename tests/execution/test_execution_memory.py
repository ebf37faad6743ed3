"""What a chunk leaves behind is let go of before the next."""

import gc
import pickle
import weakref

from toy_job import ToyJob

from hoplon.sweep.execution.executors import Serial, compute


class Knot:
    def __init__(self):
        self.itself = self


class LeavingKnots(ToyJob):
    """Its chunks leave objects that only the search for cycles finds."""

    knots: list = []  # noqa: RUF012  (shared on purpose: what is left is looked at from outside)

    def run(self, chunk):
        self.knots.append(weakref.ref(Knot()))
        return super().run(chunk)


def test_cycles_do_not_pile_up():
    gc.disable()
    try:
        list(Serial().results(LeavingKnots(chunks=3), range(3), print))
        compute(pickle.dumps(LeavingKnots(chunks=3)), 0)
    finally:
        gc.enable()
    assert len(LeavingKnots.knots) == 4
    assert not any(knot() for knot in LeavingKnots.knots)
