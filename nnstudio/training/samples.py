"""From a data set to what the engine picks its batches from."""

import numpy as np

from nnstudio.data.dataset import DataSet
from nnstudio.data.preparation import affine_of
from nnstudio.engine.plan import Plan
from nnstudio.engine.samples import Samples
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
