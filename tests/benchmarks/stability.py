"""Where lanes of `mnist-mlp` with plain SGD really become unstable, against the line 2/λmax that predicts it.

Run it with `python -m tests.benchmarks.stability [--mnist FOLDER] [--seeds 3]`. Two definitions are held to the line:

- a lane **overshoots** if its loss over the training samples rises above where it began within the first 30 batches;
- two lanes a hair's breadth apart, on the same batches, **drift apart** if their distance along the steepest direction
  has grown after 5 batches.

And what became of the lanes at the end of an epoch: **failed** if the smoothed loss is not below the first.
"""

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

import numpy as np

import nnstudio as nn
from nnstudio.data.dataset import DataSet
from nnstudio.data.readers.mnist_folder import MnistFolder
from nnstudio.engine.crew import SingleThreadedProducts
from nnstudio.engine.engine import quiet
from nnstudio.experiments.curvature import measure
from nnstudio.experiments.lanczos import largest_eigenvalue
from nnstudio.experiments.slope import Slope, spread
from nnstudio.training.session import Session

SLOW = 0.1  # The rate of the lane that is followed: far below every line.
PLACES = (0, 20, 50, 100, 300, 600)
SMOOTH = 0.95


def session_of(data: DataSet, seed: int, precision: str = "float32") -> Session:
    model = nn.new("mnist-mlp")
    model.configure(optimizer={"kind": "sgd", "learning_rate": SLOW}, seed=seed, epochs=10, precision=precision)
    return model.session(data, threads=2)


def lines_on_the_way(data: DataSet, seed: int, places: Sequence[int] = PLACES) -> dict[int, float]:
    """2/λmax after so many batches of the slow lane."""
    with session_of(data, seed) as session:
        found = {}
        for place in places:
            session.run(place - session.steps_done)
            found[place] = measure(session).limit
    return found


def overshoots(session: Session, rate: float, batches: int = 30) -> bool:
    """Whether the loss over the training samples rises above where it began."""
    picks = spread(session.data.training(), 2000)
    session.learning_rate = rate
    with quiet():
        first = session.engine.judge(picks).loss
        for _ in range(batches):
            session.step()
            if session.finished or not session.engine.judge(picks).loss <= first:
                return True
    return False


def drift_apart(session: Session, rate: float, direction: np.ndarray, batches: int = 5) -> bool:
    """Whether two lanes, a hair's breadth apart along a direction, move away from one another."""
    start, ends = session.keyframe(), []
    for distance in (0.0, 1e-5):
        session.stand_at(start)
        session.parameters.vector[: len(direction)] += distance * direction
        session.learning_rate = rate
        session.run(batches)
        ends.append(session.parameters.vector.copy())
    session.stand_at(start)
    return bool(np.linalg.norm(ends[1] - ends[0]) > 1e-5)


def threshold(unstable: Callable[[float], bool], low: float, high: float) -> float:
    """The rate at which it becomes unstable, to three percent."""
    while high / low > 1.03:
        middle = (low * high) ** 0.5
        low, high = (low, middle) if unstable(middle) else (middle, high)
    return (low * high) ** 0.5


def overshooting_from(data: DataSet, seed: int) -> float:
    with session_of(data, seed) as session:
        start = session.keyframe()

        def unstable(rate: float) -> bool:
            session.stand_at(start)
            return overshoots(session, rate)

        return threshold(unstable, 0.05, 8.0)


def drifting_from(data: DataSet, seed: int, place: int) -> tuple[float, float]:
    """The line after so many batches of the slow lane, and the rate from which twins drift apart there."""
    with session_of(data, seed, "float64") as session, quiet(), SingleThreadedProducts():
        session.run(place)
        slope = Slope(session, 2000)
        size = session.parameters.layout.learned
        steepest = largest_eigenvalue(slope.bend, np.random.default_rng(0).normal(size=size))
        line = 2 / steepest.value
        unstable = lambda rate: drift_apart(session, rate, steepest.direction)  # noqa: E731
        return line, threshold(unstable, line / 4, line * 4)


def whole_epochs(data: DataSet) -> None:
    print("\nOne epoch of each lane, seed 0")
    print("   rate  first  highest  smoothed at the end  2/λmax at the end")
    for rate in np.geomspace(0.1, 25.6, 9):
        with session_of(data, 0) as session:
            session.learning_rate = float(rate)
            session.run(session.steps_per_epoch)
            losses, smoothed = np.array(session.history.losses), session.history.losses[0]
            for loss in losses:
                smoothed = SMOOTH * smoothed + (1 - SMOOTH) * loss
            failed = session.diverged or not smoothed < losses[0]
            limit = measure(session).limit
        print(
            f"{rate:7.2f} {losses[0]:6.2f} {losses.max():8.2f} {smoothed:20.3f}{' failed' if failed else '':7} "
            f"{limit or float('nan'):11.3f}"
        )


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    named = os.environ.get("NNSTUDIO_TEST_MNIST")
    ask.add_argument("--mnist", type=Path, default=named, required=not named, help="the folder of the four files")
    ask.add_argument("--seeds", type=int, default=3)
    given = ask.parse_args()
    data = MnistFolder().open(Path(given.mnist))
    with session_of(data, 0) as session:
        began = perf_counter()
        found = measure(session)
        seconds = perf_counter() - began
        print(f"λmax {found.value:.4f} over {found.samples} samples in {seconds:.2f} s\n{found.sentence}\n")
    print(f"2/λmax after so many batches at {SLOW}: {PLACES}; and the rates that overshoot")
    for seed in range(given.seeds):
        lines, rate = lines_on_the_way(data, seed), overshooting_from(data, seed)
        row = " ".join(f"{line:.3f}" for line in lines.values())
        print(
            f"seed {seed}: {row}; overshooting from {rate:.3f}: {rate / lines[0]:.2f} times the line of the start, "
            f"{rate / lines[100]:.2f} times that after 100 batches"
        )
    print("\nTwins drift apart, as a multiple of the line of the place")
    for seed in range(given.seeds):
        for place in (0, 100, 600):
            line, rate = drifting_from(data, seed, place)
            print(f"seed {seed}, after {place:3} batches: line {line:.3f}, apart from {rate:.3f}: {rate / line:.2f}")
    whole_epochs(data)


if __name__ == "__main__":
    main()
