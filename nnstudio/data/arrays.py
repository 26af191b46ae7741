"""A data set from arrays, as scikit-learn takes them: what every reader ends in, and the way in from Python."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnstudio.core.errors import DataError
from nnstudio.core.files import shown
from nnstudio.data.dataset import Array, DataSet, pieces
from nnstudio.data.mapped import Mapped
from nnstudio.data.preparation.base import Preparation
from nnstudio.data.preparation.scale import Scale

MOST_CLASSES = 10_000
TASKS = ("auto", "classes", "numbers")
FEW = 20  # Whole numbers with at most so many different values are classes, unless it is said otherwise.
OFTEN = 20  # More of them are, too, if they count on from 0 or 1 and each is met so often on average.
LOOKED_AT = 1 << 28  # Bytes that are searched for what is not a number; of more, a part that is spread over all.


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

    Arrays of numbers are not copied; pixels of one byte are divided by 255 unless other steps are given. `task` decides
    whether targets are `classes` or `numbers` where it is not plain to see.
    """
    stored = _inputs(inputs)
    found = _named(targets, tuple(class_names), name) if class_names else targets_from(targets, task, name)
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
    values = _array(targets, f"The targets of {name}")
    if values.ndim > 2:
        raise DataError(
            f"The targets of {name} are not one number or row for each sample. Perhaps inputs and targets were swapped."
        )
    if values.dtype.kind not in "biufUST" or not values.ndim or values.shape[1:] == (0,):
        raise DataError(f"The targets of {name} are not a column of numbers or names without gaps. Choose others.")
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
    stored = _array(inputs, "The inputs")
    if stored.dtype.kind not in "biuf":
        raise DataError("The inputs are not numbers. Give one row of numbers, or one image, for each sample.")
    if not stored.ndim or not stored.size:
        raise DataError("There are no inputs. Give at least one sample.")
    return stored.reshape(-1, 1) if stored.ndim == 1 else stored


def _array(given: ArrayLike, what: str) -> Array:
    """As an array, which shares its memory with what was given wherever that is possible."""
    if isinstance(given, Mapped):
        return given
    if isinstance(given, np.ma.MaskedArray) and np.ma.is_masked(given):
        raise DataError(f"{what} have masked values. Fill them in, as with X.filled(0).")
    try:
        array = np.asarray(given)
        return _plain(array) if array.dtype.kind == "O" else array
    # An object of somebody else may refuse in any of these ways.
    except (TypeError, ValueError, OverflowError, RuntimeError):
        raise DataError(f"{what} are not an array of numbers: give each sample as many.") from None


def _plain(objects: Array) -> Array:
    """What pandas and lists hold as objects, such as names or numbers of several types, as an array of one type."""
    kinds = {type(each) for each in objects.flat}
    # None is a missing number, as NaN is.
    forms = ((str, (str,)), (bool, (bool, np.bool_)), (np.float64, (int, float, np.number, np.bool_, type(None))))
    for form, types in forms:
        if kinds and all(issubclass(kind, types) for kind in kinds):
            return objects.astype(form)
    return objects


def _one_hot(values: Array) -> bool:
    if values.shape[1] < 2 or not len(values) or values.dtype.kind not in "biuf":
        return False
    return bool(((values == 0) | (values == 1)).all() and (values.sum(1, dtype=np.int64) == 1).all())


def _looks_like_classes(values: Array) -> bool:
    if values.dtype.kind in "bUST":
        return True
    if values.dtype.kind == "f" and not (np.isfinite(values).all() and (values == np.floor(values)).all()):
        return False
    known = np.unique(values)
    if len(known) <= max(2, min(FEW, len(values) // 2)):
        return True
    counts_on = known[0] in (0, 1) and known[-1] - known[0] == len(known) - 1
    return values.dtype.kind in "iu" and bool(counts_on) and len(known) * OFTEN <= len(values)


def _named(targets: ArrayLike, class_names: tuple[str, ...], name: str) -> Targets:
    values = _array(targets, f"The targets of {name}")
    if values.ndim != 1 or values.dtype.kind not in "biu":
        raise DataError(f"The targets of {name} are not one class number for each sample. Give no names of classes.")
    if len(values) and not (values.min() >= 0 and values.max() < len(class_names)):
        raise DataError(
            f"The targets of {name} go from {values.min()} to {values.max()}, but there are {len(class_names)} names "
            "of classes. Name them all; the first class is number 0."
        )
    return Targets(values.astype(np.int64, copy=False), class_names)


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
    if isinstance(value, np.floating) and value == int(value):
        value = int(value)
    return shown(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))


def broken_numbers(inputs: Array, targets: Array) -> tuple[str, ...]:
    """Warnings that count what is not a finite number; a few samples at a time, so that memory stays flat."""
    stops = "Training stops where it meets one"
    fills = f"{stops}, unless the step Fill puts other numbers in their place (fill=mean)."
    leaves = f"{stops}; leave those samples out."
    return tuple(
        warning
        for array, what, then in ((inputs, "inputs", fills), (targets, "targets", leaves))
        if array.dtype.kind == "f" and (warning := _broken(array, what, then))
    )


def _broken(array: Array, what: str, then: str) -> str:
    missing = infinite = samples = 0
    every = max(1, -(-array.nbytes // LOOKED_AT))
    for some in islice(pieces(array), 0, None, every):
        piece = array[some].reshape(len(array[some]), -1)
        if np.isfinite(piece).all():
            continue
        missing += int(np.isnan(piece).sum())
        infinite += int(np.isinf(piece).sum())
        samples += int((~np.isfinite(piece)).any(1).sum())
    if not samples:
        return ""
    part = f" (of every {every:,} parts of the data, one was searched)" if every > 1 else ""
    return (
        f"{missing:,} of the {what} are not numbers (NaN) and {infinite:,} are infinite, in {samples:,} samples{part}. "
        f"{then}"
    )
