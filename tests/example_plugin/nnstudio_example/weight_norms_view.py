"""The panel Weight norms as it is seen."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from nnstudio.live.messages import Seen
from nnstudio.live.probes.base import Probe
from nnstudio.ui.document import Document
from nnstudio.ui.panels.live import LivePanel
from nnstudio.ui.run import Run
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import Theme
from nnstudio_example.norms_probe import Norms


class WeightNormsView(LivePanel):
    """A row for every parameter. LivePanel asks the training for what `probes` says, while the panel is in sight."""

    def __init__(
        self, document: Document, selection: Selection, run: Run, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, selection, run, theme, parent)
        self.table = QTableWidget(0, 3, self)
        self.table.setAccessibleName(self.tr("Weight norms"))
        self.table.setHorizontalHeaderLabels([self.tr("Layer"), self.tr("Parameter"), self.tr("Norm")])
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)

    def probes(self) -> Mapping[str, Probe]:
        """One question about all layers of the present model."""
        return {"norms": Norms(tuple(node.id for node in self.document.graph.nodes))}

    def show_seen(self, key: str, seen: Seen) -> None:
        """Write the numbers into the table."""
        rows = [(layer, name, norm) for layer, own in seen.value.items() for name, norm in own.items()]
        self.table.setRowCount(len(rows))
        for place, (layer, name, norm) in enumerate(rows):
            label = self.document.graph.node(layer).label if layer in self.document.graph else layer
            for column, text in enumerate((label, name, f"{norm:.6g}")):
                self.table.setItem(place, column, QTableWidgetItem(text))
