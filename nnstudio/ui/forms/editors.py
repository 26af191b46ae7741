"""Which editor edits which rule. The forms' own modules register here, and so may a plugin with a rule of its own."""

from functools import singledispatch
from typing import Any

from PySide6.QtWidgets import QWidget

from nnstudio.core.rules import Choice, Flag, Numbers, Padding, Real, Rule, Sizes, Text, Whole
from nnstudio.ui.canvas.faces import value_text
from nnstudio.ui.forms.editor import Editor
from nnstudio.ui.forms.picked import ChoiceEditor, FlagEditor, PaddingEditor
from nnstudio.ui.forms.typed import RealEditor, SizesEditor, TextEditor, WholeEditor
from nnstudio.ui.forms.values import SEVERAL, several_text
from nnstudio.ui.labels import Quiet

MOST_SHOWN = 4


class SummaryEditor(Editor):
    """Shows a value that is not edited by hand."""

    def __init__(self, rule: Rule, live: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(rule, live, parent)
        self.label = Quiet(parent=self)
        self._lay_out(self.label)

    def display(self, value: Any) -> None:
        self.label.setText(several_text() if value is SEVERAL else self.summary(value))

    def controls(self) -> tuple[QWidget, ...]:
        return (self.label,)

    def summary(self, value: Any) -> str:
        """The value in a few words."""
        return value_text(value)


class NumbersEditor(SummaryEditor):
    """How many numbers there are, and the first of them."""

    def summary(self, value: tuple[float, ...]) -> str:
        if not value:
            return self.tr("none")
        first = ", ".join(f"{number:g}" for number in value[:MOST_SHOWN])
        if len(value) <= MOST_SHOWN:
            return first
        return self.tr("{count} numbers: {first}, …").format(count=f"{len(value):,}", first=first)


@singledispatch
def editor_for(rule: Rule, live: bool = True) -> Editor:
    """A new editor for a field with this rule; with `live` off, typing counts when it is finished."""
    return SummaryEditor(rule, live)


editor_for.register(Whole, WholeEditor)
editor_for.register(Real, RealEditor)
editor_for.register(Flag, FlagEditor)
editor_for.register(Choice, ChoiceEditor)
editor_for.register(Text, TextEditor)
editor_for.register(Sizes, SizesEditor)
editor_for.register(Padding, PaddingEditor)
editor_for.register(Numbers, NumbersEditor)
