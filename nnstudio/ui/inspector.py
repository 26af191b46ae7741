"""The inspector: everything about what is selected, and the fields to change it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from nnstudio.ui.document import Document
from nnstudio.ui.pages.layer import LayerPage
from nnstudio.ui.pages.layers import LayersPage
from nnstudio.ui.pages.model import ModelPage
from nnstudio.ui.pages.page import Page
from nnstudio.ui.pages.wires import WiresPage
from nnstudio.ui.panel import Panel
from nnstudio.ui.run import Run
from nnstudio.ui.selection import Selection
from nnstudio.ui.sizes import follow
from nnstudio.ui.theme import GAP

MARGIN = GAP + 4
NARROWEST = 220


class Inspector(Panel):
    """Shows one of its pages: for a layer, for several, for wires, or for the model where nothing is selected."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        run: Run,
        ask: Callable[[], Path | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(document, selection, parent)
        self.setAccessibleName(self.tr("Inspector"))
        follow(self.setMinimumWidth, NARROWEST)
        self.model_page = ModelPage(document, run, ask)
        self.layer_page = LayerPage(document)
        self.layers_page = LayersPage(document)
        self.wires_page = WiresPage(document)
        self._pages = (self.model_page, self.layer_page, self.layers_page, self.wires_page)
        self.area = self._scrolling()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.area)
        self.refresh()

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return next(page for page in self._pages if not page.isHidden())

    def refresh(self) -> None:
        """Show what is selected, as it is now."""
        graph, selection = self.document.graph, self.selection
        nodes = [node for node in graph.nodes if node.id in selection.nodes]
        if len(nodes) == 1:
            self.layer_page.show_node(nodes[0])
            self._turn_to(self.layer_page)
        elif nodes:
            self.layers_page.show_nodes(nodes)
            self._turn_to(self.layers_page)
        elif selection.wires:
            self.wires_page.show_wires(sorted(selection.wires))
            self._turn_to(self.wires_page)
        else:
            self.model_page.show_model()
            self._turn_to(self.model_page)

    def _turn_to(self, page: Page) -> None:
        for each in self._pages:
            each.setVisible(each is page)

    def _scrolling(self) -> QScrollArea:
        content = QWidget()
        content.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        content.setAutoFillBackground(True)
        column = QVBoxLayout(content)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        for page in self._pages:
            column.addWidget(page)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(content)
        return area
