"""The timeline: how far the training is, in a bar and in words; drawn back, it shows the network as it was."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractSlider, QHBoxLayout, QSizePolicy, QToolBar, QToolButton, QWidget

from nnstudio.live.progress import Pace, words_of
from nnstudio.ui.document import Document
from nnstudio.ui.labels import Name, scaled
from nnstudio.ui.run import Run, State
from nnstudio.ui.theme import GAP, theme_of

HEIGHT = 5.0
HANDLE = 7.0
LONGEST = (1 << 31) - 1  # What a slider can count to.


class Steps(QAbstractSlider):
    """A progress bar with a handle that can be moved over what was done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = 1
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Timeline"))
        self.setToolTip(self.tr("Draw the handle back to see the network as it was"))
        self.setRange(0, 0)

    def show_steps(self, now: int, furthest: int, whole: int) -> None:
        """Show where the network stands, how far it came, and how far it is to go."""
        furthest = min(furthest, LONGEST)
        whole = max(whole, furthest, 1)
        if (now, furthest, whole) == (self.value(), self.maximum(), self._whole):
            return
        self._whole = whole
        # The network moved, not the hand.
        self.blockSignals(True)
        self.setRange(0, furthest)
        self.setPageStep(max(1, furthest // 20))
        if not self.isSliderDown():
            self.setValue(min(now, furthest))
        self.blockSignals(False)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 20)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 20)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.maximum():
            self.setSliderDown(True)
            self._move(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        theme, middle = theme_of(self.palette()), self.height() / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        done, now = self.maximum() / self._whole, self.sliderPosition() / self._whole
        for share, colour in ((1.0, "border"), (done, "dim"), (now, "accent")):
            painter.setBrush(theme.color(colour))
            painter.drawRoundedRect(QRectF(HANDLE, middle - HEIGHT / 2, self._room * share, HEIGHT), 2.5, 2.5)
        if self.maximum():
            radius = HANDLE if self.hasFocus() or self.isSliderDown() else HANDLE - 2
            painter.setBrush(theme.color("accent"))
            painter.drawEllipse(QRectF(HANDLE + self._room * now - radius, middle - radius, 2 * radius, 2 * radius))

    @property
    def _room(self) -> float:
        return max(self.width() - 2 * HANDLE, 1.0)

    def _move(self, event: QMouseEvent) -> None:
        share = (event.position().x() - HANDLE) / self._room
        self.setSliderPosition(round(min(max(share, 0.0), 1.0) * self._whole))
        self.update()


class Timeline(QToolBar):
    """The bar, the words beside it, and the way back to the present."""

    def __init__(self, document: Document, run: Run, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setWindowTitle(self.tr("Progress"))
        self.setMovable(False)
        self._document, self._run = document, run
        self._pace = Pace()
        self.steps = Steps(self)
        self.now = QToolButton(self)
        self.now.setText(self.tr("Back to now"))
        self.now.setToolTip(self.tr("Show the last step again"))
        self.words = Name(parent=self)
        self.words.setAccessibleName(self.tr("Progress"))
        self.words.setFont(scaled(self.font(), 0.95))
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        inside = QWidget(self)
        row = QHBoxLayout(inside)
        row.setContentsMargins(GAP // 2, 0, GAP // 2, 0)
        row.setSpacing(GAP)
        row.addWidget(self.steps, 2)
        row.addWidget(self.now)
        row.addWidget(self.words, 5)
        self.addWidget(inside)
        self.steps.valueChanged.connect(run.go_to)
        self.now.clicked.connect(self._go_to_now)
        run.changed.connect(self._show)
        run.grew.connect(self._show)
        document.project_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        known, epochs = self._run.known, self._document.project.settings.epochs
        self.now.setVisible(known.rewound)
        whole = epochs * known.ready.steps_per_epoch if known.ready else 1
        self.steps.show_steps(known.step, known.furthest, whole)
        self.words.setText(self._sentence(epochs))

    def _sentence(self, epochs: int) -> str:
        run = self._run
        known = run.known
        if run.state is State.WAITING or run.state is State.FAILED:
            return run.sentence or self.tr("Press Train, and the network learns.")
        if known.progress is None or known.ready is None:
            return self.tr("Preparing…")
        self._pace.notice(known.progress.step, known.progress.seconds)
        reason = known.halted.reason if known.halted else None
        last = run.record.history.epochs[-1] if run.record and run.record.history.epochs else None
        going = run.state is State.GOING
        return words_of(known.progress, known.ready, epochs, last, self._pace, going, reason)

    def _go_to_now(self) -> None:
        self._run.go_to(self._run.known.furthest)
