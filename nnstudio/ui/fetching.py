"""Fetching: what the project's published data set lacks on this computer, and the bringing of it, in a thread."""

from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from nnstudio.core.errors import StudioError
from nnstudio.data.fetched import ToFetch, to_fetch
from nnstudio.data.sources import name_of
from nnstudio.live.known import State
from nnstudio.project.project import Project
from nnstudio.ui.background import Background
from nnstudio.ui.document import Document
from nnstudio.ui.run import Run

if TYPE_CHECKING:
    from nnstudio.data.download import Progress

OFTEN = 100  # Milliseconds between two looks at how far it has come.


class Way:
    """What goes between the window and the thread that fetches: how far it is, and whether it is wanted still."""

    def __init__(self, wanted: ToFetch) -> None:
        self.wanted = wanted
        self.left = Event()
        self._latest: Progress | None = None

    def go(self) -> None:
        """Fetch every file; in the thread, which alone needs what the net needs."""
        from nnstudio.data.download import fetch_all

        fetch_all(self.wanted.files, self.wanted.folder, self._note, self.left.is_set)

    @property
    def done(self) -> int:
        """The bytes that are there, of all files together."""
        latest = self._latest
        if latest is None:
            return 0
        before = [remote.name for remote in self.wanted.files].index(latest.name)
        return sum(remote.size for remote in self.wanted.files[:before]) + latest.done

    @property
    def host(self) -> str:
        """Who sends the file that is coming; empty before the first."""
        latest = self._latest
        return latest.host if latest is not None else ""

    def _note(self, progress: "Progress") -> None:
        self._latest = progress


class Fetching(QObject):
    """Follows document and run: looks whether the data are here, offers to fetch them, and lets the run begin anew."""

    changed = Signal()
    """Something is lacking, is on its way, or is not any more."""
    told = Signal(str)

    def __init__(self, document: Document, run: Run, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._run = document, run
        self._lacking: ToFetch | None = None
        self._looked_for: str | None = None
        self.way: Way | None = None
        self.sentence = ""
        """Why it was not fetched, or that it was called off."""
        # One that looks and one that fetches: what is looked for must not wait for a slow mirror.
        self._looks, self._fetches = Background(self), Background(self)
        self._tick = QTimer(self, interval=OFTEN)
        self._tick.timeout.connect(self.changed)
        document.project_changed.connect(self._follow)
        run.changed.connect(self._follow_run)
        self._follow(document.project)

    @property
    def lacking(self) -> ToFetch | None:
        """What must be fetched before the network can learn; None as long as it need not."""
        if self.way is not None:
            return self.way.wanted
        spared = self.answers and self._run.state is not State.FAILED
        return None if spared else self._lacking

    @property
    def answers(self) -> bool:
        """Whether the network has learned before, so that it answers without its data."""
        return self._document.project.weights is not None

    def begin(self) -> None:
        """Fetch what is lacking."""
        if self.lacking is not None and self.way is None:
            self.way = way = Way(self.lacking)
            self.sentence = ""
            self._fetches.run(way.go, partial(self._arrive, way), partial(self._fail, way))
            self._tick.start()
            self.changed.emit()

    def cancel(self) -> None:
        """Leave it for now; what has come is kept."""
        if self.way is not None:
            self.way.left.set()
            self.changed.emit()

    def look(self) -> None:
        """See what is here now."""
        self._looked_for = _source_of(self._document.project)
        self._looks.run(partial(to_fetch, self._looked_for), self._take, self._take_nothing)

    def close(self) -> None:
        """End; nothing is told any more."""
        if self.way is not None:
            self.way.left.set()
        self._tick.stop()
        self._looks.close()
        self._fetches.close()

    def _follow(self, project: Project) -> None:
        source = _source_of(project)
        if source != self._looked_for:
            if self.way is not None and name_of(source) != self.way.wanted.kind:
                # What it was wanted for is gone; what has come is kept.
                self.way.left.set()
                self._rest()
            self._lacking, self.sentence = None, ""
            self.look()
        self.changed.emit()

    def _follow_run(self) -> None:
        if self._run.state is State.FAILED:
            self.look()
        elif self._run.state in (State.STANDING, State.GOING):
            # They are here, by whatever means they came.
            self._lacking = None
        self.changed.emit()

    def _take(self, lacking: ToFetch | None) -> None:
        if lacking != self._lacking:
            self._lacking = lacking
            self.changed.emit()

    def _take_nothing(self, _: StudioError) -> None:
        self._take(None)

    def _arrive(self, way: Way, _: object) -> None:
        if way is self.way:
            self._rest()
            self._take(None)
            self.told.emit(self.tr("{} is here.").format(way.wanted.title))
            self._run.begin()
            if self._run.state is State.FAILED:
                self._run.stand_ready(keep=True)

    def _fail(self, way: Way, error: StudioError) -> None:
        if way is self.way:
            self._rest()
            self.sentence = str(error)
            self.look()
            self.changed.emit()

    def _rest(self) -> None:
        self.way = None
        self._tick.stop()


def _source_of(project: Project) -> str:
    """What is read; points that were drawn need no data set."""
    return project.data if project.points is None else ""
