"""From a data set to what the engine picks its batches from."""

import zlib
from collections.abc import Iterable

import numpy as np

from nnstudio.data.dataset import DataSet
from nnstudio.data.preparation import Preparation, affine_of
from nnstudio.engine.engine import predict
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.plan import Plan
from nnstudio.engine.samples import Picks, Samples
from nnstudio.layers.shapes import Array


def samples_of(plan: Plan, data: DataSet) -> Samples:
    """Rows as stored, and the targets as the loss wants them; the inputs are not copied."""
    rows = data.inputs.reshape(len(data.inputs), -1)
    factor, offset = affine_of(data.preparation)
    if not data.classifies:
        return Samples(rows, np.ascontiguousarray(data.targets, plan.dtype), None, factor, offset)
    classes = data.targets.astype(np.intp)
    return Samples(rows, codes(plan, data.outputs)[classes], classes, factor, offset)


def codes(plan: Plan, classes: int) -> Array:
    """What the output should be for each class: one row a class."""
    encoding = plan.encoding
    if plan.outputs == 1:
        return np.array([[encoding.no], [encoding.yes]], plan.dtype)
    table = np.full((classes, plan.outputs), encoding.no, plan.dtype)
    np.fill_diagonal(table, encoding.yes)
    return table


def prepared(inputs: Array, preparation: Iterable[Preparation], plan: Plan) -> Array:
    """Stored inputs as the network wants them. A copy."""
    factor, offset = affine_of(preparation)
    numbers: Array = inputs.astype(plan.dtype)
    numbers *= factor
    numbers += offset
    return numbers


def answers_on(plan: Plan, parameters: Parameters, data: DataSet, picks: Picks) -> Array:
    """The outputs for picked samples, one row each; prepared a few at a time, so that memory stays flat."""
    size = 4096
    parts = [picks[start : start + size] for start in range(0, len(picks), size)]
    answers = [predict(plan, parameters, prepared(data.inputs[part], data.preparation, plan)) for part in parts]
    return np.concatenate(answers) if answers else np.empty((0, plan.outputs), plan.dtype)


def fingerprint(data: DataSet) -> str:
    """A short text that differs between data sets with other numbers, other parts or another preparation."""
    arrays = (data.inputs, data.targets, data.part("train"), data.part("validation"))
    sums = [(str(each.dtype), each.shape, zlib.crc32(np.ascontiguousarray(each).data)) for each in arrays]
    return repr((sums, [step.to_json() for step in data.preparation]))
