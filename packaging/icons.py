"""The icons of the program and of its project files, painted from their drawings in every size, for every system.

`python packaging/icons.py FOLDER` writes `FOLDER/48x48/nnstudio.png` and so on, with `.ico` and `.icns` beside them.
"""

import sys
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWINGS = Path(__file__).resolve().parents[1] / "resources" / "icons"
NAMES = ("nnstudio", "project")
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
OF_WINDOWS = (16, 24, 32, 48, 64, 128, 256)
OF_MACOS = (32, 64, 128, 256, 512, 1024)


def painted(drawing: Path, size: int) -> Image.Image:
    """The drawing, as large as a square of that many pixels."""
    picture = QImage(size, size, QImage.Format.Format_RGBA8888_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(str(drawing)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    straight = picture.convertToFormat(QImage.Format.Format_RGBA8888)
    return Image.frombytes("RGBA", (size, size), bytes(straight.constBits()))


def make(folder: Path) -> None:
    """Every icon in every size."""
    for name in NAMES:
        drawing = DRAWINGS / f"{name}.svg"
        for size in SIZES:
            place = folder / f"{size}x{size}"
            place.mkdir(parents=True, exist_ok=True)
            painted(drawing, size).save(place / f"{name}.png")
        for kind, sizes in (("ico", OF_WINDOWS), ("icns", OF_MACOS)):
            # One file with several sizes, each painted and none scaled.
            *rest, largest = (painted(drawing, size) for size in sizes)
            largest.save(folder / f"{name}.{kind}", sizes=[(size, size) for size in sizes], append_images=rest)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
