"""The strip of errors, and one sample of it that is watched through the training."""

import numpy as np
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnstudio.training.ups_and_downs import UpsAndDowns
from nnstudio.training.verdicts import Numbers, Verdicts
from nnstudio.ui.forms.controls import Combo
from nnstudio.ui.labels import Name
from nnstudio.ui.panels.confusion_past import PastBar, story
from nnstudio.ui.panels.samples_grid import SampleGrid
from nnstudio.ui.panels.samples_known import Known
from nnstudio.ui.panels.samples_words import about
from nnstudio.ui.sizes import px
from nnstudio.ui.theme import GAP

MOST = 200
LOW = 96  # Pixels of the strip, roughly, if that is more than one sample needs.
WORST, FORGOTTEN = 0, 1


class Strip(SampleGrid):
    """One row of samples is in sight at least."""

    def sizeHint(self) -> QSize:
        if self.look is None:
            return QSize(200, px(LOW))
        tile = self.look.tile(self.width()).height()
        return QSize(200, self.look.title_height + tile * max(1, px(LOW) // tile - 1))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())


class Errors(QWidget):
    """The worst errors, or what was forgotten most often; and the story of the current sample."""

    chosen = Signal(int)
    looked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._verdicts: Verdicts | None = None
        self._past: UpsAndDowns | None = None
        self._known: Known | None = None
        self._number = 0
        self.order = Combo(self)
        self.order.addItem(self.tr("Worst errors"), WORST)
        self.order.addItem(self.tr("Most often forgotten"), FORGOTTEN)
        self.order.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToContents)
        self.order.setAccessibleName(self.tr("Which errors"))
        self.strip = Strip(self.tr("Errors"), self)
        self.words, self.story = Name(parent=self), Name(parent=self)
        self.words.setAccessibleName(self.tr("The current sample"))
        self.story.setAccessibleName(self.tr("The current sample through the training"))
        self.bar = PastBar(self)
        self._arrange()
        self.order.activated.connect(self._show_numbers)
        self.strip.chosen.connect(self.chosen)
        self.strip.looked.connect(self.looked)

    def show_known(self, known: Known, verdicts: Verdicts | None) -> None:
        """Know the answers to all samples of the part."""
        self._known, self._verdicts = known, verdicts
        self.strip.show_known(known)
        self.strip.updateGeometry()
        self._show_numbers()
        self._tell()

    def show_past(self, past: UpsAndDowns | None) -> None:
        """Know which samples were right after each epoch."""
        self._past = past
        if self.order.currentData() == FORGOTTEN:
            self._show_numbers()
        self._tell()

    def watch(self, number: int) -> None:
        """Tell the story of a sample."""
        self._number = number
        self.strip.mark(number)
        self._tell()

    def _show_numbers(self, *_: object) -> None:
        self.strip.show_numbers(self._numbers(), from_the_start=False)

    def _numbers(self) -> Numbers:
        if self.order.currentData() == FORGOTTEN:
            if self._past is None:
                return np.empty(0, np.intp)
            falls = self._past.forgotten()
            first = np.argsort(-falls, kind="stable")[:MOST]
            return self._past.numbers[first[falls[first] > 0]]
        verdicts = self._verdicts
        return np.empty(0, np.intp) if verdicts is None else verdicts.numbers[verdicts.worst(MOST)]

    def _tell(self) -> None:
        right = None if self._past is None else self._past.of(self._number)
        if self._known is None or self._past is None or right is None:
            self.words.setText(self.tr("Choose a sample to watch it through the training."))
            for each in (self.story, self.bar):
                each.hide()
            return
        self.words.setText(" · ".join(about(self._known, self._number).split("\n")[:2]))
        self.story.setText(capital(story(self._past, self._number)))
        for each in (self.story, self.bar):
            each.show()
        self.bar.show_past(self._past.epochs, right)
        self.bar.setAccessibleDescription(story(self._past, self._number))

    def _arrange(self) -> None:
        above = QHBoxLayout()
        above.setContentsMargins(GAP, GAP // 2, GAP, 0)
        above.addWidget(self.order)
        above.addStretch()
        for line in (self.words, self.story):
            line.setContentsMargins(GAP, 0, GAP, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, GAP // 2)
        column.setSpacing(GAP // 2)
        column.addLayout(above)
        column.addWidget(self.strip, 1)
        column.addWidget(self.words)
        column.addWidget(self.story)
        column.addWidget(self.bar)


def capital(words: str) -> str:
    """Words as a sentence begins."""
    return words[:1].upper() + words[1:]
