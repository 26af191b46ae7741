"""The formula view: how the selected layer computes, with its own shapes and names, and as NumPy lines."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from nnstudio.graph.graph import Node
from nnstudio.graph.table import inputs_of
from nnstudio.layers.formulas import formula_with_shapes
from nnstudio.ui.document import Document
from nnstudio.ui.labels import Formula, Quiet
from nnstudio.ui.panel import Panel
from nnstudio.ui.selection import Selection
from nnstudio.ui.sizes import follow_font, follow_lines
from nnstudio.ui.theme import GAP

WITH = "   with "  # What parts a formula from the shapes of its letters.
LEAST_LINES = 5


class CodeView(QPlainTextEdit):
    """Lines to be read, marked and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        follow_font(self, 1.0, columns=True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        follow_lines(self.setMinimumHeight, LEAST_LINES)
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = QKeySequence.StandardKey
            if event.matches(keys.Copy) or event.matches(keys.SelectAll):
                # Here they mean the text, not the layers.
                event.accept()
                return True
        return super().event(event)


class FormulaView(Panel):
    """Shows the formula of the one selected layer."""

    def __init__(self, document: Document, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(document, selection, parent)
        self.setAccessibleName(self.tr("Formula"))
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self._whole = ""
        self.formula = Formula(parent=self)
        self.formula.setAccessibleName(self.tr("Formula"))
        follow_font(self.formula, 1.1, columns=True)
        self.letters = Quiet(parent=self)
        self.title = Quiet(parent=self)
        self.lines = CodeView(self)
        self.lines.setAccessibleName(self.tr("NumPy lines"))
        self.copy_button = QPushButton(self.tr("Copy"), self)
        self.copy_button.setAccessibleName(self.tr("Copy the formula and the NumPy lines"))
        self.copy_button.clicked.connect(self.copy)
        self.nothing = Quiet(parent=self)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        self.refresh()

    def refresh(self) -> None:
        """Show the selected layer as it is now."""
        chosen = self.selection.only_node
        self._stack.setCurrentIndex(0 if chosen is not None else 1)
        if chosen is not None:
            self._show(self.document.graph.node(chosen))
        elif self.selection.nodes:
            self.nothing.setText(self.tr("Choose a single layer to see how it computes."))
        else:
            self.nothing.setText(self.tr("Choose a layer to see how it computes."))

    def copy(self) -> None:
        """Put the formula, as a remark, and the NumPy lines on the clipboard."""
        QGuiApplication.clipboard().setText(self._whole)

    def _show(self, node: Node) -> None:
        graph, shapes = self.document.graph, self.document.findings.shapes
        inputs, output = inputs_of(node, graph, shapes), shapes.known.get(node.id)
        # A layer without a shape has no lines either: they depend on what comes in.
        lines = node.layer.numpy(*inputs) if output is not None else ""
        formula, _, letters = formula_with_shapes(node.layer, "", inputs, output).partition(WITH)
        self.title.setText(self.tr("{} in NumPy").format(node.label) if lines else node.label)
        self.formula.setText(formula)
        self.letters.setText(letters or self.tr("Its shapes are not known yet. Wire it up and mend what does not fit."))
        if lines != self.lines.toPlainText():
            self.lines.setPlainText(lines)
        self.lines.setVisible(bool(lines))
        remark = formula_with_shapes(node.layer, node.label, inputs, output)
        self._whole = f"# {remark}\n{lines}".rstrip() + "\n"

    def _lay_out(self) -> None:
        content = QWidget(self)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.copy_button)
        column = QVBoxLayout(content)
        column.setContentsMargins(GAP + 4, GAP, GAP + 4, GAP + 4)
        column.setSpacing(4)
        for widget in (self.formula, self.letters):
            column.addWidget(widget)
        column.addLayout(head)
        column.addWidget(self.lines, 1)
        column.addStretch(0)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(content)
        self._stack.addWidget(self.nothing)
