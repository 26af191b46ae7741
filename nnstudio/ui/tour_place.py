"""Where the bubble of the tour stands: beside what it points at, inside the window, and never over it."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPoint, QRect, QSize

EDGE = 8  # Pixels between the bubble and the window's border.
APART = 6  # Pixels between the tip of its arrow and what it points at.
TIP = 10  # How far the arrow reaches out of the bubble.
CORNER = 20  # So far from a corner of the bubble the arrow stays.


class Side(Enum):
    """The side of the bubble at which its arrow is."""

    TOP = "top"
    BOTTOM = "bottom"
    LEFT = "left"
    RIGHT = "right"
    NONE = "none"


@dataclass(frozen=True)
class Place:
    """The bubble without its arrow, and where the arrow's tip is along its side."""

    box: QRect
    side: Side = Side.NONE
    along: int = 0


def place_of(room: QSize, target: QRect | None, bubble: QSize) -> Place:
    """Below the target if there is room, else above, right or left; in a corner where it would cover it anyway."""
    if target is None or target.isEmpty():
        return Place(_within(room, QRect(QPoint((room.width() - bubble.width()) // 2, room.height()), bubble)))
    for side in (Side.TOP, Side.BOTTOM, Side.LEFT, Side.RIGHT):
        box = _within(room, _beside(target, bubble, side))
        if not box.intersects(_around(target)) and QRect(QPoint(), room).contains(box):
            return Place(box, side, _tip(box, target, side))
    return Place(_far_away(room, target, bubble))


def _beside(target: QRect, bubble: QSize, side: Side) -> QRect:
    gap, middle = TIP + APART, target.center()
    left, top = middle.x() - bubble.width() // 2, middle.y() - bubble.height() // 2
    match side:
        case Side.TOP:
            top = target.bottom() + 1 + gap
        case Side.BOTTOM:
            top = target.top() - gap - bubble.height()
        case Side.LEFT:
            left = target.right() + 1 + gap
        case _:
            left = target.left() - gap - bubble.width()
    return QRect(QPoint(left, top), bubble)


def _around(target: QRect) -> QRect:
    """What must stay free: the target and the room of the arrow."""
    return target.adjusted(-TIP, -TIP, TIP, TIP)


def _within(room: QSize, box: QRect) -> QRect:
    left = max(EDGE, min(box.left(), room.width() - box.width() - EDGE))
    top = max(EDGE, min(box.top(), room.height() - box.height() - EDGE))
    return QRect(QPoint(left, top), box.size())


def _tip(box: QRect, target: QRect, side: Side) -> int:
    """Over the middle of what is pointed at, as far as the bubble reaches."""
    middle, start, length = target.center().x(), box.left(), box.width()
    if side in (Side.LEFT, Side.RIGHT):
        middle, start, length = target.center().y(), box.top(), box.height()
    return max(CORNER, min(middle - start, length - CORNER))


def _far_away(room: QSize, target: QRect, bubble: QSize) -> QRect:
    """The corner of the window in which the bubble covers the least of the target."""
    ends = QPoint(room.width(), room.height())
    corners = [QPoint(x, y) for y in (ends.y(), 0) for x in (ends.x(), 0)]
    boxes = [_within(room, QRect(corner, bubble)) for corner in corners]

    def covered(box: QRect) -> int:
        both = box.intersected(target)
        return max(0, both.width()) * max(0, both.height())

    return min(boxes, key=covered)
