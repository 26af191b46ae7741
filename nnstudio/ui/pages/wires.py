"""The inspector's page for wires: what flows, from where to where."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from nnstudio.graph.graph import Wire
from nnstudio.layers.shapes import shown, size_of
from nnstudio.ui.document import Document
from nnstudio.ui.labels import LARGER, Name, Quiet
from nnstudio.ui.pages.page import Facts, Head, Page, ProblemNote
from nnstudio.ui.sizes import follow_font


class WiresPage(Page):
    """Shows one wire, or how many there are."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(document, parent)
        self.title = Name(parent=self)
        follow_font(self.title, LARGER)
        self.head = Head(self.title, self)
        self.problem = ProblemNote(self)
        self.facts = Facts(self)
        self.hint = Quiet(self.tr("Delete takes it away. Drop a layer on it to put that layer in between."), self)
        for widget in (self.head, self.problem, self.facts, self.hint):
            self.column.addWidget(widget)
        self.problem.mended.connect(self.mend)

    def show_wires(self, wires: Sequence[Wire]) -> None:
        """Show these wires."""
        one = len(wires) == 1
        for widget in (self.facts, self.hint):
            widget.setVisible(one)
        self.head.mark.setVisible(False)
        if one:
            self._show(wires[0])
        else:
            self.title.setText(self.tr("{} wires").format(len(wires)))
            self.head.kind.setText(self.tr("Delete takes them away."))
            self.problem.show_problem(None)

    def _show(self, wire: Wire) -> None:
        graph, found = self.document.graph, self.document.findings
        source, target = graph.node(wire.source), graph.node(wire.target)
        self.title.setText(self.tr("Wire"))
        self.head.kind.setText(f"{source.label} → {target.label}")
        refused = wire.target in found.shapes.refused
        problems = (each for each in found.problems if each.node == wire.target and each.kind == "shape")
        self.problem.show_problem(next(problems, None) if refused else None)
        facts = [(self.tr("From"), source.label), (self.tr("To"), target.label)]
        if len(graph.into(wire.target)) > 1:
            facts.append((self.tr("Input"), f"{wire.port + 1}"))
        shape = found.shapes.known.get(wire.source)
        facts.append((self.tr("Carries"), shown(shape) if shape else self.tr("not known yet")))
        if shape:
            facts.append((self.tr("Per sample"), self.tr("{} numbers").format(f"{size_of(shape):,}")))
        self.facts.show_facts(facts)
