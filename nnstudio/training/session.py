"""A session: one training, step by step, without threads of its own. It can be stopped and resumed to the same bits."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import cached_property
from math import inf, isfinite
from time import perf_counter
from typing import Self

import numpy as np

from nnstudio.core.errors import TrainingError
from nnstudio.data.dataset import DataSet
from nnstudio.engine.engine import Engine, Outcome, quiet
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.plan import Plan
from nnstudio.engine.samples import Picks
from nnstudio.engine.schedules import Moment
from nnstudio.engine.updater import Updater
from nnstudio.layers.shapes import Array
from nnstudio.training.checkpoint import Checkpoint, random_from_json, random_to_json
from nnstudio.training.divergence import Divergence, find_broken_sample, find_divergence
from nnstudio.training.history import Epoch, History
from nnstudio.training.samples import fingerprint, samples_of
from nnstudio.training.separable import MOST, separable
from nnstudio.training.settings import Settings

SMALL = 20_000  # Weights that are cheap enough to be kept at every step.
KEEP_EVERY = 64


class Session:
    """Trains a plan on a data set. `step` does one batch; `finished` says why it ended, once it has."""

    def __init__(
        self,
        plan: Plan,
        data: DataSet,
        settings: Settings,
        weights: Mapping[str, Array] | None = None,
        threads: int | None = None,
    ) -> None:
        self.plan, self.data, self.settings = plan, data, settings
        self.history = History()
        self.finished: str | None = None
        self.diverged: Divergence | None = None
        self.notes: list[str] = []
        self.steps_done = 0
        self.seconds = 0.0
        self.learning_rate = settings.optimizer.learning_rate
        self.parameters = Parameters.initial(plan, settings.seed)
        self._train = data.training()
        self._validation = data.part("validation").astype(np.intp)
        self._check()
        # Before the engine, which would have to be closed again if these weights do not fit.
        if weights is not None:
            self.parameters.fill(weights)
        self.engine = Engine(plan, self.parameters, samples_of(plan, data), settings.seed, threads)
        gradients = [lane.gradient.vector for lane in self.engine.lanes]
        self.updater = Updater(
            settings.optimizer, settings.penalty, self.parameters, gradients, self.engine.crew, settings.clip
        )
        self._batch = settings.batch_of(len(self._train))
        self._good = self.parameters.vector.copy()
        self._share = 1.0 / len(self._train)
        self._keep_every = 1 if self._good.size <= SMALL else KEEP_EVERY
        self._watched: list[float] = []
        self._begin_epoch()
        self._warn()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the engine's threads. The parameters stay."""
        self.engine.close()

    @property
    def epoch(self) -> int:
        """How many epochs are done."""
        return len(self.history.epochs)

    @property
    def steps_per_epoch(self) -> int:
        """How many batches make an epoch."""
        return -(-len(self._train) // self._batch)

    def set_weights(self, weights: Mapping[str, Array]) -> None:
        """Begin from given weights; every array of the network must be there in its shape."""
        self.parameters.fill(weights)
        np.copyto(self._good, self.parameters.vector)

    def step(self) -> float:
        """Learn from one batch; gives back its loss. At the end of an epoch the validation part is judged."""
        if self.finished:
            raise TrainingError(f"The training has ended: {self.finished}.")
        with quiet():
            return self._step()

    def _step(self) -> float:
        began = perf_counter()
        picks = self._order[self._position : self._position + self._batch]
        outcome = self.engine.gradient(picks)
        loss = outcome.loss / outcome.count + self.updater.penalty_cost(self._share)
        rate = self._rate()
        if self.steps_done % self._keep_every == 0 and isfinite(loss):
            np.copyto(self._good, self.parameters.vector)
        length = self.updater.step(rate, self._share)
        if not (isfinite(loss) and isfinite(length)):
            self._diverge(picks, self.steps_done + 1)
            return loss
        self._record(outcome, loss, length, rate)
        self.seconds += perf_counter() - began
        if self._position >= len(self._order):
            self._end_epoch(rate)
        return loss

    def run_epoch(self) -> None:
        """Step until the present epoch is over, or the training."""
        epoch = self.epoch
        with quiet():
            while self.epoch == epoch and not self.finished:
                self._step()

    def run(self, steps: float = inf) -> None:
        """Step until the training is over, or so many batches are done."""
        with quiet():
            while not self.finished and steps > 0:
                self._step()
                steps -= 1

    def judge(self, part: str) -> Outcome:
        """Loss and right answers on a part of the data, without learning."""
        with quiet():
            return self.engine.judge(self.data.part(part).astype(np.intp))

    def checkpoint(self) -> Checkpoint:
        """Everything needed to go on from here to the same bits. Copies."""
        arrays = {"parameters": self.parameters.vector.copy(), "good": self._good.copy()}
        arrays.update({f"state/{name}": vector.copy() for name, vector in self.updater.state.items()})
        arrays.update({f"history/{name}": column for name, column in self.history.arrays().items()})
        standing = {
            "steps_done": self.steps_done,
            "moves": self.updater.steps,
            "position": self._position,
            "seconds": self.seconds,
            "epoch_began": self._epoch_began,
            "learning_rate": self.learning_rate,
            "loss": self._loss,
            "right": self._right,
            "moved": self._moved,
            "finished": self.finished,
            "diverged": asdict(self.diverged) if self.diverged else None,
            "random": [random_to_json(lane.random) for lane in self.engine.lanes],
            "epochs": [asdict(epoch) for epoch in self.history.epochs],
        }
        return Checkpoint(arrays, standing, self._identity())

    def restore(self, checkpoint: Checkpoint) -> None:
        """Stand where a checkpoint of the same model, settings and data was made; a refused one changes nothing."""
        if checkpoint.matches != self._identity():
            raise TrainingError(
                "The checkpoint belongs to another model, other settings or other data. Train from the start instead."
            )
        before = self.checkpoint()
        try:
            self._stand_at(checkpoint)
        except (KeyError, TypeError, ValueError) as error:
            self._stand_at(before)
            raise TrainingError("The checkpoint is damaged. Train from the start instead.") from error

    def _stand_at(self, checkpoint: Checkpoint) -> None:
        standing = checkpoint.standing
        targets = {"parameters": self.parameters.vector, "good": self._good}
        targets.update({f"state/{name}": vector for name, vector in self.updater.state.items()})
        for name, vector in targets.items():
            np.copyto(vector, checkpoint.arrays[name])
        columns = {name: checkpoint.arrays[f"history/{name}"] for name in self.history.arrays()}
        self.history = History.of(columns, [Epoch(**epoch) for epoch in standing["epochs"]])
        self._watched = [epoch.watched_loss for epoch in self.history.epochs]
        self._begin_epoch()
        self.steps_done, self.updater.steps = standing["steps_done"], standing["moves"]
        self._position, self._loss = standing["position"], standing["loss"]
        self._right, self._moved = standing["right"], standing["moved"]
        self.seconds, self._epoch_began = standing["seconds"], standing["epoch_began"]
        self.learning_rate, self.finished = standing["learning_rate"], standing["finished"]
        self.diverged = Divergence(**standing["diverged"]) if standing["diverged"] else None
        for lane, state in zip(self.engine.lanes, standing["random"], strict=True):
            lane.random.bit_generator.state = random_from_json(state)

    def _check(self) -> None:
        if not len(self._train):
            raise TrainingError(f"The data {self.data.name} has no training samples. Choose other shares.")
        if self.settings.optimizer.single_samples and self.plan.loss.kind != "perceptron_criterion":
            raise TrainingError(
                f"The perceptron rule goes with the perceptron criterion, not with {self.plan.loss.title}. "
                "Choose that loss, or another optimizer."
            )

    def _warn(self) -> None:
        single_layer = sum(bool(step.multiplications) for step in self.plan.steps) == 1
        samples = self.engine.samples
        too_many = len(self._train) * samples.rows.shape[1] > MOST
        if too_many or not (self.settings.optimizer.single_samples and single_layer and self.plan.outputs == 1):
            return
        rows = samples.inputs(self._train, np.dtype(np.float64))
        if separable(rows, samples.targets[self._train, 0].astype(np.float64)) is False:
            self.notes.append(
                "No line separates the two classes, so the perceptron rule will not come to rest: "
                "some samples stay wrong however long it runs."
            )

    def _rate(self) -> float:
        if self.settings.schedule.by_epoch:
            return self.learning_rate * self._epoch_factor
        return self.learning_rate * self.settings.schedule.factor(self._moment(self.steps_done))

    def _moment(self, step: int) -> Moment:
        return Moment(step, self.steps_per_epoch, self.settings.epochs, self._watched)

    def _record(self, outcome: Outcome, loss: float, length: float, rate: float) -> None:
        self.history.losses.append(loss)
        self.history.rates.append(rate)
        self.history.lengths.append(length)
        self.steps_done += 1
        self._position += outcome.count
        self._loss += loss * outcome.count
        self._right += outcome.right
        self._moved += length > 0

    def _begin_epoch(self) -> None:
        self._position, self._loss, self._right, self._moved = 0, 0.0, 0, 0
        self._epoch_began = self.seconds
        self._epoch_factor = self.settings.schedule.factor(self._moment(self.epoch * self.steps_per_epoch))
        self._order: Picks = self._train
        if self.settings.shuffle and not self.settings.optimizer.whole_set:
            stream = np.random.SeedSequence((self.settings.seed, 2, self.epoch))
            self._order = np.random.Generator(np.random.PCG64(stream)).permutation(self._train)

    def _end_epoch(self, rate: float) -> None:
        count = len(self._order)
        judged = self.engine.judge(self._validation) if len(self._validation) else None
        if judged and not isfinite(judged.loss):
            self._diverge(self._validation, self.steps_done)
            return
        self.history.epochs.append(
            Epoch(
                steps=self.steps_done,
                seconds=self.seconds - self._epoch_began,
                learning_rate=rate,
                train_loss=self._loss / count,
                train_accuracy=self._right / count if self.data.classifies else None,
                validation_loss=judged.mean_loss if judged else None,
                validation_accuracy=judged.accuracy if judged and self.data.classifies else None,
            )
        )
        self._watched.append(self.history.epochs[-1].watched_loss)
        self.finished = self._reason()
        if self.finished and not judged:
            self._judge_last_step()
        self._begin_epoch()

    def _judge_last_step(self) -> None:
        """No further batch would show that the last step left the finite numbers."""
        picks = self._order[-self._batch :]
        if not isfinite(self.engine.judge(picks).loss):
            self._diverge(picks, self.steps_done)

    def _reason(self) -> str | None:
        if self.settings.optimizer.single_samples and not self._moved:
            return "no mistake was left"
        for stop in self.settings.stops:
            if reason := stop.reason(self.history.epochs):
                return reason
        if self.epoch >= self.settings.epochs:
            return "all epochs are done"
        return None

    def _diverge(self, picks: Picks, step: int) -> None:
        programs = [lane.last for lane in self.engine.lanes if lane.last is not None]
        self.diverged = find_broken_sample(self.plan, self.engine.samples, picks, step) or find_divergence(
            self.plan, self.parameters, programs, self.updater.gradient, step
        )
        self.finished = self.diverged.sentence
        np.copyto(self.parameters.vector, self._good)

    def _identity(self) -> str:
        shapes = {name: list(shape) for name, shape in self.parameters.shapes().items()}
        layers = [(step.id, step.inputs, step.layer.to_json()) for step in self.plan.steps]
        model = shapes, layers, self.plan.lanes, self.plan.shard
        return repr((model, self.settings.to_json(), self.data.name, self._fingerprint))

    @cached_property
    def _fingerprint(self) -> str:
        return fingerprint(self.data)
