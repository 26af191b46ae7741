"""What can be said of a training before it begins: why it cannot, and what is worth a word."""

import numpy as np

from nnstudio.core.errors import TrainingError
from nnstudio.data.dataset import DataSet
from nnstudio.engine.plan import Plan
from nnstudio.engine.samples import Picks, Samples
from nnstudio.training.separable import MOST, separable
from nnstudio.training.settings import Settings


def check(plan: Plan, data: DataSet, settings: Settings) -> None:
    """Refuse what has no training samples, and a rule with a loss that it does not go with."""
    if not len(data.training()):
        raise TrainingError(f"The data {data.name} has no training samples. Choose other shares.")
    if settings.optimizer.single_samples and plan.loss.kind != "perceptron_criterion":
        raise TrainingError(
            f"The perceptron rule goes with the perceptron criterion, not with {plan.loss.title}. "
            "Choose that loss, or another optimizer."
        )


def notes_on(plan: Plan, samples: Samples, train: Picks, settings: Settings) -> list[str]:
    """What does not stop the training, but is worth knowing."""
    single_layer = sum(bool(step.multiplications) for step in plan.steps) == 1
    too_many = len(train) * samples.rows.shape[1] > MOST
    if too_many or not (settings.optimizer.single_samples and single_layer and plan.outputs == 1):
        return []
    rows = samples.inputs(train, np.dtype(np.float64))
    if separable(rows, samples.targets[train, 0].astype(np.float64)) is not False:
        return []
    return [
        "No line separates the two classes, so the perceptron rule will not come to rest: "
        "some samples stay wrong however long it runs."
    ]
