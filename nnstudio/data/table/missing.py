"""Missing values in the inputs of a table: filled in, left out with their rows, or refused."""

from nnstudio.core.errors import DataError
from nnstudio.core.wording import counted
from nnstudio.data.table.cells import listed, quoted
from nnstudio.data.table.inputs import Inputs, Mask

WAYS = ("fill", "drop", "refuse")


def rows_without_gaps(inputs: Inputs, keep: Mask, way: str, where: str) -> tuple[Mask, list[str]]:
    """The rows that are kept, and a note that counts what is missing in them, or was left out with them."""
    gaps = {column: count for column, count in inputs.gaps(keep).items() if count}
    if not gaps:
        return keep, []
    by_column = listed(f"{quoted(inputs.column_names[column])} {count:,}" for column, count in gaps.items())
    missing = f"{counted(sum(gaps.values()), 'value is', 'values are')} missing ({by_column})"
    if way == "fill":
        return keep, [f"{missing}. {_filling(inputs, gaps)}; or choose missing=drop."]
    rows = inputs.rows_with_gaps() & keep
    if way == "refuse":
        line = inputs.line(int(rows.argmax()))
        raise DataError(
            f"In {where}, {missing}, the first in line {line:,}. Put them in, or choose missing=fill or missing=drop."
        )
    if not (keep & ~rows).any():
        raise DataError(f"In {where}, no row is without gaps: {missing}. Choose missing=fill, or leave columns out.")
    lost = f"{counted(int(rows.sum()), 'row', 'rows')} of {int(keep.sum()):,}"
    return keep & ~rows, [f"Left out are {lost}, since {missing}."]


def _filling(inputs: Inputs, gaps: dict[int, int]) -> str:
    texts = {column for column in gaps if column in inputs.features and not inputs.features[column].is_number}
    said = []
    if gaps.keys() - texts:
        said.append("the step Fill puts numbers in their place")
    if texts:
        said.append("a missing text counts as none of its categories")
    sentence = ", and ".join(said)
    return sentence[0].upper() + sentence[1:]
