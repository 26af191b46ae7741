"""Convolution by columns: any stride, dilation and groups. Every window is copied out as a column of one matrix."""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from nnstudio.layers.shapes import Array
from nnstudio.layers.site import Site
from nnstudio.layers.windows import Windows, inner, padded_shape, places


class ByColumns:
    """For each row of the output and each group: filters × (window · channels) times (window · channels) × places."""

    def __init__(self, at: Site, windows: Windows, groups: int) -> None:
        self.at, self.windows, self.groups = at, windows, groups
        rows, columns = windows
        self.area = rows.size * columns.size
        self.in_group = at.x.shape[1] // groups
        self.run_length = columns.count * at.batch
        shape = (rows.count, groups, rows.size, columns.size, self.in_group, columns.count, at.batch)
        self.columns = at.scratch(shape)
        self.matrix = self.columns.reshape(rows.count, groups, -1, self.run_length, copy=False)

    def forward(self) -> None:
        """Record: copy the windows, multiply by the filters."""
        at = self.at
        padded = at.scratch(padded_shape(self.windows, at.x.shape))
        at.run(np.copyto, inner(self.windows, padded, at.x.shape), at.x)
        at.run(np.copyto, self.columns, self._views(padded))
        at.run(np.matmul, self._filters(at.parameters["weights"]), self.matrix, self._per_group(at.y))

    def weights_back(self) -> None:
        """Record the derivative for the filters: a product for each row, then their sum."""
        at = self.at
        gradient = self._filters(at.gradients["weights"])
        by_row = at.scratch((len(self.columns), *gradient.shape))
        at.run(np.matmul, self._per_group(at.dy), self.matrix.transpose(0, 1, 3, 2), by_row)
        at.run(np.add.reduce, by_row, 0, None, gradient)

    def image_back(self) -> None:
        """Record the derivative for the image: every window's part is added where the window lay."""
        at = self.at
        parts = at.scratch(self.columns.shape)
        filters = self._filters(at.parameters["weights"])
        at.run(np.matmul, filters.transpose(0, 2, 1), self._per_group(at.dy), parts.reshape(self.matrix.shape))
        padded = at.scratch(padded_shape(self.windows, at.x.shape))
        at.run(padded.fill, 0)
        for number, target in enumerate(places(self.windows, padded)):
            row, column = divmod(number, self.windows[1].size)
            grouped = target.reshape((len(target), self.groups, self.in_group, *target.shape[2:]), copy=False)
            at.run(np.add, grouped, parts[:, :, row, column], grouped)
        at.run(np.copyto, at.dx, inner(self.windows, padded, at.x.shape))

    def _views(self, padded: Array) -> Array:
        """Every window in place. A view."""
        rows, columns = self.windows
        row, channel, column, sample = padded.strides
        steps = (row * rows.stride, channel * self.in_group, row * rows.dilation, column * columns.dilation)
        return as_strided(padded, self.columns.shape, (*steps, channel, column * columns.stride, sample))

    def _filters(self, weights: Array) -> Array:
        return weights.reshape(self.groups, len(weights) // self.groups, -1, copy=False)

    def _per_group(self, array: Array) -> Array:
        return array.reshape(len(array), self.groups, -1, self.run_length, copy=False)
