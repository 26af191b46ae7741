"""The reader: finds what has a value at a place, and shows it at the cursor."""

from collections.abc import Callable, Sequence
from math import isfinite

from PySide6.QtCore import QObject, QPointF

from nnstudio.ui.plots.axes import Axes
from nnstudio.ui.plots.cursor import Cursor, Line, Readout
from nnstudio.ui.plots.layer import Layer
from nnstudio.ui.plots.numbers import exact, rounded

Place = tuple[float, float]


class Reader(QObject):
    """Reads off the layers that a function names."""

    def __init__(self, axes: Axes, layers: Callable[[], Sequence[Layer]]) -> None:
        super().__init__(axes)
        self._axes, self._layers = axes, layers
        self._card, self._cursor = Readout(axes), Cursor()
        axes.add(self._cursor)

    @property
    def at(self) -> Place | None:
        """Where the cursor is, in the data."""
        return self._cursor.at

    @property
    def text(self) -> str:
        """What the card says; empty while there is none."""
        return "" if self._card.isHidden() else self._card.text

    def show(self, x: float, y: float) -> None:
        """Read off what is at a place, or at the nearest that has a value."""
        layers = self._layers()
        snapped = [found for layer in layers if (found := layer.snap(x, y)) is not None]
        if snapped:
            x, y = min(snapped, key=lambda place: abs(place[0] - x) + abs(place[1] - y))
        self._cursor.crossed = bool(snapped)
        lines = [
            Line(reading, layer.colour if layer.name else None) for layer in layers for reading in layer.readings(x, y)
        ]
        self._cursor.show_at((x, y), lines)
        frame, inside = self._axes.frame, self._axes.inside
        across, down = float(frame.across(x)), float(frame.down(y))
        if not (isfinite(across) and isfinite(down)):
            self.hide()
            return
        # The card stays in sight, also where the place is far outside.
        here = QPointF(min(max(across, 0.0), frame.width), min(max(down, 0.0), frame.height))
        heading = self._heading(layers, x, y, bool(snapped))
        self._card.show_lines(heading, lines, (here + inside.topLeft()).toPoint(), inside.toAlignedRect())
        self._axes.setAccessibleDescription(self._card.text)

    def again(self) -> None:
        """What is shown has changed: read it off once more."""
        if self._cursor.at is not None:
            self.show(*self._cursor.at)

    def hide(self) -> None:
        """Read nothing off."""
        self._cursor.show_at(None)
        self._card.hide()

    def step(self, right: int, up: int) -> None:
        """Go on to the next value in a direction, or a pixel further where there are none."""
        frame, room = self._axes.frame, self._axes.inside
        if not frame.drawable:
            return
        if self.at is None:
            self.show(frame.x_at(room.width() / 2), frame.y_at(room.height() / 2))
            return
        x, y = self.at
        found = [place for layer in self._layers() if (place := layer.beyond(x, y, right, up)) is not None]
        if found:
            self.show(*min(found, key=lambda place: abs(place[0] - x) + abs(place[1] - y)))
        else:
            self._nudge(x, y, right, up)

    def _nudge(self, x: float, y: float, right: int, up: int) -> None:
        frame = self._axes.frame
        across, down = float(frame.across(x)) + right, float(frame.down(y)) - up
        if 0 <= across <= frame.width and 0 <= down <= frame.height and not self._cursor.crossed:
            self.show(frame.x_at(across), frame.y_at(down))

    def _heading(self, layers: Sequence[Layer], x: float, y: float, snapped: bool) -> str:
        named = next(filter(None, (layer.heading(x, y) for layer in layers)), "")
        if named:
            return named
        if snapped:
            return f"{self._axes.bottom.labelText} {exact(x)}".strip()
        # No more digits than a pixel is worth.
        return f"{rounded(x)}, {rounded(y)}" if layers else ""
