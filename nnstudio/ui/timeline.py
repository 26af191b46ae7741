"""The timeline: how far the training is, in a bar and in words; drawn back, it shows the network as it was."""

from PySide6.QtCore import QRectF, QSettings, QSize, Qt
from PySide6.QtGui import QFont, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractSlider,
    QApplication,
    QHBoxLayout,
    QSizePolicy,
    QToolBar,
    QToolButton,
    QWidget,
)

from nnstudio.live.known import State
from nnstudio.live.progress import Pace, words_of
from nnstudio.training.best import Best
from nnstudio.ui.document import Document
from nnstudio.ui.fetch_row import FetchRow
from nnstudio.ui.fetching import Fetching
from nnstudio.ui.labels import Name
from nnstudio.ui.run import Run
from nnstudio.ui.sizes import factor, follow, px_size, scaled
from nnstudio.ui.speed import Speed
from nnstudio.ui.theme import GAP, theme_of

HEIGHT = 5.0
HANDLE = 7.0
LONGEST = (1 << 31) - 1  # What a slider can count to.


class Steps(QAbstractSlider):
    """A progress bar with a handle that can be moved over what was done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = 1
        self._asked: int | None = None
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Timeline"))
        self.setToolTip(self.tr("Draw the handle back to see the network as it was"))
        self.setRange(0, 0)

    def show_steps(self, now: int, first: int, furthest: int, whole: int) -> None:
        """Show where the network stands, how far it can go back, how far it came, and how far it is to go."""
        furthest = min(furthest, LONGEST)
        first, now, whole = min(first, furthest), min(now, furthest), max(whole, furthest, 1)
        if now == self._asked:
            self._asked = None
        # What was asked last is on its way; until then a hand that goes on must not be held back.
        value = self.value() if self._asked is not None or self.isSliderDown() else now
        if (value, first, furthest, whole) == (self.value(), self.minimum(), self.maximum(), self._whole):
            return
        self._whole = whole
        # The network moved, not the hand.
        self.blockSignals(True)
        self.setRange(first, furthest)
        self.setPageStep(max(1, furthest // 20))
        self.setValue(value)
        self.blockSignals(False)
        self.update()

    def ask(self, step: int) -> None:
        """The network is asked to stand at a step."""
        self._asked = step

    def forget(self) -> None:
        """Nothing that was asked is waited for any more."""
        self._asked = None

    def sizeHint(self) -> QSize:
        return px_size(240, 20)

    def minimumSizeHint(self) -> QSize:
        return px_size(120, 20)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.maximum() > self.minimum():
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
        if self.maximum() > self.minimum():
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
    """The bar, the words beside it, the way back to the present, and the speed; or what must be fetched first."""

    def __init__(self, document: Document, run: Run, fetching: Fetching, settings: QSettings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setWindowTitle(self.tr("Progress"))
        self.setMovable(False)
        self.setProperty("help", "ideas/timeline")
        self._document, self._run, self._fetching = document, run, fetching
        self._pace = Pace()
        self.fetch = FetchRow(fetching, self)
        self.steps = Steps(self)
        self.words = self._made_words()
        self.now = self._made_button(self.tr("Back to now"), self.tr("Show the last step again"))
        self.keep = self._made_button(
            self.tr("Keep this"), self.tr("Let the step that is shown be the present; what came after it is forgotten")
        )
        self.best = self._made_button(self.tr("Best"), self.tr("Show the network after the epoch with the lowest loss"))
        self.speed = Speed(run, settings, self)
        self._lay_out()
        follow(self._take_letters)
        self.steps.valueChanged.connect(self._go_to)
        self.now.clicked.connect(self._go_to_now)
        self.keep.clicked.connect(self._keep)
        self.best.clicked.connect(self._go_to_best)
        run.changed.connect(self._show)
        run.grew.connect(self._show)
        run.begun.connect(self.steps.forget)
        fetching.changed.connect(self._show)
        document.project_changed.connect(self._show)
        self._show()

    def _made_button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _made_words(self) -> Name:
        words = Name(parent=self)
        words.setAccessibleName(self.tr("Progress"))
        # As wide as there is room, whatever it says.
        words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return words

    def _take_letters(self) -> None:
        font = scaled(QApplication.font(), 0.95)
        # All digits of one width: the words must not tremble while the numbers run.
        font.setFeature(QFont.Tag("tnum"), 1)
        self.words.setFont(font)
        # Large words need the room more than the bar does.
        self._row.setStretchFactor(self.steps, 2 if factor() <= 1 else 1)

    def _lay_out(self) -> None:
        room = self.now.sizePolicy()
        room.setRetainSizeWhenHidden(True)
        self.now.setSizePolicy(room)
        inside = QWidget(self)
        row = self._row = QHBoxLayout(inside)
        row.setContentsMargins(GAP // 2, 0, GAP // 2, 0)
        row.setSpacing(GAP)
        row.addWidget(self.fetch, 6)
        row.addWidget(self.steps, 2)
        row.addWidget(self.words, 4)
        for button in (self.best, self.keep, self.now, self.speed):
            row.addWidget(button)
        self.addWidget(inside)

    def _show(self) -> None:
        run, known = self._run, self._run.known
        epochs = self._document.project.settings.epochs
        for part in (self.steps, self.words):
            part.setVisible(self._fetching.lacking is None)
        for button in (self.now, self.keep):
            button.setVisible(known.rewound)
        # While it trains the best is another one every moment.
        best = run.record.best if run.record and not run.going else None
        if run.state is not State.STANDING:
            self.steps.forget()
        whole = epochs * known.ready.steps_per_epoch if known.ready else 1
        first = known.recorded.steps[0] if known.recorded and known.recorded.steps else 0
        self.steps.show_steps(known.step, first, known.furthest, whole)
        reached = best is not None and (best >= first or self._kept_best(best) is not None)
        self.best.setVisible(reached and best != known.step)
        self.words.setText(self._sentence(epochs))

    def _sentence(self, epochs: int) -> str:
        run, known = self._run, self._run.known
        problem = next((each for each in self._document.findings.problems if not each.warning), None)
        if problem is not None:
            return problem.sentence
        if run.state is State.FAILED:
            return run.sentence
        if run.state is State.WAITING and not run.going:
            return self.tr("Press Train, and the network learns.")
        if run.state is State.PREPARING or known.progress is None or known.ready is None:
            return self.tr("Preparing…")
        self._pace.notice(known.progress.step, known.progress.seconds)
        self._pace.most = run.pace.at_most(epochs * known.ready.steps_per_epoch)
        reason = known.halted.reason if known.halted and not known.rewound else None
        epochs_done = run.record.history.epochs if run.record else []
        last = next((each for each in reversed(epochs_done) if each.steps <= known.step), None)
        going = run.state is State.GOING
        return words_of(known.progress, known.ready, epochs, last, self._pace, going, reason)

    def _go_to(self, step: int) -> None:
        self.steps.ask(step)
        self._run.go_to(step)

    def _go_to_now(self) -> None:
        self._run.go_to(self._run.known.furthest)

    def _go_to_best(self) -> None:
        step = self._run.record.best if self._run.record else None
        if step is not None and step >= self.steps.minimum():
            self._go_to(step)
        elif step is not None and (best := self._kept_best(step)) is not None:
            self._document.change(self.tr("Best weights"), weights=best.weights, checkpoint=None)

    def _kept_best(self, step: int) -> Best | None:
        """What the project holds of that step."""
        best = self._document.project.best
        return best if best is not None and best.steps == step else None

    def _keep(self) -> None:
        self._run.fork()
        self._run.collect(self._show)
