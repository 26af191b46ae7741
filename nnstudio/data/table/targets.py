"""The targets of a table: classes by their names, or numbers."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.core.files import shown
from nnstudio.core.wording import counted
from nnstudio.data.arrays import MOST_CLASSES
from nnstudio.data.table.cells import YES_NO, listed, quoted
from nnstudio.data.table.columns import Columns, Texts
from nnstudio.data.table.roles import Roles

LARGEST_WHOLE = 2.0**53


@dataclass(frozen=True)
class Targets:
    """The target of every row, the names of the classes if it is a text, and which rows have a target."""

    values: NDArray[Any]
    class_names: tuple[str, ...]
    known: NDArray[np.bool_]
    notes: tuple[str, ...] = ()


def targets_of(columns: Columns, roles: Roles, where: str) -> Targets:
    """The targets of all rows."""
    name = listed(quoted(roles.names[column]) for column in roles.targets)
    texts = columns.texts.get(roles.targets[0])
    found = _classes(texts, name, where) if texts else _numbers(columns)
    lost = int((~found.known).sum())
    if lost == len(found.known):
        raise DataError(f"No row of {where} has a value for the target {name}. Choose another target.")
    note = f"{counted(lost, 'row is', 'rows are')} left out for having no {name}."
    return replace(found, notes=(note,)) if lost else found


def _classes(texts: Texts, name: str, where: str) -> Targets:
    if texts.too_many:
        raise DataError(
            f"The target {name} of {where} has more than {MOST_CLASSES:,} different texts, too many for classes. "
            "Choose another target."
        )
    names, codes = texts.categories()
    if all(each.lower() in YES_NO for each in names):
        # Yes and YES are one class.
        words = sorted({each.lower() for each in names})
        codes = np.array([*(words.index(each.lower()) for each in names), -1])[codes]
        names = tuple(words)
    return Targets(codes.astype(np.int64), tuple(map(shown, names)), codes >= 0)


def _numbers(columns: Columns) -> Targets:
    values = np.concatenate([block.targets for block in columns.blocks])
    known = ~np.isnan(values).any(1)
    present = values[known]
    # Whole numbers as such: classes are then called 12345678, not 1.23457e+07.
    if values.shape[1] == 1 and (present == np.floor(present)).all() and (np.abs(present) < LARGEST_WHOLE).all():
        values = np.where(np.isnan(values), 0, values).astype(np.int64)
    return Targets(values, (), known)
