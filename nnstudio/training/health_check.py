"""Measuring the health of a training: on a few samples that are always the same, between two batches."""

from collections import defaultdict
from math import nan

import numpy as np
from numpy.typing import NDArray

from nnstudio.engine.engine import quiet
from nnstudio.engine.parameters import Place
from nnstudio.engine.plan import Step
from nnstudio.engine.program import Program
from nnstudio.layers.shapes import Array, Shape, feature_axis, size_of
from nnstudio.training.health import Health, InputHealth, LayerHealth, TargetHealth
from nnstudio.training.reach import reach_of
from nnstudio.training.readings import mean_and_deviation, misled, sizes, stuck
from nnstudio.training.session import Session

MOST_SAMPLES = 128  # Enough to tell a unit that never answers; few enough to look ten times a second.
MOST_NUMBERS = 1 << 24  # That all layers put out for the samples together: 64 MB; large pictures get fewer samples.


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
