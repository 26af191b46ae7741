"""What the plots of a panel show, as columns of one table."""

from collections.abc import Iterable
from dataclasses import replace

from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.plots.table import Series


def figures_of(plots: Iterable[Plot]) -> list[Series]:
    """All numbers of the layers that are shown; the plot's title stands before each name."""
    return [
        _titled(plot.title, series)
        for plot in plots for layer in plot.layers if layer.isVisible() for series in layer.series()
    ]  # fmt: skip


def _titled(title: str, series: Series) -> Series:
    columns = (replace(column, name=f"{title}: {column.name}") for column in series.columns)
    return Series(series.positions, tuple(columns))
