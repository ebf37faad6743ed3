"""For all tests."""

import gc


def pytest_collection_finish():
    """What is there before the first test stays: looking through it for cycles again and again takes a while."""
    gc.collect()
    gc.freeze()
