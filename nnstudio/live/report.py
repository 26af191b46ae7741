"""The report: tells what a session did since it was told last, so that curves have no holes."""

from nnstudio.live.mailbox import Mailbox
from nnstudio.live.messages import Batches, EpochDone, Progress, Recorded
from nnstudio.training.recorder import Recorder
from nnstudio.training.session import Session


class Report:
    """Counts the batches and epochs of one run that were told."""

    def __init__(self, run: int, session: Session, recorder: Recorder, mailbox: Mailbox) -> None:
        self.run = run
        self._session, self._recorder, self._mailbox = session, recorder, mailbox
        self._batches = 0
        self._epochs_until = 0  # Steps.

    def fork(self, run: int) -> None:
        """Another run has this one's past, as far as the session stands."""
        self.run = run
        self._batches = self._epochs_until = self._session.steps_done

    def tell(self) -> None:
        """Everything new, and where the training stands."""
        history = self._session.history
        if len(history.losses) > self._batches:
            first, self._batches = self._batches, len(history.losses)
            self._mailbox.put(Batches(self.run, first, *history.since(first)))
        for epoch in history.epochs_since(self._epochs_until):
            self._epochs_until = epoch.steps
            self._mailbox.put(EpochDone(self.run, epoch.steps // self._session.steps_per_epoch, epoch))
        self.tell_place()

    def tell_place(self) -> None:
        """Where the session stands, also when it was rewound."""
        session, recorder = self._session, self._recorder
        progress = Progress(self.run, session.steps_done, session.epoch, session.seconds, *session.running_figures())
        self._mailbox.put(progress)
        self._mailbox.put(Recorded(self.run, tuple(recorder.steps), recorder.furthest))
