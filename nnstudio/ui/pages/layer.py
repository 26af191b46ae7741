"""The inspector's page for one layer: its name, its fields, what goes in and out, what it costs, how it computes."""

from dataclasses import replace

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from nnstudio.core.fields import rules_of
from nnstudio.core.rules import Text
from nnstudio.graph import edits
from nnstudio.graph.graph import Node
from nnstudio.graph.table import inputs_of, row_of
from nnstudio.layers.base import Layer
from nnstudio.layers.formulas import formula_with_shapes
from nnstudio.layers.shapes import shown
from nnstudio.ui.document import Document
from nnstudio.ui.forms.controls import follow_in_tab_order
from nnstudio.ui.forms.form import Form
from nnstudio.ui.forms.typed import TextEditor
from nnstudio.ui.forms.values import about
from nnstudio.ui.labels import LARGER, Alarm, Formula, Quiet
from nnstudio.ui.pages.page import Facts, Head, Page, ProblemNote
from nnstudio.ui.sizes import follow_font


class NameEditor(TextEditor):
    """A layer's name; blanks around it are left out in the end."""

    def _finish(self) -> None:
        if isValid(self.line) and self._try(self.line.text().strip()):
            self.display(self.value)


class LayerPage(Page):
    """Shows one layer and edits it."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(document, parent)
        self._id = ""
        self._forms: dict[type[Layer], Form] = {}
        self.form: Form | None = None
        help = self.tr("What this layer is called in the model")
        self.name = NameEditor(Text(edits.LONGEST_NAME, help), parent=self)
        self.name.name_controls(self.tr("Name"), help)
        follow_font(self.name.line, LARGER)
        self.head = Head(self.name, self)
        self.alarm = Alarm(self)
        self.about = Quiet(parent=self)
        self.problem = ProblemNote(self)
        self.figures = Facts(self)
        self.formula = Formula(parent=self)
        for widget in (self.head, self.alarm, self.about, self.problem):
            self.column.addWidget(widget)
        self._form_place = self.column.count()
        self.add_section(self.tr("Shapes and cost"), self.figures)
        self._formula_heading = self.add_section(self.tr("Formula"), self.formula)
        self.name.edited.connect(self._rename)
        self.name.refused.connect(self.alarm.show_reason)
        self.problem.mended.connect(self.mend)

    def show_node(self, node: Node) -> None:
        """Show a layer, or the same one as it is now."""
        layer = node.layer
        if node.id != self._id:
            self._id = node.id
            self.name.restore()
            self._show_form(type(layer))
        elif self.form is None or self.form.configured is not type(layer):
            self._show_form(type(layer))
        self.name.show_prompt(replace(node, name="").label)
        self.name.show_value(node.name)
        self.head.mark.show_group(layer.group)
        self.head.kind.setText(f"{layer.title} · {layer.group}")
        self.about.setText(about(type(layer)))
        if self.form is not None:
            self.form.show_values(vars(layer))
        self._show_findings(node)

    def _show_form(self, kind: type[Layer]) -> None:
        if self.form is not None:
            self.form.hide()
        if kind not in self._forms and rules_of(kind):
            form = self._forms[kind] = Form(kind, parent=self)
            form.edited.connect(self._change)
            self.column.insertWidget(self._form_place, form)
            follow_in_tab_order(self.name.line, form)
        self.form = self._forms.get(kind)
        if self.form is not None:
            self.form.restore()
            self.form.show()

    def _show_findings(self, node: Node) -> None:
        found, graph = self.document.findings, self.document.graph
        self.problem.show_problem(next((each for each in found.problems if each.node == node.id), None))
        inputs = [shown(shape) for shape in inputs_of(node, graph, found.shapes)]
        row = row_of(node, graph, found.shapes)
        facts = [(self.tr("Goes in"), ", ".join(inputs) or self.tr("nothing yet"))] if node.layer.takes[1] != 0 else []
        facts.append((self.tr("Comes out"), shown(row.shape) if row.shape else self.tr("not known yet")))
        if row.shape is not None:
            facts.append((self.tr("Parameters"), f"{row.parameters:,}" if row.parameters else self.tr("none")))
            products = f"{row.multiplications:,}" if row.multiplications else self.tr("none")
            facts.append((self.tr("Multiplications"), products))
        self.figures.show_facts(facts)
        text = formula_with_shapes(node.layer, "", (), None)
        self.formula.setText(text)
        self.formula.setVisible(bool(text))
        self._formula_heading.setVisible(bool(text))

    def _rename(self, name: str) -> None:
        # What is half typed is finished when its line goes, which may be because the layer went.
        if self._id not in self.document.graph:
            return
        node = self.document.graph.node(self._id)
        words = self.tr("Rename {}").format(node.label)
        self.document.edit(words, edits.rename(self.document.graph, self._id, name), merge=f"{self._id}.name")

    def _change(self, field: str, value: object) -> None:
        form = self.form
        if form is not None and self._id in self.document.graph:
            self.change(form, [self._id], self.document.graph.node(self._id).label, field, value)
