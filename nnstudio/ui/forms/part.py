"""Editors for a part, such as an initialiser, and for a list of parts, such as the conditions that end a training."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from nnstudio.core.fields import Configured, rules_of
from nnstudio.core.rules import Part, Parts
from nnstudio.help.book import topic_of
from nnstudio.ui.forms.controls import Combo, follow_in_tab_order
from nnstudio.ui.forms.editor import Editor
from nnstudio.ui.forms.editors import editor_for
from nnstudio.ui.forms.form import Form
from nnstudio.ui.forms.values import SEVERAL, about, several_text
from nnstudio.ui.labels import Name, Quiet
from nnstudio.ui.theme import GAP


class PartForm(QFrame):
    """What one part is, and a form of its fields, set in a little."""

    edited = Signal(object)
    """The part with one field changed."""

    def __init__(self, before: QWidget, live: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before, self._live = before, live
        self._part: Configured | None = None
        self._form: Form | None = None
        self.about = Quiet(parent=self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(GAP, 2, 0, 0)
        self._column.setSpacing(GAP)
        self._column.addWidget(self.about)

    @property
    def form(self) -> Form | None:
        """The form of the part's fields, if it has any."""
        return self._form

    def show_part(self, part: Configured | None) -> None:
        """Show another part, or none."""
        if part is not None and type(part) is not type(self._part):
            self._build(type(part))
        self._part = part
        self.setVisible(part is not None)
        if part is not None and self._form is not None:
            self._form.show_values(vars(part))

    def restore(self) -> None:
        """Forget what was typed and refused."""
        if self._form is not None:
            self._form.restore()

    def _build(self, kind: type[Configured]) -> None:
        if self._form is not None:
            self._form.hide()
            self._column.removeWidget(self._form)
            self._form.deleteLater()
            self._form = None
        self.about.setText(about(kind))
        if rules_of(kind):
            self._form = Form(kind, live=self._live, parent=self)
            self._form.edited.connect(self._change)
            self._column.addWidget(self._form)
            # At once, and not only with the next event.
            self._form.show()
            follow_in_tab_order(self._before, self._form)

    def _change(self, field: str, value: object) -> None:
        if self._part is not None:
            self._part = type(self._part).from_fields({**_fields(self._part), field: value})
            self.edited.emit(self._part)


class PartEditor(Editor):
    """One of a family: its kind in a list, and that kind's own fields beneath."""

    rule: Part

    def __init__(self, rule: Part, live: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(rule, live, parent)
        self._kinds = tuple(rule.family().kinds().values())
        self.combo = Combo(self)
        for row, kind in enumerate(self._kinds):
            self.combo.addItem(kind.title)
            self.combo.setItemData(row, about(kind), Qt.ItemDataRole.ToolTipRole)
            self.combo.setItemData(row, topic_of(kind), Qt.ItemDataRole.WhatsThisRole)
        self.combo.setPlaceholderText(several_text())
        self.combo.activated.connect(self._pick)
        self.nested = PartForm(self.combo, live, self)
        self.nested.edited.connect(self.take)
        self._lay_out(self.combo)

    def display(self, value: Any) -> None:
        # A kind that no family lists is shown without its name, but with its fields.
        self.combo.setCurrentIndex(self._kinds.index(type(value)) if type(value) in self._kinds else -1)
        self.nested.show_part(None if value is SEVERAL else value)

    def controls(self) -> tuple[QWidget, ...]:
        return (self.combo,)

    def below(self) -> QWidget | None:
        return self.nested

    def restore(self) -> None:
        self.nested.restore()
        super().restore()

    def _pick(self, index: int) -> None:
        if self._value is SEVERAL or type(self._value) is not self._kinds[index]:
            self.take(self._kinds[index]())
            self.display(self._value)


class Member(QWidget):
    """One part of a list: its title, a button that takes it away, and its fields."""

    edited = Signal(int, object)
    removed = Signal(int)

    def __init__(self, place: int, part: Configured, live: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self.kind = type(part)
        self.remove = QToolButton(self)
        self.remove.setText("×")
        self.remove.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.remove.setToolTip(self.tr("Remove {}").format(part.title))
        self.remove.setAccessibleName(self.tr("Remove {}").format(part.title))
        self.remove.clicked.connect(self._remove)
        self.nested = PartForm(self.remove, live, self)
        self.nested.edited.connect(self._change)
        head = QHBoxLayout()
        head.addWidget(Name(part.title, self), 1)
        head.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.nested)
        self.nested.show_part(part)

    def _remove(self) -> None:
        self.removed.emit(self._place)

    def _change(self, part: object) -> None:
        self.edited.emit(self._place, part)


class PartsEditor(Editor):
    """A list of parts, to which kinds are added from a menu."""

    rule: Parts

    def __init__(self, rule: Parts, live: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(rule, live, parent)
        self._members: list[Member] = []
        self.add = QPushButton(self.tr("Add"), self)
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        for kind in rule.family().kinds().values():
            action = QAction(kind.title, self.menu)
            action.setData(kind.kind)
            action.setToolTip(about(kind))
            action.setProperty("help", topic_of(kind))
            self.menu.addAction(action)
        self.menu.triggered.connect(self._add)
        self.add.setMenu(self.menu)
        self.list = QWidget(self)
        self._column = QVBoxLayout(self.list)
        self._column.setContentsMargins(0, 4, 0, 0)
        self._column.setSpacing(4)
        self.note = Quiet(parent=self.list)
        self._column.addWidget(self.note)
        self._lay_out(self.add)

    @property
    def members(self) -> tuple[Member, ...]:
        """What stands in the list."""
        return tuple(self._members)

    def display(self, value: Any) -> None:
        parts = () if value is SEVERAL else value
        if [member.kind for member in self._members] != [type(part) for part in parts]:
            self._rebuild(parts)
        for member, part in zip(self._members, parts, strict=True):
            member.nested.show_part(part)
        self.note.setVisible(not parts)
        several = self.tr("Several different lists. Adding begins a new one for all.")
        self.note.setText(several if value is SEVERAL else self.tr("none"))

    def controls(self) -> tuple[QWidget, ...]:
        return (self.add,)

    def below(self) -> QWidget | None:
        return self.list

    def restore(self) -> None:
        for member in self._members:
            member.nested.restore()
        super().restore()

    def name_controls(self, label: str, help: str) -> None:
        super().name_controls(label, help)
        self.add.setAccessibleName(self.tr("Add to {}").format(label))

    def _rebuild(self, parts: tuple[Configured, ...]) -> None:
        for member in self._members:
            member.hide()
            self._column.removeWidget(member)
            member.deleteLater()
        self._members = [Member(place, part, self._live, self.list) for place, part in enumerate(parts)]
        for member in self._members:
            member.edited.connect(self._replace)
            member.removed.connect(self._remove)
            self._column.addWidget(member)
        follow_in_tab_order(self.add, self.list)

    def _present(self) -> tuple[Configured, ...]:
        return () if self._value is SEVERAL else self._value

    def _add(self, action: QAction) -> None:
        self._put((*self._present(), self.rule.family().find(action.data())()))

    def _remove(self, place: int) -> None:
        self._put(tuple(part for number, part in enumerate(self._present()) if number != place))

    def _replace(self, place: int, part: Configured) -> None:
        self._put(tuple(part if number == place else each for number, each in enumerate(self._present())))

    def _put(self, parts: tuple[Configured, ...]) -> None:
        if self.take(parts):
            self.display(self._value)


def _fields(part: Configured) -> dict[str, Any]:
    return {name: getattr(part, name) for name in rules_of(type(part))}


editor_for.register(Part, PartEditor)
editor_for.register(Parts, PartsEditor)
