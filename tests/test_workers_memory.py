"""The garbage collector is left as it was found."""

import gc

import pytest

from hoplon.workers import collecting_rarely


@pytest.mark.parametrize("found", [(700, 10, 10), (90_000, 10, 7), (0, 10, 10)])
def test_thresholds_are_raised_and_put_back(found):
    before = gc.get_threshold()
    try:
        gc.set_threshold(*found)
        with collecting_rarely():
            inside = gc.get_threshold()
        assert gc.get_threshold()[0] == found[0]
        assert inside[0] == (max(found[0], 50_000) if found[0] else 0)
    finally:
        gc.set_threshold(*before)


def test_they_are_put_back_after_an_error():
    before = gc.get_threshold()
    with pytest.raises(KeyboardInterrupt), collecting_rarely():
        raise KeyboardInterrupt
    assert gc.get_threshold() == before
