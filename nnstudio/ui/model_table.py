"""The model table: every layer with its output shape, its parameters, and its share of the multiplications."""

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from nnstudio.graph.table import Row, table_of
from nnstudio.ui.document import Document, Findings
from nnstudio.ui.labels import Quiet
from nnstudio.ui.panel import Panel
from nnstudio.ui.quiet_table import ROW, QuietTable
from nnstudio.ui.selection import Selection
from nnstudio.ui.sizes import follow, follow_lines, px
from nnstudio.ui.table_model import GROUP_ROLE, NAME, SHARE, SHARE_ROLE, TableModel
from nnstudio.ui.theme import GAP, theme_of

NUMBER = 60  # Where the bar begins, behind its number.
BAR = 6
LONGEST_BAR = 160
LEAST_ROWS = 3
Index = QModelIndex | QPersistentModelIndex


class TableDelegate(QStyledItemDelegate):
    """Paints the colour of a layer's group before its name, and a bar beside its share."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        theme = theme_of(option.palette)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        box = option.rect
        if index.column() == NAME and index.data(GROUP_ROLE):
            painter.setBrush(theme.color("on_accent") if chosen else theme.of_group(index.data(GROUP_ROLE)))
            painter.drawRoundedRect(QRect(box.left() + 4, box.top() + 5, 4, box.height() - 10), 2, 2)
        elif index.column() == SHARE and index.data(GROUP_ROLE):
            width = min(box.width() - px(NUMBER) - GAP, px(LONGEST_BAR))
            room = QRect(box.left() + px(NUMBER), box.center().y() - BAR // 2 + 1, width, BAR)
            painter.setBrush(theme.color("accent" if chosen else "hover").darker(115 if chosen else 100))
            painter.drawRoundedRect(room, BAR / 2, BAR / 2)
            room.setWidth(round(room.width() * index.data(SHARE_ROLE)))
            painter.setBrush(theme.color("on_accent" if chosen else "accent"))
            painter.drawRoundedRect(room, BAR / 2, BAR / 2)
        painter.restore()

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        if index.column() == NAME:
            option.text = "   " + option.text


class Table(QuietTable):
    """Its rows show colours and bars."""

    def __init__(self, model: TableModel, parent: QWidget | None = None) -> None:
        super().__init__(model, parent=parent)
        self.setItemDelegate(TableDelegate(self))


class ModelTable(Panel):
    """Follows the model and the selection; a click selects."""

    def __init__(self, document: Document, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(document, selection, parent)
        self.setAccessibleName(self.tr("Model"))
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self._seen: Findings | None = None
        self._following = False
        self.model = TableModel(parent=self)
        self.view = Table(self.model, self)
        self.view.setAccessibleName(self.tr("Layers of the model"))
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.total = TableModel(bold=True, parent=self)
        self.total_view = self._total_line()
        self.nothing = Quiet(self.tr("The model is empty. Add layers from the list of layers."), self)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        follow(self._size_columns)
        self.view.selectionModel().selectionChanged.connect(self._choose)
        self.view.horizontalHeader().sectionResized.connect(self._follow_width)
        self.view.horizontalScrollBar().valueChanged.connect(self.total_view.horizontalScrollBar().setValue)
        self.refresh()

    def refresh(self) -> None:
        """Show the model's present figures and what is selected."""
        self._following = True
        if self.document.findings is not self._seen:
            self._seen = self.document.findings
            self._show_rows(table_of(self._seen.graph, self._seen.shapes))
        self._show_selection()
        self._following = False

    def minimumSizeHint(self) -> QSize:
        # A table of which no row is seen would be of no use.
        row = self.fontMetrics().height() + px(ROW)
        return QSize(px(200), self.view.horizontalHeader().sizeHint().height() + (LEAST_ROWS + 1) * row + 2)

    def _show_rows(self, rows: list[Row]) -> None:
        graph = self.document.graph
        parameters, products = sum(row.parameters for row in rows), sum(row.multiplications for row in rows)
        self.model.show_rows(rows, [graph.node(row.id).layer.group for row in rows], products)
        words = self.tr("1 layer") if len(rows) == 1 else self.tr("{} layers").format(f"{len(rows):,}")
        self.total.show_rows([Row("", words, "", None, parameters, products)], [""], products)
        self._stack.setCurrentIndex(0 if rows else 1)

    def _show_selection(self) -> None:
        wanted = self.selection.nodes
        places = [place for place, id in enumerate(self.model.ids) if id in wanted]
        if places == [index.row() for index in sorted(self.view.selectionModel().selectedRows())]:
            return
        chosen = QItemSelection()
        for place in places:
            chosen.select(self.model.index(place, 0), self.model.index(place, SHARE))
        flags = QItemSelectionModel.SelectionFlag
        self.view.selectionModel().select(chosen, flags.ClearAndSelect)
        if len(places) == 1:
            here = self.model.index(places[0], 0)
            self.view.selectionModel().setCurrentIndex(here, flags.NoUpdate)
            self.view.scrollTo(here)

    def _choose(self) -> None:
        if not self._following:
            ids = self.model.ids
            self.selection.choose(ids[index.row()] for index in self.view.selectionModel().selectedRows())

    def _total_line(self) -> Table:
        line = Table(self.total, self)
        line.setAccessibleName(self.tr("Totals"))
        line.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        line.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        line.horizontalHeader().hide()
        line.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        line.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        follow_lines(line.setFixedHeight, 1, beside=ROW + 1)
        return line

    def _lay_out(self) -> None:
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        line = QWidget(content)
        line.setFixedHeight(1)
        line.setAutoFillBackground(True)
        line.setBackgroundRole(QPalette.ColorRole.Mid)
        for widget in (self.view, line, self.total_view):
            column.addWidget(widget)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(content)
        self._stack.addWidget(self.nothing)

    def _size_columns(self) -> None:
        letter = self.fontMetrics().averageCharWidth()
        for place, letters in enumerate((22, 18, 14, 15, 26)):
            self.view.setColumnWidth(place, letter * letters)
            self.total_view.setColumnWidth(place, letter * letters)
        self.view.horizontalHeader().setStretchLastSection(True)
        self.total_view.horizontalHeader().setStretchLastSection(True)

    def _follow_width(self, place: int, before: int, width: int) -> None:
        self.total_view.setColumnWidth(place, width)
