"""The chronicle of a window: what is opened, saved and trained, as the log tells it; sizes and speed, no contents."""

import logging
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from nnstudio.live.known import State
from nnstudio.ui.report import screen_words

if TYPE_CHECKING:
    from nnstudio.ui.window import StudioWindow

log = logging.getLogger(__name__)


class Chronicle(QObject):
    """Follows a window. The log has names of files, and never a folder."""

    def __init__(self, window: "StudioWindow") -> None:
        super().__init__(window)
        self._window = window
        self._state = window.run.state
        self._since, self._from = 0.0, 0
        path, graph = window.document.path, window.document.graph
        log.info("A window shows %s, %d layers; %s.", name_of(path), len(graph.nodes), screen_words())
        window.files.saved.connect(self._tell_saved)
        window.keeper.told.connect(self._tell_failed)
        window.run.changed.connect(self._follow)
        window.closed.connect(self._tell_closed)

    def _tell_saved(self, path: Path) -> None:
        log.info("Saved %s.", path.name)

    def _tell_failed(self, sentence: str) -> None:
        log.warning("%s", sentence)

    def _tell_closed(self) -> None:
        log.info("Closed %s.", name_of(self._window.document.path))

    def _follow(self) -> None:
        before, self._state = self._state, self._window.run.state
        if before is self._state:
            return
        if self._state is State.GOING:
            self._tell_begun()
        elif before is State.GOING:
            self._tell_halted()
        if self._state is State.FAILED:
            log.warning("The training cannot be done: %s", self._window.run.sentence)

    def _tell_begun(self) -> None:
        known, project = self._window.run.known, self._window.document.project
        self._since, self._from = monotonic(), known.step
        ready = known.ready
        samples = ready.samples if ready else {}
        parts = ", ".join(f"{count} {part}" for part, count in samples.items())
        log.info(
            "Training from step %d: %s layers, %s parameters, %s, batches of %s, samples: %s.",
            known.step, len(project.graph.nodes), ready.parameters if ready else "?",
            type(project.settings.optimizer).__name__, ready.batch if ready else "?", parts or "?",
        )  # fmt: skip

    def _tell_halted(self) -> None:
        known = self._window.run.known
        # The last figures of a training come by another lane, and perhaps a moment later.
        step = known.halted.step if known.halted else known.step
        seconds, steps = monotonic() - self._since, step - self._from
        reason = known.halted.reason if known.halted else None
        log.info(
            "Training stands at step %d: %d steps in %.2f s, %.0f a second; %s.",
            step, steps, seconds, steps / max(seconds, 1e-9), reason or "paused",
        )  # fmt: skip


def name_of(path: Path | None) -> str:
    """What a project is called in the log."""
    return path.name if path else "a model without a file"
