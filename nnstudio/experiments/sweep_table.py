"""The table of a sweep: what its columns are, and the file that any other program reads."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from nnstudio.core.files import write_atomically
from nnstudio.experiments.trials import Result

FIGURES = (
    "epochs", "steps", "seconds", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy",
    "best_train_loss", "best_train_accuracy", "best_validation_loss", "best_validation_accuracy", "diverged", "stopped",
    "failed",
)  # fmt: skip


def varied_names(results: Iterable[Result]) -> list[str]:
    """What was varied, in the order in which it was named."""
    return list(dict.fromkeys(name for result in results for name in result.changes))


def row_of(result: Result) -> dict[str, Any]:
    """One row by the names of the columns: the number of the trial, what was varied, the figures."""
    return {"trial": result.number, **result.changes, **{name: getattr(result, name) for name in FIGURES}}


def columns_of(results: Sequence[Result]) -> list[str]:
    """The names of the columns."""
    return ["trial", *varied_names(results), *FIGURES]


def csv_of(results: Iterable[Result]) -> str:
    """All trials by their numbers; what there is not is an empty field, and numbers have all their digits."""
    ordered = sorted(results, key=lambda result: result.number)
    text = io.StringIO()
    writer = csv.DictWriter(text, columns_of(ordered), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(map(row_of, ordered))
    return text.getvalue()


def save_csv(results: Mapping[int, Result], path: Path) -> None:
    """Write the table; the old file or the new one is there, never half of one."""
    write_atomically(path, csv_of(results.values()).encode())
