"""Draw & classify: what the network takes a drawing for, while it is drawn, and the way there."""

from collections.abc import Callable, Mapping

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QImage
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from nnstudio.classify.cases import pixels_of
from nnstudio.classify.sheet import WHITE
from nnstudio.classify.way import Steps, stages_for, way
from nnstudio.core.errors import DataError
from nnstudio.layers.shapes import Array
from nnstudio.live.known import State
from nnstudio.live.messages import Seen
from nnstudio.live.probes.activations import Activations, Answer
from nnstudio.live.probes.base import Probe
from nnstudio.live.probes.drawn import Classification, Classified, Expected, Expects, Sample, Why
from nnstudio.ui.case_folder import CaseFolder
from nnstudio.ui.current_sample import CurrentSample
from nnstudio.ui.document import Document
from nnstudio.ui.drawing import image_of, on_paper
from nnstudio.ui.hurry import Hurry
from nnstudio.ui.incoming import Incoming, may_come
from nnstudio.ui.panels.draw_body import WHY, DrawBody
from nnstudio.ui.panels.draw_pictures import PictureTools
from nnstudio.ui.panels.draw_stages import bytes_of
from nnstudio.ui.panels.draw_trials import Trials
from nnstudio.ui.panels.live import LivePanel
from nnstudio.ui.panels.notice import Notice
from nnstudio.ui.plots.header import Header
from nnstudio.ui.plots.stage import Stage
from nnstudio.ui.plots.table import Column, Table
from nnstudio.ui.run import Run
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import Theme

CALM = 120  # Milliseconds.


class DrawPanel(LivePanel):
    """Follows the pad: every stroke goes the way of the stages, and the network answers it."""

    def __init__(
        self, document: Document, selection: Selection, run: Run, theme: Theme, parent: QWidget | None = None, *,
        sample: CurrentSample, incoming: Incoming, cases: CaseFolder, open_trained: Callable[[], object],
        classify_many: Callable[[], object],
    ) -> None:  # fmt: skip
        super().__init__(document, selection, run, theme, parent)
        self.title = self.tr("Draw and classify")
        self._sample, self._incoming, self._open_trained = sample, incoming, open_trained
        self.expected: Expected | None = None
        self.steps: Steps | None = None
        self.seen: Classification | None = None
        self._known = False  # Whether what the network expects is known of the present one.
        self._fetching: int | None = None
        self._of_class: int | None = None  # The class that is explained; None: the answer.
        self.body = DrawBody(self)
        self.pictures = PictureTools(sample, run, self)
        self.numbers = QCheckBox(self.tr("Numbers"), self)
        self.stage = Stage(self.body, self.tr("Preparing…"), self)
        self.header = Header(self, self)
        for control in (self.pictures, self.numbers):
            self.header.add(control)
        self.notice = Notice(self.tr("Open the trained MNIST project"), self)
        self.trials = Trials(self.body, cases, run, self)
        self.hurry = Hurry(run, self)
        # Several moves of a quick hand are one question.
        self._soon = QTimer(self, singleShot=True, interval=0)
        # A map takes longer than an answer: it waits until the hand rests.
        self._calm = QTimer(self, singleShot=True, interval=CALM)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.notice)
        column.addWidget(self.stage, 1)
        self.setAcceptDrops(True)
        self._connect()
        self.pictures.many.clicked.connect(classify_many)

    @property
    def drawing(self) -> Sample | None:
        """What the network is asked about: the end of the way, as a value."""
        return None if self.steps is None else Sample.of(self.steps.sample)

    def probes(self) -> Mapping[str, Probe]:
        """What the network expects; its answer to the drawing; why, if that is in sight; a sample that is fetched."""
        wanted: dict[str, Probe] = {"expects": Expects()}
        drawing = self.drawing
        if drawing is not None:
            wanted["answer"] = Classified(drawing)
            if self.body.views.current == WHY and not self._calm.isActive():
                wanted["why"] = Why(drawing, self.body.why.kind, self._of_class)
        if self._fetching is not None:
            wanted["stored"] = Answer(self._fetching)
        return wanted

    def show_seen(self, key: str, seen: Seen) -> None:
        """Show the answer."""
        if key == "expects":
            self._expect(seen.value)
        elif seen.value is None:
            return
        elif key == "answer":
            self._show(seen.value)
        elif key == "why":
            self._explain(seen.value.of_class, seen.value.map)
        elif key == "stored" and self._fetching is not None:
            self._fetching = None
            self._take_sample(seen.value)

    def refresh(self) -> None:
        """Say what is missing: a model, its data, or its training."""
        if self.run.state is State.PREPARING:
            self._known = False
        elif self.run.state is State.WAITING or (self.run.state is State.FAILED and not self._known):
            self.stage.show_nothing(self.run.sentence or self.tr("Preparing…"))
        self._notice()
        self.pictures.refresh()

    def table(self) -> Table:
        """A line for each class."""
        seen = self.seen
        shares = [] if seen is None else self._shares(seen).tolist()
        return Table((Column("class", list(self.names[: len(shares)])), Column("output", shares)))

    def pictured(self) -> list[QWidget]:
        """The drawing, its stages and the answer."""
        if self.stage.currentWidget() is self.stage.nothing:
            return [self.stage]
        body = self.body
        return [body.pad, body.answer, body.view, body.stages]

    @property
    def names(self) -> tuple[str, ...]:
        """What the answers are called."""
        return self.expected.class_names if self.expected else ()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.hurry.end()
        self._sample.hold(None)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.expected is not None and may_come(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._incoming.take(event.mimeData()):
            event.acceptProposedAction()

    def _connect(self) -> None:
        body = self.body
        body.drawing.changed.connect(self._soon.start)
        self._soon.timeout.connect(self._renew)
        self._calm.timeout.connect(self.want)
        body.stages.switched.connect(self._renew)
        body.views.chosen.connect(self._look_otherwise)
        body.why.kind_chosen.connect(self.want)
        body.bars.chosen.connect(self._ask_why)
        body.pad.paste_asked.connect(self._incoming.paste)
        self.notice.button.clicked.connect(self._open_trained)
        self.numbers.toggled.connect(body.bars.show_numbers)
        self.pictures.open.clicked.connect(self._incoming.ask)
        self.pictures.paste.clicked.connect(self._incoming.paste)
        self.pictures.sample_asked.connect(self._fetch)
        self._incoming.came.connect(self._put)
        self.trials.opened.connect(self._put_stored)

    def _expect(self, expected: Expected | str) -> None:
        """Know what the network reads, or say that it reads no pictures."""
        self._known = True
        if isinstance(expected, str):
            self.expected = None
            self.stage.show_nothing(expected)
            self._notice()
            return
        if expected != self.expected:
            self.expected, self.seen = expected, None
            self.body.stages.show_known([stage.key for stage in stages_for(expected.stored)])
            self.body.label.show_names(expected.class_names)
            self._renew()
        self.trials.expect(expected)
        self._notice()
        self.stage.show_content()

    def _notice(self) -> None:
        """Offer a trained network where there is none."""
        words = ""
        if self._known and self.expected is None:
            words = self.tr("A trained network for drawn digits is at hand.")
        elif not self.run.learned and not self.document.project.weights:
            words = self.tr("The network is not trained yet: its answers are chance. Press Train, or open one that is.")
        self.notice.say(words)
        self.pictures.setEnabled(self.expected is not None)

    def _renew(self) -> None:
        """Go the way again, and ask."""
        if self.expected is None:
            return
        stored, drawing = self.expected.stored, self.body.drawing
        try:
            stages = stages_for(stored, self.body.stages.off)
            self.steps = None if drawing.empty else way(drawing.pixels, stages, stored)
        except DataError:
            # Hardly anything is on the paper.
            self.steps = None
        self.trials.show_drawing(self.steps)
        if self.steps is None:
            self._show_nothing()
        else:
            self._show_way(self.steps)
            if self.isVisible():
                self.hurry.begin()
        if self.isVisible():
            self._sample.hold(None if self.drawing is None else Classified(self.drawing))
        self._calm.start()
        # Before the stages are painted: the network answers meanwhile.
        self.want(at_once=True)

    def _show_way(self, steps: Steps) -> None:
        assert self.expected is not None
        stored = self.expected.stored
        for step in steps.after:
            ranged = step.stage.on and step.stage.key == "normalise"
            low, high = (stored.low, stored.high) if ranged else (0.0, WHITE)
            self.body.stages.show_picture(step.stage.key, bytes_of(step.picture, low, high))

    def _show_nothing(self) -> None:
        self.seen = None
        body = self.body
        body.answer.say_nothing(self.tr("Draw, and the network answers"))
        body.bars.show_shares(self.names, np.zeros(len(self.names)), None)
        body.stages.show_nothing()
        body.why.show_nothing()

    def _show(self, seen: Classification) -> None:
        if seen.sample != self.drawing:
            # The answer to a stroke before; the one to this is under way.
            return
        self.hurry.end()
        self.seen, body = seen, self.body
        shares = self._shares(seen)
        body.bars.show_shares(self.names, shares, seen.answer, seen.probabilities is not None)
        if seen.answer is None:
            body.answer.say(", ".join(f"{each:.4g}" for each in seen.outputs[:3]), None)
        else:
            order = np.argsort(-shares, kind="stable")
            second = next((int(each) for each in order if each != seen.answer), seen.answer)
            sure = float(shares[seen.answer]) if seen.probabilities is not None else None
            next_one = (self.names[second], float(shares[second])) if sure is not None else None
            body.answer.say(self.names[seen.answer], sure, next_one)
            body.label.propose(seen.answer)
        read = next(iter(seen.activations.values.values()))
        body.stages.show_input(read, self.expected.stored.picture if self.expected else None)

    def _shares(self, seen: Classification) -> Array:
        shown = seen.outputs if seen.probabilities is None else seen.probabilities
        return shown if len(shown) == len(self.names) else np.zeros(len(self.names))

    def _explain(self, of_class: int, found: Array) -> None:
        if self.expected is not None and self.steps is not None and of_class < len(self.names):
            picture = pixels_of(self.steps.sample, self.expected.stored)
            self.body.why.show_map(self.names[of_class], picture, found)

    def _look_otherwise(self) -> None:
        self._of_class = None
        self.want()

    def _ask_why(self, number: int) -> None:
        """Explain a class whose bar was chosen, also one that is not the answer."""
        self.body.show_view(WHY)
        self._of_class = number
        self.want()

    def _fetch(self, number: int) -> None:
        self._fetching = number
        self.want()

    def _take_sample(self, seen: Activations) -> None:
        self.want()
        if self.expected is not None and seen.stored.shape == self.expected.stored.shape:
            self._put_stored(pixels_of(seen.stored, self.expected.stored))
            if seen.answer is not None:
                self.body.label.know(int(np.ravel(seen.wanted)[0]))

    def _put_stored(self, pixels: Array) -> None:
        """A picture as the data stores it, as ink on paper."""
        if self.expected is not None:
            stored = self.expected.stored
            self._put(on_paper(image_of(255 - pixels if stored.box is not None and stored.light_ink else pixels)))

    def _put(self, image: QImage) -> None:
        self.body.pad.lift()
        self.body.label.forget()
        self.body.drawing.put(image)
