"""The bubble of the tour, and the light around the control that it points at."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from nnstudio.ui.labels import Heading, Quiet, Words
from nnstudio.ui.sizes import px
from nnstudio.ui.theme import GAP, RADIUS, theme_of
from nnstudio.ui.tour_place import TIP, Place, Side

WIDTH = 340
AROUND = 3  # Pixels between a control and its light.
GLOW = 5


class Light(QWidget):
    """A bright outline around a control; the mouse goes through it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def show_around(self, target: QRect | None) -> None:
        """Be around a place of the window, or nowhere."""
        self.setVisible(target is not None)
        if target is not None:
            reach = AROUND + GLOW
            self.setGeometry(target.adjusted(-reach, -reach, reach, reach))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = theme_of(QApplication.palette()).color("accent")
        inner = QRectF(self.rect()).adjusted(GLOW, GLOW, -GLOW, -GLOW)
        halo = QColor(accent)
        halo.setAlpha(60)
        for colour, width in ((halo, 2 * GLOW - 2), (accent, 2)):
            painter.setPen(QPen(colour, width))
            painter.drawRoundedRect(inner, RADIUS, RADIUS)


class Bubble(QWidget):
    """Says one step, with the ways on, back and out. The window beneath can be used meanwhile."""

    next_asked = Signal()
    back_asked = Signal()
    skip_asked = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setProperty("help", "ideas/first-steps")
        self._side, self._along = Side.NONE, 0
        self.count, self.title, self.words = Quiet("", self), Heading("", self), Words("", self)
        self.skip = QPushButton(self.tr("&Skip"), self)
        self.back = QPushButton(self.tr("&Back"), self)
        self.next = QPushButton(self)
        self.next.setProperty("primary", True)
        for button in (self.skip, self.back, self.next):
            # So that Enter presses it too.
            button.setAutoDefault(True)
        self.skip.setToolTip(self.tr("End the tour (Esc); Help ▸ Tour begins it again"))
        self.skip.clicked.connect(self.skip_asked)
        self.back.clicked.connect(self.back_asked)
        self.next.clicked.connect(self.next_asked)
        # The arrow is at one side; the same room is kept free at all, so that the text does not jump.
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(*(TIP + 2 * GAP for _ in range(4)))
        column.setSpacing(GAP)
        column.addLayout(self._row(self.title, None, self.count))
        column.addWidget(self.words)
        column.addLayout(self._row(self.skip, None, self.back, self.next))
        self.hide()

    def say(self, title: str, words: str, number: int, of: int) -> None:
        """Say a step."""
        self.title.setText(title)
        self.words.setText(words)
        self.count.setText(self.tr("{} of {}").format(number, of))
        self.back.setEnabled(number > 1)
        self.skip.setVisible(number < of)
        self.next.setText(self.tr("&Done") if number == of else self.tr("&Next"))
        self.setAccessibleName(self.tr("Tour, step {} of {}: {}").format(number, of, title))
        # Said of the button too, which keeps the keys while the words change.
        for told in (self, self.next):
            told.setAccessibleDescription(words)

    def size_within(self, room: QSize) -> QSize:
        """How large the bubble is, without its arrow, in a window of that size."""
        width = min(px(WIDTH), room.width() - 2 * GAP) + 2 * TIP
        self._column.activate()
        height = max(self._column.totalHeightForWidth(width), self._column.totalMinimumSize().height())
        return QSize(width - 2 * TIP, height - 2 * TIP)

    def stand(self, place: Place) -> None:
        """Stand there, with the arrow at that side."""
        if (place.side, place.along) != (self._side, self._along):
            self._side, self._along = place.side, place.along
            self.update()
        self.setGeometry(place.box.adjusted(-TIP, -TIP, TIP, TIP))
        self.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.skip_asked.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(QApplication.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("accent"), 1.5))
        painter.setBrush(theme.color("panel"))
        painter.drawPath(self._outline())

    def _outline(self) -> QPainterPath:
        box = QRectF(self.rect()).adjusted(TIP, TIP, -TIP, -TIP)
        outline = QPainterPath()
        outline.addRoundedRect(box, RADIUS + 2, RADIUS + 2)
        if self._side is Side.NONE:
            return outline
        arrow = QPainterPath()
        arrow.addPolygon(self._arrow(box))
        arrow.closeSubpath()
        return outline.united(arrow)

    def _arrow(self, box: QRectF) -> QPolygonF:
        at, across = TIP + self._along, self._side in (Side.TOP, Side.BOTTOM)
        edge = {Side.TOP: box.top(), Side.BOTTOM: box.bottom(), Side.LEFT: box.left(), Side.RIGHT: box.right()}
        base = edge[self._side]
        out = base + (TIP - 1) * (-1 if self._side in (Side.TOP, Side.LEFT) else 1)
        corners = ((at - TIP, base), (at, out), (at + TIP, base))
        return QPolygonF([QPointF(x, y) if across else QPointF(y, x) for x, y in corners])

    def _row(self, *widgets: QWidget | None) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for widget in widgets:
            if widget is None:
                row.addStretch()
            else:
                row.addWidget(widget)
        return row
