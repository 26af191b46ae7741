"""The list of problems: what keeps the model from being trained, where, and a button where there is a repair."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.compiler.problems import Problem
from nnstudio.graph.room import with_room
from nnstudio.ui.document import Document, Findings
from nnstudio.ui.entry_list import Entry, EntryList
from nnstudio.ui.panel import Panel
from nnstudio.ui.selection import Selection


class ProblemList(Panel):
    """Every problem of the model, those that keep it from being trained first."""

    go_to = Signal(str)
    """The id of a layer that should be brought into sight."""
    counted = Signal(int, int)
    """How many problems there are, and how many notes; told even while the list is hidden."""

    def __init__(self, document: Document, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(document, selection, parent)
        self.setAccessibleName(self.tr("Problems"))
        self._seen: Findings | None = None
        self._count = (-1, -1)
        self.area = EntryList(self.tr("No problems. The model can be trained."), self)
        self.area.went.connect(self._go)
        self.area.pressed.connect(self._mend)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.area)
        document.project_changed.connect(self._count_them)
        self._count_them()
        self.refresh()

    @property
    def count(self) -> tuple[int, int]:
        """How many problems there are, and how many notes."""
        return self._count

    def refresh(self) -> None:
        """Show the problems as they are now."""
        if self.document.findings is self._seen:
            return
        self._seen = self.document.findings
        problems = sorted(self._seen.problems, key=lambda problem: problem.warning)
        self.area.show_entries([self._entry(problem) for problem in problems])

    def _entry(self, problem: Problem) -> Entry:
        node = problem.node if problem.node in self.document.graph.by_id else None
        return Entry(
            about=problem,
            kind=self.tr("Note") if problem.warning else self.tr("Problem"),
            mild=problem.warning,
            sentence=problem.sentence,
            where=place_of(self.document, node),
            button=problem.repair.title if problem.repair is not None else "",
            node=node,
        )

    def _go(self, node: str) -> None:
        if node in self.document.graph:
            self.selection.choose([node])
            self.go_to.emit(node)

    def _mend(self, problem: Problem) -> None:
        if problem.repair is not None:
            before = self.document.graph
            self.document.edit(problem.repair.title, with_room(before, problem.repair.apply(before)))

    def _count_them(self) -> None:
        problems = self.document.findings.problems
        notes = sum(problem.warning for problem in problems)
        count = (len(problems) - notes, notes)
        if count != self._count:
            self._count = count
            self.counted.emit(*count)


def place_of(document: Document, id: str | None) -> str:
    """What a layer is called, with its kind where that does not say it; nothing if there is no such layer."""
    if id is None or id not in document.graph:
        return ""
    node = document.graph.node(id)
    return node.label if node.label.startswith(node.layer.title) else f"{node.label} · {node.layer.title}"
