"""The left side of the help: all pages by chapter, and a line in which to search; the best hits come first."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nnstudio.help.book import Book
from nnstudio.help.page import Page
from nnstudio.ui.labels import SMALLER, Quiet
from nnstudio.ui.palette import SearchLine
from nnstudio.ui.sizes import px, scaled
from nnstudio.ui.theme import GAP, theme_of

TOPIC = Qt.ItemDataRole.UserRole
ABOUT = Qt.ItemDataRole.UserRole + 1
MOST, SUGGESTED, LONGEST = 60, 4, 40
END = Qt.TextElideMode.ElideRight
Index = QModelIndex | QPersistentModelIndex


class HitDelegate(QStyledItemDelegate):
    """A title, and under it what the page is about, cut where there is no room."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, 2 * option.fontMetrics.height() + px(12))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        title, option.text = option.text, ""
        option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        theme, chosen = theme_of(option.palette), bool(option.state & QStyle.StateFlag.State_Selected)
        line, box = option.fontMetrics.height(), option.rect.adjusted(GAP, px(5), -GAP, 0)
        painter.save()
        painter.setPen(theme.color("on_accent" if chosen else "text"))
        painter.drawText(box.left(), box.top() + option.fontMetrics.ascent(),
                         option.fontMetrics.elidedText(title, END, box.width()))  # fmt: skip
        painter.setFont(scaled(option.font, SMALLER))
        painter.setPen(theme.color("on_accent" if chosen else "dim"))
        about = painter.fontMetrics().elidedText(index.data(ABOUT), END, box.width())
        painter.drawText(box.left(), box.top() + line + painter.fontMetrics().ascent() + 2, about)
        painter.restore()


class ChapterDelegate(QStyledItemDelegate):
    """A chapter as a heading with a mark that says whether it is open, and its pages set in under it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, option.fontMetrics.height() + px(9))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        title, option.text = option.text, ""
        option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        theme, chosen = theme_of(option.palette), bool(option.state & QStyle.StateFlag.State_Selected)
        chapter, folds = not index.parent().isValid(), index.model().hasChildren(index)
        box = option.rect.adjusted(GAP if chapter else 3 * GAP, 0, -GAP, 0)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.save()
        painter.setFont(scaled(option.font, 1.0, QFont.Weight.DemiBold) if chapter else option.font)
        painter.setPen(theme.color("on_accent" if chosen else "text"))
        painter.drawText(box, middle, painter.fontMetrics().elidedText(title, END, box.width() - 2 * GAP))
        if folds:
            painter.setPen(theme.color("on_accent" if chosen else "dim"))
            opened = option.state & QStyle.StateFlag.State_Open
            painter.drawText(box, middle | int(Qt.AlignmentFlag.AlignRight), "▾" if opened else "▸")
        painter.restore()


class HelpContents(QWidget):
    """Tells which page is wanted. While something is searched, the hits stand in the place of the chapters."""

    asked = Signal(str)
    """A topic."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._book: Book | None = None
        self._topic = ""
        self._items: dict[str, QTreeWidgetItem] = {}
        self._opened: QTreeWidgetItem | None = None
        self.search = SearchLine(self)
        self.search.setPlaceholderText(self.tr("Search the help"))
        self.search.setAccessibleName(self.tr("Search the help"))
        self.search.setClearButtonEnabled(True)
        self.tree, self.hits = QTreeWidget(self), QListWidget(self)
        self.nothing = Quiet(parent=self)
        self._stack = QStackedWidget(self)
        self._lay_out()
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(self._take_first)
        self.search.down_pressed.connect(self._go_into_list)
        self.tree.itemClicked.connect(self._open)
        self.tree.itemActivated.connect(self._open)
        self.hits.itemClicked.connect(self._open_hit)
        self.hits.itemActivated.connect(self._open_hit)
        self.nothing.linkActivated.connect(self.asked)

    def show_book(self, book: Book) -> None:
        """Show the contents of a book."""
        self._book, self._opened = book, None
        self.tree.clear()
        self._items = {}
        for chapter in book.chapters:
            heading = QTreeWidgetItem(self.tree, [chapter.title])
            for page in chapter.pages.values():
                # The overview of a chapter is opened by its title.
                item = heading if page.topic == chapter.name else QTreeWidgetItem(heading, [page.title])
                item.setData(0, TOPIC, page.topic)
                item.setToolTip(0, page.about)
                self._items[page.topic] = item
        self.show_topic(self._topic)
        self._find(self.search.text())

    def show_topic(self, topic: str) -> None:
        """Mark where a page stands in the contents."""
        self._topic = topic.partition("#")[0]
        item = self._items.get(self._topic)
        if item is None:
            self.tree.clearSelection()
        else:
            self.tree.setCurrentItem(item)
            self._unfold(item if item.parent() is None else item.parent())
            self.tree.scrollToItem(item)

    def _unfold(self, chapter: QTreeWidgetItem) -> None:
        """Open a chapter, and close the one that was opened so before."""
        if self._opened is chapter:
            return
        if self._opened is not None:
            self._opened.setExpanded(False)
        # What was opened by hand stays open.
        self._opened = None if chapter.isExpanded() else chapter
        chapter.setExpanded(True)

    def begin_search(self) -> None:
        """Bring the keys into the line."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _find(self, words: str) -> None:
        if self._book is None or not words.strip():
            self._stack.setCurrentWidget(self.tree)
            return
        found = self._book.search(words)
        self._show_hits(found[:MOST])
        if not found:
            self.nothing.setText(self._no_hits(words, self._book.near(words)[:SUGGESTED]))
        self._stack.setCurrentWidget(self.hits if found else self.nothing)

    def _show_hits(self, found: Sequence[Page]) -> None:
        self.hits.clear()
        for page in found:
            item = QListWidgetItem(page.title, self.hits)
            item.setData(TOPIC, page.topic)
            item.setData(ABOUT, page.about)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{page.title}. {page.about}")
            item.setToolTip(page.about)
        self.hits.setCurrentRow(0)

    def _no_hits(self, words: str, near: Sequence[Page]) -> str:
        nothing = self.tr("No page tells of “{}”.").format(escape(words.strip()[:LONGEST]))
        if not near:
            return f"<p>{nothing}</p><p>{self.tr('Try fewer words, or the beginning of one.')}</p>"
        links = "".join(f"<p><a href='{page.topic}'>{escape(page.title)}</a></p>" for page in near)
        return f"<p>{nothing}</p><p>{self.tr('Did you mean:')}</p>{links}"

    def _take_first(self) -> None:
        item = self.hits.currentItem()
        if self._stack.currentWidget() is self.hits and item is not None:
            self._open_hit(item)

    def _go_into_list(self) -> None:
        shown = self._stack.currentWidget()
        if shown is not self.nothing:
            shown.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open(self, item: QTreeWidgetItem) -> None:
        topic = item.data(0, TOPIC)
        if topic:
            self.asked.emit(topic)
        if item.parent() is None:
            item.setExpanded(not item.isExpanded() or not topic)

    def _open_hit(self, item: QListWidgetItem) -> None:
        self.asked.emit(item.data(TOPIC))

    def _lay_out(self) -> None:
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(0)
        self.tree.setItemDelegate(ChapterDelegate(self.tree))
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.setFrameShape(QFrame.Shape.NoFrame)
        self.tree.setAccessibleName(self.tr("Contents"))
        self.hits.setFrameShape(QFrame.Shape.NoFrame)
        self.hits.setAccessibleName(self.tr("Found"))
        self.hits.setItemDelegate(HitDelegate(self.hits))
        self.hits.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nothing.setTextFormat(Qt.TextFormat.RichText)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.nothing.setContentsMargins(GAP + 4, GAP, GAP + 4, GAP)
        flags = Qt.TextInteractionFlag
        self.nothing.setTextInteractionFlags(flags.LinksAccessibleByMouse | flags.LinksAccessibleByKeyboard)
        for shown in (self.tree, self.hits, self.nothing):
            self._stack.addWidget(shown)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.search)
        column.addWidget(self._stack, 1)
