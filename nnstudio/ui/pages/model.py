"""The inspector's page for the model as a whole, where nothing is selected: how it is trained, on what, how large."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from nnstudio.graph.table import table_of
from nnstudio.layers.shapes import shown
from nnstudio.ui.beginnings import Beginnings
from nnstudio.ui.document import Document
from nnstudio.ui.labels import LARGER, Name, Quiet
from nnstudio.ui.pages.data import DataSection
from nnstudio.ui.pages.fold import Fold
from nnstudio.ui.pages.page import Facts, Head, Page
from nnstudio.ui.pages.training import MAIN, MORE, SettingsForm
from nnstudio.ui.run import Run
from nnstudio.ui.schedule_picture import SchedulePicture
from nnstudio.ui.sizes import follow_font


class ModelPage(Page):
    """Shows the model's settings and data, and edits them."""

    def __init__(
        self, document: Document, run: Run, ask: Callable[[], Path | None], parent: QWidget | None = None
    ) -> None:
        super().__init__(document, parent)
        self.title = Name(parent=self)
        follow_font(self.title, LARGER)
        self.head = Head(self.title, self)
        self.head.mark.hide()
        self.hint = Quiet(parent=self)
        self.column.addWidget(self.head)
        self.column.addWidget(self.hint)
        reseed = Beginnings(document, run).new_weights
        self.folds: list[Fold] = []
        self.training = SettingsForm(document, MAIN, reseed, self._fold(self.tr("Training")))
        self.more = SettingsForm(document, MORE, reseed, self._fold(self.tr("More about the training"), False))
        self.schedule = SchedulePicture(self.more)
        self.more.put_below("schedule", self.schedule)
        self._run = run
        run.changed.connect(self._show_schedule)
        run.grew.connect(self._mark_schedule)
        self.data = DataSection(document, run, ask, self._fold(self.tr("Data")))
        self.cost = Facts(self._fold(self.tr("Size")))
        for fold, content in zip(self.folds, (self.training, self.more, self.data, self.cost), strict=True):
            fold.hold(content)

    def _fold(self, title: str, opened: bool = True) -> Fold:
        fold = Fold(title, opened, self)
        self.folds.append(fold)
        self.column.addWidget(fold)
        return fold

    def show_model(self) -> None:
        """Show the document's model."""
        project, found = self.document.project, self.document.findings
        serious = sum(not problem.warning for problem in found.problems)
        self.title.setText(project.title or self.tr("Untitled model"))
        self.head.kind.setText(self._verdict(serious))
        self.hint.setText(
            self.tr("Click a layer to see and change its fields.") if project.graph.nodes
            else self.tr("Drag a layer onto the canvas, or type its name above the list of layers and press Enter.")
        )  # fmt: skip
        self.training.show_settings()
        self.more.show_settings()
        self._show_schedule()
        self.data.refresh()
        self._show_cost()

    def _show_schedule(self) -> None:
        settings, ready = self.document.project.settings, self._run.known.ready
        samples = ready.samples["train"] if ready is not None else 0
        # Not as the run has it: with another batch size the picture is another at once.
        self.schedule.show_schedule(settings, -(-samples // settings.batch_of(samples)) if samples else None)
        self._mark_schedule()

    def _mark_schedule(self) -> None:
        step, record = self._run.known.step, self._run.record
        if not step:
            self.schedule.show_mark(None)
            return
        rates = record.history.rates if record is not None else ()
        self.schedule.show_mark(step - 1, rates[step - 1] if step <= len(rates) else None)

    def _show_cost(self) -> None:
        graph, shapes = self.document.graph, self.document.findings.shapes
        rows = table_of(graph, shapes)
        ends = [shown(shape) for node in graph.sinks() if (shape := shapes.known.get(node.id))]
        begins = [shown(shape) for node in graph.sources() if (shape := shapes.known.get(node.id))]
        self.cost.show_facts([
            (self.tr("Layers"), f"{len(graph.nodes):,}"),
            (self.tr("Wires"), f"{len(graph.wires):,}"),
            (self.tr("Input"), ", ".join(begins) or "–"),
            (self.tr("Output"), ", ".join(ends) or "–"),
            (self.tr("Parameters"), f"{sum(row.parameters for row in rows):,}"),
            (self.tr("Multiplications"), f"{sum(row.multiplications for row in rows):,}"),
        ])  # fmt: skip

    def _verdict(self, serious: int) -> str:
        if not serious:
            return self.tr("Ready to be trained")
        return self.tr("1 problem") if serious == 1 else self.tr("{} problems").format(serious)
