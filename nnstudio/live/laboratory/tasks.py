"""Tasks: what takes a while and is done a little at a time, between the lanes' turns."""

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter

from nnstudio.live.pace import SLICE


@dataclass(frozen=True)
class Task:
    """Something under way for an experiment of that number: every `next` does a moment's work, and may tell."""

    run: int
    moments: Iterator[None]


class Tasks:
    """One task of each name; another of the same name takes its place."""

    def __init__(self) -> None:
        self._tasks: dict[str, Task] = {}

    def __bool__(self) -> bool:
        return bool(self._tasks)

    def begin(self, name: str, task: Task) -> None:
        """Do this from now on."""
        self.end(name)
        self._tasks[name] = task

    def end(self, name: str) -> None:
        """Do it no more."""
        task = self._tasks.pop(name, None)
        if task is not None and hasattr(task.moments, "close"):
            # A generator gives back what it holds.
            task.moments.close()

    def close(self) -> None:
        """Do nothing more."""
        for name in list(self._tasks):
            self.end(name)

    def go_on(self) -> Iterator[tuple[int, Exception]]:
        """Do a slice of each; gives back what went wrong, with the number of its experiment."""
        for name, task in list(self._tasks.items()):
            until = perf_counter() + SLICE
            try:
                while perf_counter() < until:
                    next(task.moments)
            except StopIteration:
                self.end(name)
            except Exception as error:
                self.end(name)
                yield task.run, error
