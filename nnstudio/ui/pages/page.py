"""What the inspector's pages are made of: a head, facts in two columns, and changes of fields."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from nnstudio.compiler.problems import Problem
from nnstudio.core.errors import StudioError
from nnstudio.core.fields import rules_of
from nnstudio.core.rules import Padding, Part, Real, Rule, Sizes, Text, Whole
from nnstudio.graph import edits
from nnstudio.graph.room import with_room
from nnstudio.ui.document import Document
from nnstudio.ui.forms.form import Form
from nnstudio.ui.labels import SOFT, Heading, Name, Quiet, Words, breakable
from nnstudio.ui.sizes import follow, follow_font
from nnstudio.ui.theme import GAP, theme_of

MARK = 4
LETTERS = 14


class Mark(QWidget):
    """A bar in the colour of a group of layers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def show_group(self, group: str) -> None:
        """Take the colour of another group; without one, none."""
        self._group = group
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(MARK, 2 * GAP)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme_of(self.palette()).of_group(self._group))
        painter.drawRoundedRect(QRectF(self.rect()), MARK / 2, MARK / 2)


class Head(QWidget):
    """The colour of a group, a title, and a quiet line beneath."""

    def __init__(self, title: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mark = Mark(self)
        self.kind = Name(parent=self)
        follow_font(self.kind, 0.9)
        self.kind.setForegroundRole(Quiet().foregroundRole())
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(title)
        column.addWidget(self.kind)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self.mark)
        row.addLayout(column, 1)


class Facts(QWidget):
    """What is known of something: a name and a value in each line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[tuple[Quiet, Words]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP + 4)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        # All facts of a page stand under each other, whatever their names.
        follow(self._size_names)

    def _size_names(self) -> None:
        self._grid.setColumnMinimumWidth(0, self.fontMetrics().averageCharWidth() * LETTERS)

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show these lines and no others."""
        while len(self._lines) < len(facts):
            self._add_line()
        for number, (label, value) in enumerate(self._lines):
            used = number < len(facts)
            label.setText(facts[number][0] if used else "")
            value.setText(breakable(facts[number][1]) if used else "")
            label.setVisible(used)
            value.setVisible(used)

    def texts(self) -> dict[str, str]:
        """What stands there, for those who read it to somebody."""
        return {label.text(): value.text().replace(SOFT, "") for label, value in self._lines if label.text()}

    def _add_line(self) -> None:
        label, value = Quiet(parent=self), Words(parent=self)
        label.setWordWrap(False)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = len(self._lines)
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1)
        self._lines.append((label, value))


class ProblemNote(QWidget):
    """What is wrong with the layer in view, and a button that mends it."""

    mended = Signal(object)
    """The Problem whose repair is wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problem: Problem | None = None
        self.sentence = Words(parent=self)
        self.button = QPushButton(self)
        self.button.clicked.connect(self._mend)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.sentence)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_problem(self, problem: Problem | None) -> None:
        """Show a problem, or nothing."""
        self._problem = problem
        self.setVisible(problem is not None)
        if problem is not None:
            self.sentence.setText(breakable(problem.sentence))
            self.button.setVisible(problem.repair is not None)
            self.button.setText(problem.repair.title if problem.repair else "")
            self.sentence.show_tone("warning" if problem.warning else "problem")

    def _mend(self) -> None:
        if self._problem is not None:
            self.mended.emit(self._problem)


class Page(QWidget):
    """One page of the inspector."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(GAP + 4)

    def add_section(self, title: str, content: QWidget) -> Heading:
        """A heading with something beneath it."""
        heading = Heading(title, self)
        inner = QVBoxLayout()
        inner.setSpacing(6)
        inner.addWidget(heading)
        inner.addWidget(content)
        self.column.addLayout(inner)
        return heading

    def change(self, form: Form, ids: Iterable[str], what: str, field: str, value: object) -> None:
        """Give a field of these layers a value; if a layer refuses it, the form says why."""
        graph = self.document.graph
        # What is half typed is finished when its field goes, which may be because the layers went.
        ids = sorted(id for id in ids if id in graph)
        if not ids:
            return
        rule = rules_of(form.configured)[field]
        merge = f"{','.join(ids)}.{field}" if _goes_on(rule, getattr(graph.node(ids[0]).layer, field), value) else ""
        try:
            for id in ids:
                graph = edits.set_fields(graph, id, **{field: value})
        except StudioError as error:
            form.refuse(field, str(error))
            return
        words = self.tr("Change {field} of {what}").format(field=field.replace("_", " "), what=what)
        self.document.edit(words, graph, merge)

    def mend(self, problem: Problem) -> None:
        """Apply a problem's repair."""
        if problem.repair is not None:
            before = self.document.graph
            self.document.edit(problem.repair.title, with_room(before, problem.repair.apply(before)))


def _goes_on(rule: Rule, before: object, value: object) -> bool:
    """Whether a change belongs to the one before, as letter follows letter; a pick stands on its own."""
    if isinstance(rule, Part | Padding):
        return type(before) is type(value) and not isinstance(value, str)
    return isinstance(rule, Whole | Real | Sizes | Text)
