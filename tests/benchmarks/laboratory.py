"""Eight lanes of mnist-mlp in two processes against one training alone: equal work for each lane, in turns.

Seconds of the processors are told beside those of the clock: others who use the machine lengthen them less.
Run it with `python -m tests.benchmarks.laboratory [ROUNDS]`; MNIST is taken from the folder in NNSTUDIO_TEST_MNIST.
"""

import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from nnstudio.api import Model
from nnstudio.experiments.rates import spaced_rates, with_rate
from nnstudio.live.laboratory.commands import Lay, March
from nnstudio.live.laboratory.messages import Laid, LaneProgress, Marching
from nnstudio.live.messages import Message
from nnstudio.live.process import ProcessWorker
from nnstudio.project.project import Project
from nnstudio.project.templates import load_template
from tests.benchmarks.measure import SETTLE_SECONDS

LANES, PROCESSES = 8, 2
WARM = 20
LEAST, GREATEST = 1e-4, 1e-2
WANTED = 4.6  # So many times the time of one.
LOOK = 0.002  # Seconds between two looks at what was told: less than anybody notices, and no load.


class Eight:
    """Lanes dealt round processes, as a window does it."""

    def __init__(self, project: Project) -> None:
        lanes = {number: with_rate(project, rate) for number, rate in enumerate(spaced_rates(LEAST, GREATEST, LANES))}
        self._workers = [ProcessWorker("laboratory") for _ in range(PROCESSES)]
        self.steps = dict.fromkeys(lanes, 0)
        for place, worker in enumerate(self._workers):
            worker.send(Lay(1, {number: lanes[number] for number in lanes if number % PROCESSES == place}))
        for worker in self._workers:
            self._wait(worker, Laid, LANES // PROCESSES)

    def run(self, steps: int) -> None:
        """Let every lane do so many batches."""
        for worker in self._workers:
            worker.send(March(steps))
        for worker in self._workers:
            self._wait(worker, Marching, 1)

    def worked(self) -> float:
        """How long the processors have worked for it."""
        return sum(_worked(worker) for worker in self._workers)

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.close()

    def _wait(self, worker: ProcessWorker, kind: type[Message], count: int) -> None:
        while count > 0:
            time.sleep(LOOK)
            for message in worker.take():
                if isinstance(message, LaneProgress):
                    self.steps[message.lane] = message.step
                count -= isinstance(message, kind) and getattr(message, "going", False) is False


def _worked(worker: ProcessWorker) -> float:
    assert worker._link is not None
    with open(f"/proc/{worker._link._process.pid}/stat", encoding="ascii") as file:
        user, system = file.read().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Side:
    """One of those that are compared."""

    name: str
    run: Callable[[int], None]
    worked: Callable[[], float]
    """How long the processors have worked for it."""


@dataclass(frozen=True)
class Took:
    """How long a round took, by the clock and of the processors."""

    seconds: float
    work: float


def took(side: Side, steps: int) -> Took:
    """How long so many batches of each lane take."""
    time.sleep(SETTLE_SECONDS)
    began, worked = time.perf_counter(), side.worked()
    side.run(steps)
    return Took(time.perf_counter() - began, side.worked() - worked)


def mnist_mlp() -> Project:
    """What is trained: long enough that it never ends by itself."""
    project = replace(load_template("mnist-mlp"), data=os.environ["NNSTUDIO_TEST_MNIST"])
    return replace(project, settings=replace(project.settings, epochs=1_000_000, stops=()))


def spread(numbers: Iterable[float], digits: int = 2) -> str:
    """Median, least and greatest."""
    row = np.array(list(numbers))
    return f"{np.median(row):.{digits}f} ({row.min():.{digits}f} to {row.max():.{digits}f})"


def show(eight: list[Took], alone: list[Took], name: str) -> None:
    """Print how many times one's time eight lanes took, round for round."""
    ratio = np.median([lanes.seconds / one.seconds for lanes, one in zip(eight, alone, strict=True)])
    work = [lanes.work / one.work for lanes, one in zip(eight, alone, strict=True)]
    fastest = min(each.seconds for each in eight) / min(each.seconds for each in alone)
    print(f"eight lanes / {name}")
    print(f"  by the clock {spread(lanes.seconds / one.seconds for lanes, one in zip(eight, alone, strict=True))}")
    print(f"  fastest round / fastest round {fastest:.2f}")
    print(f"  work of the processors {spread(work)}, so on {PROCESSES} of their own {np.median(work) / PROCESSES:.2f}")
    print(f"  wanted ≤ {WANTED}: {'yes' if ratio <= WANTED else 'no'}; efficiency {LANES / PROCESSES / ratio:.2f}")


def main() -> None:
    """Print what one epoch of each took, and the ratios of each round."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    model = Model(mnist_mlp())
    data = model.data()
    eight = Eight(model.project)
    with model.session(data) as usual, model.session(data, threads=1) as single:
        steps = usual.steps_per_epoch
        sides = (
            Side("one alone", usual.run, time.process_time),
            Side("one alone, one thread", single.run, time.process_time),
            Side("eight lanes", eight.run, eight.worked),
        )
        for side in sides:
            side.run(WARM)
        found: dict[str, list[Took]] = {side.name: [] for side in sides}
        for _ in range(rounds):
            for side in sides:
                found[side.name].append(took(side, steps))
    eight.close()
    assert set(eight.steps.values()) == {WARM + rounds * steps}, eight.steps
    for name, row in found.items():
        clock, work = spread((each.seconds for each in row), 3), spread((each.work for each in row), 3)
        print(f"{name}: {steps} batches in {clock} s; work of the processors {work} s")
    for name in list(found)[:2]:
        show(found["eight lanes"], found[name], name)
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
