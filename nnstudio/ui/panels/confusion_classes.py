"""Precision, recall and F1 of each class as a table that can be sorted."""

from math import isnan

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtWidgets import QHeaderView, QWidget

from nnstudio.training.verdicts import ClassFigures
from nnstudio.ui.panels.figure_model import Cell, Column, FigureModel, Row, SortedFigures
from nnstudio.ui.panels.figure_view import FigureTable
from nnstudio.ui.panels.samples_words import share
from nnstudio.ui.plots import table as files

FIGURES = ("precision", "recall", "f1")


class ClassTable(FigureTable):
    """A row for each class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.model_of_rows = FigureModel()
        sorted_rows = SortedFigures(self.model_of_rows)
        super().__init__(sorted_rows, tr("Precision, recall and F1 of each class"), parent)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.model_of_rows.setParent(self)
        sorted_rows.setParent(self)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 80)

    def show_figures(self, figures: ClassFigures, names: tuple[str, ...]) -> None:
        """Show these; the order that the user chose stays."""
        chosen = self.abouts
        if self.model_of_rows.show_rows(columns(), rows_of(figures, names)):
            self.choose(chosen)


def columns() -> tuple[Column, ...]:
    """The class, its three figures, and how many samples it has."""
    return (
        Column("class", tr("Class")), Column("precision", tr("Precision"), in_percent),
        Column("recall", tr("Recall"), in_percent), Column("f1", tr("F1"), in_percent),
        Column("samples", tr("Samples"), "{:,}".format),
    )  # fmt: skip


def rows_of(figures: ClassFigures, names: tuple[str, ...]) -> list[Row]:
    """A row for each class; a share of nothing is not known."""
    found = []
    for place, name in enumerate(names):
        cells: dict[str, Cell] = {"class": int(name) if name.isdecimal() else name}
        for key in FIGURES:
            figure = float(getattr(figures, key)[place])
            cells[key] = None if isnan(figure) else figure
        found.append(Row(place, {**cells, "samples": int(figures.counts[place])}))
    return found


def in_percent(figure: float) -> str:
    """A share as it stands in the table."""
    return share(figure, 1)


def file_columns(figures: ClassFigures) -> list[files.Column]:
    """The same for a file: with all digits."""
    cells = {key: [None if isnan(each) else float(each) for each in getattr(figures, key)] for key in FIGURES}
    return [*(files.Column(key, each) for key, each in cells.items()), files.Column("samples", figures.counts)]


def tr(text: str) -> str:
    """A text of the table in the user's language."""
    return QCoreApplication.translate("ClassTable", text)
