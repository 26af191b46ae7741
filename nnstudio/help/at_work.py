"""A layer, a loss or an optimizer at work on the few numbers of an example, in the engine that trains."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.engine.losses import Loss, LossSite, MeanSquaredError
from nnstudio.engine.optimizers import Optimizer, UpdateSite
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.plan import Encoding, Plan, Step
from nnstudio.engine.program import Program
from nnstudio.layers.base import Layer, layers
from nnstudio.layers.example import Example
from nnstudio.layers.shapes import Shape, to_samples

Array = NDArray[Any]
DOUBLE = "float64"


@dataclass(frozen=True, eq=False)
class Worked:
    """What came of an example: arrays with the samples first; `slopes` are the derivatives for the first input."""

    layer: Layer
    inputs: tuple[Array, ...]
    parameters: Mapping[str, Array]
    output: Array
    slopes: Array

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes of what comes in."""
        return tuple(each.shape[1:] for each in self.inputs)


def worked(kind: type[Layer], example: Example) -> Worked:
    """Let a layer work on an example; the derivatives are those for the sum of all outputs."""
    layer = kind(**example.fields)
    inputs = tuple(np.asarray(each, np.float64) for each in example.inputs)
    plan = _plan(layer, inputs)
    parameters = Parameters.initial(plan, 0)
    own = parameters.of("layer")
    for name, values in example.parameters.items():
        own[name][...] = values
    learns = Parameters.zeros(parameters.layout, plan.dtype, learned_only=True)
    samples = len(inputs[0])
    program = Program(
        plan, samples, parameters, learns, np.random.default_rng(0), as_drawn=True, still=not example.training,
        to_inputs=True,
    )  # fmt: skip
    for port, numbers in enumerate(inputs):
        site = program.sites[plan.steps[min(port, plan.output)].id]
        assert site.output is not None
        flat = site.output.flat
        assert flat is not None
        flat[...] = numbers.reshape(samples, -1).T
    _play(program)
    output = to_samples(program.output, plan.steps[plan.output].shape).copy()
    slopes = program.input_derivative.reshape(inputs[0].shape) if plan.output else np.ones_like(inputs[0])
    return Worked(layer, inputs, {name: own[name].copy() for name in own}, output, slopes.copy())


def _play(program: Program) -> None:
    """Forward, then back, from a derivative of 1 for every output in the place of a loss."""
    with np.errstate(all="ignore"):
        program.run()
        program.derivative("layer").fill(1.0)
        program.run_back()


def _plan(layer: Layer, inputs: tuple[Array, ...]) -> Plan:
    door = layers().find("input")
    if layer.takes == (0, 0):
        steps: tuple[Step, ...] = (Step("layer", layer.title, layer, (), (), layer.output_shape()),)
    else:
        shapes = tuple(each.shape[1:] for each in inputs)
        made = [door.from_fields({"shape": shape}) for shape in shapes]
        doors = [Step(f"x{port}", "", each, (), (), each.output_shape()) for port, each in enumerate(made)]
        last = Step("layer", layer.title, layer, tuple(range(len(shapes))), shapes, layer.output_shape(*shapes))
        steps = (*doors, last)
    return Plan(steps, steps, 0, len(steps) - 1, MeanSquaredError(), Encoding(0.0), len(inputs[0]), 1, DOUBLE)


def judged(loss: Loss, reads: Array, target: Array) -> tuple[Array, float, Array]:
    """What the last layer answers to the numbers that a loss reads, (outputs, samples); the loss and its derivative."""
    answer = reads
    if loss.through:
        last = layers().find(loss.through[0])
        answer = worked(last, Example((reads.T,))).output.T
    derivative, total = np.zeros_like(reads), np.zeros(())
    tape: list[Any] = []
    shares: list[tuple[Array, float]] = []

    def share(factor: float) -> Array:
        shares.append((np.zeros(()), factor))
        return shares[-1][0]

    loss.record(LossSite(reads, answer, target, derivative, total, tape, share))
    for number, factor in shares:
        number[()] = factor / reads.shape[1]
    with np.errstate(all="ignore"):
        for call in tape:
            call()
    return answer, float(total) / reads.shape[1], derivative


def moved(optimizer: Optimizer, weight: float, gradients: tuple[float, ...]) -> list[float]:
    """Where one weight is before and after each step, if these are its gradients."""
    weights, gradient = np.array([weight]), np.zeros(1)
    numbers = {name: np.zeros(()) for name in optimizer.numbers(optimizer.learning_rate, 1)}
    state = {name: np.zeros(1) for name in optimizer.state}
    tape: list[Any] = []
    optimizer.record(UpdateSite(weights, gradient, state, np.ones(1), np.zeros(1), numbers, tape))
    places = [weight]
    for step, slope in enumerate(gradients, 1):
        gradient[0] = slope
        for name, value in optimizer.numbers(optimizer.learning_rate, step).items():
            numbers[name][()] = value
        for call in tape:
            call()
        places.append(float(weights[0]))
    return places
