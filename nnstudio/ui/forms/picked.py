"""Editors in which a value is picked: yes or no, one of a few words, padding."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QWidget

from nnstudio.core.rules import Choice, Flag, Padding, Whole
from nnstudio.ui.forms.controls import Combo
from nnstudio.ui.forms.editor import Editor
from nnstudio.ui.forms.typed import WholeEditor
from nnstudio.ui.forms.values import SEVERAL, several_text


class FlagEditor(Editor):
    """Yes or no, as a check box that carries the field's label."""

    carries_label = True
    rule: Flag

    def __init__(self, rule: Flag, live: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(rule, live, parent)
        self.box = QCheckBox(self)
        self.box.clicked.connect(self._click)
        self._lay_out(self.box)

    def display(self, value: Any) -> None:
        self.box.setTristate(value is SEVERAL)
        partly, on, off = Qt.CheckState.PartiallyChecked, Qt.CheckState.Checked, Qt.CheckState.Unchecked
        self.box.setCheckState(partly if value is SEVERAL else on if value else off)

    def controls(self) -> tuple[QWidget, ...]:
        return (self.box,)

    def name_controls(self, label: str, help: str) -> None:
        super().name_controls(label, help)
        self.box.setText(label)

    def _click(self) -> None:
        self.box.setTristate(False)
        self.take(self.box.isChecked())


class ChoiceEditor(Editor):
    """One of a few words."""

    rule: Choice

    def __init__(self, rule: Choice, live: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(rule, live, parent)
        self.combo = Combo(self)
        self.combo.addItems(rule.options)
        self.combo.setPlaceholderText(several_text())
        self.combo.activated.connect(self._pick)
        self._lay_out(self.combo)

    def display(self, value: Any) -> None:
        self.combo.setCurrentIndex(-1 if value is SEVERAL else self.rule.options.index(value))

    def controls(self) -> tuple[QWidget, ...]:
        return (self.combo,)

    def _pick(self, index: int) -> None:
        self.take(self.rule.options[index])


class PaddingEditor(Editor):
    """`same`, `valid`, or a number of pixels."""

    rule: Padding
    WORDS = ("same", "valid")

    def __init__(self, rule: Padding, live: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(rule, live, parent)
        self.combo = Combo(self)
        self.combo.addItems([*self.WORDS, self.tr("pixels")])
        self.combo.setPlaceholderText(several_text())
        self.combo.activated.connect(self._pick)
        self.pixels = WholeEditor(Whole(0, rule.high, rule.help), live, self)
        self.pixels.edited.connect(self.take)
        self.pixels.refused.connect(self._tell)
        self._lay_out(self.combo, self.pixels)

    def display(self, value: Any) -> None:
        is_number = value is not SEVERAL and value not in self.WORDS
        if value is SEVERAL:
            self.combo.setCurrentIndex(-1)
        else:
            self.combo.setCurrentIndex(len(self.WORDS) if is_number else self.WORDS.index(value))
        self.pixels.setVisible(is_number)
        if is_number:
            self.pixels.show_value(value)

    def controls(self) -> tuple[QWidget, ...]:
        return (self.combo, self.pixels.box)

    def restore(self) -> None:
        self.pixels.restore()
        super().restore()

    def _pick(self, index: int) -> None:
        if self.take(self.WORDS[index] if index < len(self.WORDS) else 1):
            self.display(self._value)
