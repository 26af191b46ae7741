"""Icons: our own line drawings, painted in the colours of the theme and sharp on every screen."""

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from nnstudio.core.resources import resource
from nnstudio.ui.sizes import px
from nnstudio.ui.theme import Theme

SIZE = 20
RATIOS = (1, 2)  # Pixels for a point; what lies between is scaled down.
INK = b"currentColor"


def icon_of(name: str, theme: Theme, ink: str = "") -> QIcon:
    """The drawing `icons/tools/NAME.svg`, as large as letters are now, paler where it is disabled; in the colour of
    text, or in another."""
    drawing = resource("icons", "tools", f"{name}.svg").read_bytes()
    icon, side = QIcon(), px(SIZE)
    off = theme.off if theme.contrast else theme.border
    for mode, color in ((QIcon.Mode.Normal, ink or theme.text), (QIcon.Mode.Disabled, off)):
        for ratio in RATIOS:
            icon.addPixmap(_painted(drawing.replace(INK, color.encode()), side, ratio), mode)
    return icon


def window_icon() -> QIcon:
    """The sign of the studio."""
    return QIcon(str(resource("icons", "nnstudio.svg")))


def _painted(drawing: bytes, side: int, ratio: int) -> QPixmap:
    picture = QPixmap(QSize(side, side) * ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(drawing)).render(painter)
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
