"""Lanes: several trainings side by side, from the same first weights and on the same data, that step in turn."""

from collections.abc import Callable, Iterator, Mapping
from math import inf
from typing import Self

from nnstudio.api import Model
from nnstudio.data.dataset import DataSet
from nnstudio.layers.shapes import Array
from nnstudio.project.project import Project
from nnstudio.training.divergence import Divergence
from nnstudio.training.recorder import Recorder
from nnstudio.training.session import Session

BUDGET = 128 << 20  # Bytes for the keyframes of all lanes together.
MOST = 128  # Keyframes of one lane.


class Lane:
    """One training among others, that can be brought back to any of its steps."""

    def __init__(self, number: int, session: Session, budget: int) -> None:
        self.number, self.session = number, session
        self.recorder = Recorder(session, budget, MOST)

    @property
    def steps(self) -> int:
        """How many batches it stands behind."""
        return self.session.steps_done

    @property
    def finished(self) -> str | None:
        """Why it is over, or None."""
        return self.session.finished

    @property
    def diverged(self) -> Divergence | None:
        """Where it left the finite numbers, if it did."""
        return self.session.diverged

    def step(self, steps: int = 1) -> None:
        """Learn from so many batches, or as many as there are."""
        session, recorder = self.session, self.recorder
        end = session.steps_done + steps
        while session.steps_done < end and not session.finished:
            session.run(min(end - session.steps_done, max(1, recorder.due(session))))
            if not recorder.due(session):
                recorder.keep(session)

    def stand_at(self, step: int, wanted: Callable[[], bool] = lambda: True) -> None:
        """Stand where it stood after so many batches, or where it ended before; on the way, once it is not wanted."""
        self.recorder.go_to(self.session, step, wanted)

    def close(self) -> None:
        """End its training."""
        self.session.close()
        # Most of its memory, which should not wait until nobody looks at the lane any more.
        del self.recorder


class Lanes:
    """All lanes of an experiment by their numbers. Use it as a context, or close it.

    Data is asked for project by project: whoever gives the same object for all of them has it in memory once.
    `weights` are what every lane begins with; without them each begins with the first weights of its seed, never with
    what its project has learned. A lane has one thread, so that there can be one for each core.
    """

    def __init__(
        self,
        data_of: Callable[[Project], DataSet],
        weights: Mapping[str, Array] | None = None,
        expected: int = 8,
        threads: int = 1,
    ) -> None:
        self._data_of, self._weights, self._threads = data_of, weights, threads
        self._budget = BUDGET // max(1, expected)
        self._lanes: dict[int, Lane] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self._lanes)

    def __iter__(self) -> Iterator[Lane]:
        return iter(self._lanes.values())

    def __getitem__(self, number: int) -> Lane:
        return self._lanes[number]

    def get(self, number: int) -> Lane | None:
        """The lane of that number, if there is one."""
        return self._lanes.get(number)

    @property
    def active(self) -> list[Lane]:
        """The lanes that are not over."""
        return [lane for lane in self if not lane.finished]

    @property
    def steps(self) -> int:
        """How many batches the furthest of the lanes that are not over stands behind."""
        return max((lane.steps for lane in self.active), default=0)

    def add(self, number: int, project: Project) -> Lane:
        """A further lane, at its beginning; an error if the project cannot be trained."""
        session = Model(project).session(self._data_of(project), self._threads)
        try:
            if self._weights is not None:
                session.set_weights(self._weights)
            lane = Lane(number, session, self._budget)
        except BaseException:
            session.close()
            raise
        self.drop(number)
        self._lanes[number] = lane
        return lane

    def drop(self, number: int) -> None:
        """Be without a lane."""
        if number in self._lanes:
            self._lanes.pop(number).close()

    def behind(self, end: float = inf) -> Lane | None:
        """Whose turn it is: of the lanes that can go on towards that step, the one that stands furthest behind."""
        waiting = [lane for lane in self.active if lane.steps < end]
        return min(waiting, key=lambda lane: lane.steps, default=None)

    def advance(self, lane: Lane, steps: int, end: float = inf) -> None:
        """Let the lane whose turn it is do at most so many batches, but not pass by those that are ahead.

        So all of them advance together, whether their batches take long or not.
        """
        lead = self.steps - lane.steps
        lane.step(int(min(steps, lead or steps, end - lane.steps)))

    def step(self, steps: int = 1) -> None:
        """Let every lane that is not over learn from so many batches."""
        for lane in self.active:
            lane.step(steps)

    def stand_at(self, step: int, wanted: Callable[[], bool] = lambda: True) -> None:
        """Let every lane stand where it stood after so many batches, or where it ended before."""
        for lane in self:
            lane.stand_at(step, wanted)

    def close(self) -> None:
        """Forget all lanes."""
        for number in list(self._lanes):
            self.drop(number)
