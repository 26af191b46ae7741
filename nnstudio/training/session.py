"""A session: one training, step by step, without threads of its own. It can be stopped and resumed to the same bits."""

from collections.abc import Mapping
from functools import cached_property
from math import inf, isfinite
from time import perf_counter
from typing import Any, Self

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
from nnstudio.training.best import Best, Lookback
from nnstudio.training.checkpoint import Checkpoint, binding
from nnstudio.training.divergence import find_broken_sample, find_divergence
from nnstudio.training.history import Epoch, History
from nnstudio.training.readiness import check, notes_on
from nnstudio.training.resuming import DAMAGES, checkpoint_of, identity, moment_of
from nnstudio.training.samples import fingerprint, samples_of
from nnstudio.training.settings import Settings
from nnstudio.training.standing import Keyframe, Memory, Standing, Underway
from nnstudio.training.track import CHUNK

SMALL = 20_000  # Weights that are cheap enough to be kept at every step.
KEEP_EVERY = 64
NO_MISTAKE = "no mistake was left"


class Session(Underway):
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
        self._take_up(History.empty(data.classifies, settings.schedule.reads_losses))
        self.parameters = Parameters.initial(plan, settings.seed)
        self._train, self._validation = data.training(), data.part("validation").astype(np.intp)
        check(plan, data, settings)
        # Before the engine, which would have to be closed again if these weights do not fit.
        if weights is not None:
            self.parameters.fill(weights)
        self.engine = Engine(plan, self.parameters, samples_of(plan, data), settings.seed, threads)
        gradients = [lane.gradient.vector for lane in self.engine.lanes]
        self.updater = Updater(
            settings.optimizer, settings.penalty, self.parameters, gradients, self.engine.crew, settings.clip
        )
        self._lookback, streams = Lookback(self.parameters), [lane.random for lane in self.engine.lanes]
        self._memory = Memory(self.parameters.vector, self.updater, streams, settings.optimizer.learning_rate)
        self.batch = settings.batch_of(len(self._train))
        self._share = 1.0 / len(self._train)
        self._keep_every = 1 if self.parameters.layout.size <= SMALL else KEEP_EVERY
        self._prepare_epoch()
        self.notes = notes_on(plan, self.engine.samples, self._train, settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the engine's threads. The parameters stay."""
        self.engine.close()

    @property
    def steps_per_epoch(self) -> int:
        """How many batches make an epoch."""
        return -(-len(self._train) // self.batch)

    def running_figures(self) -> tuple[float | None, float | None]:
        """Mean loss and share of right answers in the epoch under way, or in the last one where none is."""
        at, classifies = self._memory.at, self.data.classifies
        if at.position:
            return at.loss / at.position, at.right / at.position if classifies else None
        epochs = self.history.epochs
        return (epochs[-1].train_loss, epochs[-1].train_accuracy) if epochs else (None, None)

    def set_weights(self, weights: Mapping[str, Array]) -> None:
        """Begin from given weights; every array of the network must be there in its shape."""
        self.parameters.fill(weights)
        np.copyto(self._memory.good, self.parameters.vector)

    def set_numbers(self, places: Picks, numbers: Array) -> None:
        """The same for some numbers of the parameters' vector."""
        self.parameters.vector[places] = numbers
        np.copyto(self._memory.good, self.parameters.vector)

    def adjust(self, settings: Settings) -> None:
        """Go on with another learning rate, number of epochs or stop conditions; all else must stay as it is."""
        if binding(settings) != binding(self.settings):
            raise TrainingError(
                "Only the learning rate, the number of epochs and the stop conditions can change on the way. "
                "Train from the start for anything else."
            )
        self.settings = settings
        self.learning_rate = settings.optimizer.learning_rate
        self._review()

    def step(self) -> float:
        """Learn from one batch; gives back its loss. At the end of an epoch the validation part is judged."""
        if self.finished:
            raise TrainingError(f"The training has ended: {self.finished}.")
        with quiet():
            return self._step()

    def _step(self) -> float:
        began, at = perf_counter(), self._memory.at
        picks = self._order[at.position : at.position + self.batch]
        outcome = self.engine.gradient(picks)
        loss = outcome.loss / outcome.count + self.updater.penalty_cost(self._share)
        rate = self._rate(at)
        if at.steps_done % self._keep_every == 0 and isfinite(loss):
            np.copyto(self._memory.good, self.parameters.vector)
        length = self.updater.step(rate, self._share)
        if not (isfinite(loss) and isfinite(length)):
            self._diverge(picks, at.steps_done + 1)
            return loss
        self._record(at, outcome, loss, length, rate)
        at.seconds += perf_counter() - began
        if at.position >= len(self._order):
            self._end_epoch(rate)
        return loss

    def run_epoch(self) -> None:
        """Step until the present epoch is over, or the training."""
        at, epoch = self._memory.at, self.epoch
        with quiet():
            while at.epoch == epoch and not at.finished:
                self._step()

    def run(self, steps: float = inf) -> None:
        """Step until the training is over, or so many batches are done."""
        at = self._memory.at
        with quiet():
            while not at.finished and steps > 0:
                self._step()
                steps -= 1

    @property
    def best(self) -> Best | None:
        """The parameters after the best epoch, as far as they are remembered. Copies."""
        return self._lookback.best_of(self.history.epochs)

    def judge(self, part: str) -> Outcome:
        """Loss and right answers on a part of the data, without learning."""
        with quiet():
            return self.engine.judge(self.data.part(part).astype(np.intp))

    def keyframe(self, into: Array | None = None) -> Keyframe:
        """Where it stands, without the history: quick. `into` is memory of a keyframe that is not wanted any more."""
        return self._memory.keyframe(self.settings, into)

    def stand_at(self, keyframe: Keyframe, history: History | None = None) -> None:
        """Stand where a keyframe of this session was made. `history` is what led there, where that is not a part of
        the present one; else the present one is cut."""
        self._memory.stand_at(keyframe)
        self.settings = keyframe.settings
        if history is None:
            self.history.cut(keyframe.step)
        else:
            self._take_up(history)
        self._lookback.review(self.history.epochs)
        self._prepare_epoch()

    def _take_up(self, history: History) -> None:
        self.history = history
        self._appends = history.appends

    def checkpoint(self) -> Checkpoint:
        """Everything needed to go on from here to the same bits, also in another process. Copies."""
        return checkpoint_of(self._memory, self.history, self.settings, self._identity(binding(self.settings)))

    def restore(self, checkpoint: Checkpoint, best: Best | None = None) -> None:
        """Stand where a checkpoint of the same model, settings and data was made; a refused one changes nothing.

        The learning rate, the number of epochs and the stop conditions may be others: they hold from here on.
        """
        # In older files the identity holds all settings.
        if checkpoint.matches not in map(self._identity, (binding(self.settings), self.settings.to_json())):
            raise TrainingError(
                "The checkpoint belongs to another model, other settings or other data. Train from the start instead."
            )
        before, history = self.keyframe(), self.history
        try:
            self.stand_at(*moment_of(checkpoint, self._memory, self.settings, self.steps_per_epoch, self.batch))
            if best is not None:
                self._lookback.take(best)
        except DAMAGES as error:
            self.stand_at(before, history)
            raise TrainingError("The checkpoint is damaged. Train from the start instead.") from error
        self._review()

    def _rate(self, at: Standing) -> float:
        if self.settings.schedule.by_epoch:
            return at.learning_rate * self._epoch_factor
        return at.learning_rate * self.settings.schedule.factor(self._moment(at.steps_done))

    def _moment(self, step: int) -> Moment:
        return Moment(step, self.steps_per_epoch, self.settings.epochs, self.history.watched or ())

    def _record(self, at: Standing, outcome: Outcome, loss: float, length: float, rate: float) -> None:
        append_loss, append_rate, append_length, append_accuracy = self._appends
        append_loss(loss)
        append_rate(rate)
        append_length(length)
        append_accuracy(outcome.right / outcome.count)
        at.steps_done += 1
        if not at.steps_done % CHUNK:
            self.history.thin()
        at.position += outcome.count
        at.loss += loss * outcome.count
        at.right += outcome.right
        at.moved += length > 0

    def _begin_epoch(self) -> None:
        at = self._memory.at
        at.position, at.loss, at.right, at.moved = 0, 0.0, 0, 0
        at.epoch_began = at.seconds
        self._prepare_epoch()

    def _prepare_epoch(self) -> None:
        """Know the order and the rate of the epoch under way."""
        self._epoch_factor = self.settings.schedule.factor(self._moment(self.epoch * self.steps_per_epoch))
        self._order: Picks = self._train
        if self.settings.shuffle and not self.settings.optimizer.whole_set:
            stream = np.random.SeedSequence((self.settings.seed, 2, self.epoch))
            self._order = np.random.Generator(np.random.PCG64(stream)).permutation(self._train)

    def _end_epoch(self, rate: float) -> None:
        count, at = len(self._order), self._memory.at
        judged = self.engine.judge(self._validation) if len(self._validation) else None
        if judged and not isfinite(judged.loss):
            self._diverge(self._validation, at.steps_done)
            return
        epoch = Epoch(
            steps=at.steps_done,
            seconds=at.seconds - at.epoch_began,
            learning_rate=rate,
            train_loss=at.loss / count,
            train_accuracy=at.right / count if self.data.classifies else None,
            validation_loss=judged.mean_loss if judged else None,
            validation_accuracy=judged.accuracy if judged and self.data.classifies else None,
        )
        self.history.end_epoch(epoch)
        self._lookback.notice(epoch)
        at.epoch += 1
        unmoved = self.settings.optimizer.single_samples and not at.moved
        at.finished = NO_MISTAKE if unmoved else self._reason()
        if at.finished and not judged:
            self._judge_last_step()
        self._begin_epoch()

    def _judge_last_step(self) -> None:
        """No further batch would show that the last step left the finite numbers."""
        picks = self._order[-self.batch :]
        if not isfinite(self.engine.judge(picks).loss):
            self._diverge(picks, self.steps_done)

    def _reason(self) -> str | None:
        for stop in self.settings.stops:
            if reason := stop.reason(self.history.epochs):
                return reason
        return "all epochs are done" if self.epoch >= self.settings.epochs else None

    def _review(self) -> None:
        """See what other settings mean for the epoch under way, and whether it has ended, or not any more."""
        at = self._memory.at
        self._prepare_epoch()
        if not at.diverged and at.finished != NO_MISTAKE:
            at.finished = self._reason() if at.epoch and not at.position else None

    def _diverge(self, picks: Picks, step: int) -> None:
        programs = [lane.last for lane in self.engine.lanes if lane.last is not None]
        at = self._memory.at
        at.diverged = find_broken_sample(self.plan, self.engine.samples, picks, step) or find_divergence(
            self.plan, self.parameters, programs, self.updater.gradient, step
        )
        at.finished = at.diverged.sentence
        np.copyto(self.parameters.vector, self._memory.good)

    def _identity(self, settings: Mapping[str, Any]) -> str:
        return identity(self.plan, self.parameters, settings, self.data.name, self._fingerprint)

    @cached_property
    def _fingerprint(self) -> str:
        return fingerprint(self.data)
