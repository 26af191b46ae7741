"""One sample through the training: after which epochs it was right, and in words when it was learned and forgotten."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QEvent, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nnstudio.training.ups_and_downs import Turn, UpsAndDowns
from nnstudio.training.verdicts import Numbers
from nnstudio.ui.labels import SMALLER
from nnstudio.ui.sizes import follow_font, px
from nnstudio.ui.theme import GAP, theme_of

HIGH = 12
APART = 6  # Pixels of an epoch from which on they are set apart.
MOST_TOLD = 4  # Turns that are told one by one.


class PastBar(QWidget):
    """A cell for each epoch: blue where the sample was right, orange where it was wrong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.epochs: Numbers = np.empty(0, np.intp)
        self.right: NDArray[np.bool_] = np.empty(0, np.bool_)
        follow_font(self, SMALLER)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Right or wrong after each epoch"))

    def sizeHint(self) -> QSize:
        return QSize(160, px(HIGH) + self.fontMetrics().height() + GAP // 2)

    def show_past(self, epochs: Numbers, right: NDArray[np.bool_]) -> None:
        """Show one sample's epochs."""
        self.epochs, self.right = epochs, right
        self.update()

    def place_at(self, x: int) -> int | None:
        """The place of the epoch at a pixel."""
        area, count = self._area(), len(self.epochs)
        if not count or not area.left() <= x <= area.right():
            return None
        return min((x - area.left()) * count // area.width(), count - 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        count = len(self.epochs)
        if not count:
            return
        painter, theme, area = QPainter(self), theme_of(self.palette()), self._area()
        colours = np.where(self.right, theme.color("positive").rgb(), theme.color("negative").rgb()).astype(np.uint32)
        texture = np.ascontiguousarray(colours)
        image = QImage(texture.data, count, 1, count * 4, QImage.Format.Format_RGB32)
        painter.drawImage(area, image)
        if area.width() >= APART * count:
            for place in range(1, count):
                x = area.left() + place * area.width() // count
                painter.fillRect(QRect(x - 1, area.top(), 1, px(HIGH)), theme.color("panel"))
        painter.setPen(theme.color("dim"))
        below = QRect(area.left(), area.bottom() + 1, area.width(), self.fontMetrics().height())
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, self.tr("epoch {}").format(int(self.epochs[0])))
        if count > 1:
            painter.drawText(below, Qt.AlignmentFlag.AlignRight, f"{int(self.epochs[-1]):,}")

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self.place_at(event.pos().x())
            QToolTip.showText(event.globalPos(), "" if place is None else self._words(place), self)
            return True
        return super().event(event)

    def _words(self, place: int) -> str:
        epoch, verdict = int(self.epochs[place]), self.tr("right") if self.right[place] else self.tr("wrong")
        if not epoch:
            return self.tr("before the training: {}").format(verdict)
        return self.tr("after epoch {}: {}").format(f"{epoch:,}", verdict)

    def _area(self) -> QRect:
        return QRect(GAP, 0, max(self.width() - 2 * GAP, 1), px(HIGH))


def story(past: UpsAndDowns, number: int) -> str:
    """When a sample of the part was learned and forgotten, in words."""
    right = past.of(number)
    if right is None or not len(right):
        return ""
    turns = past.turns(number)
    if len(right) == 1:
        return tr("right before the training") if right[0] else tr("wrong before the training")
    if not turns:
        return tr("right after every epoch") if right[0] else tr("not learned so far")
    if len(turns) > MOST_TOLD:
        falls = sum(not turn.right for turn in turns)
        times = tr("forgotten {} times").format(falls)
        return f"{times}, {_last(turns[-1])}"
    begun = [tr("right at first")] if right[0] else []
    return ", ".join((*begun, *_told(turns)))


def _told(turns: Sequence[Turn]) -> list[str]:
    *earlier, last = turns
    words = {True: tr("learned at epoch {}"), False: tr("forgotten at epoch {}")}
    return [*(words[turn.right].format(f"{turn.epoch:,}") for turn in earlier), _last(last)]


def _last(turn: Turn) -> str:
    words = tr("right since epoch {}") if turn.right else tr("forgotten at epoch {}")
    return words.format(f"{turn.epoch:,}")


def tr(text: str) -> str:
    """A text about a sample's past in the user's language."""
    return QCoreApplication.translate("Past", text)
