"""The bundled iris flowers: 150 of three species, with four lengths each; the oldest example of the field."""

from dataclasses import replace

from nnstudio.core.resources import resource
from nnstudio.data.dataset import DataSet
from nnstudio.data.readers.table import Table

SOURCE = "R. A. Fisher: Iris, 1936, UCI Machine Learning Repository, doi 10.24432/C56C76, CC BY 4.0."


def load_iris() -> DataSet:
    """The flowers in the order of their species, lengths in centimetres, not yet divided."""
    table = Table(target="species", delimiter="comma", header="yes", decimal="point", encoding="utf-8")
    return replace(table.open(resource("data", "iris.csv"), "iris"), notes=(SOURCE,))
