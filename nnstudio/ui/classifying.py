"""Classifying many pictures: in a thread of its own, some at a time, so that a table can grow meanwhile."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage

from nnstudio.api import Model
from nnstudio.classify.many import AT_ONCE, Answered, pictures_of
from nnstudio.classify.picture_file import picture_paths
from nnstudio.classify.recognition import Recognition
from nnstudio.core.errors import StudioError
from nnstudio.core.files import write_atomically
from nnstudio.layers.shapes import Array
from nnstudio.project.project import Project
from nnstudio.ui.background import Background, Done, Failed
from nnstudio.ui.drawing import image_of

SMALL = 28  # Pixels of a side of the small pictures.


@dataclass(frozen=True, eq=False)
class Seen:
    """A picture file with its answer, or the reason why it could not be read."""

    path: str
    small: QImage | None = None
    answer: Recognition | None = None
    reason: str = ""


class Classifying(QObject):
    """Asks a project's network about files and folders, once at a time. It can be called off."""

    came = Signal(object)
    """Some more, as a list of Seen."""
    ended = Signal()
    """All are done, or it was called off."""
    failed = Signal(str)
    """Why there are no answers, in a sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._paths: list[str] = []
        self._begun = 0
        self._found: Answered | None = None
        self._off: Event | None = None
        self.going = False

    @property
    def total(self) -> int:
        """How many files there are, as far as it is known."""
        return len(self._paths)

    @property
    def called_off(self) -> bool:
        """Whether it was, or is to be, ended before all was done."""
        return self._off is not None and self._off.is_set()

    def start(self, project: Project, names: list[str]) -> None:
        """Begin with these files and folders, unless it is under way."""
        if not self.going:
            self.going, self._found, self._paths, self._begun = True, None, [], 0
            self._off = Event()
            self._background.run(partial(_opened, project, names), self._begin, self._fail)

    def cancel(self) -> None:
        """End soon; what is answered stays."""
        if self._off is not None:
            self._off.set()

    def save(self, path: Path, done: Done, failed: Failed) -> None:
        """Write the table as the command line does."""
        if self._found is not None and not self.going:
            self._background.run(partial(_saved, self._found, path), done, failed)

    def close(self) -> None:
        """End; nothing is told any more."""
        self.cancel()
        self._background.close()

    def _begin(self, opened: tuple[Answered, list[str]]) -> None:
        self._found, self._paths = opened
        self._go_on([])

    def _go_on(self, seen: list[Seen]) -> None:
        """Show some, and ask about the next ones."""
        if seen:
            self.came.emit(seen)
        part = self._paths[self._begun : self._begun + AT_ONCE]
        if self._found is None or self._off is None or self._off.is_set() or not part:
            self.going = False
            self.ended.emit()
            return
        self._begun += len(part)
        self._background.run(partial(_asked, self._found, part, self._off), self._go_on, self._fail)

    def _fail(self, error: StudioError) -> None:
        self.going = False
        self.failed.emit(str(error))


def _opened(project: Project, names: list[str]) -> tuple[Answered, list[str]]:
    """The network, and all files; a StudioError where it is not trained or there is no picture."""
    network = Model(project).network()
    pictures_of(network)
    return Answered(network), list(dict.fromkeys(picture_paths(names)))


def _asked(found: Answered, paths: list[str], off: Event) -> list[Seen]:
    small: dict[str, QImage] = {}

    def look(path: str, picture: Array) -> None:
        small[path] = _small(picture)

    found.ask(paths, look, lambda: not off.is_set())
    return [
        Seen(path, small.get(path), found.answers.get(path), found.unreadable.get(path, ""))
        for path in paths
        if path in found.answers or path in found.unreadable
    ]


def _small(picture: Array) -> QImage:
    image = image_of(picture[:, :, 0] if picture.shape[2] == 1 else picture)
    size = image.size().scaled(SMALL, SMALL, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
    return image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)


def _saved(found: Answered, path: Path) -> Path:
    write_atomically(path, found.csv())
    return path
