"""A form: an editor for each declared field of a configured class, with its label, its help, and reasons in place."""

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from nnstudio.core.fields import Configured, rules_of
from nnstudio.core.rules import Rule
from nnstudio.ui.forms.editor import Editor
from nnstudio.ui.forms.editors import editor_for
from nnstudio.ui.forms.values import help_of, label_of
from nnstudio.ui.labels import Alarm, Quiet
from nnstudio.ui.sizes import follow, px
from nnstudio.ui.theme import GAP

WIDEST_LABEL = 104


class FieldRow(QWidget):
    """One field: label and editor side by side, its help beneath, and the reason where a value is refused."""

    edited = Signal(str, object)

    def __init__(self, field: str, rule: Rule, helps: bool, live: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.editor: Editor = editor_for(rule, live)
        self.label = QLabel(label_of(field), self)
        self.help = Quiet(help_of(rule), self)
        self.alarm = Alarm(self)
        self.editor.name_controls(label_of(field), help_of(rule))
        self.editor.edited.connect(self._tell)
        self.editor.refused.connect(self._show_reason)
        self.editor.restore()
        self._describe(help_of(rule))
        self._lay_out(helps)

    def show_reason(self, sentence: str) -> None:
        """Say why the value that was taken last is refused all the same."""
        self.editor.refuse(sentence)

    def _tell(self, value: object) -> None:
        self.edited.emit(self.field, value)

    def _lay_out(self, helps: bool) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        if self.editor.carries_label:
            self.label.hide()
            grid.addWidget(self.editor, 0, 0, 1, 2)
        else:
            self.label.setBuddy(self.editor.controls()[0])
            self.label.setToolTip(self.help.text())
            grid.addWidget(self.label, 0, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(self.editor, 0, 1)
        grid.addWidget(self.alarm, 1, 0, 1, 2)
        grid.addWidget(self.help, 2, 0, 1, 2)
        self.help.setVisible(helps)
        below = self.editor.below()
        if below is not None:
            grid.addWidget(below, 3, 0, 1, 2)

    def _show_reason(self, sentence: str) -> None:
        text = f"{label_of(self.field)} {sentence.rstrip('.')}." if sentence.startswith("must") else sentence
        self.alarm.show_reason(text)
        self._describe(text or self.help.text())
        for control in self.editor.controls():
            control.setProperty("refused", bool(sentence))
            # The style sheet looks at the property only when it is told to.
            control.style().unpolish(control)
            control.style().polish(control)

    def _describe(self, text: str) -> None:
        for control in self.editor.controls():
            control.setAccessibleDescription(text)


class Form(QWidget):
    """All fields of a class, or the named ones. Tells valid changes and holds no model."""

    edited = Signal(str, object)
    """A field and its new value, which keeps the field's rule."""

    def __init__(
        self,
        configured: type[Configured],
        fields: Iterable[str] | None = None,
        helps: bool = True,
        live: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        rules = rules_of(configured)
        self.configured = configured
        self._rows = {name: FieldRow(name, rules[name], helps, live, self) for name in (fields or rules)}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP + 4 if helps else GAP)
        for row in self._rows.values():
            layout.addWidget(row)
            row.edited.connect(self.edited)
        layout.addStretch(1)
        follow(self._align_labels)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that it edits."""
        return tuple(self._rows)

    def row(self, field: str) -> FieldRow:
        """The row of a field."""
        return self._rows[field]

    def editor(self, field: str) -> Editor:
        """The editor of a field."""
        return self._rows[field].editor

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show these values, SEVERAL where objects do not agree; nothing is told. Other names are passed over."""
        for name, row in self._rows.items():
            if name in values:
                row.editor.show_value(values[name])

    def restore(self) -> None:
        """Forget whatever was typed and refused."""
        for row in self._rows.values():
            row.editor.restore()

    def refuse(self, field: str, sentence: str) -> None:
        """Say in place why the last change of a field is refused, though it kept the field's own rule."""
        self._rows[field].show_reason(sentence)

    def _align_labels(self) -> None:
        labels = [row.label for row in self._rows.values() if not row.editor.carries_label]
        for label in labels:
            label.setWordWrap(False)
        width = min(max((label.sizeHint().width() for label in labels), default=0), px(WIDEST_LABEL))
        for label in labels:
            label.setFixedWidth(width)
            label.setWordWrap(label.sizeHint().width() > width)
