"""The table of a sweep: what each trial was tried with and what it came to; the best of all stands out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QFont

from nnstudio.experiments.sweep_table import varied_names
from nnstudio.experiments.traits import spaced, words_of
from nnstudio.experiments.trials import Result
from nnstudio.ui.panels.compare_columns import FIGURES, capitalised
from nnstudio.ui.panels.figure_model import Cell, Column, FigureModel, Index, Role, Row
from nnstudio.ui.panels.sweeps_fields import tr

TRIAL = "trial"
NAMED = {
    "best_loss": "best_validation_loss",
    "validation_loss": "validation_loss",
    "best_accuracy": "best_validation_accuracy",
    "validation_accuracy": "validation_accuracy",
    "train_loss": "train_loss",
    "train_accuracy": "train_accuracy",
    "done": "epochs",
    "time": "seconds",
}
"""Figures of a run, in the order of their columns, and what they are called in a result."""


class TrialModel(FigureModel):
    """A row for every trial that has a result."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.best: int | None = None
        """The number of the best trial."""

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        best = self.rows[index.row()].about == self.best
        if role == Role.FontRole and best:
            font = QFont()
            font.setWeight(QFont.Weight.Bold)
            return font
        found = super().data(index, role)
        if best and not index.column() and role in (Role.DisplayRole, Role.AccessibleTextRole):
            return f"{found} ★" if role == Role.DisplayRole else self.tr("{}, the best").format(found)
        return found


def columns_of(results: Iterable[Result]) -> tuple[Column, ...]:
    """The trial, what was varied, the figures that there are, and why it ended."""
    results = list(results)
    known = {key for key, name in NAMED.items() if any(getattr(each, name) is not None for each in results)}
    judged = "validation_loss" in known
    figures = [key for key in NAMED if key in known and not (judged and key == "train_accuracy")]
    return (
        Column(TRIAL, tr("Trial"), words_of),
        *(Column(name, capitalised(spaced(name)), words_of, setting=True) for name in varied_names(results)),
        *(Column(key, tr(FIGURES[key][0]), FIGURES[key][1]) for key in figures),
        Column("ended", tr("Ended"), words_of),
    )


def rows_of(results: Mapping[int, Result]) -> Sequence[Row]:
    """One for each trial, in the order in which they came."""
    return [Row(number, _cells(result)) for number, result in results.items()]


def _cells(result: Result) -> dict[str, Cell]:
    figures: dict[str, Cell] = {key: getattr(result, name) for key, name in NAMED.items()}
    return {TRIAL: result.number, **result.changes, **figures, "ended": _ended(result)}


def _ended(result: Result) -> str:
    if result.failed:
        return result.failed
    if result.diverged is not None:
        return tr("diverged at step {}").format(f"{result.diverged:,}")
    return result.stopped
