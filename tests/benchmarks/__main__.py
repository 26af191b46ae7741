"""Measure the figures that need no window: `python -m tests.benchmarks [--mnist FOLDER] [--threads 2] [--rounds 9]`.

Each comparison runs our engine and its peers alternately in short slices, so that ratios hold on a busy machine.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from threadpoolctl import threadpool_limits

import nnstudio as nn
from nnstudio.api import Model
from nnstudio.data.dataset import DataSet
from nnstudio.data.readers.mnist_folder import MnistFolder
from nnstudio.data.sources import open_data
from nnstudio.training.session import Session
from tests.benchmarks import peers
from tests.benchmarks.data import data_rows
from tests.benchmarks.measure import Row, Timing, alternate, speed_rows, table


class Ours:
    """Our session as a contender; it begins anew when its epochs are over."""

    name = "nnstudio"

    def __init__(self, model: Model, data: DataSet, threads: int) -> None:
        model.configure(epochs=100_000, shuffle=True)
        self.session: Session = model.session(data, threads=threads)

    def run(self, steps: int) -> None:
        """Do that many training steps, history and all."""
        # The peers' threads were set just before; the engine wants one for each product.
        with threadpool_limits(1, user_api="blas"):
            self.session.run(steps)


def learn_only(data: DataSet) -> DataSet:
    """The data without a validation part, which the peers do not judge either."""
    train = data.part("train")
    return DataSet(data.name, data.inputs, data.targets, data.class_names, {"train": train}, data.preparation)


def playground() -> tuple[Model, DataSet]:
    samples = peers.playground_samples()
    classes = (samples.targets.reshape(-1) > 0).astype(np.intp)
    data = DataSet("points", samples.inputs, classes, ("no", "yes"), {"train": np.arange(len(classes))})
    layers = (nn.Input((2,)), nn.Dense(8), nn.Tanh(), nn.Dense(8), nn.Tanh(), nn.Dense(1), nn.Tanh())
    optimizer = {"kind": "sgd", "learning_rate": 0.03}
    return nn.model(nn.chain(*layers), loss="mean_squared_error", optimizer=optimizer, batch_size=10), data


def dense() -> tuple[Model, DataSet]:
    samples = peers.random_images()
    data = DataSet(
        "noise", samples.inputs, samples.targets.astype(np.intp), tuple("0123456789"),
        {"train": np.arange(len(samples.inputs))},
    )  # fmt: skip
    layers = (
        nn.Input((784,)), nn.Dense(1024), nn.ReLU(), nn.Dense(1024), nn.ReLU(), nn.Dense(10), nn.Softmax(),
    )  # fmt: skip
    optimizer = {"kind": "sgd", "learning_rate": 0.01}
    return nn.model(nn.chain(*layers), loss="categorical_cross_entropy", optimizer=optimizer, batch_size=256), data


def compared(what: str, ours: Ours, others: list, wanted: float, steps: int, given: argparse.Namespace) -> list[Row]:
    before = partial(peers.set_threads, given.threads)
    timings = alternate(ours, others, given.rounds, steps, before_slice=before)
    ours.session.close()
    return speed_rows(what, timings, wanted, partial(_rate, batch=ours.session.settings.batch_size))


def _rate(timing: Timing, batch: int) -> str:
    microseconds = timing.median / timing.steps * 1e6
    return f"{microseconds:,.0f} µs a step ({batch * 1e6 / microseconds:,.0f} samples/s)"


def speeds(given: argparse.Namespace) -> Iterator[Row]:
    threads = given.threads
    yield from compared("playground", Ours(*playground(), threads), peers.playground_peers(), 15, 4000, given)
    yield from dense_rows(given)
    if given.mnist is None:
        print("MNIST: no folder is named, so mnist-mlp and mnist-lenet are left out.", file=sys.stderr)
        return
    yield from data_rows(given.mnist, given.rounds)
    data, raw = learn_only(MnistFolder().open(given.mnist)), peers.read_mnist(given.mnist)
    mlp, lenet = nn.new("mnist-mlp"), nn.new("mnist-lenet")
    yield from compared("mnist-mlp", Ours(mlp, data, threads), peers.mlp_peers(raw), 2, 600, given)
    yield from compared("mnist-lenet", Ours(lenet, data, threads), peers.lenet_peers(raw), 1.2, 80, given)


def dense_rows(given: argparse.Namespace) -> Iterator[Row]:
    """The dense network against the machine's own products: the share of their rate that training reaches."""
    ours, products = Ours(*dense(), given.threads), peers.dense_products()
    timings = alternate(ours, products, given.rounds, 10, before_slice=partial(peers.set_threads, given.threads))
    ours.session.close()
    for product, timing in zip(products, timings[1:], strict=True):
        rate = product.gflops(timing.median, timing.steps)
        mine = product.gflops(timings[0].median, timings[0].steps)
        share = median(timing.ratios)
        yield Row("dense 1024", f"{mine:.0f} GFLOP/s", f"{product.name}: {rate:.0f}", share, "≥ 0.9", share >= 0.9)


def limits() -> Iterator[Row]:
    """Figures with a limit instead of a peer."""
    for name, source in (("digits", "digits"), ("playground", "circle")):
        arrays = allocated_in_a_step(nn.new(name), open_data(source))
        yield Row(f"{name}, arrays allocated in a step", f"{arrays} bytes", "", None, "0", arrays == 0)
    answer = seconds_to_answer()
    yield Row("mnist-mlp, one sample answered", f"{answer * 1e6:.0f} µs", "", None, "< 1 ms", answer < 1e-3)
    version = seconds_of_version()
    yield Row("nnstudio --version", f"{version:.3f} s", "", None, "≤ 0.2 s", version <= 0.2)


def allocated_in_a_step(model: Model, data: DataSet) -> int:
    """Bytes of NumPy arrays made in 50 steps after the first epoch."""
    model.configure(epochs=1000)
    with model.session(data) as session:
        session.run_epoch()
        tracemalloc.start()
        domain = tracemalloc.DomainFilter(inclusive=True, domain=np.lib.tracemalloc_domain)
        before = tracemalloc.take_snapshot().filter_traces([domain])
        for _ in range(min(50, session.steps_per_epoch - 1)):
            session.step()
        after = tracemalloc.take_snapshot().filter_traces([domain])
        tracemalloc.stop()
    return sum(each.size_diff for each in after.compare_to(before, "filename"))


def seconds_to_answer() -> float:
    """The median of one answer by a program that is ready, as the drawing pad uses it."""
    from nnstudio.engine.parameters import Parameters
    from nnstudio.engine.program import Program

    plan = nn.new("mnist-mlp").plan()
    program = Program(plan, 1, Parameters.initial(plan, 0), judged=False)
    return _median_seconds(program.run, 200)


def seconds_of_version() -> float:
    command = [sys.executable, "-m", "nnstudio", "--version"]
    return _median_seconds(lambda: subprocess.run(command, check=True, capture_output=True), 9)


def _median_seconds(job: Callable[[], object], times: int) -> float:
    seconds = []
    for _ in range(times):
        began = perf_counter()
        job()
        seconds.append(perf_counter() - began)
    return median(seconds)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    named = os.environ.get("NNSTUDIO_TEST_MNIST")
    ask.add_argument("--mnist", type=Path, default=Path(named) if named else None, help="the folder of the four files")
    ask.add_argument("--threads", type=int, default=2)
    ask.add_argument("--rounds", type=int, default=9)
    given = ask.parse_args()
    print(table([*limits(), *speeds(given)]))


if __name__ == "__main__":
    main()
