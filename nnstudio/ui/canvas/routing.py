"""The way of a wire: a smooth curve to the right; back to the left it goes around the cards below or above."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

BEND = 40.0
CLEAR = 18.0
ROW = 60.0  # So far apart, one card is below the other and not beside it.
ABOVE = 10.0  # From the upper edge of a card to its port, nearly.


def route(start: QPointF, end: QPointF, cards: tuple[QRectF, ...] = ()) -> QPainterPath:
    """The curve from an output to a port, around any of these cards that stand in between."""
    if end.x() >= start.x() + CLEAR:
        blocking = [card for card in cards if _blocks(card, start, end)]
        return _around(start, end, blocking, cards) if blocking else _curve(QPainterPath(start), end)
    return _backward(start, end, cards)


def _curve(path: QPainterPath, end: QPointF) -> QPainterPath:
    start = path.currentPosition()
    bend = max(min(BEND, abs(end.x() - start.x())), (end.x() - start.x()) / 2)
    path.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end)
    return path


def _blocks(card: QRectF, start: QPointF, end: QPointF) -> bool:
    """Whether the straight line between the ends would cross a card."""
    left, right = max(card.left(), start.x()), min(card.right(), end.x())
    if right - left < 1:
        return False
    slope = (end.y() - start.y()) / (end.x() - start.x())
    heights = [start.y() + slope * (x - start.x()) for x in (left, right)]
    return max(heights) > card.top() - 4 and min(heights) < card.bottom() + 4


def _around(start: QPointF, end: QPointF, blocking: list[QRectF], cards: tuple[QRectF, ...]) -> QPainterPath:
    """Past everything that blocks, on the nearest level on which no other card stands either."""
    left = max(min(card.left() for card in blocking) - CLEAR / 2, start.x() + CLEAR / 2)
    right = min(max(card.right() for card in blocking) + CLEAR / 2, end.x() - CLEAR / 2)
    beside = [card for card in cards if card.right() > left and card.left() < right]
    level = _free_level((start.y() + end.y()) / 2, beside or blocking)
    path = _curve(QPainterPath(start), QPointF(left, level))
    path.lineTo(QPointF(max(left, right), level))
    return _curve(path, end)


def _free_level(wanted: float, cards: list[QRectF]) -> float:
    """The height nearest to the wanted one that keeps clear of all these cards."""
    levels = [level for card in cards for level in (card.top() - CLEAR, card.bottom() + CLEAR)]
    free = (level for level in levels if not any(card.top() - CLEAR < level < card.bottom() + CLEAR for card in cards))
    return min(free, key=lambda level: abs(level - wanted))


def _backward(start: QPointF, end: QPointF, cards: tuple[QRectF, ...]) -> QPainterPath:
    """Out to the right, along a level free of cards, and in from the left."""
    between = [card for card in cards if card.left() < start.x() + BEND and card.right() > end.x() - BEND]
    level = max([start.y(), end.y(), *(card.bottom() for card in between)]) + CLEAR
    inside = any(card.top() < end.y() and card.bottom() > start.y() for card in between)
    if abs(end.y() - start.y()) > ROW and not inside:
        # One below the other: the way between them is shorter than the way around.
        level = max(start.y(), end.y()) - CLEAR - ABOVE
    path = QPainterPath(start)
    path.cubicTo(start + QPointF(BEND, 0), QPointF(start.x() + BEND, level), QPointF(start.x(), level))
    path.lineTo(QPointF(end.x(), level))
    path.cubicTo(QPointF(end.x() - BEND, level), end - QPointF(BEND, 0), end)
    return path
