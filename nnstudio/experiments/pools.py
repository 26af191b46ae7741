"""Pools: executors of the standard kind that trials run in, processes of this machine or the workers of a cluster."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any

from nnstudio.core.errors import FieldError, StudioError
from nnstudio.engine.crew import SingleThreadedProducts, threads_of_machine
from nnstudio.experiments.cluster import NO_KEYS, Keys, cluster_pool, lost_with_its_workers

TRIES = 3  # The first, and two more when the worker died.
MOST = 256
NICE = 5  # How far a window and everybody else go before.
DIED = (
    f"The worker died {TRIES} times while it tried this; perhaps there was not enough memory. Make the model or the "
    "batches smaller, or take fewer workers."
)


class WorkerDied(StudioError):
    """A task was with a worker that died, each time it was tried."""


@contextmanager
def open_pool(workers: int | None = None, cluster: str | None = None, keys: Keys = NO_KEYS) -> Iterator[Executor]:
    """Processes of this machine, by default one for each core; or the workers of a cluster at an address."""
    if cluster is not None:
        with cluster_pool(cluster, keys) as pool:
            yield pool
        return
    local = LocalPool(threads_of_machine() if workers is None else workers)
    try:
        yield local
    finally:
        local.shutdown(cancel_futures=True)


def why_lost(error: BaseException) -> str | None:
    """Why a task has no result though nothing is wrong with it, in words; None where the task itself is to blame."""
    if isinstance(error, WorkerDied):
        return str(error)
    return lost_with_its_workers(error)


@dataclass(frozen=True, eq=False)
class _Task:
    future: "Future[Any]"
    call: Callable[[], Any]
    arguments: tuple[Any, ...]
    named: dict[str, Any]


class LocalPool(Executor):
    """Worker processes, each with one thread for its matrix products, that come back when they are killed.

    Each is looked after by a thread of its own, so that the death of one is felt by nobody but its task, which is
    tried again. A process is begun when there is work for it.
    """

    def __init__(self, workers: int) -> None:
        if not 1 <= workers <= MOST:
            raise FieldError(f"The number of workers must be from 1 to {MOST}, but is {workers}.")
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._lock, self._closed, self._killed = Lock(), False, False
        self._workers: set[ProcessPoolExecutor] = set()
        self._hands = [Thread(target=self._work, name="trials", daemon=True) for _ in range(workers)]
        for hand in self._hands:
            hand.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Ask for a call in one of the processes."""
        with self._lock:
            if self._closed:
                raise RuntimeError("The pool is closed.")
            task = _Task(Future(), fn, args, kwargs)
            self._tasks.put(task)
            return task.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more; what is under way is done, and what waits too unless it is cancelled."""
        with self._lock:
            first, self._closed = not self._closed, True
        if cancel_futures:
            self._cancel_waiting()
        for _ in self._hands if first else ():
            self._tasks.put(None)
        for hand in self._hands if wait else ():
            hand.join()

    def kill(self) -> None:
        """End the processes at once, with whatever they do: for one who cannot wait until they look up."""
        self._killed = True
        for worker in tuple(self._workers):
            for process in tuple((worker._processes or {}).values()):
                process.kill()

    def _cancel_waiting(self) -> None:
        ends = 0
        try:
            while True:
                task = self._tasks.get_nowait()
                if task is None:
                    ends += 1
                else:
                    task.future.cancel()
        except Empty:
            for _ in range(ends):
                self._tasks.put(None)

    def _work(self) -> None:
        _leave_ctrl_c_to_the_program()
        process = self._process()
        while (task := self._tasks.get()) is not None:
            if task.future.set_running_or_notify_cancel():
                process = self._done(task, process)
        process.shutdown()

    def _done(self, task: _Task, process: ProcessPoolExecutor) -> ProcessPoolExecutor:
        """The process that is there after the task: another, if it died."""
        for _ in range(TRIES):
            try:
                task.future.set_result(process.submit(task.call, *task.arguments, **task.named).result())
                return process
            except BrokenProcessPool:
                process.shutdown()
                self._workers.discard(process)
                process = self._process()
            except BaseException as error:
                task.future.set_exception(error)
                return process
            if self._killed:
                break
        task.future.set_exception(WorkerDied(DIED))
        return process

    def _process(self) -> ProcessPoolExecutor:
        # Begun afresh and not forked: a copy of a program with a window and threads would not live.
        made = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _begin)
        self._workers.add(made)
        return made


def _leave_ctrl_c_to_the_program() -> None:
    """Processes that this thread begins do not hear it; what they do is ended in order by who asked for it."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


_products: list[SingleThreadedProducts] = []


def _begin() -> None:
    """Make a process a worker: one thread for its matrix products as long as it lives, and others go before."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _products.append(SingleThreadedProducts())
    if hasattr(os, "nice"):
        os.nice(NICE)
