"""The choice of rates: from the least to the greatest by two handles on an axis, or typed one by one."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from nnstudio.core.errors import FieldError
from nnstudio.core.rules import Whole
from nnstudio.experiments.rates import spaced_rates
from nnstudio.ui.forms.editor import Editor
from nnstudio.ui.forms.typed import WholeEditor
from nnstudio.ui.objection import Objection
from nnstudio.ui.panels.rates_axis import LEAST, RatesAxis
from nnstudio.ui.panels.rates_axis import MOST as MOST_ON_AXIS
from nnstudio.ui.panels.rates_fields import FEWEST, MOST, RateEditor, RatesEditor
from nnstudio.ui.sizes import follow
from nnstudio.ui.theme import GAP

LANES = 8
BEFORE, BEYOND = 30.0, 30.0  # How far the lanes go at first, below and above the model's own rate,
FURTHER = 1e4, 1e3  # and a range test.
FIELD, COUNT, LIST = 64, 56, 96
FAR_APART = 1.5  # From this factor on rates are rounded so that they read well.


class RatesBar(QWidget):
    """Holds the rates; every way to choose them shows in all the others."""

    edited = Signal()
    """Other rates."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rates: tuple[float, ...] = ()
        self._range = (1.0, 1.0)  # Of the range test, which goes further than lanes.
        self._of_lanes = True
        self.axis = RatesAxis(self)
        self.least, self.greatest = RateEditor("", self), RateEditor("", self)
        self.count = WholeEditor(Whole(FEWEST, MOST, ""), live=False, parent=self)
        self.typed = RatesEditor("", self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(GAP, 0, GAP, 0)
        self._row.setSpacing(GAP - 2)
        self._add(self.tr("Rates from"), self.least, self.tr("Smallest rate"), self.tr("The smallest rate"), FIELD)
        self._row.addWidget(self.axis, 3)
        self._add(self.tr("to"), self.greatest, self.tr("Largest rate"), self.tr("The largest rate"), FIELD)
        self._lanes = self._add(
            self.tr("Lanes"), self.count, self.tr("Lanes"), self.tr("How many rates run side by side"), COUNT
        )
        self._each = self._add(
            self.tr("or typed"), self.typed, self.tr("Rates"), self.tr("Every rate, parted by blanks or commas")
        )
        self._connect()

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the greatest rate of what is tried."""
        return (self.rates[0], self.rates[-1]) if self._of_lanes else self._range

    def show_around(self, rate: float) -> None:
        """Begin with rates around the model's own."""
        middle = min(max(rate, LEAST * BEFORE), MOST_ON_AXIS / BEYOND) if rate > 0 else 0.01
        self._range = max(LEAST, _short(middle / FURTHER[0])), min(MOST_ON_AXIS, _short(middle * FURTHER[1]))
        self._space(_short(middle / BEFORE), _short(middle * BEYOND), LANES)

    def show_rates(self, rates: tuple[float, ...]) -> None:
        """Choose these rates."""
        if rates == self.rates:
            return
        self.rates = rates
        self.count.show_value(len(rates))
        self.typed.show_value(rates)
        self._show()

    def show_lanes(self, lanes: bool) -> None:
        """Choose the rates of lanes, or the ends of a range test."""
        self._of_lanes = lanes
        for widget in (*self._lanes, *self._each):
            widget.setVisible(lanes)
        self._show()

    def _show(self) -> None:
        self.axis.show_rates(self.rates if self._of_lanes else self._range)
        self.least.show_value(self.ends[0])
        self.greatest.show_value(self.ends[1])
        self.edited.emit()

    def _connect(self) -> None:
        self.axis.moved.connect(self._move)
        self.least.edited.connect(self._take_least)
        self.greatest.edited.connect(self._take_greatest)
        self.count.edited.connect(self._take_count)
        self.typed.edited.connect(self.show_rates)

    def _move(self, least: float, greatest: float) -> None:
        self._space(least, greatest, len(self.rates))

    def _take_least(self, rate: float) -> None:
        self._try(self.least, rate, self.ends[1], len(self.rates))

    def _take_greatest(self, rate: float) -> None:
        self._try(self.greatest, self.ends[0], rate, len(self.rates))

    def _take_count(self, count: int) -> None:
        self._try(self.count, *self.ends, count)

    def _try(self, editor: Editor, least: float, greatest: float, count: int) -> None:
        try:
            self._space(least, greatest, count)
        except FieldError as error:
            editor.refuse(str(error))

    def _space(self, least: float, greatest: float, count: int) -> None:
        rates = spaced_rates(least, greatest, count)
        if self._of_lanes:
            self.show_rates(_tidy(rates))
        else:
            self._range = least, greatest
            self._show()

    def _add(self, label: str, editor: Editor, name: str, help: str, width: int = 0) -> tuple[QWidget, QWidget]:
        words = QLabel(label, self)
        words.setBuddy(editor)
        editor.name_controls(name, help)
        Objection(editor, name)
        if width:
            follow(editor.setFixedWidth, width)
        else:
            follow(editor.setMinimumWidth, LIST)
        self._row.addWidget(words)
        self._row.addWidget(editor, 0 if width else 2)
        return words, editor


def _tidy(rates: tuple[float, ...]) -> tuple[float, ...]:
    """The same with two digits each, where they are so far apart that it does not matter."""
    if (rates[-1] / rates[0]) ** (1 / (len(rates) - 1)) < FAR_APART:
        return rates
    return (rates[0], *(float(f"{rate:.2g}") for rate in rates[1:-1]), rates[-1])


def _short(rate: float) -> float:
    return float(f"{rate:.0e}")
