"""The content of picture files: pixels as PNG, and whatever is painted as SVG."""

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from nnstudio.core.errors import StudioError

CSS_PIXELS = 96  # To the inch, so that a browser shows the picture as large as it was.


def png_of(image: QImage) -> bytes:
    """Pixels as the content of a PNG file; in any thread."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise StudioError("The picture could not be made. Try SVG, which has no limit of size.")
    return bytes(content.data())


def svg_of(size: QSize, title: str, paint: Callable[[QPainter], object]) -> bytes:
    """What is painted on an area of that size, as the content of an SVG file."""
    content = QByteArray()
    buffer = QBuffer(content)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setResolution(CSS_PIXELS)
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(title)
    painter = QPainter(generator)
    try:
        paint(painter)
    finally:
        # Left open, it would end with its picture already gone.
        if painter.isActive():
            painter.end()
    return bytes(content.data())
