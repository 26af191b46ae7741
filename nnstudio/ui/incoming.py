"""Pictures that come from elsewhere onto the pad: opened, pasted or dropped."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage

from nnstudio.core.errors import StudioError
from nnstudio.data.picture_fit import Wanted
from nnstudio.data.pictures import has_colour, read_picture, silence
from nnstudio.ui.background import Background
from nnstudio.ui.dialogs import Dialogs
from nnstudio.ui.document import Document
from nnstudio.ui.drawing import SIDE, image_of, on_paper

PROJECT = ".nns"


class Incoming(QObject):
    """Files are read in a thread, by a reader that no file can harm."""

    came = Signal(object)
    """A QImage of the paper's size."""
    told = Signal(str)

    def __init__(
        self, document: Document, background: Background, dialogs: Dialogs, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._background, self._dialogs = document, background, dialogs

    def ask(self) -> None:
        """Open a picture file."""
        start = self._document.path.parent if self._document.path else Path.home()
        path = self._dialogs.what_to_classify(str(start))
        if path is not None:
            self.read(path)

    def read(self, path: Path) -> None:
        """A picture file that is known by name."""
        self._background.run(partial(_read, path), self.came.emit, self._not_read)

    def paste(self) -> None:
        """What was copied elsewhere."""
        if not self.take(QGuiApplication.clipboard().mimeData()):
            self.told.emit(self.tr("No picture was copied. Copy one first, or draw."))

    def take(self, data: QMimeData) -> bool:
        """A picture or the first file that was dropped or pasted; False where there is none."""
        path = file_in(data)
        if path is not None:
            self.read(path)
        elif data.hasImage() and isinstance(image := data.imageData(), QImage) and not image.isNull():
            self.came.emit(on_paper(image))
        else:
            return False
        return True

    def _not_read(self, error: StudioError) -> None:
        self._dialogs.tell(self.tr("Not opened"), str(error))


def may_come(data: QMimeData) -> bool:
    """Whether something dropped may be a picture; projects are for the window."""
    return file_in(data) is not None or data.hasImage()


def file_in(data: QMimeData) -> Path | None:
    """The first file that is no project."""
    files = (Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
    return next((path for path in files if path.suffix.lower() != PROJECT), None)


def _read(path: Path) -> QImage:
    with silence():
        colour = has_colour(str(path))
    pixels = read_picture(str(path), Wanted(SIDE, SIDE, "pad", colour))
    return image_of(pixels if colour else pixels[:, :, 0])
