"""The confusion: which classes the network takes for which, how good it is for each, and its worst errors."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from nnstudio.live.known import State
from nnstudio.live.messages import Seen
from nnstudio.live.probes.base import Probe
from nnstudio.live.probes.pictures import Pictures
from nnstudio.live.probes.roll import CallTheRoll, Roll
from nnstudio.live.probes.ups_and_downs import Past
from nnstudio.live.probes.verdicts import Judgement
from nnstudio.live.record import Record
from nnstudio.training.verdicts import ClassFigures, Verdicts
from nnstudio.ui.current_sample import CurrentSample
from nnstudio.ui.document import Document
from nnstudio.ui.labels import Name
from nnstudio.ui.panels.confusion_classes import ClassTable, file_columns
from nnstudio.ui.panels.confusion_errors import Errors
from nnstudio.ui.panels.confusion_header import MATRIX, ConfusionHeader
from nnstudio.ui.panels.confusion_matrix import ConfusionMatrix
from nnstudio.ui.panels.live import LivePanel
from nnstudio.ui.panels.samples import data_of
from nnstudio.ui.panels.samples_known import Known
from nnstudio.ui.panels.samples_words import share
from nnstudio.ui.plots.stage import Stage
from nnstudio.ui.plots.table import Column, Table
from nnstudio.ui.run import Run
from nnstudio.ui.sample_query import Order, Query, SampleQuery
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import GAP, Theme

SHARES = (3, 2)


class ConfusionPanel(LivePanel):
    """A click on a cell shows its samples in the other panel; one on an error watches it."""

    def __init__(
        self, document: Document, selection: Selection, run: Run, theme: Theme, parent: QWidget | None = None, *,
        sample: CurrentSample, query: SampleQuery, show_samples: Callable[[], object],
    ) -> None:  # fmt: skip
        super().__init__(document, selection, run, theme, parent)
        self.title = self.tr("Confusion")
        self._sample, self._query, self._show_samples = sample, query, show_samples
        self._data = data_of(document.project)
        self.roll: Roll | None = None
        self.verdicts: Verdicts | None = None
        self.figures: ClassFigures | None = None
        self.header = ConfusionHeader(self, self)
        self.sentence = Name(parent=self)
        self.matrix, self.classes, self.errors = ConfusionMatrix(self), ClassTable(self), Errors(self)
        self.views = QStackedWidget(self)
        self.stage = Stage(self._content(), self.tr("Press Train to see what the network confuses."), self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.stage, 1)
        self._connect()
        self.errors.watch(sample.number)

    def probes(self) -> Mapping[str, Probe]:
        """The answers to all samples of the part, those after each epoch, and what the errors look like."""
        wanted: dict[str, Probe] = {"roll": CallTheRoll()}
        if self.roll is not None and self.roll.classifies:
            part = self.header.part_name
            wanted |= {f"verdicts/{part}": Judgement(part), f"past/{part}": Past(part)}
            look = self.errors.strip.look
            missing = () if look is None else look.album.missing(self.errors.strip.wanted().tolist())
            if missing:
                wanted["pictures"] = Pictures(missing)
        return wanted

    def show_seen(self, key: str, seen: Seen) -> None:
        """Take what came. Only an answer to all samples makes a table."""
        look = self.errors.strip.look
        if key == "roll":
            if self.roll is not None and not self.roll.is_like(seen.value) and look is not None:
                look.album.clear()
            self.roll = seen.value
            self.header.show_roll(seen.value)
            self.refresh()
        elif key == "pictures" and look is not None:
            look.album.take(seen.value)
            self.errors.strip.viewport().update()
        elif key.startswith("verdicts") and seen.value is not None and seen.value.complete:
            self.verdicts = seen.value
            self._show()
        elif key.startswith("past"):
            self.errors.show_past(seen.value)
        self.want()

    def refresh(self) -> None:
        """Show what there is, or say why there is nothing to see."""
        roll = self.roll
        if self.run.state in (State.WAITING, State.FAILED) and self.run.sentence:
            self.stage.show_nothing(self.run.sentence)
        elif roll is not None and not roll.classifies:
            self.stage.show_nothing(self.tr("The network predicts numbers, not classes: there is nothing to confuse."))
        elif roll is not None and not len(roll.parts.get(self.header.part_name, ())):
            self.stage.show_nothing(self.tr("This part of the data has no samples."))
        elif self.figures is None:
            self.stage.show_nothing(self.tr("The network is being asked…"))
        else:
            self.stage.show_content()

    def begin(self, record: Record) -> None:
        """Another network; perhaps other data."""
        self.errors.show_past(None)
        data = data_of(record.project)
        if data != self._data:
            self._data = data
            self.roll = None
            self._forget()
            if self.errors.strip.look is not None:
                self.errors.strip.look.album.clear()

    def table(self) -> Table:
        """A line for each class: how often it was answered as each, and its figures with all digits."""
        names = self.matrix.names
        columns = [Column("class", names)]
        if self.figures is not None:
            columns += [Column(f"answered {name}", self.matrix.counts[:, place]) for place, name in enumerate(names)]
            columns += file_columns(self.figures)
        return Table(tuple(columns))

    def pictured(self) -> list[QWidget]:
        """What is said, and the matrix or the table."""
        if self.stage.currentWidget() is self.stage.nothing:
            return [self.stage]
        return [self.sentence, self.views.currentWidget()]

    def _show(self) -> None:
        verdicts, roll = self.verdicts, self.roll
        if verdicts is None or roll is None or verdicts.classes != len(roll.class_names):
            return
        counts = verdicts.table()
        self.figures = ClassFigures.of(counts)
        self.matrix.show_table(counts, roll.class_names)
        self.classes.show_figures(self.figures, roll.class_names)
        self.sentence.setText(self._say(verdicts, self.figures))
        self.errors.show_known(Known.of(roll, verdicts), verdicts)
        self.refresh()

    def _say(self, verdicts: Verdicts, figures: ClassFigures) -> str:
        parts = {
            "train": self.tr("training samples"), "validation": self.tr("validation samples"),
            "test": self.tr("test samples"),
        }  # fmt: skip
        right = int(verdicts.right.sum())
        said = self.tr("{} of {} {} right · accuracy {}").format(
            f"{right:,}", f"{verdicts.of:,}", parts[verdicts.part], share(figures.accuracy, 2)
        )
        return f"{said} · {self.tr('after batch {}').format(f'{verdicts.step:,}')}"

    def _forget(self) -> None:
        self.verdicts = self.figures = None
        self.errors.show_past(None)

    def _ask_for(self, wanted: int, answered: int) -> None:
        """Show the samples of a cell: of errors the worst first, of what is right the least sure."""
        order = Order.UNSURE if wanted == answered else Order.WORST
        self._query.choose(Query(self.header.part_name, wanted, answered, order=order))
        self._show_samples()

    def _show_part(self) -> None:
        self._forget()
        self.refresh()
        self.want()

    def _show_view(self, view: int) -> None:
        self.views.setCurrentIndex(view)
        self.header.counts.setVisible(view == MATRIX)

    def _content(self) -> QWidget:
        content = QWidget(self)
        content.setBackgroundRole(self.header.backgroundRole())
        content.setAutoFillBackground(True)
        self.sentence.setContentsMargins(GAP, GAP // 2, GAP, GAP // 2)
        self.sentence.setAccessibleName(self.tr("Accuracy"))
        for view in (self.matrix, self.classes):
            self.views.addWidget(view)
        splitter = QSplitter(Qt.Orientation.Vertical, content)
        for part, share_of_height in zip((self.views, self.errors), SHARES, strict=True):
            splitter.addWidget(part)
            splitter.setStretchFactor(splitter.count() - 1, share_of_height)
            splitter.setCollapsible(splitter.count() - 1, part is self.errors)
        splitter.setSizes([1000, 1])
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.sentence)
        column.addWidget(splitter, 1)
        return content

    def _connect(self) -> None:
        self.header.part_chosen.connect(self._show_part)
        self.header.views.chosen.connect(self._show_view)
        self.header.counts.chosen.connect(self.matrix.show_shares)
        self.matrix.asked.connect(self._ask_for)
        self._sample.changed.connect(self.errors.watch)
        self.errors.chosen.connect(self._sample.choose)
        self.errors.looked.connect(self.want)
