"""What is chosen above the samples: part, class, answer, right or wrong, and what comes first."""

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from nnstudio.live.probes.roll import Roll
from nnstudio.live.probes.verdicts import ALL
from nnstudio.ui.forms.controls import Combo
from nnstudio.ui.plots.header import Header
from nnstudio.ui.plots.picture import Subject
from nnstudio.ui.sample_query import Order, Query, Verdict
from nnstudio.ui.sizes import follow

Entries = Sequence[tuple[str, object]]
NARROWEST, WIDEST = 64, 172


class SamplesHeader(Header):
    """Shows a query, and tells when the user has another."""

    asked = Signal(object)
    """The Query that the user wants now."""

    def __init__(self, subject: Subject, parent: QWidget | None = None) -> None:
        super().__init__(subject, parent)
        self._query = Query()
        self._names: tuple[str, ...] | None = None
        self.part = self._combo(self.tr("Part of the data"), [
            (self.tr("All parts"), ALL), (self.tr("Training"), "train"), (self.tr("Validation"), "validation"),
            (self.tr("Test"), "test"),
        ])  # fmt: skip
        self.wanted = self._combo(self.tr("Class"), [])
        self.answered = self._combo(self.tr("Answer"), [])
        self.verdict = self._combo(self.tr("Right or wrong"), [
            (self.tr("Right or wrong"), Verdict.ANY), (self.tr("Right"), Verdict.RIGHT),
            (self.tr("Wrong"), Verdict.WRONG),
        ])  # fmt: skip
        self.order = self._combo(self.tr("Order"), [
            (self.tr("As in the data"), Order.DATA), (self.tr("Least certain first"), Order.UNSURE),
            (self.tr("Worst errors first"), Order.WORST),
        ])  # fmt: skip
        self._show_classes(())

    def show_roll(self, roll: Roll) -> None:
        """Offer the parts and classes of this data."""
        for combo in (self.wanted, self.answered, self.verdict, self.order):
            combo.setVisible(roll.classifies)
        self._show_classes(roll.class_names)

    def show_query(self, query: Query) -> None:
        """Show what is looked for."""
        self._query = query
        for combo, choice in ((self.part, query.part), (self.wanted, query.wanted), (self.answered, query.answered),
                              (self.verdict, query.verdict), (self.order, query.order)):  # fmt: skip
            combo.setCurrentIndex(_place_of(combo, choice))

    def _ask(self) -> None:
        self.asked.emit(replace(
            self._query, part=self.part.currentData(), wanted=self.wanted.currentData(),
            answered=self.answered.currentData(), verdict=self.verdict.currentData(), order=self.order.currentData(),
        ))  # fmt: skip

    def _show_classes(self, names: tuple[str, ...]) -> None:
        if names == self._names:
            return
        self._names = names
        for combo, anything, one in ((self.wanted, self.tr("Every class"), self.tr("Class {}")),
                                     (self.answered, self.tr("Every answer"), self.tr("Answer {}"))):  # fmt: skip
            combo.clear()
            _fill(combo, [(anything, None), *((one.format(name), place) for place, name in enumerate(names))])
        self.show_query(self._query)

    def _combo(self, name: str, entries: Entries) -> Combo:
        combo = Combo(self)
        combo.setAccessibleName(name)
        combo.setToolTip(name)
        combo.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToContents)
        follow(combo.setMinimumWidth, NARROWEST)
        _fill(combo, entries)
        combo.activated.connect(self._ask)
        self.add(combo)
        return combo


def _fill(combo: QComboBox, entries: Entries) -> None:
    for words, choice in entries:
        combo.addItem(words, choice)
    follow(combo.setMaximumWidth, WIDEST)


def _place_of(combo: QComboBox, choice: object) -> int:
    """Qt compares values of its own kind; these are ours."""
    if isinstance(choice, Enum) or choice is None or isinstance(choice, str | int):
        found = (place for place in range(combo.count()) if combo.itemData(place) == choice)
        return next(found, 0)
    return 0
