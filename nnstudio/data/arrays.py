"""A data set from arrays, as scikit-learn takes them: what every reader ends in, and the way in from Python."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnstudio.core.errors import DataError
from nnstudio.data.dataset import AT_ONCE, Array, DataSet
from nnstudio.data.preparation.base import Preparation
from nnstudio.data.preparation.scale import Scale

MOST_CLASSES = 10_000
TASKS = ("auto", "classes", "numbers")
FEW = 20  # Whole numbers with at most so many different values are classes, unless it is said otherwise.


@dataclass(frozen=True, eq=False)
class Targets:
    """Targets as a data set has them: class numbers with names, or one row of numbers for each sample."""

    values: Array
    class_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def from_arrays(
    inputs: ArrayLike,
    targets: ArrayLike,
    name: str = "arrays",
    *,
    task: str = "auto",
    class_names: Sequence[str] = (),
    parts: Mapping[str, NDArray[np.intp]] | None = None,
    preparation: Sequence[Preparation] | None = None,
    input_names: Sequence[str] = (),
    target_names: Sequence[str] = (),
    notes: Sequence[str] = (),
    warnings: Sequence[str] = (),
) -> DataSet:
    """Inputs (samples, *shape) and targets as they come: class numbers, names, yes and no, one-hot rows, or numbers.

    The inputs are not copied; pixels of one byte are divided by 255 unless other steps are given. `task` decides
    whether targets are `classes` or `numbers` where it is not plain to see.
    """
    stored = _inputs(inputs)
    found = Targets(np.asarray(targets), tuple(class_names)) if class_names else targets_from(targets, task, name)
    if preparation is None:
        preparation = (Scale(255),) if stored.dtype == np.uint8 else ()
    return DataSet(
        name,
        stored,
        found.values,
        found.class_names,
        dict(parts or {}),
        tuple(preparation),
        (*notes, *found.notes),
        (*warnings, *broken_numbers(stored, found.values)),
        tuple(input_names),
        tuple(target_names),
    )


def targets_from(targets: ArrayLike, task: str = "auto", name: str = "the data") -> Targets:
    """Classes or numbers, as the targets look, or as `task` says."""
    if task not in TASKS:
        raise DataError(f"The task must be one of {', '.join(TASKS)}, but is '{task}'. Choose one.")
    values = np.asarray(targets)
    if values.dtype.kind not in "biufUST" or values.ndim not in (1, 2):
        raise DataError(f"The targets of {name} are not a column of numbers or names. Choose others.")
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim == 2 and task != "numbers" and _one_hot(values):
        names = tuple(str(number) for number in range(values.shape[1]))
        return Targets(values.argmax(1).astype(np.int64), names, ("The targets are one-hot rows: one class each.",))
    if values.ndim == 1 and task != "numbers" and (task == "classes" or _looks_like_classes(values)):
        return _classes(values, name)
    if values.dtype.kind not in "biuf":
        raise DataError(f"The targets of {name} are names, so they are classes, not numbers. Choose task=classes.")
    if task == "classes":
        raise DataError(f"The targets of {name} are several columns of numbers, not classes. Choose task=numbers.")
    return Targets(np.ascontiguousarray(values.reshape(len(values), -1), np.float64))


def _inputs(inputs: ArrayLike) -> Array:
    try:
        stored = np.asarray(inputs)
    except ValueError:
        raise DataError("The inputs are rows of different lengths. Give each sample as many numbers.") from None
    if stored.dtype.kind not in "biuf":
        raise DataError("The inputs are not numbers. Give one row of numbers, or one image, for each sample.")
    if not stored.ndim or not stored.size:
        raise DataError("There are no inputs. Give at least one sample.")
    return stored.reshape(-1, 1) if stored.ndim == 1 else stored


def _one_hot(values: Array) -> bool:
    if values.shape[1] < 2 or not len(values) or values.dtype.kind not in "biuf":
        return False
    return bool(((values == 0) | (values == 1)).all() and (values.sum(1, dtype=np.int64) == 1).all())


def _looks_like_classes(values: Array) -> bool:
    if values.dtype.kind in "bUST":
        return True
    if values.dtype.kind == "f" and not (np.isfinite(values).all() and (values == np.floor(values)).all()):
        return False
    return len(np.unique(values)) <= max(2, min(FEW, len(values) // 2))


def _classes(values: Array, name: str) -> Targets:
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise DataError(f"Some targets of {name} are missing, so they cannot be classes. Fill them in.")
    known, numbers = np.unique(values, return_inverse=True)
    if len(known) > MOST_CLASSES:
        raise DataError(
            f"The targets of {name} have {len(known):,} different values, too many for classes. "
            "If they are numbers to predict, choose task=numbers."
        )
    return Targets(numbers.astype(np.int64), tuple(_name_of_class(each) for each in known))


def _name_of_class(value: Any) -> str:
    if isinstance(value, np.bool_):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, np.floating) else str(value)


def broken_numbers(inputs: Array, targets: Array) -> tuple[str, ...]:
    """Warnings that count what is not a finite number; a few samples at a time, so that memory stays flat."""
    return tuple(
        warning
        for array, what in ((inputs, "inputs"), (targets, "targets"))
        if array.dtype.kind == "f" and (warning := _broken(array, what))
    )


def _broken(array: Array, what: str) -> str:
    missing = infinite = samples = 0
    for start in range(0, len(array), AT_ONCE):
        piece = array[start : start + AT_ONCE].reshape(len(array[start : start + AT_ONCE]), -1)
        if np.isfinite(piece).all():
            continue
        missing += int(np.isnan(piece).sum())
        infinite += int(np.isinf(piece).sum())
        samples += int((~np.isfinite(piece)).any(1).sum())
    if not samples:
        return ""
    return (
        f"{missing:,} of the {what} are not numbers (NaN) and {infinite:,} are infinite, in {samples:,} samples. "
        "Training stops where it meets one; fill them in, or leave those samples out."
    )
