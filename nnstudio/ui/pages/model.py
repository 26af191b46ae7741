"""The inspector's page for the model as a whole, where nothing is selected."""

from PySide6.QtWidgets import QWidget

from nnstudio.graph.table import table_of
from nnstudio.layers.shapes import shown
from nnstudio.ui.document import Document
from nnstudio.ui.labels import LARGER, Name, Quiet, scaled
from nnstudio.ui.pages.page import Facts, Head, Page


class ModelPage(Page):
    """How large the model is, and how it is going to be trained."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(document, parent)
        self.title = Name(parent=self)
        self.title.setFont(scaled(self.font(), LARGER))
        self.head = Head(self.title, self)
        self.head.mark.hide()
        self.cost = Facts(self)
        self.training = Facts(self)
        self.hint = Quiet(parent=self)
        self.column.addWidget(self.head)
        self.add_section(self.tr("Size"), self.cost)
        self.add_section(self.tr("Training"), self.training)
        self.column.addWidget(self.hint)

    def show_model(self) -> None:
        """Show the document's model."""
        project, found = self.document.project, self.document.findings
        graph, settings = project.graph, project.settings
        rows = table_of(graph, found.shapes)
        serious = sum(not problem.warning for problem in found.problems)
        self.title.setText(project.title or self.tr("Untitled model"))
        self.head.kind.setText(self._verdict(serious))
        ends = [shown(shape) for node in graph.sinks() if (shape := found.shapes.known.get(node.id))]
        begins = [shown(shape) for node in graph.sources() if (shape := found.shapes.known.get(node.id))]
        self.cost.show_facts([
            (self.tr("Layers"), f"{len(graph.nodes):,}"),
            (self.tr("Wires"), f"{len(graph.wires):,}"),
            (self.tr("Input"), ", ".join(begins) or "–"),
            (self.tr("Output"), ", ".join(ends) or "–"),
            (self.tr("Parameters"), f"{sum(row.parameters for row in rows):,}"),
            (self.tr("Multiplications"), f"{sum(row.multiplications for row in rows):,}"),
        ])  # fmt: skip
        self.training.show_facts([
            (self.tr("Data"), project.data or "–"),
            (self.tr("Loss"), settings.loss.title),
            (self.tr("Optimizer"), settings.optimizer.title),
            (self.tr("Learning rate"), f"{settings.optimizer.learning_rate:g}"),
            (self.tr("Batch size"), f"{settings.batch_size:,}"),
            (self.tr("Epochs"), f"{settings.epochs:,}"),
        ])  # fmt: skip
        self.hint.setText(
            self.tr("Click a layer to see and change its fields.") if graph.nodes
            else self.tr("Drag a layer onto the canvas, or type its name above the list of layers and press Enter.")
        )  # fmt: skip

    def _verdict(self, serious: int) -> str:
        if not serious:
            return self.tr("Ready to be trained")
        return self.tr("1 problem") if serious == 1 else self.tr("{} problems").format(serious)
