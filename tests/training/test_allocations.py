"""A step of a session after the first makes no arrays."""

import tracemalloc
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from nnstudio.data.dataset import DataSet
from nnstudio.layers.base import Layer
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.dropout import Dropout
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.max_pool import MaxPool
from nnstudio.layers.relu import ReLU
from nnstudio.layers.softmax import Softmax
from nnstudio.training.session import Session

from .networks import session_of

# The smallest array here that holds a number for every sample of a batch, 1024 · 4 bytes, is larger than the room.
BATCH, SAMPLES, ROOM = 1024, 8 * 1024, 3_500
MLP = [Flatten(), Dense(units=16), ReLU(), Dropout(rate=0.2), Dense(units=4), Softmax()]
CONV = [Conv2D(filters=3), ReLU(), MaxPool(), Flatten(), Dense(units=4), Softmax()]


def _session(layers: Sequence[Layer]) -> Session:
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (SAMPLES, 6, 6, 1)).astype(np.uint8)
    answers = random.integers(0, 4, SAMPLES)
    data = DataSet("pixels", pixels, answers, tuple("abcd"), {"train": np.arange(SAMPLES)})
    settings = {"optimizer": "adam", "penalty": {"kind": "l2", "strength": 0.1}, "clip": 1.0, "schedule": "one_cycle"}
    return session_of(layers, data, batch_size=BATCH, epochs=3, **settings)


@pytest.fixture(autouse=True)
def tracing() -> Iterator[None]:
    # NumPy walks through arrays of different orders with a small buffer; it is no array, and depends on nothing.
    usual = np.setbufsize(16)
    tracemalloc.start()
    yield
    tracemalloc.stop()
    np.setbufsize(usual)


def _most_at_once(session: Session) -> int:
    """The most memory that a step holds beyond what there was before it."""
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    session.step()
    return tracemalloc.get_traced_memory()[1] - before


def _arrays() -> int:
    """The bytes of all arrays that were made since tracing began and still live."""
    domain = tracemalloc.DomainFilter(inclusive=True, domain=np.lib.tracemalloc_domain)
    return sum(trace.size for trace in tracemalloc.take_snapshot().filter_traces([domain]).traces)


@pytest.mark.parametrize("layers", [MLP, CONV], ids=["mlp", "conv"])
def test_the_first_step_makes_arrays(layers: Sequence[Layer]) -> None:
    with _session(layers) as session:
        before = _arrays()
        assert _most_at_once(session) > 10 * ROOM
        assert _arrays() > before + 10 * ROOM


@pytest.mark.parametrize("layers", [MLP, CONV], ids=["mlp", "conv"])
def test_no_later_step_makes_an_array(layers: Sequence[Layer]) -> None:
    with _session(layers) as session:
        session.step()
        session.step()
        # Shards are dealt out through a few small Python objects.
        room = ROOM + 100 * -(-BATCH // session.plan.shard)
        assert max(_most_at_once(session) for _ in range(4)) < room


@pytest.mark.parametrize("layers", [MLP, CONV], ids=["mlp", "conv"])
def test_no_array_is_left_behind_by_an_epoch(layers: Sequence[Layer]) -> None:
    """The order of the samples is made anew; the old one goes."""
    with _session(layers) as session:
        session.run_epoch()
        before = _arrays()
        session.run_epoch()
        assert _arrays() <= before
