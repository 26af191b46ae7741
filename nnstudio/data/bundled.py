"""The data sets that come with the studio."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nnstudio.data.dataset import DataSet
from nnstudio.data.digits import load_digits
from nnstudio.data.iris import load_iris


@dataclass(frozen=True)
class Bundled:
    """A data set that is always there."""

    about: str
    load: Callable[[], DataSet]


BUNDLED: Mapping[str, Bundled] = {
    "digits": Bundled("1,797 handwritten digits of 8×8 pixels.", load_digits),
    "iris": Bundled("150 flowers of three kinds, by the length and width of their leaves.", load_iris),
}
