"""What the studio's own widgets say of their page: forms by class and field, the canvas by its layers, and so on."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QStatusBar, QWidget

from nnstudio.data.sources import name_of
from nnstudio.doctor.base import Advice, signs
from nnstudio.help.book import book, topic_of
from nnstudio.ui.canvas.canvas import Canvas
from nnstudio.ui.data_picker import DataPicker
from nnstudio.ui.entry_list import EntryRow
from nnstudio.ui.forms.form import FieldRow, Form
from nnstudio.ui.forms.part import Member, PartEditor
from nnstudio.ui.forms.values import SEVERAL
from nnstudio.ui.help_at import explained, said_by, topic_of_field
from nnstudio.ui.pages.layer import LayerPage
from nnstudio.ui.pages.steps import StepCard
from nnstudio.ui.window import StudioWindow

WIRES, DATA = "ideas/shapes", "data"
REACH = 4.0


@explained.register
def _of_row(row: FieldRow, at: QPoint | None) -> str:
    form = row.parentWidget()
    return said_by(row) or (topic_of_field(form.configured, row.field) if isinstance(form, Form) else "")


@explained.register
def _of_part(editor: PartEditor, at: QPoint | None) -> str:
    return "" if editor.value in (None, SEVERAL) else topic_of(editor.value)


@explained.register
def _of_member(member: Member, at: QPoint | None) -> str:
    return topic_of(member.kind)


@explained.register
def _of_step(card: StepCard, at: QPoint | None) -> str:
    return topic_of(card.kind)


@explained.register
def _of_entry(row: EntryRow, at: QPoint | None) -> str:
    return topic_of(signs().find(row.about.sign)) if isinstance(row.about, Advice) else ""


@explained.register
def _of_data(picker: DataPicker, at: QPoint | None) -> str:
    name = name_of(picker.currentText())
    return f"{DATA}/{name}" if book().find(f"{DATA}/{name}") is not None else DATA


@explained.register
def _of_status(bar: QStatusBar, at: QPoint | None) -> str:
    return "panels/problems"


@explained.register
def _of_layer_page(page: LayerPage, at: QPoint | None) -> str:
    return _chosen(page.window())


@explained.register
def _of_canvas(canvas: Canvas, at: QPoint | None) -> str:
    return (_chosen(canvas.window()) if at is None else _drawn_at(canvas, at)) or said_by(canvas)


def _chosen(window: QWidget) -> str:
    """The page of the chosen layers, if they are of one kind, or of the wires."""
    if not isinstance(window, StudioWindow):
        return ""
    nodes = [node for node in window.document.graph.nodes if node.id in window.selection.nodes]
    kinds = {type(node.layer) for node in nodes}
    if len(kinds) == 1:
        return topic_of(kinds.pop())
    return WIRES if window.selection.wires and not nodes else ""


def _drawn_at(canvas: Canvas, at: QPoint) -> str:
    window, point = canvas.window(), canvas.view.mapToScene(canvas.view.viewport().mapFrom(canvas, at))
    card = canvas.scene.card_at(point, REACH)
    if card is not None and isinstance(window, StudioWindow):
        return topic_of(window.document.graph.node(card.id).layer)
    return WIRES if canvas.scene.wire_at(point) is not None else ""
