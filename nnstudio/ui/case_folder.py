"""The folder of a project's test cases: drawings with their right class, and the way of a drawing into the data."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from nnstudio.classify.cases import Case, Found, cases_in, folder_of_data, save_case
from nnstudio.core.errors import StudioError
from nnstudio.ui.background import Background
from nnstudio.ui.dialogs import Dialogs
from nnstudio.ui.document import Document

KEPT = "test cases"  # Under which the project's layout remembers the folder.


class CaseFolder(QObject):
    """Saves and reads in a thread. The folder is asked for once, and remembered in the project."""

    changed = Signal()
    """Other cases, or another folder."""
    added = Signal()
    """A drawing was added to the data, which must be read again."""
    told = Signal(str)

    def __init__(
        self, document: Document, background: Background, dialogs: Dialogs, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._background, self._dialogs = document, background, dialogs
        self._names: tuple[str, ...] = ()
        self._looked: tuple[object, ...] = ()
        self.cases: tuple[Case, ...] = ()

    @property
    def folder(self) -> Path | None:
        """Where the cases of this project are, once that was said."""
        kept = self._document.project.layout.get(KEPT)
        return Path(kept) if isinstance(kept, str) and kept else None

    def save(self, label: str, pixels: NDArray[np.uint8]) -> None:
        """Keep a drawing with its right class."""
        if self.folder is None:
            self.choose_folder()
        if self.folder is not None:
            job = partial(save_case, self.folder, label, pixels)
            self._background.run(job, self._saved, self._not_done)

    def add_to_data(self, label: str, pixels: NDArray[np.uint8]) -> None:
        """Put a drawing to the samples that the project learns, where these are a folder of pictures."""
        job = partial(_added, self._document.project.data, label, pixels)
        self._background.run(job, self._put_to_data, self._not_done)

    def choose_folder(self) -> None:
        """Ask where the cases are to be."""
        folder = self._dialogs.where_to_keep(str(self.folder or self._usual_folder()))
        if folder is not None:
            layout = {**self._document.project.layout, KEPT: str(folder)}
            self._document.change(self.tr("Choose the folder of test cases"), layout=layout)
            self.look(self._names)

    def look(self, names: Sequence[str], again: bool = False) -> None:
        """Read what is in the folder, if that is not known yet."""
        self._names = tuple(names)
        wanted = (self.folder, self._names)
        if not again and wanted == self._looked:
            return
        self._looked = wanted
        if self.folder is None:
            self._show(Found(()))
        else:
            self._background.run(partial(cases_in, self.folder, self._names), self._show, self._not_done)

    def _usual_folder(self) -> Path:
        path = self._document.path
        home = path.parent if path else Path.home()
        return home / self.tr("{} test cases").format(path.stem if path else "nnstudio")

    def _saved(self, path: Path) -> None:
        self.told.emit(self.tr("Saved {} as a test case for {}").format(path.name, path.parent.name))
        self.look(self._names, again=True)

    def _put_to_data(self, path: Path) -> None:
        self.told.emit(self.tr("Added {} to the class {} of the data").format(path.name, path.parent.name))
        self.added.emit()

    def _show(self, found: Found) -> None:
        self.cases = found.cases
        if found.unfit:
            self.told.emit(self.tr("Pictures that cannot be read were left out: {}").format(found.unfit))
        self.changed.emit()

    def _not_done(self, error: StudioError) -> None:
        self._dialogs.tell(self.tr("Not saved"), str(error))


def _added(source: str, label: str, pixels: NDArray[np.uint8]) -> Path:
    return save_case(folder_of_data(source, label), label, pixels)
