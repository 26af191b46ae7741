"""How much memory a piece of work takes."""

import tracemalloc
from collections.abc import Callable, Iterator

import numpy as np
import pytest


@pytest.fixture
def peak() -> Iterator[Callable[[Callable[[], None]], int]]:
    """Measure the most memory that some work holds at once beyond what there was, once it was done twice."""

    # NumPy walks through arrays of different orders with a small buffer; it is no array, and depends on nothing.
    usual = np.setbufsize(16)

    def measure(work: Callable[[], None]) -> int:
        work()
        work()
        tracemalloc.start()
        try:
            work()
            tracemalloc.reset_peak()
            before, _ = tracemalloc.get_traced_memory()
            work()
            return tracemalloc.get_traced_memory()[1] - before
        finally:
            tracemalloc.stop()

    yield measure
    np.setbufsize(usual)
