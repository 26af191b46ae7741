"""A program: a plan built for one batch size, as two tapes of NumPy calls on memory of its own."""

from collections.abc import Sequence

import numpy as np

from nnstudio.engine.losses import LossSite
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.plan import Plan, Step
from nnstudio.layers.shapes import Array, size_of
from nnstudio.layers.site import Site, Tape, Value


class Program:
    """A plan for a fixed number of samples. With `gradient` it also finds the derivatives, written there."""

    def __init__(
        self,
        plan: Plan,
        batch: int,
        parameters: Parameters,
        gradient: Parameters | None = None,
        random: np.random.Generator | None = None,
        as_drawn: bool = False,
    ) -> None:
        self.plan = plan
        self.batch = batch
        self.steps: Sequence[Step] = plan.steps if as_drawn else plan.quick
        self.forward: Tape = []
        self.backward: Tape = []
        self.total = np.zeros((), plan.dtype)
        self.target = np.zeros((batch, plan.outputs), plan.dtype)
        self._shares: list[tuple[Array, float]] = []
        self._parameters = parameters
        self._gradient = gradient
        self._random = random or np.random.default_rng(0)
        self.sites = [self._record_forward(number) for number in range(len(self.steps))]
        self._record_loss_and_backward()

    @property
    def inputs(self) -> Array:
        """Where the samples go: one row each, in the order the user sees. Fill it, then run."""
        return self._value_of(self.plan.steps[self.plan.input].id).flat.T  # type: ignore[union-attr]

    @property
    def output(self) -> Array:
        """What comes out, one column a sample."""
        return self._value_of(self.plan.steps[self.plan.output].id).array

    def value(self, step: str) -> Array:
        """What a step puts out, laid out for the engine."""
        return self._value_of(step).array

    def set_whole_batch(self, size: int) -> None:
        """Say how many samples the mean loss is taken over, where this program computes a part of them."""
        for number, factor in self._shares:
            number[()] = factor / size

    def run(self) -> None:
        """Compute the output."""
        for call in self.forward:
            call()

    def run_back(self) -> None:
        """Compute the derivatives."""
        for call in self.backward:
            call()

    def _value_of(self, step: str) -> Value:
        number = next(number for number, each in enumerate(self.steps) if each.id == step)
        value = self.sites[number].output
        assert value is not None
        return value

    def _record_forward(self, number: int) -> Site:
        step = self.steps[number]
        if number == 0:
            self.sites: list[Site] = []
            self._learning: list[bool] = []
        trains = self._gradient is not None and bool(self._gradient.of(step.id)) and step.layer.learns
        wanted = tuple(self._learning[source] for source in step.inputs)
        self._learning.append(trains or any(wanted))
        site = Site(
            inputs=[self._output(source) for source in step.inputs],
            shape=step.shape,
            batch=self.batch,
            dtype=self.plan.dtype,
            training=self._gradient is not None,
            parameters=self._parameters.of(step.id),
            gradients=self._gradient.of(step.id) if self._gradient and trains else {},
            matrices=self._parameters.matrices(step.id),
            matrix_gradients=self._gradient.matrices(step.id) if self._gradient and trains else {},
            wanted=wanted,
            random=self._random,
            tape=self.forward,
        )
        if not step.inputs:
            site.output = Value.of_samples(step.shape, self.batch, self.plan.dtype)
        step.layer.forward(site)
        self.sites.append(site)
        return site
