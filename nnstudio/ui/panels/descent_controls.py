"""The controls of the descent: who walks, over which plane, and the buttons to walk, go back and begin again."""

from collections.abc import Callable, Mapping
from enum import IntEnum

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from nnstudio.experiments.planes import Place
from nnstudio.ui.forms.controls import Combo
from nnstudio.ui.labels import SMALLER
from nnstudio.ui.objection import Objection
from nnstudio.ui.panels.rates_fields import RateEditor
from nnstudio.ui.plots.flow import Flow
from nnstudio.ui.sizes import follow, follow_font, follow_words
from nnstudio.ui.theme import GAP

RATE = 64  # Pixels.


class LineUp(IntEnum):
    """Who walks, in the order of the list."""

    BATCHES = 0
    RATES = 1
    PROJECT = 2


class Over(IntEnum):
    """The plane, in the order of the list."""

    WEIGHTS = 0
    PATH = 1
    CHANCE = 2


class DescentControls(QWidget):
    """Tells what is wanted; the panel does it."""

    line_up_changed = Signal()
    rate_changed = Signal()
    plane_changed = Signal()
    stepped = Signal(int)
    run_toggled = Signal()
    back_asked = Signal()
    restart_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setAutoFillBackground(True)
        self.places: Mapping[str, Place] = {}
        self._find: Callable[[str], Place | None] = self.places.get
        around = QVBoxLayout(self)
        around.setContentsMargins(GAP, GAP // 2, GAP, GAP // 2)
        around.setSpacing(GAP // 2)
        self._low = QHBoxLayout()
        self._flow = self._begin_row(around)
        around.addLayout(self._low)
        self._make_lists()
        self._flow = self._begin_row(self._low)
        self._make_buttons()
        self.where = QLabel(self)
        self.where.setAccessibleName(self.tr("Where the lanes stand"))
        follow_font(self.where, SMALLER)
        self.where.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        follow(self._align_words)
        self._flow.addWidget(self.where)
        _let_wrap(self)
        self._connect()

    @property
    def chosen_line_up(self) -> LineUp:
        """Who walks."""
        return LineUp(self.line_up.currentIndex())

    @property
    def chosen_plane(self) -> Over:
        """Over which plane."""
        return Over(self.plane.currentIndex())

    def weights(self) -> tuple[Place | None, Place | None]:
        """The two weights that are chosen."""
        first, second = (self._find(combo.currentText()) for combo in (self.first, self.second))
        return first, second

    def show_places(self, places: Mapping[str, Place], find: Callable[[str], Place | None], whole: bool) -> None:
        """Offer other weights; those that were chosen stay, if they are there. Where these are not the `whole`, others
        can be typed."""
        self._find = find
        if list(places) == list(self.places):
            return
        self.places = places
        for number, combo in enumerate((self.first, self.second)):
            before = combo.currentText()
            with QSignalBlocker(combo):
                self._let_type(combo, not whole)
                combo.clear()
                combo.addItems(list(places))
                combo.setCurrentIndex(combo.findText(before) if before in places else min(number, len(places) - 1))
        self.show_plane(Over.WEIGHTS if len(places) <= 3 else Over.PATH)

    def show_plane(self, plane: Over) -> None:
        """Choose a plane; nothing is told."""
        with QSignalBlocker(self.plane):
            self.plane.setCurrentIndex(plane)
        self._show_pickers()

    def take_in(self, button: QWidget) -> None:
        """Hold one more, at the right."""
        self._low.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def enable(self, ahead: bool, back: bool, restart: bool) -> None:
        """Which ways are open."""
        for button in (self.step, self.ten, self.run):
            button.setEnabled(ahead)
        self.back.setEnabled(back)
        self.restart.setEnabled(restart)

    def show_going(self, going: bool) -> None:
        """Whether they walk."""
        self.run.setText(self.tr("Pause") if going else self.tr("Run"))

    def _begin_row(self, around: QBoxLayout) -> Flow:
        row = QWidget(self)
        _let_wrap(row)
        around.addWidget(row, 1)
        return Flow(row, GAP - 2)

    def _make_lists(self) -> None:
        self.line_up = self._combo(
            self.tr("Lanes"),
            (self.tr("Batch, mini-batch, single"), self.tr("Rates: small, right, large"), self.tr("As the run")),
            self.tr("Which trainings walk over the surface side by side"),
        )  # fmt: skip
        self.rate = RateEditor("", self)
        follow(self.rate.setFixedWidth, RATE)
        self._objection = Objection(self.rate, self.tr("Rate"))
        self.rate.name_controls(self.tr("Learning rate of the lanes"), self.tr("The learning rate of the lanes"))
        self._labelled(self.tr("Rate"), self.rate)
        self.plane = self._combo(
            self.tr("Over"), (self.tr("Two weights"), self.tr("Principal directions"), self.tr("Random directions")),
            self.tr("The plane through all weights that the surface is drawn over"),
        )  # fmt: skip
        self.first = self._combo("", (), self.tr("The weight to the right"))
        self.second = self._combo("", (), self.tr("The weight upwards"))

    def _align_words(self) -> None:
        self.where.setFixedHeight(self.step.sizeHint().height())

    def _make_buttons(self) -> None:
        self.step = self._button(self.tr("Step"), self.tr("One batch in every lane"), True)
        self.ten = self._button(self.tr("10 steps"), self.tr("Ten batches in every lane"))
        self.run = self._button(self.tr("Run"), self.tr("Walk on, slowly at first, to the end or until you pause"))
        self.back = self._button(self.tr("Back"), self.tr("Take back the last batch of every lane"), True)
        self.restart = self._button(self.tr("Restart"), self.tr("All lanes begin again from the same place"))
        self.run.setProperty("primary", "yes")
        follow_words(self.run.setMinimumWidth, self.tr("Pause"), self.tr("Run"), beside=3 * GAP)

    def _connect(self) -> None:
        self.line_up.currentIndexChanged.connect(self.line_up_changed)
        self.rate.edited.connect(self.rate_changed)
        self.plane.currentIndexChanged.connect(self._choose_plane)
        for combo in (self.first, self.second):
            combo.currentIndexChanged.connect(self.plane_changed)
        self.step.clicked.connect(self._step)
        self.ten.clicked.connect(self._step_ten)
        self.run.clicked.connect(self.run_toggled)
        self.back.clicked.connect(self.back_asked)
        self.restart.clicked.connect(self.restart_asked)

    def _let_type(self, combo: Combo, typed: bool) -> None:
        if typed == combo.isEditable():
            return
        combo.setEditable(typed)
        combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        line = combo.lineEdit()
        if line is not None:
            combo.setToolTip(self.tr("A weight of the list, or any other, typed as hidden/weights[3, 70]"))
            line.returnPressed.connect(self.plane_changed)

    def _choose_plane(self) -> None:
        self._show_pickers()
        self.plane_changed.emit()

    def _show_pickers(self) -> None:
        for combo in (self.first, self.second):
            combo.setVisible(self.chosen_plane is Over.WEIGHTS)
        self.updateGeometry()

    def _step(self) -> None:
        self.stepped.emit(1)

    def _step_ten(self) -> None:
        self.stepped.emit(10)

    def _labelled(self, words: str, of: QWidget) -> None:
        """A control with a word before it, which stay together."""
        pair = QWidget(self)
        row = QHBoxLayout(pair)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP - 2)
        label = QLabel(words, pair)
        follow_font(label, SMALLER)
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        label.setBuddy(of)
        row.addWidget(label)
        row.addWidget(of)
        self._flow.addWidget(pair)

    def _combo(self, label: str, entries: tuple[str, ...], about: str) -> Combo:
        combo = Combo(self)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        follow_font(combo, SMALLER)
        combo.addItems(list(entries))
        combo.setAccessibleName(label or about)
        combo.setToolTip(about)
        if label:
            self._labelled(label, combo)
        else:
            self._flow.addWidget(combo)
        return combo

    def _button(self, words: str, about: str, repeats: bool = False) -> QToolButton:
        button = QToolButton(self)
        button.setText(words)
        button.setToolTip(about)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAutoRepeat(repeats)
        self._flow.addWidget(button)
        return button


def _let_wrap(widget: QWidget) -> None:
    """The narrower it is, the higher."""
    policy = widget.sizePolicy()
    policy.setHeightForWidth(True)
    widget.setSizePolicy(policy)
