"""The inspector's page for several layers: their names, and the fields that they share."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from nnstudio.graph.graph import Node
from nnstudio.ui.document import Document
from nnstudio.ui.forms.controls import follow_in_tab_order
from nnstudio.ui.forms.form import Form
from nnstudio.ui.forms.values import common_fields, common_values
from nnstudio.ui.labels import LARGER, Name, Quiet, breakable
from nnstudio.ui.pages.page import Head, Page
from nnstudio.ui.sizes import follow_font

MOST_NAMES = 12


class LayersPage(Page):
    """Shows what several layers have in common; a change is made to all of them."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(document, parent)
        self._ids: tuple[str, ...] = ()
        self.form: Form | None = None
        self.title = Name(parent=self)
        follow_font(self.title, LARGER)
        self.head = Head(self.title, self)
        self.names = Quiet(parent=self)
        flags = Qt.TextInteractionFlag
        # A stop for Tab, at which a screen reader reads the names, and from which Tab goes on into the form.
        self.names.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
        self.hint = Quiet(parent=self)
        for widget in (self.head, self.names, self.hint):
            self.column.addWidget(widget)

    def show_nodes(self, nodes: Sequence[Node]) -> None:
        """Show these layers."""
        ids = tuple(node.id for node in nodes)
        layers = [node.layer for node in nodes]
        kinds = list(dict.fromkeys(layer.title for layer in layers))
        groups = {layer.group for layer in layers}
        self.title.setText(self.tr("{} layers").format(len(nodes)))
        self.head.kind.setText(", ".join(kinds))
        self.head.mark.show_group(groups.pop() if len(groups) == 1 else "")
        rest = len(nodes) - MOST_NAMES
        names = ", ".join(node.label for node in nodes[:MOST_NAMES])
        shown = self.tr("{names} and {count} more").format(names=names, count=rest) if rest > 0 else names
        self.names.setText(breakable(shown))
        self._show_form(ids, nodes)

    def _show_form(self, ids: tuple[str, ...], nodes: Sequence[Node]) -> None:
        layers = [node.layer for node in nodes]
        fields = common_fields(type(layer) for layer in layers)
        if self.form is None or self.form.configured is not type(layers[0]) or self.form.fields != fields:
            self._replace_form(nodes, fields)
        elif ids != self._ids:
            self.form.restore()
        self._ids = ids
        self.hint.setVisible(self.form is None)
        if self.form is not None:
            self.form.show_values(common_values(layers, fields))
        else:
            self.hint.setText(self.tr("These layers have no field in common. Choose layers of one kind to edit them."))

    def _replace_form(self, nodes: Sequence[Node], fields: tuple[str, ...]) -> None:
        if self.form is not None:
            self.form.hide()
            self.column.removeWidget(self.form)
            self.form.deleteLater()
            self.form = None
        if fields:
            self.form = Form(type(nodes[0].layer), fields, parent=self)
            self.form.edited.connect(self._change)
            self.column.addWidget(self.form)
            follow_in_tab_order(self.names, self.form)

    def _change(self, field: str, value: object) -> None:
        if self.form is not None:
            self.change(self.form, self._ids, self.tr("{} layers").format(len(self._ids)), field, value)
