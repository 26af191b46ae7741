"""The layers of the palette as rows: by group, or those that were searched for. What is dragged is the kind."""

from collections.abc import Iterable, Sequence
from html import escape

from PySide6.QtCore import QMimeData, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPalette, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from nnstudio.help.book import topic_of
from nnstudio.layers.base import Layer, layers
from nnstudio.layers.formulas import formula_with_shapes
from nnstudio.ui.canvas.dragged import LAYER_MIME
from nnstudio.ui.canvas.quick_add import Choice, matching
from nnstudio.ui.forms.values import about
from nnstudio.ui.labels import QUIET
from nnstudio.ui.sizes import px, scaled
from nnstudio.ui.theme import DARK, GAP, theme_of

KIND = Qt.ItemDataRole.UserRole
GROUP = Qt.ItemDataRole.UserRole + 1
ROW = 9  # Pixels that a row is higher than its text.
Index = QModelIndex | QPersistentModelIndex


class LayerModel(QStandardItemModel):
    """Groups with their layers; while something is searched, the layers that were found, the likeliest first."""

    filled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.show_found("")

    def show_found(self, text: str) -> None:
        """Show what a text finds in titles, kinds, groups and help; an empty one, everything by group."""
        self.clear()
        if text.strip():
            for layer in find_layers(text):
                self.appendRow(_item(layer, detail=layer.group))
        else:
            for group, members in grouped_layers():
                heading = _heading(group)
                for layer in members:
                    heading.appendRow(_item(layer))
                self.appendRow(heading)
        self.filled.emit()

    def mimeTypes(self) -> list[str]:
        return [LAYER_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        kinds = [index.data(KIND) for index in indexes if index.data(KIND)]
        if kinds:
            data.setData(LAYER_MIME, kinds[0].encode())
        return data

    def supportedDragActions(self) -> Qt.DropAction:
        # Not a move: a view takes away what was moved.
        return Qt.DropAction.CopyAction


class LayerDelegate(QStyledItemDelegate):
    """Paints a layer with the colour of its group, and a group as a quiet heading with an arrow."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, option.fontMetrics.height() + px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        title, option.text = option.text, ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        painter.save()
        if index.data(KIND):
            self._paint_layer(painter, option, index, title)
        else:
            self._paint_heading(painter, option, title)
        painter.restore()

    def _paint_layer(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, title: str) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        box = option.rect.adjusted(GAP + 4, 0, -GAP, 0)
        theme = theme_of(option.palette)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("on_accent") if chosen else theme.of_group(index.data(GROUP)))
        painter.drawRoundedRect(QRect(box.left(), box.top() + 5, 4, box.height() - 10), 2, 2)
        painter.setPen(theme.color("on_accent" if chosen else "text"))
        words = box.adjusted(GAP + 4, 0, 0, 0)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), title)
        detail = index.data(Qt.ItemDataRole.StatusTipRole) or ""
        room = words.width() - option.fontMetrics.horizontalAdvance(title) - GAP
        painter.setFont(scaled(option.font, 0.9))
        if detail and painter.fontMetrics().horizontalAdvance(detail) <= room:
            painter.setPen(theme.color("on_accent" if chosen else "dim"))
            painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), detail)

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, title: str) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setFont(scaled(option.font, 0.9))
        painter.setPen(option.palette.color(QPalette.ColorRole.HighlightedText if chosen else QUIET))
        box = option.rect.adjusted(GAP + 4, 0, -GAP, 0)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), title)
        folded = "▸" if not option.state & QStyle.StateFlag.State_Open else "▾"
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), folded)


def grouped_layers() -> list[tuple[str, list[type[Layer]]]]:
    """Every layer under its group: ours in the order of the data's way, then those that plugins bring."""
    found: dict[str, list[type[Layer]]] = {}
    for layer in layers().kinds().values():
        found.setdefault(layer.group, []).append(layer)
    known = [group for group, _ in DARK.groups]
    order = sorted(found, key=lambda group: (known.index(group) if group in known else len(known), group))
    return [(group, sorted(found[group], key=lambda layer: layer.title.lower())) for group in order]


def find_layers(text: str) -> list[type[Layer]]:
    """The layers that a text means, the likeliest first."""
    everything: Iterable[type[Layer]] = (layer for _, members in grouped_layers() for layer in members)
    choices = [Choice(layer.kind, layer.title, layer.group, (layer.__doc__ or "")) for layer in everything]
    return [layers().find(choice.key) for choice in matching(choices, text)]


def _heading(group: str) -> QStandardItem:
    heading = QStandardItem(group)
    heading.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
    return heading


def _item(layer: type[Layer], detail: str = "") -> QStandardItem:
    item = QStandardItem(layer.title)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled)
    item.setData(layer.kind, KIND)
    item.setData(layer.group, GROUP)
    item.setWhatsThis(topic_of(layer))
    item.setData(detail, Qt.ItemDataRole.StatusTipRole)
    formula = formula_with_shapes(layer(), "", (), None)
    # Marked up, for only such a tooltip is broken into lines.
    item.setToolTip(f"<p>{escape(about(layer))}</p><p><code>{escape(formula)}</code></p>")
    item.setData(f"{layer.title}, {layer.group}", Qt.ItemDataRole.AccessibleTextRole)
    item.setData(about(layer), Qt.ItemDataRole.AccessibleDescriptionRole)
    return item
