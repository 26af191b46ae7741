"""From a data set to what the engine picks its batches from."""

import zlib
from typing import Any

import numpy as np

from nnstudio.data.dataset import DataSet, pieces
from nnstudio.data.preparation.base import prepared, record, switched_on
from nnstudio.engine.engine import predict
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.plan import Plan
from nnstudio.engine.samples import Picks, Recipe, Samples
from nnstudio.layers.shapes import Array
from nnstudio.layers.site import Tape

LARGE = 1 << 28  # Bytes of an array that are read again and again without a thought.


def samples_of(plan: Plan, data: DataSet) -> Samples:
    """Rows as stored, and the targets as the loss wants them; the inputs are not copied."""
    # Once in the order of rows: else every pick would copy all. A mapped array stays one, with what protects it.
    rows = np.asanyarray(data.inputs.reshape(len(data.inputs), -1), order="C")
    recipe = _recipe(data) if switched_on(data.preparation) or rows.dtype != plan.dtype else None
    if not data.classifies:
        return Samples(rows, np.ascontiguousarray(data.targets, plan.dtype), None, recipe)
    classes = data.targets.astype(np.intp)
    return Samples(rows, codes(plan, data.outputs)[classes], classes, recipe)


def _recipe(data: DataSet) -> Recipe:
    def recipe(
        rows: Array, dtype: np.dtype[Any], random: np.random.Generator | None = None
    ) -> tuple[Tape, Array]:
        count = len(rows)
        tape, numbers = record(data.preparation, rows.reshape(count, *data.stored_shape), dtype, random)
        return tape, numbers.reshape(count, -1)

    return recipe


def codes(plan: Plan, classes: int) -> Array:
    """What the output should be for each class: one row a class."""
    encoding = plan.encoding
    if plan.outputs == 1:
        return np.array([[encoding.no], [encoding.yes]], plan.dtype)
    table = np.full((classes, plan.outputs), encoding.no, plan.dtype)
    np.fill_diagonal(table, encoding.yes)
    return table


def answers_on(plan: Plan, parameters: Parameters, data: DataSet, picks: Picks) -> Array:
    """The outputs for picked samples, one row each; prepared a few at a time, so that memory stays flat."""
    parts = [picks[some] for some in pieces(data.inputs, len(picks))]
    answers = [predict(plan, parameters, prepared(data.preparation, data.inputs[part], plan.dtype)) for part in parts]
    return np.concatenate(answers) if answers else np.empty((0, plan.outputs), plan.dtype)


def fingerprint(data: DataSet) -> str:
    """A short text that differs between data sets with other numbers, other parts or another preparation.

    Of data too large to be read through again, it looks at samples spread over all.
    """
    arrays = (data.inputs, data.targets, data.part("train"), data.part("validation"))
    sums = [(str(each.dtype), each.shape, _sum(each)) for each in arrays]
    return repr((sums, [step.to_json() for step in data.preparation]))


def _sum(array: Array) -> int:
    spread, total = array[:: max(1, array.nbytes // LARGE)], 0
    for some in pieces(spread):
        total = zlib.crc32(np.ascontiguousarray(spread[some]).data, total)
    return total
