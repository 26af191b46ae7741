"""The data sets that come with the studio."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nnstudio.data.dataset import DataSet
from nnstudio.data.digits import load_digits


@dataclass(frozen=True)
class Bundled:
    """A data set that is always there."""

    about: str
    load: Callable[[], DataSet]


BUNDLED: Mapping[str, Bundled] = {
    "digits": Bundled("1,797 handwritten digits of 8×8 pixels, bundled.", load_digits),
}
