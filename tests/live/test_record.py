"""A long training must not fill the memory: what grows with every batch is bounded."""

import resource

import numpy as np

from nnstudio.live.messages import Batches
from nnstudio.live.record import Record

CHUNK = 2000


def fed(record, batches, rng):
    """Give a record as many batches as an hour of a small network has."""
    for first in range(0, batches, CHUNK):
        losses = rng.random(CHUNK)
        record.take(Batches(1, first, losses, losses, losses))


def test_an_hour_of_batches_takes_no_more_memory_than_five_minutes():
    record, rng = Record(1), np.random.default_rng(0)
    # At 10,000 batches a second: 3 million in five minutes, and 36 million in an hour.
    fed(record, 3_000_000, rng)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    fed(record, 33_000_000, rng)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 20, f"{grown:.1f} MB"
    assert len(record.history) == 36_000_000
