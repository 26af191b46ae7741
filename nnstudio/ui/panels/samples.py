"""The samples: the whole data set as a grid, filtered by class, part and verdict, sorted by how sure the network is."""

from collections.abc import Mapping

from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.live.known import State
from nnstudio.live.messages import Seen
from nnstudio.live.probes.base import Probe
from nnstudio.live.probes.pictures import Pictures
from nnstudio.live.probes.roll import CallTheRoll, Roll
from nnstudio.live.probes.verdicts import Judgement
from nnstudio.live.record import Record
from nnstudio.project.project import Project
from nnstudio.training.verdicts import Verdicts
from nnstudio.ui.current_sample import CurrentSample
from nnstudio.ui.document import Document
from nnstudio.ui.labels import Name
from nnstudio.ui.panels.live import LivePanel
from nnstudio.ui.panels.samples_grid import SampleGrid
from nnstudio.ui.panels.samples_header import SamplesHeader
from nnstudio.ui.panels.samples_known import Known
from nnstudio.ui.panels.samples_table import table_of
from nnstudio.ui.panels.samples_words import count_of
from nnstudio.ui.plots.stage import Stage
from nnstudio.ui.plots.table import Table
from nnstudio.ui.run import Run
from nnstudio.ui.sample_query import Query, SampleQuery
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import GAP, Theme


class SamplesPanel(LivePanel):
    """Follows the query, and the current sample; a click on a sample makes it the current one."""

    def __init__(
        self, document: Document, selection: Selection, run: Run, theme: Theme, parent: QWidget | None = None, *,
        sample: CurrentSample, query: SampleQuery,
    ) -> None:  # fmt: skip
        super().__init__(document, selection, run, theme, parent)
        self.title = self.tr("Samples")
        self._sample, self._query = sample, query
        self._data = data_of(document.project)
        self.roll: Roll | None = None
        self.verdicts: Verdicts | None = None
        self.known: Known | None = None
        self._stale = True  # Whether the verdicts are about another network.
        self.header = SamplesHeader(self, self)
        self.sentence = Name(parent=self)
        self.grid = SampleGrid(self.tr("Samples"), self)
        self.stage = Stage(self._content(), self.tr("Preparing…"), self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.stage, 1)
        self._connect()
        self.header.show_query(query.query)
        self.grid.mark(sample.number)

    def probes(self) -> Mapping[str, Probe]:
        """Who there is, what those in sight look like, and what the network answers to all of the part."""
        wanted: dict[str, Probe] = {"roll": CallTheRoll()}
        look = self.grid.look
        if look is not None and self.roll is not None:
            missing = look.album.missing(self.grid.wanted().tolist())
            if missing:
                wanted["pictures"] = Pictures(missing)
            if self.roll.classifies:
                wanted[f"verdicts/{self._query.query.part}"] = Judgement(self._query.query.part)
        return wanted

    def show_seen(self, key: str, seen: Seen) -> None:
        """Take what came."""
        if key == "roll":
            if self.roll is not None and not self.roll.is_like(seen.value) and self.grid.look is not None:
                # A file has been added to a folder, and others have its number.
                self.grid.look.album.clear()
            self.roll = seen.value
            self.header.show_roll(seen.value)
            self._show()
        elif key == "pictures" and self.grid.look is not None:
            self.grid.look.album.take(seen.value)
            self.grid.viewport().update()
        elif key.startswith("verdicts") and seen.value is not None and self._is_news(seen.value):
            self.verdicts, self._stale = seen.value, False
            self._show()
        self.want()

    def refresh(self) -> None:
        """Show what there is, or say why there is nothing to see."""
        if self.run.state in (State.WAITING, State.FAILED) and self.run.sentence:
            self.stage.show_nothing(self.run.sentence)
        elif self.roll is None:
            self.stage.show_nothing(self.tr("Preparing…"))
        else:
            self.stage.show_content()

    def begin(self, record: Record) -> None:
        """Another network; perhaps other data."""
        self._stale = True
        data = data_of(record.project)
        if data != self._data:
            self._data, self.roll, self.verdicts = data, None, None
            if self.grid.look is not None:
                self.grid.look.album.clear()

    def table(self) -> Table:
        """A line for each sample that is shown, in this order."""
        return table_of(self.known, self.grid.numbers)

    def pictured(self) -> list[QWidget]:
        """The samples in sight."""
        if self.stage.currentWidget() is self.stage.nothing:
            return [self.stage]
        return [self.sentence, self.grid.viewport()]

    def _is_news(self, verdicts: Verdicts) -> bool:
        """Some of the answers are better than none, but not than all those of a moment ago."""
        before = self.verdicts
        return verdicts.complete or self._stale or before is None or not before.complete or before.part != verdicts.part

    def _show(self, from_the_start: bool = False) -> None:
        if self.roll is None:
            return
        self.known = Known.of(self.roll, self.verdicts)
        self.grid.show_known(self.known)
        query = self._heeded(self._query.query)
        numbers = self.known.chosen(query)
        self.grid.show_numbers(numbers, from_the_start)
        self.sentence.setText(self._say(self.known, query, len(numbers)))
        self.refresh()

    def _heeded(self, query: Query) -> Query:
        """A query that these data can answer: after a change they may have fewer classes."""
        assert self.roll is not None
        count = len(self.roll.class_names)
        fits = all(each is None or each < count for each in (query.wanted, query.answered))
        return query if fits else Query(query.part)

    def _say(self, known: Known, query: Query, count: int) -> str:
        verdicts = self.verdicts
        if known.roll.classifies and query.asks_the_network and (verdicts is None or verdicts.part != query.part):
            return self.tr("The network is being asked…")
        return count_of(known, query, count)

    def _follow_query(self, query: Query) -> None:
        self.header.show_query(query)
        self._show(from_the_start=True)
        self.want()

    def _follow_sample(self, number: int) -> None:
        self.grid.mark(number)

    def _content(self) -> QWidget:
        content = QWidget(self)
        content.setBackgroundRole(self.header.backgroundRole())
        content.setAutoFillBackground(True)
        self.sentence.setAccessibleName(self.tr("How many samples"))
        self.sentence.setContentsMargins(GAP, GAP // 2, GAP, GAP // 2)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.sentence)
        column.addWidget(self.grid, 1)
        return content

    def _connect(self) -> None:
        self.header.asked.connect(self._query.choose)
        self._query.changed.connect(self._follow_query)
        self._sample.changed.connect(self._follow_sample)
        self.grid.chosen.connect(self._sample.choose)
        self.grid.looked.connect(self.want)


def data_of(project: Project) -> object:
    """What differs where the samples are others."""
    return project.data, project.points, project.settings.seed
