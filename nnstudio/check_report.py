"""What `check` says of a model: its table and its problems, as text and as JSON."""

from collections.abc import Sequence
from typing import Any

from nnstudio.api import Model, Row
from nnstudio.compiler.problems import Problem
from nnstudio.core.errors import DataError
from nnstudio.data.dataset import DataSet
from nnstudio.layers.shapes import shown

HEAD = ("name", "layer", "output", "parameters", "multiplications")
NUMBERS_FROM = 3


def as_text(rows: Sequence[Row], problems: Sequence[Problem]) -> str:
    """The table, then a line or two for each problem."""
    lines = _table(rows)
    for problem in problems:
        lines.append(f"{'Note' if problem.warning else 'Problem'}: {problem.sentence}")
        if problem.repair:
            lines.append(f"         Repair: {problem.repair.title}")
    return "\n".join(_printable(line) for line in lines)


def as_json(rows: Sequence[Row], problems: Sequence[Problem]) -> dict[str, Any]:
    """The same as plain lists and numbers."""
    return {"layers": [_layer(row) for row in rows], "parameters": sum(row.parameters for row in rows),
            "problems": [_problem(problem) for problem in problems]}  # fmt: skip


def _layer(row: Row) -> dict[str, Any]:
    return {
        "id": row.id, "name": row.name, "layer": row.kind, "shape": row.shape,
        "parameters": row.parameters, "multiplications": row.multiplications,
    }  # fmt: skip


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "node": problem.node, "kind": problem.kind, "sentence": problem.sentence,
        "repair": problem.repair and problem.repair.title, "warning": problem.warning,
    }  # fmt: skip


def _table(rows: Sequence[Row]) -> list[str]:
    lines = [
        (row.name, row.kind, shown(row.shape) if row.shape else "?", f"{row.parameters:,}", f"{row.multiplications:,}")
        for row in rows
    ]
    total = ("", "", "", f"{sum(row.parameters for row in rows):,}", f"{sum(row.multiplications for row in rows):,}")
    widths = [max(len(line[column]) for line in (HEAD, *lines, total)) for column in range(len(HEAD))]
    return [_aligned(line, widths) for line in (HEAD, *lines, total)]


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    cells = zip(line, widths, strict=True)
    return "  ".join(
        cell.ljust(width) if column < NUMBERS_FROM else cell.rjust(width) for column, (cell, width) in enumerate(cells)
    ).rstrip()


def _printable(line: str) -> str:
    """A name from a file must not steer the terminal."""
    return line if line.isprintable() else ascii(line)[1:-1]


def data_to_check(model: Model, named: str | None) -> DataSet | None:
    """The data to check against; that a project's own data is missing on this machine is no fault of the model."""
    try:
        return model.data(named)
    except DataError:
        if named:
            raise
        return None
