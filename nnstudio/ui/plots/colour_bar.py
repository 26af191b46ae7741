"""The bar beside an image: which colour stands for which number."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnstudio.ui.labels import SMALLER
from nnstudio.ui.plots.colours import SHADES, diverging
from nnstudio.ui.plots.numbers import MINUS
from nnstudio.ui.sizes import follow_font, px
from nnstudio.ui.theme import GAP, Theme, theme_of

THICK = 10


class ColourBar(QWidget):
    """Blue at the top, orange at the bottom, zero between."""

    def __init__(self, parent: QWidget | None = None, table: Callable[[Theme], tuple[int, ...]] = diverging) -> None:
        super().__init__(parent)
        self._table = table
        self._limit, self._middle = 1.0, 0.0
        follow_font(self, SMALLER)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._say()

    @property
    def words(self) -> tuple[str, str, str]:
        """The numbers at the top, in the middle and at the bottom."""
        if not self._middle:
            text = f"{self._limit:.3g}"
            return f"+{text}", "0", f"{MINUS}{text}"
        ends = self._middle + self._limit, self._middle, self._middle - self._limit
        high, middle, low = (f"{each:.3g}".replace("-", MINUS) for each in ends)
        return high, middle, low

    def show_limit(self, limit: float, middle: float = 0.0) -> None:
        """How far the top lies from the middle; the bottom lies as far on the other side."""
        if (limit, middle) != (self._limit, self._middle):
            self._limit, self._middle = limit, middle
            self._say()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(THICK) + self.fontMetrics().horizontalAdvance(f"{MINUS}0.0001") + GAP, px(64))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        bar = QRectF(0.5, GAP + 0.5, px(THICK), self.height() - 2 * GAP - 1)
        image = QImage(1, 2 * SHADES + 1, QImage.Format.Format_RGB32)
        for place, colour in enumerate(self._table(theme)[1:]):
            image.setPixel(0, 2 * SHADES - place, colour)
        painter.drawImage(bar, image)
        painter.setPen(QPen(theme.color("border"), 1))
        painter.drawRect(bar)
        painter.setPen(theme.color("dim"))
        high = self.fontMetrics().height()
        for text, middle in zip(self.words, (bar.top(), bar.center().y(), bar.bottom()), strict=True):
            top = min(max(round(middle - high / 2), 0), self.height() - high)
            painter.drawText(QRect(px(THICK) + 5, top, self.width(), high), Qt.AlignmentFlag.AlignVCenter, text)

    def _say(self) -> None:
        high, _, low = self.words
        self.setAccessibleName(self.tr("Colours: orange {}, blue {}").format(low, high))
