"""Convolution by rows: one group, neighbouring rows. Only the width of the window is copied out.

The copies of one image row are (window columns · channels) × places; as many successive rows as the window is high are
one matrix with an even stride, so that overlapping rows need no copy. Each product is kept so small that OpenBLAS
multiplies without first packing its operands: 105-113 instead of 40-75 GFLOP/s for the sizes of a small network.
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from nnstudio.layers.products import LEAST_ROWS, SMALL, fits
from nnstudio.layers.shapes import Array
from nnstudio.layers.site import Site
from nnstudio.layers.windows import Sliding, Windows


class ByRows:
    """A batch of small matrix products, one or a few for each row of the output."""

    def __init__(self, at: Site, windows: Windows) -> None:
        self.at, self.windows = at, windows
        rows, columns = windows
        height, self.channels, self.width, self.batch = at.x.shape
        self.filters = len(at.parameters["weights"])
        self.depth = rows.size * columns.size * self.channels
        self.run_length = columns.count * self.batch
        shape = (height + rows.before + rows.after, columns.size, self.channels, columns.count, self.batch)
        self.unfolded = at.scratch(shape)

    def forward(self) -> None:
        """Record: copy out each column of the window, then multiply."""
        at, (rows, columns) = self.at, self.windows
        image_rows = self.unfolded[rows.before : rows.before + len(at.x)]
        for tap, places, pixels in _taps(columns, self.width):
            at.run(np.copyto, image_rows[:, tap, :, places], at.x[:, :, pixels])
        filters = at.parameters["weights"].reshape(self.filters, self.depth, copy=False)
        pieces = _pieces(columns.count, self.filters * self.depth * self.batch)
        operand = self._overlapping((rows.count, self.depth, columns.count, self.batch))
        at.run(np.matmul, filters, _split(operand, pieces), _split(at.y, pieces))

    def weights_back(self) -> None:
        """Record the derivative for the filters: products for each row of the output, then their sum."""
        at, depth, count = self.at, self.depth, self.windows[0].count
        gradient = at.gradients["weights"].reshape(self.filters, depth, copy=False)
        dy = at.dy.reshape(count, self.filters, self.run_length, copy=False)
        operand = self._overlapping((count, depth, self.run_length))
        tile = _tile(self.filters, depth, self.run_length)
        if not tile:
            by_row = at.scratch((count, depth, self.filters))
            at.run(np.matmul, operand, dy.transpose(0, 2, 1), by_row)
            at.run(np.add.reduce, by_row, 0, None, gradient.T)
            return
        tiles = operand.reshape(count, depth // tile, tile, self.run_length, copy=False).transpose(1, 0, 3, 2)
        by_row = at.scratch((depth // tile, count, self.filters, tile))
        at.run(np.matmul, dy, tiles, by_row)
        target = gradient.reshape(self.filters, depth // tile, tile, copy=False).transpose(1, 0, 2)
        at.run(np.add.reduce, by_row, 1, None, target)

    def image_back(self) -> None:
        """Record the derivative for the image: the sum over the window's rows is inside the product, that over its
        columns is one reduction of a sheared view."""
        at, (rows, columns) = self.at, self.windows
        left, right = self._margins()
        wide = at.scratch((len(at.x), columns.size, self.channels, left + columns.count + right, self.batch))
        flat = wide.reshape(len(at.x), columns.size * self.channels, -1, self.batch, copy=False)
        turned = at.scratch((columns.size, self.channels, rows.size, self.filters))
        at.run(np.copyto, turned, at.parameters["weights"][:, ::-1].transpose(2, 3, 1, 0))
        operand = self._bordered_dy()
        pieces = _pieces(columns.count, turned.size * self.batch)
        target = _split(flat[:, :, left : left + columns.count], pieces)
        at.run(np.matmul, turned.reshape(flat.shape[1], -1), _split(operand, pieces), target)
        if columns.stride == 1:
            at.run(np.add.reduce, self._sheared(wide[:, :, :, left + columns.before :]), 1, None, at.dx)
            return
        at.run(at.dx.fill, 0)
        for tap, places, pixels in _taps(columns, self.width):
            at.run(np.add, at.dx[:, :, pixels], wide[:, tap, :, places], at.dx[:, :, pixels])

    def _margins(self) -> tuple[int, int]:
        """Columns of zeros beside the product, where the sheared view looks past it."""
        columns = self.windows[1]
        if columns.stride > 1:
            return 0, 0
        reach = columns.dilation * (columns.size - 1)
        return max(0, reach - columns.before), max(0, self.width + columns.before - columns.count)

    def _bordered_dy(self) -> Array:
        """The output's derivative between rows of zeros, as overlapping rows. A view, filled at each step."""
        at, (rows, columns) = self.at, self.windows
        border = rows.size - 1
        padded = at.scratch((rows.count + 2 * border, self.filters, columns.count, self.batch))
        at.run(np.copyto, padded[border : border + rows.count], at.dy)
        row, _, column, sample = padded.strides
        shape = (len(at.x), rows.size * self.filters, columns.count, self.batch)
        return as_strided(padded[rows.before :], shape, (row, padded.strides[1], column, sample))

    def _sheared(self, wide: Array) -> Array:
        """Each column of the window moved to the pixels it belongs to. A view."""
        row, tap, channel, column, sample = wide.strides
        shape = (len(wide), wide.shape[1], self.channels, self.width, self.batch)
        shift = self.windows[1].dilation * column
        return as_strided(wide, shape, (row, tap - shift, channel, column, sample))

    def _overlapping(self, shape: tuple[int, ...]) -> Array:
        """The unfolded rows, as many for each row of the output as the window is high. A view."""
        row = self.unfolded.strides[0] * self.windows[0].stride
        inside = (self.run_length, self.batch, 1) if len(shape) == 4 else (self.run_length, 1)
        return as_strided(self.unfolded, shape, (row, *(step * self.unfolded.itemsize for step in inside)))


def _taps(columns: Sliding, width: int) -> list[tuple[int, slice, slice]]:
    """For each column of the window: which places see a pixel there, and which pixels."""
    found = []
    for tap in range(columns.size):
        offset = tap * columns.dilation - columns.before
        first = max(0, -(offset // columns.stride))
        last = min(columns.count, (width - 1 - offset) // columns.stride + 1)
        if last > first:
            start = first * columns.stride + offset
            pixels = slice(start, start + (last - first - 1) * columns.stride + 1, columns.stride)
            found.append((tap, slice(first, last), pixels))
    return found


def _pieces(width: int, cost_of_column: int) -> int:
    """Into how many equal pieces a row is cut so that each product stays small; 1 where nothing helps."""
    fitting = (number for number in range(1, width + 1) if width % number == 0)
    return next((number for number in fitting if cost_of_column * (width // number) <= SMALL), 1)


def _split(rows: Array, pieces: int) -> Array:
    """(rows, depth, width, batch) as (rows, pieces, depth, piece · batch). A view."""
    count, depth, width, batch = rows.shape
    row, deep, column, sample = rows.strides
    shape = (count, pieces, depth, width // pieces * batch)
    return as_strided(rows, shape, (row, width // pieces * column, deep, sample))


def _tile(filters: int, depth: int, run: int) -> int:
    """How many rows of the window one product of the weights' derivative takes; 0 where the other way is quicker."""
    fitting = [tile for tile in range(1, depth + 1) if depth % tile == 0 and fits(filters, run, tile, True)]
    return fitting[-1] if fitting and fitting[-1] >= min(LEAST_ROWS, depth) else 0
