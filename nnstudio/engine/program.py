"""A program: a plan built for one batch size, as tapes of NumPy calls on memory that is made once."""

from functools import partial

import numpy as np

from nnstudio.engine.losses import LossSite
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.plan import Plan, Step
from nnstudio.layers.products import Together
from nnstudio.layers.shapes import Array, to_samples
from nnstudio.layers.site import Site, Tape, Value


class Program:
    """A plan for a fixed number of samples.

    With `gradient` it also finds the derivatives, and writes them there; without, it answers as after training. Where
    it is `still`, it finds them with nothing left out at random; with `to_inputs` it goes back to the samples too.
    """

    def __init__(
        self,
        plan: Plan,
        batch: int,
        parameters: Parameters,
        gradient: Parameters | None = None,
        random: np.random.Generator | None = None,
        together: Together | None = None,
        judged: bool = True,
        as_drawn: bool = False,
        still: bool = False,
        to_inputs: bool = False,
    ) -> None:
        self.plan = plan
        self.batch = batch
        self.steps = plan.steps if as_drawn else plan.quick
        self.forward: Tape = []
        self.judging: Tape = []
        self.backward: Tape = []
        self.sites: dict[str, Site] = {}
        self.target = np.zeros((batch, plan.outputs), plan.dtype)
        self.total = np.zeros((), plan.dtype)
        self._parameters = parameters
        self._gradient = gradient
        self._together = together
        self._still = still
        self._to_inputs = to_inputs
        self._random = random if random is not None else np.random.default_rng(0)
        self._shares: list[tuple[Array, float]] = []
        self._learning: dict[str, bool] = {}
        for step in self.steps:
            self._record_forward(step)
        gradients = self._record_loss() if judged else {}
        if gradient is not None:
            self._record_backward(gradients)
        self.set_whole_batch(batch)

    @property
    def inputs(self) -> Array:
        """Where the samples go: one row each, in the order the user sees. Fill it, then run."""
        flat = self._value(self.plan.steps[self.plan.input].id).flat
        assert flat is not None
        return flat.T

    @property
    def input_memory(self) -> Array:
        """The same with the column of ones behind it: contiguous, one row a sample."""
        with_one = self._value(self.plan.steps[self.plan.input].id).with_one
        assert with_one is not None
        return with_one.T

    @property
    def output(self) -> Array:
        """What comes out, laid out for the engine: one column a sample."""
        return self.value(self.plan.steps[self.plan.output].id)

    def value(self, step: str) -> Array:
        """What a step puts out, laid out for the engine."""
        return self._value(step).array

    def derivative(self, step: str) -> Array:
        """The derivative of the loss for what a step puts out."""
        return self.sites[step].dy

    @property
    def input_derivative(self) -> Array:
        """The derivative for the samples, one row each, in the order the user sees; only with `to_inputs`."""
        step = self.plan.steps[self.plan.input]
        return to_samples(self.derivative(step.id), step.shape).reshape(self.batch, -1)

    def set_whole_batch(self, size: int) -> None:
        """Say over how many samples the mean loss is taken, where this program computes a part of them."""
        for number, factor in self._shares:
            number[()] = factor / size

    def run(self) -> None:
        """Compute the output."""
        for call in self.forward:
            call()

    def judge(self) -> None:
        """Compute the loss of the output, and its derivative for the output."""
        for call in self.judging:
            call()

    def run_back(self) -> None:
        """Compute all other derivatives."""
        for call in self.backward:
            call()

    def _value(self, step: str) -> Value:
        value = self.sites[step].output
        assert value is not None
        return value

    def _record_forward(self, step: Step) -> None:
        sources = [self.steps[number].id for number in step.inputs]
        gradient = self._gradient if step.layer.learns else None
        trains = gradient is not None and bool(gradient.of(step.id))
        wanted = tuple(self._learning[source] for source in sources)
        self._learning[step.id] = trains or any(wanted) or (self._to_inputs and not sources)
        site = self.sites[step.id] = Site(
            inputs=[self._value(source) for source in sources],
            shape=step.shape,
            batch=self.batch,
            dtype=self.plan.dtype,
            training=self._gradient is not None,
            parameters=self._parameters.of(step.id),
            gradients=gradient.of(step.id) if gradient else {},
            matrices=self._parameters.matrices(step.id),
            matrix_gradients=gradient.matrices(step.id) if gradient else {},
            wanted=wanted,
            random=self._random,
            tape=self.forward,
            together=self._together,
            still=self._still,
        )
        if not sources:
            site.output = Value.of_samples(step.shape, self.batch, self.plan.dtype)
        step.layer.forward(site)

    def _record_loss(self) -> dict[str, list[Array]]:
        """Record the loss; gives back the derivative of what it reads."""
        output = self.plan.steps[self.plan.output]
        reads = output.id
        if output.layer.kind in self.plan.loss.through:
            reads = self.plan.steps[output.inputs[0]].id
        x = self.value(reads)
        dx = np.zeros(x.shape, x.dtype)
        self.plan.loss.record(LossSite(x, self.output, self.target.T, dx, self.total, self.judging, self._share))
        return {reads: [dx]}

    def _record_backward(self, gradients: dict[str, list[Array]]) -> None:
        for step in reversed(self.steps):
            parts = gradients.get(step.id)
            if not parts or not self._learning[step.id]:
                continue
            site = self.sites[step.id]
            site.tape = self.backward
            site.dy = self._sum(parts)
            step.layer.backward(site)
            for port, source in enumerate(step.inputs):
                if port in site.dxs:
                    gradients.setdefault(self.steps[source].id, []).append(site.dxs[port])

    def _sum(self, parts: list[Array]) -> Array:
        """One output that feeds several layers gets the sum of their derivatives, in memory of its own."""
        first, *rest = parts
        if not rest:
            return first
        total = np.zeros(first.shape, first.dtype)
        self.backward.append(partial(np.add, first, rest[0], total))
        self.backward.extend(partial(np.add, total, part, total) for part in rest[1:])
        return total

    def _share(self, factor: float) -> Array:
        number = np.zeros((), self.plan.dtype)
        self._shares.append((number, factor))
        return number
