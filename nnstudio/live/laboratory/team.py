"""The team: workers side by side, among whom the lanes of an experiment are dealt round."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from nnstudio.live.laboratory.commands import Order
from nnstudio.live.laboratory.kind import LABORATORY
from nnstudio.live.messages import Message
from nnstudio.live.process import ProcessWorker
from nnstudio.live.worker import Worker

PATIENCE = 1.2  # Seconds that a window waits for a batch to end: nothing is lost, and there may be several teams.


def cores() -> int:
    """How many processors this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def lane_process() -> Worker:
    """A process for lanes."""
    return ProcessWorker(LABORATORY.name)


class Team:
    """Hires as many workers as there is work for, and no more than `most`."""

    def __init__(self, worker: Callable[[], Worker], most: int) -> None:
        self._worker, self._most = worker, max(1, most)
        self._workers: list[Worker] = []
        self._lanes: dict[int, int] = {}

    @property
    def busy(self) -> set[int]:
        """Those who may still tell something."""
        return {place for place, worker in enumerate(self._workers) if worker.busy}

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self._workers)

    def grow_to(self, most: int) -> None:
        """Hire no more than that from now on; who is there stays, without lanes from the next dealing on."""
        self._most = max(1, most)

    def deal(self, lanes: Iterable[int]) -> list[list[int]]:
        """Give each lane to one of them, neighbours to different ones; what each has now."""
        lanes = list(lanes)
        self._hire(min(self._most, len(lanes)))
        count = min(self._most, max(1, len(lanes)))
        self._lanes = {lane: place % count for place, lane in enumerate(lanes)}
        return [[lane for lane in lanes if self._lanes[lane] == place] for place in range(self.size)]

    def place_of(self, lane: int) -> int:
        """The one who has a lane."""
        return self._lanes[lane]

    def lanes_of(self, place: int) -> list[int]:
        """The lanes of one of them."""
        return [lane for lane, its in self._lanes.items() if its == place]

    def send(self, place: int, order: Order) -> None:
        """Ask one of them for something."""
        self._hire(place + 1)
        self._workers[place].send(order)

    def take(self) -> Iterator[tuple[int, Message]]:
        """What was told since, and by whom."""
        for place, worker in enumerate(self._workers):
            for message in worker.take():
                yield place, message

    def close(self, patience: float = PATIENCE) -> bool:
        """End them all at once; False if one is still busy after that many seconds."""
        workers, self._workers = self._workers, []
        if not workers:
            return True
        with ThreadPoolExecutor(len(workers), "closing") as pool:
            return all(pool.map(partial(_close, patience), workers))

    def _hire(self, count: int) -> None:
        while len(self._workers) < count:
            self._workers.append(self._worker())


def _close(patience: float, worker: Worker) -> bool:
    return worker.close(patience)
