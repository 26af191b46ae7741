"""Following: the range of a plot goes along with its layers, in steps and seldom, until the user moves it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from nnstudio.ui.plots.axes import Axes
from nnstudio.ui.plots.layer import Layer
from nnstudio.ui.plots.ranges import Extent, followed

SELDOM = 300  # Milliseconds between two changes while data grow: a change costs more than all curves.


class Following(QObject):
    """`margins` are the parts of the width and of the height that stay free at each end."""

    caught_up = Signal()
    """What is shown has changed, and the range may have."""

    def __init__(self, axes: Axes, layers: Callable[[], Sequence[Layer]], margins: tuple[float, float]) -> None:
        super().__init__(axes)
        self._axes, self._layers, self._margins = axes, layers, margins
        self._on, self._fitted = True, False
        self._stale = False
        self._soon = QTimer(self, singleShot=True, interval=SELDOM)
        self._soon.timeout.connect(self._catch_up)

    @property
    def on(self) -> bool:
        """Whether the range follows."""
        return self._on

    def stop(self) -> None:
        """Stay where the user has put it."""
        self._on = False

    def fit(self) -> None:
        """Show everything, exactly, and follow from now on."""
        self._on = True
        self._fit(exactly=True)

    def heed(self) -> None:
        """Something is another: follow soon; at once, if it is the first that there is to see."""
        self._stale = True
        if not self._axes.isVisible():
            return
        if not self._fitted:
            self._catch_up()
        elif not self._soon.isActive():
            self._soon.start()

    def wake(self) -> None:
        """The plot comes into sight."""
        if self._stale:
            self._catch_up()

    def _catch_up(self) -> None:
        self._stale = False
        if self._on:
            self._fit(exactly=not self._fitted)
        self.caught_up.emit()

    def _fit(self, exactly: bool) -> None:
        frame = self._axes.frame
        extent: Extent | None = None
        for layer in self._layers():
            found = layer.extent(frame.log_x, frame.log_y)
            if found is not None:
                extent = found if extent is None else extent.joined(found)
        if extent is None:
            self._fitted = False
            return
        self._fitted = True
        x, y = self._axes.ranges
        self._axes.show_range(
            followed(None if exactly else x, extent.left, extent.right, self._margins[0]),
            followed(None if exactly else y, extent.low, extent.high, self._margins[1]),
        )
