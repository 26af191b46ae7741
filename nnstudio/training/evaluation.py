"""Evaluation: a network's answers on a part of the data, and every figure that describes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.data.dataset import DataSet
from nnstudio.engine import metrics
from nnstudio.engine.engine import Engine, quiet
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.plan import Plan
from nnstudio.training.samples import answers_on, samples_of


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The figures of one part; those that do not apply are None."""

    part: str
    count: int
    loss: float
    accuracy: float | None = None
    top3: float | None = None
    confusion: NDArray[np.intp] | None = None
    r_squared: float | None = None

    def to_json(self) -> Mapping[str, Any]:
        """Plain numbers and lists."""
        table = None if self.confusion is None else self.confusion.tolist()
        figures = {"accuracy": self.accuracy, "top3": self.top3, "r_squared": self.r_squared, "confusion": table}
        given = {name: value for name, value in figures.items() if value is not None}
        return {"split": self.part, "samples": self.count, "loss": self.loss, **given}


def evaluate(plan: Plan, parameters: Parameters, data: DataSet, part: str) -> Evaluation:
    """Judge a network on a part of the data."""
    picks = data.part(part).astype(np.intp)
    if not len(picks):
        raise DataError(f"{data.name} has no samples in its {part} part. Choose another part, or other shares.")
    with Engine(plan, parameters, samples_of(plan, data)) as engine, quiet():
        loss = engine.judge(picks).mean_loss
    outputs = answers_on(plan, parameters, data, picks)
    if not data.classifies:
        return Evaluation(part, len(picks), loss, r_squared=metrics.r_squared(outputs, data.targets[picks]))
    classes = data.targets[picks].astype(np.intp)
    answers = metrics.decide(outputs, plan.encoding.middle)
    return Evaluation(
        part=part,
        count=len(picks),
        loss=loss,
        accuracy=metrics.accuracy(answers, classes),
        top3=metrics.top_k(outputs, classes, 3) if data.outputs > 3 else None,
        confusion=metrics.confusion(answers, classes, data.outputs),
    )
