"""Which cards are near: their places in a coarse raster, so that a wire looks at a few cards and not at all."""

from collections.abc import Iterator
from math import floor

from PySide6.QtCore import QRectF

CELL = 320.0
Cell = tuple[int, int]


class Neighbours:
    """Boxes by id, found by where they are."""

    def __init__(self) -> None:
        self._boxes: dict[str, QRectF] = {}
        self._cells: dict[Cell, set[str]] = {}
        self._whole: QRectF | None = None

    def place(self, id: str, box: QRectF) -> None:
        """Put a box somewhere, or somewhere else."""
        self.take(id)
        self._boxes[id] = box
        for cell in _cells(box):
            self._cells.setdefault(cell, set()).add(id)

    def take(self, id: str) -> None:
        """Take a box away."""
        self._whole = None
        box = self._boxes.pop(id, None)
        for cell in _cells(box) if box is not None else ():
            self._cells[cell].discard(id)

    def box(self, id: str) -> QRectF:
        """Where one is."""
        return self._boxes[id]

    def near(self, area: QRectF) -> list[tuple[str, QRectF]]:
        """The boxes that touch an area."""
        found: set[str] = set()
        if (area.width() / CELL + 1) * (area.height() / CELL + 1) > len(self._boxes):
            found = set(self._boxes)
        else:
            for cell in _cells(area):
                found |= self._cells.get(cell, set())
        return [(id, self._boxes[id]) for id in found if self._boxes[id].intersects(area)]

    @property
    def whole(self) -> QRectF:
        """The smallest area that holds all boxes."""
        if self._whole is None:
            boxes = self._boxes.values()
            left, top = min((b.left() for b in boxes), default=0.0), min((b.top() for b in boxes), default=0.0)
            right, bottom = max((b.right() for b in boxes), default=0.0), max((b.bottom() for b in boxes), default=0.0)
            self._whole = QRectF(left, top, right - left, bottom - top)
        return QRectF(self._whole)


def _cells(box: QRectF) -> Iterator[Cell]:
    for x in range(floor(box.left() / CELL), floor(box.right() / CELL) + 1):
        for y in range(floor(box.top() / CELL), floor(box.bottom() / CELL) + 1):
            yield x, y
