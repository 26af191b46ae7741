"""The columns of the table of runs: the settings in which they differ, and what came of each. Plain values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from nnstudio.experiments.traits import Value, rows_of, varying, words_of
from nnstudio.live.record import Record
from nnstudio.training.history import Epoch
from nnstudio.ui.panels.compare_words import ended_words, seconds_words, title_of, tr
from nnstudio.ui.panels.figure_model import Cell, Column, Row

NAME = "run"


@dataclass(frozen=True)
class Runs:
    """The table: its columns, all columns that it could have, and a row of cells by their keys for each run."""

    columns: tuple[Column, ...]
    every: tuple[Column, ...]
    rows: tuple[Row, ...]


def runs_of(records: Sequence[Record], wanted: Mapping[str, bool]) -> Runs:
    """Settings in which runs differ are shown, and the figures that any of them has; else what the user `wanted`."""
    traits = rows_of([each.project for each in records], [each.preparation for each in records])
    every = (
        Column(NAME, tr("Run"), words_of),
        *(Column(name, capitalised(name), words_of, setting=True) for row in traits[:1] for name in row),
        *(Column(key, tr(title), words) for key, (title, words, _) in FIGURES.items()),
    )
    results = [{key: find(record) for key, (_, _, find) in FIGURES.items()} for record in records]
    judged = any(row["validation_loss"] is not None for row in results)
    usual = {NAME, *varying(traits), *(key for key in _usual(judged) if any(row[key] is not None for row in results))}
    return Runs(
        tuple(column for column in every if wanted.get(column.key, column.key in usual)),
        every,
        tuple(
            Row(record, {NAME: title_of(record), **settings, **figures})
            for record, settings, figures in zip(records, traits, results, strict=True)
        ),
    )


def capitalised(name: str) -> str:
    """The name of a setting as a title."""
    return name[:1].upper() + name[1:]


def _usual(judged: bool) -> tuple[str, ...]:
    validation = "best_loss", "validation_loss", "best_accuracy", "validation_accuracy"
    training = "train_loss", "train_accuracy"
    return ("done", *(validation if judged else ()), *(training[:1] if judged else training), "time", "ended")


def _last(figure: Callable[[Epoch], float | None]) -> Callable[[Record], Cell]:
    def find(record: Record) -> Cell:
        return None if record.last is None else figure(record.last)

    return find


def _judged(figure: Callable[[Record], float | None]) -> Callable[[Record], Cell]:
    """A best figure, which is one of the validation only where there is one."""

    def find(record: Record) -> Cell:
        value = figure(record)
        known = record.last is not None and record.last.validation_loss is not None
        return value if known and value is not None and isfinite(value) else None

    return find


def _loss(value: Value) -> str:
    return f"{value:#.4g}"


def _share(value: Value) -> str:
    return f"{value:.1%}"


def _seconds(value: Value) -> str:
    return seconds_words(float(value))


FIGURES: Mapping[str, tuple[str, Callable[[Value], str], Callable[[Record], Cell]]] = {
    "done": ("Epochs\ndone", words_of, lambda record: record.epochs),
    "steps": ("Steps", words_of, lambda record: len(record.history)),
    "best_loss": ("Validation\nloss, best", _loss, _judged(lambda record: record.lowest_loss)),
    "validation_loss": ("Validation\nloss", _loss, _last(lambda epoch: epoch.validation_loss)),
    "best_accuracy": ("Validation\naccuracy, best", _share, _judged(lambda record: record.highest_accuracy)),
    "validation_accuracy": ("Validation\naccuracy", _share, _last(lambda epoch: epoch.validation_accuracy)),
    "train_loss": ("Training\nloss", _loss, _last(lambda epoch: epoch.train_loss)),
    "train_accuracy": ("Training\naccuracy", _share, _last(lambda epoch: epoch.train_accuracy)),
    "time": ("Time", _seconds, lambda record: record.seconds or None),
    "ended": ("Ended", words_of, lambda record: ended_words(record) or None),
}
