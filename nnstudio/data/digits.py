"""The bundled digits: 1,797 handwritten ones of 8×8 pixels, enough to learn from in seconds."""

import numpy as np

from nnstudio.core.resources import resource
from nnstudio.data.dataset import DataSet
from nnstudio.data.idx import read_idx
from nnstudio.data.preparation.scale import Scale

SOURCE = (
    "E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998, "
    "doi 10.24432/C50P49, CC BY 4.0."
)


def load_digits() -> DataSet:
    """The 8×8 digits with pixels from 0 to 16, not yet divided."""
    images = read_idx(resource("data", "digits-images-idx3-ubyte.gz"))
    labels = read_idx(resource("data", "digits-labels-idx1-ubyte.gz")).astype(np.int64)
    names = tuple("0123456789")
    return DataSet("digits", images[..., np.newaxis], labels, names, preparation=(Scale(16),), notes=(SOURCE,))
