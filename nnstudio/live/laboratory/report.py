"""The report of a lane: tells what it did since it was told last, so that its curve has no holes."""

from nnstudio.experiments.lanes import Lane
from nnstudio.live.laboratory.messages import Laid, LaneBatches, LaneEpoch, LaneProgress
from nnstudio.live.mailbox import Mailbox

TELL_EVERY = 1 / 30  # Seconds between two reports: as often as the window looks.


class LaneReport:
    """Counts the batches and epochs of one lane that were told."""

    def __init__(self, run: int, lane: Lane, mailbox: Mailbox) -> None:
        self._run, self._lane, self._mailbox = run, lane, mailbox
        self._batches = 0
        self._epochs_until = 0  # Steps.
        self._told: LaneProgress | None = None

    def begin(self) -> None:
        """The lane can go."""
        lane, session = self._lane, self._lane.session
        notes = (*session.data.notes, *session.data.warnings, *session.notes)
        self._mailbox.put(Laid(self._run, lane.number, session.steps_per_epoch, session.settings.epochs, notes))
        self.tell()

    def tell(self) -> None:
        """Everything new, and where the lane stands. What it does again on a way back is known already."""
        number, history = self._lane.number, self._lane.session.history
        if len(history.losses) > self._batches:
            first, self._batches = self._batches, len(history.losses)
            self._mailbox.put(LaneBatches(self._run, number, first, history.losses.since(first)))
        for epoch in history.epochs_since(self._epochs_until):
            self._epochs_until = epoch.steps
            count = epoch.steps // self._lane.session.steps_per_epoch
            self._mailbox.put(LaneEpoch(self._run, number, count, epoch))
        self._tell_place()

    def _tell_place(self) -> None:
        lane, session = self._lane, self._lane.session
        progress = LaneProgress(
            self._run, lane.number, lane.steps, session.epoch, session.seconds, lane.finished, lane.diverged
        )
        if progress != self._told:
            self._told = progress
            self._mailbox.put(progress)
