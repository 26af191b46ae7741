"""Metrics: how good a set of answers is."""

import numpy as np
from numpy.typing import NDArray

from nnstudio.layers.shapes import Array

Classes = NDArray[np.intp]


def decide(outputs: Array, middle: float) -> Classes:
    """The class that each row of outputs names: the largest, or with one output whether it lies above the middle."""
    if outputs.shape[1] == 1:
        return (outputs[:, 0] > middle).astype(np.intp)
    answers: Classes = outputs.argmax(axis=1)
    return answers


def accuracy(answers: Classes, classes: Classes) -> float:
    """The share of right answers."""
    return float(np.mean(answers == classes)) if len(classes) else float("nan")


def top_k(outputs: Array, classes: Classes, k: int) -> float:
    """The share of samples whose right class is among the k largest outputs; of equal outputs the first counts."""
    if not len(classes):
        return float("nan")
    ranked = np.argsort(-outputs, axis=1, kind="stable")[:, :k]
    return float(np.mean((ranked == classes[:, None]).any(axis=1)))


def confusion(answers: Classes, classes: Classes, count: int) -> NDArray[np.intp]:
    """How often each class (row) was answered as each class (column)."""
    table = np.zeros((count, count), np.intp)
    np.add.at(table, (classes, answers), 1)
    return table


def r_squared(outputs: Array, targets: Array) -> float:
    """1 less the share of the targets' variance that the outputs miss; 1 is perfect, 0 no better than the mean."""
    outputs, targets = outputs.astype(np.float64), targets.astype(np.float64)
    missed = float(((targets - outputs) ** 2).sum())
    spread = float(((targets - targets.mean(axis=0)) ** 2).sum())
    return 1.0 - missed / spread if spread else float(missed == 0)
