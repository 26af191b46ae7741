"""Pictures of the canvas: the whole model as PNG or SVG."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from nnstudio.core.errors import StudioError
from nnstudio.core.files import write_atomically
from nnstudio.ui.canvas.scene import Scene
from nnstudio.ui.theme import Theme

MARGIN = 32.0
SCALE = 2.0  # Pixels of a PNG for one of the canvas.
LARGEST = 16_000  # Pixels along a side; beyond, the scale gives way.


def png_of(scene: Scene, theme: Theme) -> bytes:
    """The whole canvas as PNG."""
    area = _area(scene)
    scale = min(SCALE, LARGEST / max(area.width(), area.height()))
    image = QImage((area.size() * scale).toSize(), QImage.Format.Format_RGB32)
    image.fill(theme.color("canvas"))
    painter = QPainter(image)
    scene.render(painter, QRectF(image.rect()), area)
    painter.end()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(content.data())


def svg_of(scene: Scene, theme: Theme) -> bytes:
    """The whole canvas as SVG."""
    area = _area(scene)
    content = QByteArray()
    buffer = QBuffer(content)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(int(area.width()), int(area.height())))
    generator.setViewBox(QRectF(0, 0, area.width(), area.height()))
    generator.setTitle("nnstudio")
    painter = QPainter(generator)
    painter.fillRect(QRectF(0, 0, area.width(), area.height()), theme.color("canvas"))
    scene.render(painter, QRectF(0, 0, area.width(), area.height()), area, Qt.AspectRatioMode.IgnoreAspectRatio)
    painter.end()
    return bytes(content.data())


def save_picture(path: Path, content: bytes) -> None:
    """Write a picture, whole or not at all."""
    write_atomically(path, content, StudioError)


def _area(scene: Scene) -> QRectF:
    return scene.content_rect().marginsAdded(QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN))
