"""Health: the figures that tell a sound training from a sick one, layer by layer, at one moment."""

from collections import defaultdict
from dataclasses import dataclass
from math import hypot, nan

import numpy as np
from numpy.typing import NDArray

from nnstudio.data.preparation.base import Preparation
from nnstudio.engine.engine import quiet
from nnstudio.engine.parameters import Place
from nnstudio.engine.plan import Step
from nnstudio.engine.program import Program
from nnstudio.layers.shapes import Array, Shape, feature_axis, size_of
from nnstudio.training.divergence import Divergence
from nnstudio.training.reach import reach_of
from nnstudio.training.readings import Size, mean_and_deviation, misled, sizes, stuck
from nnstudio.training.session import Session

MOST_SAMPLES = 128  # Enough to tell a unit that never answers; few enough to look ten times a second.
MOST_NUMBERS = 1 << 24  # That all layers put out for the samples together: 64 MB; large pictures get fewer samples.


@dataclass(frozen=True)
class LayerHealth:
    """One layer. Sizes are of all its weights and biases together, None where it has none or does not learn.

    `gradient` is that of the last batch, after clipping; `update` what the last step changed. `units` are neurons, or
    the channels of an image. `dead` ones give the same answer to every negative number, as ReLU does, and gave
    nothing else to any sample. `saturated` ones lie near their lowest or highest answer for nearly all samples. Both
    are None where they cannot be.
    """

    id: str
    name: str
    kind: str
    weighs: bool
    mean: float
    deviation: float
    units: int
    dead: int | None = None
    saturated: int | None = None
    weights: Size | None = None
    gradient: Size | None = None
    update: Size | None = None

    @property
    def ratio(self) -> float | None:
        """How long the last update was, for each unit of the weights' own length: about 0.001 is usual."""
        if self.update is None or self.weights is None:
            return None
        return _divided(self.update.length, self.weights.length)

    @property
    def pull(self) -> float | None:
        """How long the gradient is, for each unit of the weights' own length."""
        if self.gradient is None or self.weights is None:
            return None
        return _divided(self.gradient.length, self.weights.length)


@dataclass(frozen=True)
class InputHealth:
    """The samples as the network sees them, prepared but never varied.

    `largest` has the largest absolute value of each sample. `widest` is the input whose values are the largest,
    `widest_rms` its root mean square.
    """

    shape: Shape
    mean: float
    deviation: float
    largest: tuple[float, ...]
    widest: str
    widest_rms: float

    @property
    def rms(self) -> float:
        """The root mean square of all inputs."""
        return hypot(self.mean, self.deviation)


@dataclass(frozen=True)
class TargetHealth:
    """What the answers should be: the lowest and highest of them, and how often each class occurs in training.

    `misled` answers of the last layer, out of `answers`, lie near its bound at the wrong end, where it is flat.
    """

    lowest: float
    highest: float
    answers: int
    misled: int
    counts: tuple[int, ...] = ()
    class_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Health:
    """How a training is at one moment. `loss` is that of the samples looked at, without a penalty, and `first_loss`
    what it was when they were first looked at, after `first_step` steps.

    `rate` is what the schedule made of `learning_rate` for the last step.
    """

    step: int
    samples: int
    train_samples: int
    loss: float
    first_step: int
    first_loss: float
    learning_rate: float
    rate: float
    inputs: InputHealth
    targets: TargetHealth
    layers: tuple[LayerHealth, ...]
    output: str
    preparation: tuple[Preparation, ...] = ()
    diverged: Divergence | None = None


class HealthCheck:
    """Looks at a session between its steps, always with the same training samples. Changes nothing.

    Memory for the samples' way through the network is made once. After a rewind, the gradient is still that of the
    batch that was learned last.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        plan, samples = session.plan, session.engine.samples
        train = session.data.part("train").astype(np.intp)
        random = np.random.Generator(np.random.PCG64(np.random.SeedSequence((session.settings.seed, 3))))
        fitting = MOST_NUMBERS // sum(size_of(step.shape) for step in plan.steps)
        picks = np.sort(random.permutation(train)[: max(1, min(MOST_SAMPLES, fitting))])
        self._program = Program(plan, len(picks), session.parameters, as_drawn=True)
        with quiet():
            np.copyto(self._program.inputs, samples.inputs(picks, plan.dtype), casting="same_kind")
            self._program.target[:] = samples.targets[picks]
            self._inputs = _input_health(self._program.inputs, plan.input_shape, session.data.input_names)
            self._program.run()
            self._program.judge()
        self._first_step = session.steps_done
        self._first_loss = float(self._program.total) / self._program.batch
        self._lowest = float(samples.targets.min(initial=np.inf))
        self._highest = float(samples.targets.max(initial=-np.inf))
        self._counts = _counts(session)
        self._places: dict[str, list[Place]] = defaultdict(list)
        for place in session.parameters.layout.places:
            if any(each.learned for each in place.block.values()):
                self._places[place.step.id].append(place)

    def measure(self, before: Array | None = None) -> Health:
        """All figures; `before` is the vector of parameters as it was before the last step."""
        session, program = self.session, self._program
        with quiet():
            program.run()
            program.judge()
            loss = float(program.total) / program.batch
            layers = tuple(self._layer(step, before) for step in session.plan.steps)
            targets = self._target_health()
        return Health(
            step=session.steps_done,
            samples=program.batch,
            train_samples=sum(self._counts) or len(session.data.part("train")),
            loss=loss,
            first_step=self._first_step,
            first_loss=self._first_loss,
            learning_rate=session.learning_rate,
            rate=float(session.history.rates[-1]) if len(session.history.rates) else session.learning_rate,
            inputs=self._inputs,
            targets=targets,
            layers=layers,
            output=session.plan.steps[session.plan.output].id,
            preparation=session.data.preparation,
            diverged=session.diverged,
        )

    def _layer(self, step: Step, before: Array | None) -> LayerHealth:
        answers = self._program.value(step.id)
        axis, (mean, deviation) = feature_axis(step.shape), mean_and_deviation(answers)
        dead, saturated = stuck(answers, axis, reach_of(step.layer), step.layer.has_gradient)
        now = self.session.parameters.vector
        places = self._places.get(step.id, [])
        learning = [place for place in places if place.learned]
        updater = self.session.updater
        gradient = updater.gradient if updater.steps else None
        changed = None
        if before is not None:
            changed = sizes(now[place.start : place.end] - before[place.start : place.end] for place in learning)
        return LayerHealth(
            id=step.id,
            name=step.name,
            kind=step.layer.kind,
            weighs=step.multiplications > 0,
            mean=mean,
            deviation=deviation,
            units=answers.shape[axis],
            dead=dead,
            saturated=saturated,
            weights=sizes(now[place.start : place.end] for place in places),
            gradient=sizes(gradient[place.start : place.end] for place in learning) if gradient is not None else None,
            update=changed,
        )

    def _target_health(self) -> TargetHealth:
        program, session = self._program, self.session
        layer = session.plan.steps[session.plan.output].layer
        wrong = misled(program.output, program.target.T, reach_of(layer)) if layer.has_gradient else 0
        return TargetHealth(
            lowest=self._lowest, highest=self._highest,
            answers=program.output.size, misled=wrong, counts=self._counts, class_names=session.data.class_names,
        )  # fmt: skip


def measure(session: Session, before: Array | None = None) -> Health:
    """The figures of a session, once; who looks again and again keeps a HealthCheck."""
    return HealthCheck(session).measure(before)


def _divided(part: float, whole: float) -> float:
    if whole:
        return part / whole
    return float("inf") if part else 0.0


def _input_health(rows: Array, shape: Shape, names: tuple[str, ...]) -> InputHealth:
    if not rows.size:
        return InputHealth(shape, nan, nan, (), "", nan)
    rms = np.sqrt(np.square(rows, dtype=np.float64).mean(axis=0))
    widest = int(np.nan_to_num(rms, nan=-1.0).argmax())
    return InputHealth(
        shape=shape,
        mean=float(rows.mean(dtype=np.float64)),
        deviation=float(rows.std(dtype=np.float64)),
        largest=tuple(np.abs(rows).max(axis=1).astype(np.float64).tolist()),
        widest=_input_name(widest, shape, names),
        widest_rms=float(rms[widest]),
    )


def _input_name(number: int, shape: Shape, names: tuple[str, ...]) -> str:
    if len(names) == size_of(shape):
        return names[number]
    if len(shape) == 1:
        return f"input {number + 1}"
    row, column = (int(each) + 1 for each in np.unravel_index(number, shape)[:2])
    return f"the input in row {row}, column {column}"


def _counts(session: Session) -> tuple[int, ...]:
    data = session.data
    if not data.classifies:
        return ()
    classes: NDArray[np.intp] = data.targets[data.training()].astype(np.intp)
    return tuple(np.bincount(classes, minlength=data.outputs).tolist())
