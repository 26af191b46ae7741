"""Which part of a model is looked at, where there may be no room for all of it."""

from PySide6.QtCore import QRectF, QSizeF


def sight_of(area: QRectF, room: QSizeF) -> QRectF:
    """What is shown of an area where there is so much room: all in the middle, or the beginning of what is larger."""
    shown = QRectF(area.topLeft(), room)
    shown.moveCenter(area.center())
    if shown.width() < area.width():
        shown.moveLeft(area.left())
    if shown.height() < area.height():
        shown.moveTop(area.top())
    return shown
