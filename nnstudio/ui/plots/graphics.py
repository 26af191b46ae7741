"""The plotting library, as far as plots use it. Loading it must not take the hooks for bugs away from the studio."""

from typing import Any

import pyqtgraph  # type: ignore[import-untyped]
from pyqtgraph import exceptionHandling

# It prints every bug once more, and would go on doing so after the studio's own hook is gone.
exceptionHandling.handler.remove()

# Untyped, so nothing is known of them.
AxisItem: Any = pyqtgraph.AxisItem
GraphicsView: Any = pyqtgraph.GraphicsView
GraphicsWidget: Any = pyqtgraph.GraphicsWidget
ViewBox: Any = pyqtgraph.ViewBox
polygon: Any = pyqtgraph.functions.arrayToQPolygonF
