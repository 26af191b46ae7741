"""The doctor: looks at the training for as long as a run is open, and says what goes wrong and what would help."""

from dataclasses import dataclass, replace
from functools import partial
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal

from nnstudio.doctor.base import Advice, Severity, diagnose
from nnstudio.doctor.patience import PATIENCE, Patience
from nnstudio.graph.room import with_room
from nnstudio.project.project import UNLEARNED
from nnstudio.training.health import Health
from nnstudio.ui.document import Document
from nnstudio.ui.health_watch import HealthWatch
from nnstudio.ui.run import Run

RECENT = 1000  # Batches whose losses are looked at.
# Where these are seen, the weights are so far off that other settings alone would not bring them back.
SPOILING = frozenset({
    "divergence", "high_rate", "exploding_gradients", "saturated_units", "dead_units", "vanishing_gradients",
})  # fmt: skip


@dataclass(frozen=True)
class Mended:
    """Where the history of edits and the training stood when a remedy was applied."""

    edits: int
    step: int


class Doctor(QObject):
    """Remedies are edits of the document; the run follows them as it follows every edit."""

    advised = Signal(object)
    """All advice there is now, a tuple, whenever it is another."""
    looked = Signal()
    """There is something to look at now, or not any more."""
    told = Signal(str)
    """A sentence for the user, when the training cannot go on."""

    def __init__(self, document: Document, run: Run, watch: HealthWatch, parent: QObject | None = None) -> None:
        super().__init__(parent or run)
        self.advice: tuple[Advice, ...] = ()
        self._document, self._run = document, run
        self._patience = Patience()
        self._health: Health | None = None
        self._mended: dict[tuple[str, str | None], Mended] = {}
        self._again = QTimer(self, singleShot=True, interval=round(PATIENCE * 1000 / 4))
        self._again.timeout.connect(self._look)
        watch.measured.connect(self._take)
        watch.begun.connect(self._begin)
        document.undo_stack.indexChanged.connect(self._look)

    @property
    def looks(self) -> bool:
        """Whether there is anything to look at: a training that has begun."""
        return self._health is not None and self._health.step > 0

    def title_of(self, advice: Advice) -> str:
        """The words for the button; empty where there is no remedy."""
        if advice.remedy is None:
            return ""
        words = self.tr("{} and start again") if advice.sign in SPOILING else "{}"
        return words.format(advice.remedy.title)

    def apply(self, advice: Advice) -> None:
        """Do what mends it, as one edit. What was learned until now is kept for the undo."""
        self._run.collect(partial(self._apply, advice))

    def _apply(self, advice: Advice) -> None:
        if advice.remedy is None:
            return
        step = self._health.step if self._health is not None else 0
        self._mended[advice.sign, advice.node] = Mended(self._document.undo_stack.index() + 1, step)
        self._patience.forget(advice)
        before = self._document.project
        after = advice.remedy.apply(before)
        after = replace(after, graph=with_room(before.graph, after.graph))
        if advice.sign in SPOILING:
            after = replace(after, **UNLEARNED)
        self._document.apply(self.title_of(advice), after)
        if advice.sign in SPOILING and before.weights is None:
            # The project does not show that there is anything to forget.
            self._run.stand_ready(keep=False)

    def _begin(self) -> None:
        self._patience, self._health, self._mended = Patience(), None, {}
        self._show(())
        self.looked.emit()

    def _take(self, health: Health) -> None:
        # A network that is merely shown as it was needs no help.
        if not self._run.known.rewound:
            self._health = health
            self._look()
            self.looked.emit()

    def _look(self) -> None:
        record = self._run.record
        if self._health is None or record is None:
            return
        losses = record.history.losses
        recent = losses.since(max(len(losses) - RECENT, 0))
        found = diagnose(self._health, recent, record.history.epochs, self._document.project)
        self._show(self._patience.take([each for each in found if not self._was_mended(each)], monotonic()))
        # Nothing more is measured while the training stands still.
        if self._patience.undecided:
            self._again.start()

    def _was_mended(self, advice: Advice) -> bool:
        """Whether its remedy was applied, and not undone, and the training has not gone on since."""
        mended = self._mended.get((advice.sign, advice.node))
        if mended is None or self._health is None:
            return False
        return self._document.undo_stack.index() >= mended.edits and self._health.step <= mended.step

    def _show(self, advice: tuple[Advice, ...]) -> None:
        if advice == self.advice:
            return
        known = {each.sign for each in self.advice}
        self.advice = advice
        self.advised.emit(advice)
        for each in advice:
            if each.severity is Severity.FATAL and each.sign not in known:
                self.told.emit(self.tr("{}. The Doctor says why and what helps.").format(each.title))
