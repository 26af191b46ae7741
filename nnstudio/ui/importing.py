"""Importing: an ONNX file becomes a project of its own; weights go into the present one, as one edit."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal

from nnstudio.core.errors import StudioError
from nnstudio.core.files import shown
from nnstudio.core.wording import counted
from nnstudio.importing.weight_import import ImportedWeights
from nnstudio.live.changes import model_of
from nnstudio.project.project import Project
from nnstudio.ui.background import Background
from nnstudio.ui.dialogs import Dialogs
from nnstudio.ui.document import Document
from nnstudio.ui.files import Files
from nnstudio.ui.run import Run

MODEL = ".onnx"
WEIGHTS = (".npz", ".safetensors")
TAKEN = ("weights", "history", "best", "checkpoint", "preparation", "class_names")


class Importing(QObject):
    """Reads in a thread. What does not fit changes nothing."""

    told = Signal(str)
    refused = Signal(object, object)
    """Why, as a StudioError, and the Path."""

    def __init__(self, document: Document, run: Run, files: Files, background: Background, dialogs: Dialogs) -> None:
        super().__init__(document)
        self._document, self._run, self._files = document, run, files
        self._background, self._dialogs = background, dialogs

    def ask(self) -> None:
        """Ask for a file and import it."""
        start = self._document.path.parent if self._document.path else Path.home()
        path = self._dialogs.what_to_import(str(start))
        if path is not None:
            self.take(path)

    def take(self, path: Path) -> None:
        """Import a file: a model by its ending, anything else as weights."""
        refuse = partial(self._refuse, path)
        if path.suffix.lower() == MODEL:
            self._background.run(partial(_model, path), self._files.new, refuse)
        else:
            self._files.asked.emit()
            project = self._document.project
            self._background.run(partial(_weights, project, path), partial(self._settle, path, project), refuse)

    def _settle(self, path: Path, project: Project, found: tuple[ImportedWeights, Project]) -> None:
        """They fit; but a training must stand still, or it would go on from the weights of before."""
        self._run.settle(partial(self._put, path, project, *found))

    def _put(self, path: Path, read: Project, found: ImportedWeights, with_weights: Project) -> None:
        present = self._document.project
        if _task(present) != _task(read):
            self._refuse(path, StudioError(self.tr("The model was changed meanwhile. Import the weights again.")))
            return
        taken = {name: getattr(with_weights, name) for name in TAKEN}
        self._document.change(self.tr("Import weights"), **taken)
        size = f"{counted(len(found.weights), 'array')}, {counted(found.numbers, 'number')}"
        sentence = self.tr("Imported the weights of {}: {}.").format(shown(path.name), size)
        self.told.emit(" ".join((sentence, *found.notes)))

    def _refuse(self, path: Path, error: StudioError) -> None:
        self.refused.emit(error, path)


def importable(data: QMimeData) -> list[Path]:
    """Files that were dropped and may be imported."""
    return [path for path in files_in(data) if path.suffix.lower() in (MODEL, *WEIGHTS)]


def files_in(data: QMimeData) -> list[Path]:
    """All files of this computer that were dropped."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def _model(path: Path) -> Project:
    # Loaded here: an untouched window needs no engine.
    from nnstudio.api import from_onnx

    return from_onnx(path).project


def _weights(project: Project, path: Path) -> tuple[ImportedWeights, Project]:
    from nnstudio.api import Model

    model = Model(project)
    found = model.import_weights(path)
    return found, model.project


def _task(project: Project) -> tuple[object, ...]:
    """What the weights were read for."""
    return model_of(project.graph), project.settings.precision, project.data, project.points, project.preparation
