"""The engine: gradients of batches of any size, by programs in lanes; and answers without learning."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import numpy as np

from nnstudio.engine.crew import Crew, SingleThreadedProducts, threads_of_machine
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.plan import Plan
from nnstudio.engine.program import Program
from nnstudio.engine.samples import Feed, Picks, Samples
from nnstudio.layers.products import Together
from nnstudio.layers.shapes import Array, size_of, to_samples

MOST_THREADS = 2  # As many as there are lanes, or halves of a product.
CHUNK = 256  # Samples that are answered at once when nothing is learned.


@dataclass(slots=True)
class Outcome:
    """The sum of the losses over some samples, and how many answers were right."""

    loss: float
    right: int
    count: int

    @property
    def mean_loss(self) -> float:
        """The loss for one sample."""
        return self.loss / self.count if self.count else float("nan")

    @property
    def accuracy(self) -> float:
        """The share of right answers."""
        return self.right / self.count if self.count else float("nan")


@dataclass(eq=False)
class Bench:
    """A program with its feed for one number of samples, and everything they do for a batch as one tape."""

    program: Program
    feed: Feed
    picks: Picks
    tape: tuple[Callable[[], Any], ...]
    whole: int = 0


class Lane:
    """A line of shards, worked through one after another; its gradient is their sum, always in the same order."""

    def __init__(
        self,
        plan: Plan,
        parameters: Parameters,
        samples: Samples,
        random: np.random.Generator,
        together: Together | None,
    ) -> None:
        self.random = random
        self._together = together
        self.gradient = Parameters.zeros(parameters.layout, plan.dtype, learned_only=True)
        self._so_far = np.zeros(0, plan.dtype)
        self._plan, self._parameters, self._samples = plan, parameters, samples
        self._benches: dict[tuple[int, bool], Bench] = {}
        self.loss, self.right = 0.0, 0
        self.last: Program | None = None

    def learn_all(self, picks: Picks) -> None:
        """The same for a batch that is one shard, without detours."""
        self.loss, self.right = 0.0, 0
        self._work(picks, len(picks), learn=True)

    def learn(self, shards: Sequence[Picks], whole: int) -> None:
        """Find the gradient of the mean loss over the whole batch, of which these shards are a part."""
        self.loss, self.right = 0.0, 0
        for number, picks in enumerate(shards):
            if number:
                self._add_up(first=number == 1)
            self._work(picks, whole, learn=True)
        if len(shards) > 1:
            np.add(self.gradient.vector, self._so_far, self.gradient.vector)
        elif not shards:
            self.gradient.vector.fill(0)

    def judge(self, shards: Sequence[Picks]) -> None:
        """Find loss and right answers without learning."""
        self.loss, self.right = 0.0, 0
        for picks in shards:
            self._work(picks, len(picks), learn=False)

    def _work(self, picks: Picks, whole: int, learn: bool) -> None:
        bench = self._benches.get((len(picks), learn)) or self._set_up(len(picks), learn)
        self.last = bench.program
        if bench.whole != whole:
            bench.program.set_whole_batch(whole)
            bench.whole = whole
        bench.picks[:] = picks
        for call in bench.tape:
            call()
        self.loss += float(bench.program.total)
        self.right += int(np.count_nonzero(bench.feed.right)) if bench.feed.judges else 0

    def _add_up(self, first: bool) -> None:
        if first:
            if not len(self._so_far):
                self._so_far = np.zeros_like(self.gradient.vector)
            np.copyto(self._so_far, self.gradient.vector)
        else:
            np.add(self._so_far, self.gradient.vector, self._so_far)

    def _set_up(self, batch: int, learn: bool) -> "Bench":
        gradient = self.gradient if learn else None
        program = Program(self._plan, batch, self._parameters, gradient, self.random, self._together)
        feed = Feed(self._samples, program, self._plan.encoding.middle, self.random if learn else None)
        tape = (*feed.loading, *program.forward, *program.judging, *feed.judging, *program.backward)
        bench = self._benches[batch, learn] = Bench(program, feed, feed.picks, tape)
        return bench


class Engine:
    """A plan at work on samples. Use it as a context, or close it, so that its threads end.

    Call it with floating-point warnings off (`quiet`): it is for the session to see that numbers stay finite.
    """

    def __init__(
        self, plan: Plan, parameters: Parameters, samples: Samples, seed: int = 0, threads: int | None = None
    ) -> None:
        self.plan, self.parameters, self.samples = plan, parameters, samples
        self.crew = Crew(min(threads or threads_of_machine(), MOST_THREADS))
        # Threads share either the lanes or, where there is one lane, its large products.
        together = self.crew.run if plan.lanes == 1 else None
        streams = np.random.SeedSequence((seed, 1)).spawn(plan.lanes)
        self.lanes = [
            Lane(plan, parameters, samples, np.random.Generator(np.random.PCG64(stream)), together)
            for stream in streams
        ]
        self._products = SingleThreadedProducts()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the threads, and give the matrix products theirs back."""
        self.crew.close()
        self._products.end()

    def gradient(self, picks: Picks) -> Outcome:
        """Find the gradient of the mean loss over the picked samples; it stands in the lanes, to be added up."""
        size = len(picks)
        if len(self.lanes) == 1 and size <= self.plan.shard:
            lane = self.lanes[0]
            lane.learn_all(picks)
            return Outcome(lane.loss, lane.right, size)
        shards = list(self._shards(picks))
        self.crew.run([partial(lane.learn, part, size) for lane, part in self._dealt(shards)])
        return self._outcome(size)

    def judge(self, picks: Picks) -> Outcome:
        """Loss and right answers for the picked samples, without learning."""
        shards = [picks[start : start + CHUNK] for start in range(0, len(picks), CHUNK)]
        self.crew.run([partial(lane.judge, part) for lane, part in self._dealt(shards)])
        return self._outcome(len(picks))

    def _dealt(self, shards: list[Picks]) -> list[tuple[Lane, list[Picks]]]:
        count = len(self.lanes)
        return [(lane, shards[number::count]) for number, lane in enumerate(self.lanes)]

    def _shards(self, picks: Picks) -> Iterator[Picks]:
        if self.plan.whole_batch_at_once:
            yield picks
            return
        count = -(-len(picks) // self.plan.shard)
        size = -(-len(picks) // count)
        for start in range(0, len(picks), size):
            yield picks[start : start + size]

    def _outcome(self, count: int) -> Outcome:
        return Outcome(sum(lane.loss for lane in self.lanes), sum(lane.right for lane in self.lanes), count)


def quiet() -> np.errstate:
    """A context without floating-point warnings, for everything that calls an engine."""
    return np.errstate(all="ignore")


def predict(plan: Plan, parameters: Parameters, inputs: Array) -> Array:
    """The network's outputs for inputs as it wants them, (samples, *shape), already prepared."""
    rows = np.ascontiguousarray(inputs).reshape(len(inputs), size_of(plan.input_shape))
    shape = plan.steps[plan.output].shape
    answers = np.empty((len(rows), *shape), plan.dtype)
    programs: dict[int, Program] = {}
    with quiet():
        for start in range(0, len(rows), CHUNK):
            part = rows[start : start + CHUNK]
            if len(part) not in programs:
                programs[len(part)] = Program(plan, len(part), parameters, judged=False)
            program = programs[len(part)]
            np.copyto(program.inputs, part, casting="same_kind")
            program.run()
            answers[start : start + CHUNK] = to_samples(program.output, shape)
    return answers
