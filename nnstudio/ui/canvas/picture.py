"""Pictures of the canvas: the whole model as PNG or SVG."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from nnstudio.core.errors import StudioError
from nnstudio.core.files import write_atomically
from nnstudio.project.project import Project
from nnstudio.ui import picture_files
from nnstudio.ui.canvas.scene import Scene
from nnstudio.ui.document import Document
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import Theme

MARGIN = 32.0
SCALE = 2.0  # Pixels of a PNG for one of the canvas; for a very large model fewer, so that there are no more than
MOST_PIXELS = 40_000_000  # these, nor
LONGEST = 16_000  # these along a side.


def painted(project: Project, theme: Theme, path: Path) -> Callable[[], Path]:
    """Paint the model now, in the window's thread; what comes back writes it to a file, in any."""
    # A canvas of its own: what is chosen in the window is not part of the picture.
    document = Document(project)
    scene = Scene(document, Selection(document), theme)
    if path.suffix.lower() == ".svg":
        return partial(_save, path, svg_of(scene, theme))
    return partial(_save_image, path, image_of(scene, theme))


def image_of(scene: Scene, theme: Theme) -> QImage:
    """All cards and wires as pixels."""
    area = _area(scene)
    width, height = area.width(), area.height()
    scale = min(SCALE, LONGEST / max(width, height), (MOST_PIXELS / (width * height)) ** 0.5)
    image = QImage((area.size() * scale).toSize().expandedTo(QSize(1, 1)), QImage.Format.Format_RGB32)
    image.fill(theme.color("canvas"))
    painter = QPainter(image)
    scene.render(painter, QRectF(image.rect()), area, Qt.AspectRatioMode.IgnoreAspectRatio)
    painter.end()
    return image


def svg_of(scene: Scene, theme: Theme) -> bytes:
    """All cards and wires as the content of an SVG file."""
    area = _area(scene)
    size = QRectF(0, 0, area.width(), area.height())

    def paint(painter: QPainter) -> None:
        painter.fillRect(size, theme.color("canvas"))
        scene.render(painter, size, area, Qt.AspectRatioMode.IgnoreAspectRatio)

    return picture_files.svg_of(size.size().toSize(), "nnstudio", paint)


def _save_image(path: Path, image: QImage) -> Path:
    return _save(path, picture_files.png_of(image))


def _save(path: Path, content: bytes) -> Path:
    write_atomically(path, content, StudioError)
    return path


def _area(scene: Scene) -> QRectF:
    return scene.content_rect().marginsAdded(QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN))
