"""The doctor's list: what goes wrong in the training, why, and a button that mends it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.doctor.base import Advice, Severity
from nnstudio.ui.doctor import Doctor
from nnstudio.ui.document import Document
from nnstudio.ui.entry_list import Entry, EntryList
from nnstudio.ui.problem_list import place_of
from nnstudio.ui.selection import Selection


class DoctorList(QWidget):
    """All advice, the worst first."""

    go_to = Signal(str)
    """The id of a layer that should be brought into sight."""
    counted = Signal(int)
    """How much advice is serious; told even while the list is hidden."""

    def __init__(self, document: Document, selection: Selection, doctor: Doctor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Doctor"))
        self._document, self._selection, self._doctor = document, selection, doctor
        self._count = 0
        self.area = EntryList("", self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.area)
        self.area.went.connect(self._go)
        self.area.pressed.connect(doctor.apply)
        doctor.advised.connect(self._show)
        doctor.looked.connect(self._say_nothing)
        self._show(doctor.advice)

    @property
    def count(self) -> int:
        """How much advice is serious."""
        return self._count

    def _show(self, advice: tuple[Advice, ...]) -> None:
        self._say_nothing()
        self.area.show_entries([self._entry(each) for each in advice])
        count = sum(each.severity > Severity.HINT for each in advice)
        if count != self._count:
            self._count = count
            self.counted.emit(count)

    def _say_nothing(self) -> None:
        looks = self._doctor.looks
        self.area.nothing.setText(
            self.tr("Nothing to worry about.")
            if looks
            else self.tr("The doctor looks at the training while it goes on.")
        )

    def _entry(self, advice: Advice) -> Entry:
        kinds = {Severity.HINT: self.tr("Hint"), Severity.SERIOUS: self.tr("Serious"), Severity.FATAL: self.tr("Fatal")}
        node = advice.node if advice.node in self._document.graph.by_id else None
        return Entry(
            about=advice,
            kind=kinds[advice.severity],
            mild=advice.severity is Severity.HINT,
            sentence=f"{advice.title}.",
            remarks=(advice.evidence, advice.explanation),
            where=place_of(self._document, node),
            button=self._doctor.title_of(advice),
            node=node,
        )

    def _go(self, node: str) -> None:
        if node in self._document.graph:
            self._selection.choose([node])
            self.go_to.emit(node)
