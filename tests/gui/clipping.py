"""Finds words that are cut off: every text of a window is measured against the room that it has."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QHeaderView,
    QLabel,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QToolButton,
    QWidget,
)

from nnstudio.ui.entry_list import Button
from nnstudio.ui.labels import Name
from nnstudio.ui.plots.legend import Entry

ELIDED = Name, Button, Entry  # These are cut with an ellipsis on purpose; their tooltips say all.
LOOSE = 2  # Pixels by which rounding may be off.


def clipped(root):
    """The visible texts under a widget that have too little room, each with its kind."""
    shown = [widget for widget in root.findChildren(QWidget) if widget.isVisible() and not widget.size().isEmpty()]
    return [(type(widget).__name__, text) for widget in shown for text in _cut_of(widget)]


def _cut_of(widget):
    if isinstance(widget, ELIDED):
        return []
    if isinstance(widget, QLabel):
        return [] if _label_fits(widget) else [widget.text()]
    if isinstance(widget, QAbstractButton):
        return [] if _button_fits(widget) else [widget.text()]
    if isinstance(widget, QComboBox):
        return [] if _combo_fits(widget) else [widget.currentText()]
    if isinstance(widget, QTabBar):
        # Of docks that went elsewhere Qt keeps the old bars beneath those that are seen.
        window, middle = widget.window(), widget.mapTo(widget.window(), widget.rect().center())
        cut = [widget.tabText(place) for place in range(widget.count()) if not _tab_fits(widget, place)]
        return cut if window.childAt(middle) is widget else []
    if isinstance(widget, QHeaderView) and widget.model() is not None:
        return [text for place in range(widget.count()) for text in _head_of(widget, place)]
    return []


def _label_fits(label):
    if not label.text() or label.textFormat() is Qt.TextFormat.RichText:
        return True
    if label.wordWrap():
        return label.heightForWidth(label.width()) <= label.height() + LOOSE
    text = _without_marks(label.text()) if label.buddy() is not None else label.text()
    lines, room = text.splitlines(), label.contentsRect()
    letters = label.fontMetrics()
    wide = max(letters.horizontalAdvance(line) for line in lines)
    return wide <= room.width() + LOOSE and letters.height() * len(lines) <= room.height() + LOOSE


def _button_fits(button):
    words = _without_marks(button.text())
    style = button.toolButtonStyle() if isinstance(button, QToolButton) else None
    if not words or (style is Qt.ToolButtonStyle.ToolButtonIconOnly and not button.icon().isNull()):
        return True
    letters = button.fontMetrics()
    icon = 0 if button.icon().isNull() else button.iconSize().width()
    return letters.horizontalAdvance(words) + icon <= button.width() + LOOSE and letters.height() <= button.height()


def _without_marks(text):
    """As it is read, without the & before the letter that is underlined."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def _combo_fits(combo):
    option = QStyleOptionComboBox()
    combo.initStyleOption(option)
    part = QStyle.SubControl.SC_ComboBoxEditField
    room = combo.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, combo)
    letters = combo.fontMetrics()
    wide = letters.horizontalAdvance(combo.currentText())
    return wide <= room.width() + LOOSE and letters.height() <= combo.height()


def _tab_fits(tabs, place):
    return tabs.fontMetrics().horizontalAdvance(tabs.tabText(place)) <= tabs.tabRect(place).width()


def _head_of(header, place):
    if header.orientation() is not Qt.Orientation.Horizontal or header.isSectionHidden(place):
        return []
    lines = str(header.model().headerData(place, header.orientation()) or "").splitlines()
    letters = header.fontMetrics()
    wide = max(map(letters.horizontalAdvance, lines), default=0)
    fits = wide <= header.sectionSize(place) and letters.height() * len(lines) <= header.height()
    return [] if fits else ["\n".join(lines)]
