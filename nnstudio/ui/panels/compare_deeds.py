"""What can be done with compared runs: take over what one was trained with, and keep the table as a file."""

from collections.abc import Sequence
from dataclasses import replace

from nnstudio.experiments.traits import phrase
from nnstudio.live.changes import model_of
from nnstudio.live.record import Record
from nnstudio.project.project import UNLEARNED, Project
from nnstudio.ui.document import Document
from nnstudio.ui.panels.compare_words import title_of, tr
from nnstudio.ui.panels.figure_model import Column as FigureColumn
from nnstudio.ui.panels.figure_model import Row
from nnstudio.ui.plots.table import Column, Table


def adopt(document: Document, record: Record) -> None:
    """Make a run's model, data and settings the project's, as one edit. Weights stay where the model is the same."""
    now, then = document.project, record.project
    same_model = model_of(now.graph) == model_of(then.graph)
    taken = replace(
        now,
        graph=now.graph if same_model else then.graph,
        settings=then.settings,
        data=then.data,
        points=then.points,
        preparation=now.preparation if _same_inputs(now, record) else then.preparation,
    )
    if not same_model:
        taken = replace(taken, **UNLEARNED)
    document.apply(tr("Take the settings of {}").format(title_of(record)), taken)


def as_table(columns: Sequence[FigureColumn], rows: Sequence[Row]) -> Table:
    """Rows as a file keeps them, with all digits."""
    return Table(tuple(
        Column(column.title.replace("\n", " "), [row.cells.get(column.key) for row in rows]) for column in columns
    ))  # fmt: skip


def _same_inputs(project: Project, record: Record) -> bool:
    """Whether the project prepares the same data in the same way, whoever chose that."""
    if (project.data, project.points) != (record.project.data, record.project.points):
        return False
    return project.preparation is None or [*map(phrase, project.preparation)] == [*map(phrase, record.preparation)]
