"""The choice of a sample: its part, its number, the next, the one before, any, or only those that are misclassified."""

from collections.abc import Mapping
from random import Random

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QToolButton, QWidget

from nnstudio.data.dataset import PARTS
from nnstudio.live.probes.mistakes import MOST
from nnstudio.ui.forms.controls import Combo, NumberBox
from nnstudio.ui.icons import icon_of
from nnstudio.ui.sizes import follow
from nnstudio.ui.theme import theme_of

Numbers = NDArray[np.intp]
NONE: Numbers = np.empty(0, np.intp)
WIDE = 84
USABLE = Qt.ItemDataRole.UserRole - 1  # Under which the entries of a combo box keep their flags.


class SampleChoice(QWidget):
    """Knows which samples there are, and asks for one of them. What is shown is said from outside."""

    asked = Signal(int)
    """The number of a sample in the data."""
    limited = Signal()
    """Only misclassified samples are wanted now, or all of them again, or those of another part."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: Mapping[str, Numbers] = {}
        self._mistakes: Numbers = NONE
        self._number = 0
        self._typing = False
        self._random = Random()
        words = {"train": self.tr("Training"), "validation": self.tr("Validation"), "test": self.tr("Test")}
        self.part = Combo(self)
        for part in PARTS:
            self.part.addItem(words[part], part)
        self.part.setAccessibleName(self.tr("Part of the data"))
        self.field = NumberBox("0123456789", self)
        follow(self.field.setFixedWidth, WIDE)
        self.field.setAccessibleName(self.tr("Sample"))
        self.previous = self._button("previous", self.tr("Previous sample"))
        self.next = self._button("next", self.tr("Next sample"))
        self.any = self._button("random", self.tr("Any sample"))
        self.only_mistakes = QCheckBox(self.tr("Mistakes only"), self)
        self.only_mistakes.setToolTip(self.tr("Go through the samples that are misclassified now"))
        self._arrange()
        self._connect()

    @property
    def part_name(self) -> str:
        """The part that is chosen from."""
        return str(self.part.currentData())

    @property
    def choices(self) -> Numbers:
        """The samples that previous, next and any choose from."""
        return self._mistakes if self.only_mistakes.isChecked() else self._parts.get(self.part_name, NONE)

    @property
    def looked_at_all(self) -> bool:
        """Whether the part is so small that all of it is looked through for mistakes."""
        return len(self._parts.get(self.part_name, NONE)) <= MOST

    @property
    def without_mistakes(self) -> bool:
        """Whether only mistakes are wanted, and there are none."""
        return self.only_mistakes.isChecked() and not len(self._mistakes)

    def show_parts(self, parts: Mapping[str, Numbers], classifies: bool) -> None:
        """Know which samples there are."""
        self._parts = parts
        for place, part in enumerate(PARTS):
            self.part.setItemData(place, None if len(parts.get(part, NONE)) else 0, USABLE)
        self.only_mistakes.setVisible(classifies)
        if not classifies:
            self.only_mistakes.setChecked(False)
        self.show_number(self._number)

    def show_mistakes(self, mistakes: Numbers) -> None:
        """Know which are misclassified now. The one that is shown stays until the user goes on."""
        first = not len(self._mistakes) and len(mistakes)
        self._mistakes = mistakes
        if first and self._number not in mistakes:
            self._step(1)

    def show_number(self, number: int) -> None:
        """Show which sample is seen: its part, and its number there."""
        self._number = number
        part, place = self.place_of(number)
        # A part that was chosen stays while its mistakes are looked for.
        if part and part != self.part_name and not self.only_mistakes.isChecked():
            self.part.setCurrentIndex(PARTS.index(part))
            self._mistakes = NONE
            self.limited.emit()
        # A hand that is typing is not disturbed.
        if not self._typing:
            self.field.show_text(str(place))

    def place_of(self, number: int) -> tuple[str, int]:
        """The part of a sample, and its number there; no part where it is in none."""
        for part in sorted(self._parts, key=lambda each: each != self.part_name):
            places = np.flatnonzero(self._parts[part] == number)
            if len(places):
                return part, int(places[0])
        return "", number

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "any"):
            self._show_icons()

    def _pick_part(self) -> None:
        self._mistakes = NONE
        self.limited.emit()
        samples = self._parts.get(self.part_name, NONE)
        if len(samples) and not self.only_mistakes.isChecked():
            self.asked.emit(int(samples[0]))

    def _limit(self) -> None:
        self._mistakes = NONE
        self.limited.emit()

    def _enter(self) -> None:
        text, samples = self.field.lineEdit().text(), self._parts.get(self.part_name, NONE)
        typed, self._typing = self._typing, False
        if typed and text and len(samples):
            self.asked.emit(int(samples[min(int(text), len(samples) - 1)]))
        elif typed:
            self.show_number(self._number)

    def _begin_typing(self) -> None:
        self._typing = True

    def _step(self, by: int) -> None:
        """So many choices further; from the last to the first."""
        choices = self.choices
        if not len(choices):
            return
        here = np.flatnonzero(choices == self._number)
        if len(here):
            place = int(here[0]) + by
        else:
            # Between two of them, where the order is that of the data.
            after = int(np.searchsorted(np.sort(choices), self._number))
            place = after if by > 0 else after - 1
            choices = np.sort(choices)
        self.asked.emit(int(choices[place % len(choices)]))

    def _step_back(self) -> None:
        self._step(-1)

    def _step_on(self) -> None:
        self._step(1)

    def _pick_any(self) -> None:
        if len(self.choices):
            self.asked.emit(int(self.choices[self._random.randrange(len(self.choices))]))

    def _button(self, name: str, words: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setAccessibleName(words)
        button.setToolTip(words)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setStyleSheet("padding: 2px;")
        return button

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for control in (self.part, self.field, self.previous, self.next, self.any, self.only_mistakes):
            row.addWidget(control)
        row.insertSpacing(row.count() - 1, 4)
        follow(self._show_icons)

    def _connect(self) -> None:
        self.part.activated.connect(self._pick_part)
        self.field.stepped.connect(self._step)
        self.field.typed.connect(self._begin_typing)
        self.field.editingFinished.connect(self._enter)
        self.previous.clicked.connect(self._step_back)
        self.next.clicked.connect(self._step_on)
        self.any.clicked.connect(self._pick_any)
        self.only_mistakes.toggled.connect(self._limit)

    def _show_icons(self) -> None:
        for button in (self.previous, self.next, self.any):
            button.setIcon(icon_of(button.objectName(), theme_of(self.palette())))
