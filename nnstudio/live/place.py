"""Where a run stands: its session with all that watches it."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from nnstudio.api import Model
from nnstudio.core.errors import StudioError
from nnstudio.data.dataset import PARTS, DataSet
from nnstudio.data.typed_source import source_of
from nnstudio.layers.shapes import Array
from nnstudio.live.mailbox import Mailbox
from nnstudio.live.messages import Learned, Mark, Read, Ready
from nnstudio.live.opened import Opened
from nnstudio.live.probes.base import Sight
from nnstudio.live.report import Report
from nnstudio.project.project import Project
from nnstudio.training.epoch_ends import EpochEnds
from nnstudio.training.recorder import Recorder
from nnstudio.training.session import Session
from nnstudio.training.settings import Settings


class Place:
    """A session, the recorder that can bring it back, and what is told of it."""

    def __init__(self, run: int, session: Session, mailbox: Mailbox) -> None:
        self.session = session
        self.recorder = Recorder(session)
        self.ends = EpochEnds(session)
        self.sight = Sight(session, self.recorder, ends=self.ends)
        self.report = Report(run, session, self.recorder, mailbox)
        self._mailbox = mailbox
        self._before = np.empty_like(session.parameters.vector)

    def weights(self) -> dict[str, Array]:
        """All parameters by their full names. Copies."""
        return {name: array.copy() for name, array in self.session.parameters.named().items()}

    def most_steps(self, wanted: float, within_epoch: bool) -> int:
        """How many steps can be done in one go: to the next keyframe or end of an epoch that is kept."""
        session = self.session
        wanted = min(wanted, self.recorder.due(session), self.ends.due(session))
        if within_epoch:
            wanted = min(wanted, session.steps_per_epoch - session.steps_done % session.steps_per_epoch)
        return max(1, int(wanted))

    def step(self, steps: int) -> None:
        """Train, and record where a keyframe is due."""
        self.sight.before = None
        self.session.run(steps)
        self._record()

    def step_watched(self, steps: int) -> None:
        """The same, but what the last step does can be seen."""
        if steps > 1:
            self.session.run(steps - 1)
        if not self.session.finished:
            np.copyto(self._before, self.session.parameters.vector)
            self.session.run(1)
            self.sight.before = self._before
        self._record()

    def go_to(self, step: int, wanted: Callable[[], bool]) -> None:
        """Stand where the training stood after that many steps, or on the way there if it is not wanted any more."""
        self.recorder.go_to(self.session, step, wanted)
        self.sight.before = None

    def fork(self, run: int) -> None:
        """Go on from here as another run."""
        self.recorder.fork(self.session)
        self.ends.forget_after(self.session.steps_done)
        self.report.fork(run)
        self.report.tell_place()

    def adjust(self, settings: Settings) -> None:
        """Take another learning rate, number of epochs or stop conditions, from the next batch on."""
        session = self.session
        before, now = session.learning_rate, settings.optimizer.learning_rate
        session.adjust(settings)
        self.recorder.keep(session, forced=True)
        if before != now:
            self._mailbox.put(Mark(self.report.run, session.steps_done, f"{now:g}"))

    def set_weights(self, weights: Mapping[str, Array]) -> None:
        """Take these parameters instead of those that were learned."""
        self.recorder.set_weights(self.session, weights)
        self.ends.forget_after(self.session.steps_done - 1)
        self.ends.notice(self.session)
        self.sight.before = None

    def _record(self) -> None:
        if self.recorder.due(self.session) <= 0:
            self.recorder.keep(self.session)
        self.ends.notice(self.session)


def place_for(
    run: int, project: Project, opened: Opened, kept: Mapping[str, Array], mailbox: Mailbox, threads: int | None
) -> Place:
    """A place for a project: where its training was left, else with its weights, else with those that are kept."""
    data = opened.data(project)
    mailbox.put(_read(run, project, data))
    weights = kept or project.weights or {}
    session = None if kept else _resumed(project, data, threads)
    if session is None:
        session = Model(project).session(data, threads)
        session.set_weights(_fitting(session, weights))
    place = Place(run, session, mailbox)
    mailbox.put(_ready(run, session, bool(weights)))
    place.report.tell()
    return place


def _resumed(project: Project, data: DataSet, threads: int | None) -> Session | None:
    """The session as it was left; None where there is no such thing, or where it does not fit any more."""
    if project.checkpoint is None:
        return None
    try:
        return Model(project).session(data, threads, resume=True)
    except StudioError:
        return None


def _fitting(session: Session, weights: Mapping[str, Array]) -> dict[str, Array]:
    """The session's own parameters, and in their place those of the same name and shape."""
    own: dict[str, Any] = dict(session.parameters.named())
    return own | {name: array for name, array in weights.items() if name in own and own[name].shape == array.shape}


def _read(run: int, project: Project, data: DataSet) -> Read:
    return Read(
        run=run,
        source=None if project.points else source_of(project.data, project.settings.seed),
        samples={part: len(data.part(part)) for part in PARTS},
        sample_shape=data.sample_shape,
        class_names=data.class_names,
        notes=data.notes,
        warnings=data.warnings,
        preparation=data.preparation,
    )


def _ready(run: int, session: Session, learned: bool) -> Ready:
    data = session.data
    return Ready(
        run=run,
        step=session.steps_done,
        steps_per_epoch=session.steps_per_epoch,
        batch=session.batch,
        samples={part: len(data.part(part)) for part in PARTS},
        sample_shape=data.sample_shape,
        class_names=data.class_names,
        parameters=session.parameters.layout.counted,
        notes=(*data.notes, *data.warnings, *session.notes),
        learned=learned,
    )


def learned(run: int, number: int, session: Session) -> Learned:
    """What a project keeps of a session. Copies."""
    kept = Model(Project())
    kept.keep(session, resumable=not session.diverged)
    project = kept.project
    return Learned(
        run, number, project.weights or {}, project.history, project.preparation or (), project.class_names,
        project.best, project.checkpoint,
    )  # fmt: skip
