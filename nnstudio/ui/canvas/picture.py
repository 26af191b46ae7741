"""Pictures of the canvas: the whole model as PNG or SVG."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from nnstudio.core.errors import StudioError
from nnstudio.core.files import write_atomically
from nnstudio.project.project import Project
from nnstudio.ui.canvas.scene import Scene
from nnstudio.ui.document import Document
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import Theme

MARGIN = 32.0
SCALE = 2.0  # Pixels of a PNG for one of the canvas; for a very large model fewer, so that there are no more than
MOST_PIXELS = 40_000_000  # these, nor
LONGEST = 16_000  # these along a side.
CSS_PIXELS = 96  # To the inch, so that a browser shows the picture in the size of the canvas.


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


def png_of(image: QImage) -> bytes:
    """Pixels as the content of a PNG file."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise StudioError("The picture could not be made. Try SVG, which has no limit of size.")
    return bytes(content.data())


def svg_of(scene: Scene, theme: Theme) -> bytes:
    """All cards and wires as the content of an SVG file."""
    area = _area(scene)
    size = QRectF(0, 0, area.width(), area.height())
    content = QByteArray()
    buffer = QBuffer(content)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(CSS_PIXELS)
    generator.setSize(size.size().toSize())
    generator.setViewBox(size)
    generator.setTitle("nnstudio")
    painter = QPainter(generator)
    painter.fillRect(size, theme.color("canvas"))
    scene.render(painter, size, area, Qt.AspectRatioMode.IgnoreAspectRatio)
    painter.end()
    return bytes(content.data())


def _save_image(path: Path, image: QImage) -> Path:
    return _save(path, png_of(image))


def _save(path: Path, content: bytes) -> Path:
    write_atomically(path, content, StudioError)
    return path


def _area(scene: Scene) -> QRectF:
    return scene.content_rect().marginsAdded(QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN))
