"""What leaves the window for other programs and what comes in from them: its dialogs, and files that are dropped."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Signal

from nnstudio.core.errors import StudioError
from nnstudio.graph.diagram import Diagram
from nnstudio.ui.dialogs import ENDING
from nnstudio.ui.files import as_name
from nnstudio.ui.importing import Importing, files_in, importable

if TYPE_CHECKING:
    from nnstudio.ui.classify_window import ClassifyWindow
    from nnstudio.ui.export_dialog import ExportDialog
    from nnstudio.ui.network_picture import Look
    from nnstudio.ui.window import StudioWindow


class Crossings(QObject):
    """At most one dialog of a kind; what is dropped is opened or imported."""

    told = Signal(str)

    def __init__(self, window: "StudioWindow") -> None:
        super().__init__(window)
        self._window = window
        self._dialog: ExportDialog | None = None
        self._many: ClassifyWindow | None = None
        self.importing = Importing(window.document, window.run, window.files, window.background, window.dialogs)
        self.importing.told.connect(self.told)
        self.importing.refused.connect(self._show_refusal)

    def export(self) -> None:
        """Show the export dialog, or bring it to the front."""
        from nnstudio.ui.export_dialog import ExportDialog
        from nnstudio.ui.export_place import Place

        window = self._window
        if self._dialog is None:
            window.files.asked.emit()
            path, title = window.document.path, as_name(window.document.project.title)
            place = Place(path.parent if path else Path.home(), path.stem if path else title)
            self._dialog = ExportDialog(window.document, window.run, window.dialogs, place, window)
            self._dialog.told.connect(self.told)
            self._dialog.finished.connect(self._forget)
            self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def classify(self) -> None:
        """Show the window that classifies many pictures, or bring it to the front."""
        from nnstudio.ui.classify_window import ClassifyWindow

        window = self._window
        if self._many is None:
            self._many = ClassifyWindow(window.document, window.run, window.dialogs, window)
            self._many.opened.connect(window.panels.put_on_pad)
            self._many.started.connect(window.files.asked)
            self._many.told.connect(self.told)
            self._many.finished.connect(self._forget_many)
            self._many.show()
        self._many.raise_()
        self._many.activateWindow()

    def show_circles(self) -> None:
        """Show the network as circles and lines, to be saved."""
        from nnstudio.ui.network_picture_dialog import NetworkPictureDialog

        dialog = NetworkPictureDialog(self._window.document.project, self._window.theme, self._window)
        dialog.wanted.connect(self._save_circles)
        dialog.open()

    def close(self) -> None:
        """The window ends, and an export or the classifying with it."""
        for dialog in (self._dialog, self._many):
            if dialog is not None:
                dialog.reject()

    def may_come(self, data: QMimeData) -> bool:
        """Whether there is a project, a model or weights in what is dragged over the window."""
        return bool(_projects_in(data) or importable(data))

    def take(self, data: QMimeData) -> None:
        """Open and import what was dropped."""
        for path in _projects_in(data):
            self._window.files.open(path)
        for path in importable(data):
            self.importing.take(path)

    def _save_circles(self, drawn: Diagram, look: "Look", ending: str) -> None:
        from nnstudio.ui.network_picture import painted
        from nnstudio.ui.network_picture_dialog import start_of

        window = self._window
        path = window.dialogs.where_to_export(str(start_of(window.document.path, ending)), ending)
        if path is not None:
            window.background.run(painted(drawn, look, path), self._saved, self._not_saved)

    def _saved(self, path: Path) -> None:
        self.told.emit(self.tr("Saved {}").format(path.name))

    def _not_saved(self, error: StudioError) -> None:
        self._window.dialogs.tell(self.tr("Not saved"), str(error))

    def _forget(self) -> None:
        self._dialog = None

    def _forget_many(self) -> None:
        self._many = None

    def _show_refusal(self, error: StudioError, path: Path) -> None:
        from nnstudio.ui.import_refused import refusal

        dialog = refusal(error, path, self._window)
        if dialog is not None:
            dialog.open()
        else:
            self._window.dialogs.tell(self.tr("Not imported"), str(error))


def _projects_in(data: QMimeData) -> list[Path]:
    return [path for path in files_in(data) if path.suffix.lower() == ENDING]
