"""The activations: one sample on its way through the network, layer by layer, to the answer."""

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from nnstudio.graph.graph import Graph
from nnstudio.live.known import State
from nnstudio.live.messages import Seen
from nnstudio.live.probes.activations import Activations, Answer
from nnstudio.live.probes.base import Probe
from nnstudio.live.probes.mistakes import Mistakes
from nnstudio.live.probes.parts import Parts
from nnstudio.live.record import Record
from nnstudio.ui.current_sample import CurrentSample
from nnstudio.ui.document import Document
from nnstudio.ui.labels import Name
from nnstudio.ui.panels.activation_rows import ActivationRows
from nnstudio.ui.panels.answer_row import AnswerRow
from nnstudio.ui.panels.live import LivePanel
from nnstudio.ui.panels.rows import Photograph, Row, row_of
from nnstudio.ui.panels.sample_choice import SampleChoice
from nnstudio.ui.panels.verdict import Verdict
from nnstudio.ui.plots.header import Header
from nnstudio.ui.plots.stage import Stage
from nnstudio.ui.plots.table import Column, Table
from nnstudio.ui.run import Run
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import GAP, Theme

FLAT = 1


class ActivationsPanel(LivePanel):
    """Follows the current sample, which cards show too. A click on a row selects its layer."""

    def __init__(
        self, document: Document, selection: Selection, run: Run, theme: Theme, parent: QWidget | None = None, *,
        sample: CurrentSample,
    ) -> None:  # fmt: skip
        super().__init__(document, selection, run, theme, parent)
        self.title = self.tr("Activations")
        self._sample = sample
        self.seen: Activations | None = None
        self._laid_out: tuple[object, ...] = ()
        self.choice = SampleChoice(self)
        self.sentence = Name(parent=self)
        self.sentence.setAccessibleName(self.tr("Answer"))
        self.area = QScrollArea(self)
        self.rows = ActivationRows(self.area)
        self.stage = Stage(self._content(), self.tr("Press Train, and follow a sample through the network."), self)
        self.header = Header(self, self)
        self.header.add(self.choice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.stage, 1)
        self._connect()

    def probes(self) -> Mapping[str, Probe]:
        """The sample's way, the samples there are, and which of them are misclassified if that is wanted."""
        number = self._sample.number
        wanted: dict[str, Probe] = {f"answer/{number}": Answer(number), "parts": Parts()}
        if self.choice.only_mistakes.isChecked():
            part = self.choice.part_name
            wanted[f"mistakes/{part}"] = Mistakes(part)
        return wanted

    def show_seen(self, key: str, seen: Seen) -> None:
        """Show the sample, or know which there are."""
        ready = self.run.known.ready
        if key == "parts":
            self.choice.show_parts(seen.value, bool(ready and ready.class_names))
        elif key.startswith("mistakes"):
            self.choice.show_mistakes(seen.value)
        else:
            self._show(seen.value)
        self._say()

    def refresh(self) -> None:
        """Show what is selected, or say why there is nothing to see."""
        self.rows.mark(self.selection.nodes)
        if self.run.state in (State.WAITING, State.FAILED):
            self.stage.show_nothing(
                self.run.sentence or self.tr("Press Train, and follow a sample through the network.")
            )
        elif self.seen is None:
            self.stage.show_nothing(self.tr("Preparing…"))

    def begin(self, record: Record) -> None:
        """Other data may be behind it."""
        self.choice.show_number(self._sample.number)

    def table(self) -> Table:
        """A line for each number of each layer."""
        layers, places = [], []
        for row in self.rows.rows:
            layers += [row.label] * row.values.size
            places += [" ".join(map(str, index)) for index in np.ndindex(row.values.shape)]
        values = [value for row in self.rows.rows for value in row.values.ravel().tolist()]
        return Table((Column("layer", layers), Column("place", places), Column("value", values)))

    def pictured(self) -> list[QWidget]:
        """What is said, and all rows, also those out of sight."""
        if self.stage.currentWidget() is self.stage.nothing:
            return [self.stage]
        return [self.sentence, self.rows]

    def _show(self, seen: Activations) -> None:
        self.seen = seen
        if seen.sample != self._sample.number:
            # There are not so many: the last one is shown.
            self._sample.choose(seen.sample)
        graph = self.document.graph
        known = {id: values for id, values in seen.values.items() if id in graph}
        laid_out = (graph, seen.stored.shape, tuple((id, values.shape) for id, values in known.items()), self._names())
        if laid_out != self._laid_out:
            self._laid_out = laid_out
            self.rows.show_rows(self._rows(graph, seen))
        for row in self.rows.rows:
            row.take(seen.stored if isinstance(row, Photograph) else known[row.id])
            if isinstance(row, AnswerRow):
                row.judge(seen.wanted, seen.answer)
        self.choice.show_number(seen.sample)
        self.rows.renew()
        self.stage.show_content()

    def _rows(self, graph: Graph, seen: Activations) -> list[Row]:
        """One for each layer in the order of computation; before them the sample as it is, if it is a picture."""
        rows: list[Row] = []
        last = _last(graph, seen)
        for id, values in seen.values.items():
            if id not in graph:
                continue
            node = graph.node(id)
            if not rows and seen.stored.ndim > FLAT:
                rows.append(Photograph(id, self.tr("sample"), seen.stored))
            if id == last and values.ndim == FLAT:
                rows.append(AnswerRow(id, node.label, values, self._names(), node.layer.makes_probabilities))
            else:
                rows.append(row_of(id, node.label, values))
        return rows

    def _names(self) -> tuple[str, ...]:
        return self.run.known.ready.class_names if self.run.known.ready else ()

    def _say(self) -> None:
        """The sentence above the rows."""
        seen, choice = self.seen, self.choice
        if seen is None:
            return
        if choice.without_mistakes:
            all_of = choice.looked_at_all
            words = self.tr("No mistakes in {}") if all_of else self.tr("No mistakes at the beginning of {}")
            self.sentence.setText(words.format(choice.part.currentText().lower()))
            return
        last = self.rows.rows[-1] if self.rows.rows else None
        probable = isinstance(last, AnswerRow) and last.probable
        part, place = choice.place_of(seen.sample)
        output = None if last is None else last.values.ravel()
        verdict = Verdict(part, place, seen.wanted, seen.answer, output, probable, self._names())
        self.sentence.setText(verdict.words())

    def _select(self, id: str) -> None:
        self.selection.choose([id])

    def _follow_sample(self, *_: object) -> None:
        self.choice.show_number(self._sample.number)
        self.want()

    def _content(self) -> QWidget:
        content = QWidget(self)
        content.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        content.setAutoFillBackground(True)
        self.sentence.setContentsMargins(GAP, 4, GAP, 4)
        self.area.setWidget(self.rows)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusProxy(self.rows)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.sentence)
        column.addWidget(self.area, 1)
        return content

    def _connect(self) -> None:
        self._sample.changed.connect(self._follow_sample)
        self.choice.asked.connect(self._sample.choose)
        self.choice.limited.connect(self.want)
        self.rows.chosen.connect(self._select)


def _last(graph: Graph, seen: Activations) -> str | None:
    """The layer that answers."""
    return next((id for id in reversed(list(seen.values)) if id in graph and not graph.out_of(id)), None)
