"""One page of the help, to be read: links lead to other pages, code can be copied, and the look follows the theme."""

from posixpath import dirname, join, normpath

from PySide6.QtCore import QEvent, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QMouseEvent, QResizeEvent, QTextFrame
from PySide6.QtWidgets import QFrame, QTextBrowser, QToolButton, QWidget

from nnstudio.help.page import Page
from nnstudio.ui.help_at import slug
from nnstudio.ui.help_style import dress
from nnstudio.ui.theme import theme_of

WEB = ("http", "https", "mailto")
LOOKS = (QEvent.Type.PaletteChange, QEvent.Type.ApplicationFontChange, QEvent.Type.StyleChange)
ABOVE = 5  # The part of the page that stays in sight above an anchor.
EDGE = 6  # Pixels from the button to the corner of its frame.


class HelpView(QTextBrowser):
    """Shows a page. Links to the web are opened by the browser, all others are told."""

    asked = Signal(str)
    """The topic that a link leads to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page: Page | None = None
        self.anchor = ""
        self._code: list[QTextFrame] = []
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Page"))
        # A page, not a field to type in.
        self.setStyleSheet(
            "HelpView { border: 1px solid transparent; border-radius: 0; background: palette(alternate-base); }"
            "HelpView:focus { border-color: palette(highlight); }"
        )
        self.copy_button = QToolButton(self.viewport())
        self.copy_button.setText(self.tr("Copy"))
        self.copy_button.setToolTip(self.tr("Copy these lines"))
        self.copy_button.setCursor(Qt.CursorShape.ArrowCursor)
        self.copy_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.copy_button.setAutoFillBackground(True)
        self.copy_button.hide()
        self.copy_button.clicked.connect(self._copy)
        self._pointed: QTextFrame | None = None
        self.anchorClicked.connect(self.follow)

    def show_page(self, page: Page, anchor: str = "") -> None:
        """Show a page from its beginning, or from an anchor on."""
        self.page, self.anchor = page, slug(anchor)
        self._write()
        self.verticalScrollBar().setValue(0)
        self._go_to_anchor()

    def follow(self, link: QUrl) -> None:
        """Open what a link leads to."""
        if link.scheme() in WEB:
            QDesktopServices.openUrl(link)
        elif self.page is not None:
            self.asked.emit(topic_behind(self.page.topic, link.toString()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOKS and self.page is not None:
            place = self.verticalScrollBar().value()
            self._write()
            self.verticalScrollBar().setValue(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_copy(None)
        if event.oldSize().width() <= 0:
            # Lines were broken for another width when the page was shown.
            self._go_to_anchor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._show_copy(self._code_at(event.position().toPoint()))

    def scrollContentsBy(self, across: int, down: int) -> None:
        super().scrollContentsBy(across, down)
        self._show_copy(None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._show_copy(None)

    def _write(self) -> None:
        assert self.page is not None
        self._show_copy(None)
        page = self.page
        text = f"# {page.title}\n\n{page.text}"
        self._code = dress(self.document(), text, theme_of(self.palette()), self.font(), self.anchor)

    def _go_to_anchor(self) -> None:
        if self.anchor:
            self.scrollToAnchor(self.anchor)
            # What stands above it says what it belongs to.
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() - self.viewport().height() // ABOVE)

    def _code_at(self, point: QPoint) -> QTextFrame | None:
        index = self.cursorForPosition(point).currentFrame().objectIndex()
        return next((each for each in self._code if each.objectIndex() == index), None)

    def _show_copy(self, frame: QTextFrame | None) -> None:
        self._pointed = frame
        self.copy_button.setVisible(frame is not None)
        if frame is not None:
            box = self.document().documentLayout().frameBoundingRect(frame)
            size = self.copy_button.sizeHint()
            down = round(box.top()) - self.verticalScrollBar().value()
            right = min(round(box.right()), self.viewport().width())
            self.copy_button.setGeometry(right - size.width() - EDGE, down + EDGE, size.width(), size.height())

    def _copy(self) -> None:
        if self._pointed is not None:
            QGuiApplication.clipboard().setText(text_of(self._pointed))


def topic_behind(topic: str, link: str) -> str:
    """The topic that a link on a page leads to: links are relative to the file that the page would be."""
    path, _, anchor = link.partition("#")
    if path:
        topic = normpath(join(dirname(topic), path)).removesuffix(".md")
    return f"{topic}#{anchor}" if anchor else topic


def text_of(frame: QTextFrame) -> str:
    """The lines in a frame."""
    cursor = frame.firstCursorPosition()
    cursor.setPosition(frame.lastPosition(), cursor.MoveMode.KeepAnchor)
    return cursor.selectedText().replace("\u2029", "\n")
