"""Saving what a plot or a panel shows: as pixels, as lines and letters, or as numbers."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from nnstudio.core.errors import StudioError
from nnstudio.core.files import write_atomically
from nnstudio.ui.background import Background
from nnstudio.ui.dialogs import Dialogs
from nnstudio.ui.document import Document
from nnstudio.ui.icons import icon_of
from nnstudio.ui.picture_files import png_of
from nnstudio.ui.plots.picture import Subject, image_of, svg_of
from nnstudio.ui.plots.table import csv_of
from nnstudio.ui.sizes import follow
from nnstudio.ui.theme import theme_of

ENDINGS = (".png", ".svg", ".csv")


@runtime_checkable
class Desk(Protocol):
    """Where saving happens: the window. It asks for a name, has files written, and tells how it went."""

    document: Document
    dialogs: Dialogs
    background: Background

    def tell(self, sentence: str) -> None:
        """Say something in passing."""


def desk_of(widget: QWidget) -> Desk | None:
    """The window that a widget belongs to, also from a dock that floats."""
    above: QWidget | None = widget
    while above is not None and not isinstance(above, Desk):
        above = above.parentWidget()
    return above


def save(subject: Subject, ending: str, desk: Desk) -> None:
    """Ask where, make the content now, and have it written."""
    start = (desk.document.path or Path.home() / "model").with_name(f"{_file_name(subject.title)}{ending}")
    path = desk.dialogs.where_to_export(str(start), ending)
    if path is None:
        return
    try:
        chosen = path.suffix.lower()
        job = partial(_written, path, content(subject, chosen if chosen in ENDINGS else ending))
    except StudioError as error:
        _tell_not_saved(desk, error)
        return
    desk.background.run(job, partial(_tell_saved, desk), partial(_tell_not_saved, desk))


def content(subject: Subject, ending: str) -> Callable[[], bytes]:
    """What makes a file's content in any thread; what must be painted in the window's is painted now."""
    if ending == ".csv":
        return partial(csv_of, subject.table())
    if ending == ".svg":
        return partial(bytes, svg_of(subject))
    return partial(png_of, image_of(subject))


class SaveMenu(QMenu):
    """The three ways to save a subject."""

    def __init__(self, subject: Subject, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._subject, self._parent = subject, parent
        words = (self.tr("Save as &PNG…"), self.tr("Save as &SVG…"), self.tr("Save numbers as &CSV…"))
        for text, ending in zip(words, ENDINGS, strict=True):
            self.addAction(text).triggered.connect(partial(self._save, ending))
        self.setEnabled(desk_of(parent) is not None)

    def _save(self, ending: str, *_: object) -> None:
        desk = desk_of(self._parent)
        if desk is not None:
            save(self._subject, ending, desk)


class SaveButton(QToolButton):
    """Opens the menu. A panel puts it at the right of its header."""

    def __init__(self, subject: Subject, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._subject = subject
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Save {}").format(subject.title))
        self.setToolTip(self.tr("Save as a picture or as numbers"))
        self.setStyleSheet("padding: 2px;")
        follow(self._show_icon)
        self.clicked.connect(self.open_menu)

    def open_menu(self) -> None:
        """Show the ways to save."""
        SaveMenu(self._subject, self).popup(self.mapToGlobal(self.rect().bottomLeft()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._show_icon()

    def _show_icon(self) -> None:
        self.setIcon(icon_of("save", theme_of(self.palette())))


def _written(path: Path, make: Callable[[], bytes]) -> Path:
    write_atomically(path, make(), StudioError)
    return path


def _tell_saved(desk: Desk, path: Path) -> None:
    desk.tell(tr("Saved {}").format(path.name))


def _tell_not_saved(desk: Desk, error: StudioError) -> None:
    desk.dialogs.tell(tr("Not saved"), str(error))


def _file_name(title: str) -> str:
    """A title as a file may be called."""
    return "".join(letter if letter.isalnum() or letter in " -_" else "_" for letter in title).strip().lower() or "plot"


def tr(text: str) -> str:
    """A text of saving in the user's language."""
    return QCoreApplication.translate("Saving", text)
