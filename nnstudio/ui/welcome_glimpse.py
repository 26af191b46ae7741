"""A glimpse of a data set, small enough for a card: its points in the plane, or a few of its pictures."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from nnstudio.data.dataset import DataSet
from nnstudio.data.idx import read_idx
from nnstudio.data.readers.mnist_folder import FILES, PLACES, find
from nnstudio.ui.plots.colours import class_colours
from nnstudio.ui.theme import Theme

MOST_POINTS = 240
FEW_POINTS = 12  # So few are painted larger.
ACROSS = 2  # Pictures in a row, and as many rows.
DOT, LARGE_DOT = 1.4, 3.2  # Radii, in an area of about 64 pixels.
MARGIN = 0.09  # Of the area.


@dataclass(frozen=True, eq=False)
class Glimpse:
    """Points within 0 to 1 (y upwards) with the number of each one's class; or pictures within 0 to 1."""

    points: NDArray[np.float64] | None = None
    numbers: tuple[int, ...] = ()
    classes: int = 0
    pictures: tuple[NDArray[np.uint8], ...] = ()


def glimpse_of(data: DataSet) -> Glimpse | None:
    """What a small picture can show of a data set; None where there is nothing to see."""
    shape = data.stored_shape
    if len(shape) == 3:
        return _of_pictures(data.inputs[: ACROSS * ACROSS])
    if len(shape) == 1 and shape[0] >= 2 and np.issubdtype(data.inputs.dtype, np.floating):
        # Of many measures the last two: for the flowers those that tell them apart.
        return _of_points(data, _some(data.inputs[:, -2:]))
    if shape == (1,) and not data.classifies:
        return _of_points(data, _some(np.column_stack([data.inputs, data.targets[:, :1]])))
    return None


def glimpse_of_folder(folder: Path, places: tuple[str, ...] = PLACES) -> Glimpse | None:
    """The first test pictures of a set in the form of MNIST, without reading the others."""
    images = find(folder, FILES, places)[2]
    return None if images is None else _of_pictures(read_idx(images)[: ACROSS * ACROSS, :, :, None])


def paint_glimpse(painter: QPainter, area: QRectF, glimpse: Glimpse, theme: Theme) -> None:
    """Paint it into an area."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if glimpse.points is not None:
        _paint_points(painter, area, glimpse, theme)
    else:
        _paint_pictures(painter, area, glimpse.pictures, theme)
    painter.restore()


def _some(points: NDArray[np.floating]) -> NDArray[np.float64]:
    return points[:: _every(len(points))].astype(np.float64)


def _every(count: int) -> int:
    return -(-count // MOST_POINTS)


def _of_points(data: DataSet, points: NDArray[np.float64]) -> Glimpse:
    low, span = points.min(axis=0), np.ptp(points, axis=0)
    targets = data.targets[:: _every(len(data.targets))]
    if data.classifies:
        numbers, classes = tuple(int(each) for each in targets), len(data.class_names)
    elif data.stored_shape == (1,):
        numbers, classes = (0,) * len(points), 0
    else:
        numbers, classes = tuple(int(each > 0) for each in targets[:, 0]), 2
    return Glimpse((points - low) / np.where(span > 0, span, 1), numbers, classes)


def _of_pictures(pictures: NDArray[np.generic]) -> Glimpse | None:
    values = pictures.astype(np.float64)
    if not len(values) or not np.isfinite(values).all():
        return None
    low, high = values.min(), values.max()
    shades = ((values - low) / max(high - low, 1e-12) * 255).astype(np.uint8)
    return Glimpse(pictures=tuple(shades))


def _paint_points(painter: QPainter, area: QRectF, glimpse: Glimpse, theme: Theme) -> None:
    assert glimpse.points is not None
    side = min(area.width(), area.height())
    radius = side / 64 * (LARGE_DOT if len(glimpse.points) <= FEW_POINTS else DOT)
    room = area.adjusted(*(sign * (MARGIN * side + radius) for sign in (1, 1, -1, -1)))
    colours = class_colours(theme, glimpse.classes) if glimpse.classes else (theme.color("text"),)
    painter.setPen(Qt.PenStyle.NoPen)
    for (x, y), number in zip(glimpse.points.tolist(), glimpse.numbers, strict=True):
        painter.setBrush(colours[number])
        painter.drawEllipse(QPointF(room.left() + x * room.width(), room.bottom() - y * room.height()), radius, radius)


def _paint_pictures(painter: QPainter, area: QRectF, pictures: tuple[NDArray[np.uint8], ...], theme: Theme) -> None:
    side = min(area.width(), area.height())
    gap = side * MARGIN / 2
    each = (side - (ACROSS + 1) * gap) / ACROSS
    left, top = area.center().x() - side / 2, area.center().y() - side / 2
    for number, picture in enumerate(pictures):
        row, column = divmod(number, ACROSS)
        place = QRectF(left + gap + column * (each + gap), top + gap + row * (each + gap), each, each)
        painter.drawImage(place, _image_of(picture, theme))


def _image_of(picture: NDArray[np.uint8], theme: Theme) -> QImage:
    """Grey ones in the ink of the theme, so that they look drawn on its paper; coloured ones as they are."""
    height, width, channels = picture.shape
    if channels == 3:
        content = np.ascontiguousarray(picture)
        return QImage(content.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    inked = np.zeros((height, width, 4), np.uint8)
    ink = QColor(theme.text)
    inked[..., :3] = ink.red(), ink.green(), ink.blue()
    inked[..., 3] = picture[..., 0]
    return QImage(inked.data, width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
