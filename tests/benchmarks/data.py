"""Measure how quickly data comes in: MNIST from its files, and the share of a step that making its batch takes."""

from __future__ import annotations

import gzip
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from threadpoolctl import threadpool_limits

import nnstudio as nn
from nnstudio.data.readers.mnist_folder import FILES, MnistFolder
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.program import Program
from nnstudio.engine.samples import Feed
from nnstudio.training.samples import samples_of
from tests.benchmarks.measure import Row


def data_rows(folder: Path, rounds: int) -> Iterator[Row]:
    """All figures about MNIST as data."""
    yield from _loading("from .gz", folder, gzip.decompress, 0.6, rounds)
    with tempfile.TemporaryDirectory() as name:
        plain = Path(name)
        for file in FILES:
            (plain / file).write_bytes(gzip.decompress((folder / f"{file}.gz").read_bytes()))
        yield from _loading("plain", plain, bytes, 0.1, rounds)
    peak, pixels = _memory(folder)
    yield Row("MNIST, memory for its pixels", f"{peak / pixels:.2f} copies", "", None, "≤ 1.1", peak / pixels <= 1.1)
    share = batch_share(folder)
    yield Row("mnist-mlp, making the batch", f"{share:.1%} of a step", "", None, "≤ 10 %", share <= 0.1)


def _loading(
    what: str, folder: Path, unpack: Callable[[bytes], bytes], limit: float, rounds: int
) -> Iterator[Row]:
    ours, bare = [], []
    for _ in range(rounds + 1):
        ours.append(_seconds(lambda: MnistFolder().open(folder)))
        bare.append(_seconds(lambda: _bare(folder, unpack)))
    seconds = median(ours[1:])
    ratio = median(mine / other for mine, other in zip(ours[1:], bare[1:], strict=True))
    peer = f"bytes and np.frombuffer alone: {median(bare[1:]):.3f} s"
    yield Row(f"MNIST {what}", f"{seconds:.3f} s", peer, ratio, "≤ 1.3", ratio <= 1.3)
    yield Row(f"MNIST {what}, seconds", f"{seconds:.3f} s", "", None, f"≤ {limit} s", seconds <= limit)


def _bare(folder: Path, unpack: Callable[[bytes], bytes]) -> list[np.ndarray]:
    ending = ".gz" if unpack is gzip.decompress else ""
    return [np.frombuffer(unpack((folder / f"{file}{ending}").read_bytes()), np.uint8) for file in FILES]


def _memory(folder: Path) -> tuple[int, int]:
    tracemalloc.start()
    data = MnistFolder().open(folder)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak, data.inputs.nbytes


def batch_share(folder: Path) -> float:
    """The time of making a batch of 100, as a share of the whole step, on one thread; the median of several slices."""
    data, model = MnistFolder().open(folder), nn.new("mnist-mlp")
    with threadpool_limits(1, user_api="blas"), model.session(data, threads=1) as session:
        plan = session.plan
        feed = Feed(samples_of(plan, data), Program(plan, 100, Parameters.initial(plan, 0)), 0.5)
        random, shares = np.random.default_rng(0), []
        for _ in range(9):
            whole = _seconds(lambda: session.run(200))
            shares.append(_seconds(lambda: _load(feed, random, len(data.inputs))) / whole)
    return median(shares)


def _load(feed: Feed, random: np.random.Generator, count: int) -> None:
    picks = random.permutation(count)[: 200 * 100].reshape(200, 100)
    for some in picks:
        feed.picks[:] = some
        for call in feed.loading:
            call()


def _seconds(job: Callable[[], object]) -> float:
    began = perf_counter()
    job()
    return perf_counter() - began
