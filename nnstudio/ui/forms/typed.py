"""Editors into which a value is typed: whole numbers, numbers, texts and sizes."""

import re
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit, QWidget
from shiboken6 import isValid

from nnstudio.core.errors import FieldError
from nnstudio.core.rules import Real, Rule, Sizes, Text, Whole, typed
from nnstudio.layers.shapes import shown
from nnstudio.ui.forms.controls import Line, NumberBox, Slider
from nnstudio.ui.forms.editor import Editor
from nnstudio.ui.forms.scale import scale_of
from nnstudio.ui.forms.values import SEVERAL, several_text


class TypedEditor(Editor):
    """Reads while somebody types: each valid text counts at once, or with `live` off only when it is finished."""

    line: QLineEdit

    def parse(self, text: str) -> Any:
        """The value that a text stands for; a text that stands for none is its own value, for the rule to refuse."""
        raise NotImplementedError

    def text_of(self, value: Any) -> str:
        """A value as it is typed."""
        raise NotImplementedError

    def incomplete(self, text: str) -> bool:
        """Whether a text is only the beginning of a value, so that there is nothing to say yet."""
        return not text.strip()

    def _read(self, text: str) -> None:
        if self.incomplete(text):
            self._tell("")
        elif self._live:
            self._try(text)
        else:
            self._tell(self._objection(text))

    def _finish(self) -> None:
        # A field that has the focus while its window is destroyed tells its end even then.
        if not isValid(self.line):
            return
        text = self.line.text()
        if self.incomplete(text):
            self.restore()
        # Whatever was not changed stays, so that a number with more digits than are shown keeps them.
        elif (self._value is SEVERAL or text != self.text_of(self._value)) and self._try(text):
            self.display(self._value)

    def _try(self, text: str) -> bool:
        try:
            value = self.parse(text)
        except FieldError as error:
            self._tell(str(error))
            return False
        return self.take(value)

    def _objection(self, text: str) -> str:
        try:
            self.rule.check(self.parse(text))
        except FieldError as error:
            return str(error)
        return ""


class NumberEditor(TypedEditor):
    """A number in a field with arrows."""

    def __init__(self, rule: Rule, letters: str, live: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(rule, live, parent)
        self.box = NumberBox(letters, self)
        self.line = self.box.lineEdit()
        self.line.setPlaceholderText("")
        self.box.typed.connect(self._read)
        self.box.stepped.connect(self._step)
        self.box.editingFinished.connect(self._finish)

    def display(self, value: Any) -> None:
        self.box.show_text("" if value is SEVERAL else self.text_of(value))
        self.line.setPlaceholderText(several_text() if value is SEVERAL else "")

    def controls(self) -> tuple[QWidget, ...]:
        return (self.box,)

    def stepped(self, value: Any, steps: int) -> Any:
        """The value so many steps further, in range."""
        raise NotImplementedError

    def _step(self, steps: int) -> None:
        if self._value is not SEVERAL and self.take(self.stepped(self._value, steps)):
            self.display(self._value)


class WholeEditor(NumberEditor):
    """A whole number."""

    rule: Whole

    def __init__(self, rule: Whole, live: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(rule, "- ", live, parent)
        self._lay_out(self.box)

    def parse(self, text: str) -> Any:
        try:
            return int(text.replace(" ", ""))
        except ValueError:
            return text

    def text_of(self, value: int) -> str:
        return str(value)

    def incomplete(self, text: str) -> bool:
        return text.strip() in ("", "-")

    def stepped(self, value: int, steps: int) -> int:
        return min(max(value + steps * self.rule.step, self.rule.low), self.rule.high)


class RealEditor(NumberEditor):
    """A number, and a slider over the part of its range where people work."""

    rule: Real

    def __init__(self, rule: Real, live: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(rule, "+-.,eE ", live, parent)
        self._scale = scale_of(rule)
        self.box.setButtonSymbols(NumberBox.ButtonSymbols.NoButtons)
        self.slider = Slider(self)
        self.slider.setRange(0, self._scale.last)
        self.slider.setPageStep(max(1, self._scale.last // 10))
        self.slider.valueChanged.connect(self._slide)
        self.edited.connect(self._show_on_slider)
        self._lay_out(self.box, self.slider)

    def parse(self, text: str) -> Any:
        try:
            return float(text.replace(" ", "").replace(",", "."))
        except ValueError:
            return text

    def text_of(self, value: float) -> str:
        return re.sub(r"e([+-])0*", lambda found: "e" + found[1].replace("+", ""), f"{value:.10g}")

    def incomplete(self, text: str) -> bool:
        # 1e and 1e- are on the way to 1e-3.
        return bool(re.fullmatch(r"[+-]?(\d*[.,]?\d*[eE][+-]?|[.,]?)", text.replace(" ", "")))

    def stepped(self, value: float, steps: int) -> float:
        return self._scale.stepped(value, steps)

    def display(self, value: Any) -> None:
        super().display(value)
        self._show_on_slider(value)

    def controls(self) -> tuple[QWidget, ...]:
        return (self.box, self.slider)

    def _show_on_slider(self, value: Any) -> None:
        self.slider.blockSignals(True)
        self.slider.setValue(0 if value is SEVERAL else self._scale.position_of(value))
        self.slider.blockSignals(False)

    def _slide(self, position: int) -> None:
        if self.take(self._scale.value_at(position)):
            self.box.show_text(self.text_of(self._value))
            self.line.setPlaceholderText("")


class LineEditor(TypedEditor):
    """A value in a line of text."""

    def __init__(self, rule: Rule, live: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(rule, live, parent)
        self.line = Line(self)
        self._prompt = ""
        self.line.textEdited.connect(self._read)
        self.line.editingFinished.connect(self._finish)
        self._lay_out(self.line)

    def show_prompt(self, prompt: str) -> None:
        """What stands in the empty line."""
        self._prompt = prompt
        self.line.setPlaceholderText(several_text() if self.value is SEVERAL else prompt)

    def display(self, value: Any) -> None:
        self.line.setText("" if value is SEVERAL else self.text_of(value))
        self.show_prompt(self._prompt)
        if not self.line.hasFocus():
            # Of a long text the beginning says more than the end.
            self.line.setCursorPosition(0)

    def controls(self) -> tuple[QWidget, ...]:
        return (self.line,)


class TextEditor(LineEditor):
    """A short text."""

    rule: Text

    def parse(self, text: str) -> str:
        return text

    def text_of(self, value: str) -> str:
        return value

    def incomplete(self, text: str) -> bool:
        return not text and self._value is SEVERAL


class SizesEditor(LineEditor):
    """A few whole numbers in one line, such as 28×28×1."""

    rule: Sizes

    def parse(self, text: str) -> object:
        return sizes_of(text, self.rule)

    def text_of(self, value: tuple[int, ...]) -> str:
        return shown(value)

    def incomplete(self, text: str) -> bool:
        # 28× is on the way to 28×28.
        return not text.strip() or text.rstrip()[-1] in "xX×*,"


def sizes_of(text: str, rule: Sizes) -> object:
    """The sizes that a text stands for, parted by x, ×, *, commas or blanks; one number may stand for all."""
    sizes = typed(rule, text.lower())
    if not all(isinstance(size, int) for size in (sizes if isinstance(sizes, list) else [sizes])):
        example = shown((3,) * rule.count if rule.count else (28, 28, 1))
        wanted = QCoreApplication.translate("forms", "must be whole numbers such as {}, but is “{}”")
        raise FieldError(wanted.format(example, text.strip()[:40]))
    return sizes
