"""Drawing data: points that are added and removed by hand, as edits of the project that can be undone."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from nnstudio.core.errors import DataError
from nnstudio.data.points import Points
from nnstudio.live.messages import Seen
from nnstudio.live.probes.own_points import OwnPoints
from nnstudio.ui.document import Document
from nnstudio.ui.run import Run

KEY = "own points"


class DrawnPoints(QObject):
    """With the first stroke the project takes the samples of its data as points of its own."""

    changed = Signal()
    """Whether points can be drawn, or the reason why not."""
    told = Signal(str)

    def __init__(self, document: Document, run: Run, parent: QObject | None = None) -> None:
        super().__init__(parent or run)
        self._document, self._run = document, run
        self._found: Points | str = ""
        run.seen.connect(self._notice)

    @property
    def reason(self) -> str:
        """Why no points can be drawn; empty where they can."""
        return self._found if isinstance(self._found, str) else ""

    @property
    def possible(self) -> bool:
        """Whether points can be drawn now."""
        return isinstance(self._found, Points)

    def watch(self, wanted: bool) -> None:
        """Know the points while a panel is in sight on which they can be drawn."""
        self._run.want(self, {KEY: OwnPoints()} if wanted else {})

    def add_point(self, x: Sequence[float], target: float) -> None:
        """A point more to learn from."""
        if (points := self._points()) is not None:
            self._put(self.tr("Add point"), lambda: points.added(x, target))

    def remove_point(self, number: int) -> None:
        """Take a sample away, by its number in the data."""
        if (points := self._points()) is not None and 0 <= number < len(points):
            self._put(self.tr("Remove point"), lambda: points.removed(number))

    def _points(self) -> Points | None:
        drawn = self._document.project.points
        return drawn if drawn is not None else self._found if isinstance(self._found, Points) else None

    def _put(self, name: str, made: Callable[[], Points]) -> None:
        try:
            self._document.change(name, points=made())
        except DataError as error:
            self.told.emit(str(error))

    def _notice(self, key: str, seen: Seen) -> None:
        if key == KEY and seen.value != self._found:
            self._found = seen.value
            self.changed.emit()
