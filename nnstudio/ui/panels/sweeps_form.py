"""The form of a sweep: what is varied, how the combinations are chosen, how long and where they are trained."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from nnstudio.core.errors import FieldError
from nnstudio.experiments.axes import seeds_from
from nnstudio.experiments.choices import MOST, drawn, grid
from nnstudio.experiments.cluster import checked_address
from nnstudio.experiments.halving import Halving, combinations
from nnstudio.experiments.pools import MOST as MOST_WORKERS
from nnstudio.experiments.variation import Changes
from nnstudio.project.project import Project
from nnstudio.ui.forms.controls import Combo, Line, follow_in_tab_order
from nnstudio.ui.panels.sweeps_fields import KindsField, ListField, RateField, VariedField, tr, whole_of
from nnstudio.ui.theme import GAP

MOST_SEEDS, MOST_EPOCHS = 100, 1_000_000


@dataclass(frozen=True)
class Plan:
    """What is asked for."""

    choices: tuple[Changes, ...]
    halving: Halving | None
    epochs: int
    workers: int
    cluster: str | None

    @property
    def passes(self) -> int:
        """How many epochs are trained altogether; with halving those that go on are trained longer."""
        count = combinations(self.choices)
        if self.halving is None or not count:
            return len(self.choices) * self.epochs
        seeds, total, before = len(self.choices) // count, 0, 0
        for until in self.halving.rungs(self.epochs, count):
            total += count * (until - before)
            before, count = until, -(-count // self.halving.of)
        return total * seeds


class SweepForm(QScrollArea):
    """Reads its own controls; what cannot be is an error in words."""

    changed = Signal()

    def __init__(self, project: Project, processes: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = QWidget()
        self.rate = RateField(content)
        self.fields: tuple[VariedField, ...] = (
            self.rate,
            ListField("batch_size", tr("Batch size"), "8, 32, 128", tr("Numbers with commas, or 8:128:5"), content),
            KindsField(("sgd", "adam"), content),
            ListField("penalty", tr("Penalty"), "0, 0.01, 0.1, 1", tr("Strengths λ with commas"), content),
            ListField("width", tr("Width"), "4, 8, 16", tr("Units of every hidden layer, with commas"), content),
        )
        self.seeds = self._line("1", tr("Seeds"), tr("With how many seeds every combination is tried"))
        self.search = Combo(content)
        self.search.addItems([tr("Every combination"), tr("Drawn at random")])
        self.search.setAccessibleName(tr("Combinations"))
        self.count = self._line("20", tr("Number drawn"), tr("How many combinations are drawn"))
        self.halving = QCheckBox(tr("Only the best third goes on"), content)
        self.halving.setToolTip(tr("Successive halving: all are trained a little, the best of them longer and longer"))
        self.epochs = self._line(str(project.settings.epochs), tr("Epochs"), tr("How long each is trained at most"))
        self._usual = str(processes)
        self.workers = self._line(self._usual, tr("Processes"), tr("How many trainings go on at once on this machine"))
        self.cluster = self._line("", tr("Cluster"), tr("The address of a Dask cluster; empty: this machine"))
        self.cluster.setPlaceholderText(tr("this machine"))
        self._arrange(content)
        self._connect()
        self.rate.box.setChecked(True)
        self._show_possible()

    def show_processes(self, count: int) -> None:
        """As many trainings at once, unless somebody typed another number."""
        usual, self._usual = self._usual, str(count)
        if self.workers.text() == usual:
            self.workers.setText(self._usual)

    def plan(self, project: Project) -> Plan:
        """What is asked for; FieldError where something cannot be."""
        random = self.search.currentIndex() == 1
        axes = {field.name: field.axis(random) for field in self.fields if field.box.isChecked()}
        seeds = whole_of(self.seeds, 1, MOST_SEEDS, tr("The number of seeds"))
        if seeds > 1:
            axes["seed"] = seeds_from(project.settings.seed, seeds)
        if not axes:
            raise FieldError(tr("Nothing is varied yet. Check what the trainings are to differ in."))
        if random:
            choices = drawn(axes, whole_of(self.count, 1, MOST, tr("The number drawn")), project.settings.seed)
        else:
            choices = grid(axes)  # type: ignore[arg-type]
        cluster = self.cluster.text().strip()
        return Plan(
            choices,
            Halving() if self.halving.isChecked() else None,
            whole_of(self.epochs, 1, MOST_EPOCHS, tr("The number of epochs")),
            whole_of(self.workers, 1, MOST_WORKERS, tr("The number of processes")),
            checked_address(cluster) if cluster else None,
        )

    def _arrange(self, content: QWidget) -> None:
        rows = QGridLayout(content)
        rows.setContentsMargins(GAP, GAP // 2, GAP, GAP)
        rows.setHorizontalSpacing(GAP)
        rows.setVerticalSpacing(5)
        rows.setColumnStretch(1, 1)
        for place, field in enumerate(self.fields):
            rows.addWidget(field.box, place, 0)
            rows.addWidget(field, place, 1)
        others = (
            (tr("Seeds"), self.seeds), (tr("Try"), self.search), (tr("How many"), self.count), ("", self.halving),
            (tr("Epochs"), self.epochs), (tr("Processes"), self.workers), (tr("Cluster"), self.cluster),
        )  # fmt: skip
        for place, (words, control) in enumerate(others, len(self.fields)):
            if words:
                label = QLabel(words, content)
                label.setBuddy(control)
                rows.addWidget(label, place, 0)
            rows.addWidget(control, place, 1 if words else 0, 1, 1 if words else 2)
        rows.setRowStretch(rows.rowCount(), 1)
        follow_in_tab_order(self.rate.box, content)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(content)

    def _connect(self) -> None:
        for field in self.fields:
            field.changed.connect(self.changed)
        for line in (self.seeds, self.count, self.epochs, self.workers, self.cluster):
            line.textChanged.connect(self.changed)
        self.halving.toggled.connect(self.changed)
        self.search.currentIndexChanged.connect(self._show_possible)
        self.cluster.textChanged.connect(self._show_possible)

    def _show_possible(self) -> None:
        self.count.setEnabled(self.search.currentIndex() == 1)
        self.workers.setEnabled(not self.cluster.text().strip())
        self.changed.emit()

    def _line(self, text: str, name: str, help: str) -> Line:
        line = Line()
        line.setText(text)
        line.setAccessibleName(name)
        line.setToolTip(help)
        return line
