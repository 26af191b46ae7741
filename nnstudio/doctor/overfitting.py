"""Overfitting: the training samples are learned by heart."""

from collections.abc import Iterator
from dataclasses import dataclass

from nnstudio.core.wording import counted
from nnstudio.doctor.base import Advice, Case, Severity, Sign
from nnstudio.doctor.remedies import penalise, stop_when
from nnstudio.doctor.wording import figure
from nnstudio.training.stopping import NoImprovement

PATIENCE = 8  # Epochs without a better validation loss; the spiral takes six on its way down.
RISEN = 1.2  # Times the best validation loss, in each of the last epochs: one alone may be chance.
LAST = 3
FALLEN = 0.9  # Of the training loss at the best epoch: it must really have gone on falling.
APART = 1.5  # Times the training loss: below, the network does as well on samples it has not seen.
SMALL = 0.1  # Of the first epoch's validation loss: what has come so far down may well rattle.
STOP_AFTER = 5  # Epochs that the remedy waits: less than PATIENCE, so that it ends what this sign would see.
STRENGTH = 1e-3  # λ/m of the penalty that is offered where a stop is set already.


@dataclass(frozen=True)
class Overfitting(Sign):
    """The validation loss rises while the training loss falls."""

    title = "Overfitting"
    severity = Severity.HINT
    follows = ("divergence", "broken_data", "high_rate")
    explanation = (
        "The network goes on learning what is special about the training samples, and gets worse on samples it has not "
        "seen. Stop in time, penalise large weights, or give it more data."
    )
    remedies = ("a stop condition: No Improvement", "an L2 penalty, where such a condition is set already")
    example = (
        "Let a large network learn a few noisy points for many epochs, such as two layers of 64 neurons on "
        "`spiral,noise=0.5,samples=60`."
    )

    def look(self, case: Case) -> Iterator[Advice]:
        """Compare the last epoch with the best one."""
        judged = [each for each in case.epochs if each.validation_loss is not None]
        if not judged:
            return
        losses = [each.validation_loss or 0.0 for each in judged]
        best = losses.index(min(losses))
        now, then = judged[-1], judged[best]
        since = len(judged) - 1 - best
        if since < PATIENCE or now.train_loss > FALLEN * then.train_loss:
            return
        if min(losses[-LAST:]) < max(RISEN * losses[best], APART * now.train_loss, SMALL * losses[0]):
            return
        evidence = (
            f"In the last {counted(since, 'epoch')} the training loss fell from {figure(then.train_loss)} to "
            f"{figure(now.train_loss)}, but the validation loss rose from {figure(losses[best])} to "
            f"{figure(losses[-1])}."
        )
        if any(isinstance(stop, NoImprovement) for stop in case.project.settings.stops):
            yield self.advice(evidence, penalise(float(f"{STRENGTH * case.health.train_samples:.1g}")))
        else:
            title = f"Stop after {STOP_AFTER} epochs without a better loss"
            yield self.advice(evidence, stop_when(case, NoImprovement(patience=STOP_AFTER), title))
