"""The samples that are shown as columns of numbers and words, for a file that any program reads."""

import numpy as np

from nnstudio.training.verdicts import Numbers
from nnstudio.ui.panels.samples_known import UNKNOWN, Known
from nnstudio.ui.plots.table import Column, Table


def table_of(known: Known | None, numbers: Numbers) -> Table:
    """Number in the data, part, class, answer, and the probabilities of both."""
    if known is None:
        return Table((Column("sample", ()),))
    columns = [Column("sample", numbers), Column("part", _parts(known, numbers))]
    if known.roll.classifies:
        answers = known.answers[numbers]
        judged = answers != UNKNOWN
        columns += [
            Column("class", [known.name(int(each)) for each in known.roll.classes[numbers]]),
            Column("answer", [known.name(int(each)) if each != UNKNOWN else None for each in answers]),
        ]
        probable = known.verdicts is not None and known.verdicts.probable
        names = ("lead of the answer", "output of the class")
        if probable:
            names = ("probability of the answer", "probability of the class")
        for name, figures in zip(names, (known.certainty, known.rightful), strict=True):
            cells = figures[numbers].astype(np.float64).tolist()
            columns.append(Column(name, [each if seen else None for each, seen in zip(cells, judged, strict=True)]))
    return Table(tuple(columns))


def _parts(known: Known, numbers: Numbers) -> list[str]:
    """The part that each is in; of one that is in several the last that learns nothing from it."""
    names = np.full(known.roll.count, "", object)
    for part in ("train", "validation", "test"):
        names[known.part(part)] = part
    return [str(each) for each in names[numbers]]
