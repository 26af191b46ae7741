"""MNIST: 70,000 handwritten digits of 28×28 pixels."""

import os
from dataclasses import dataclass
from pathlib import Path

from nnstudio.data.collections.base import Collection, Remote
from nnstudio.data.dataset import DataSet
from nnstudio.data.readers.mnist_folder import MnistFolder

_ADDRESSES = ("https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/")


@dataclass(frozen=True)
class Mnist(Collection):
    """70,000 handwritten digits of 28×28 pixels."""

    about = "70,000 handwritten digits of 28×28 pixels."
    source = "Y. LeCun, C. Cortes, C. J. C. Burges: The MNIST database of handwritten digits."
    files = ()

    @classmethod
    def missing(cls, folder: Path) -> tuple[Remote, ...]:
        """Nothing if the folder is there: the reader then says what it lacks."""
        return () if os.path.lexists(folder) else cls.files

    def open(self, folder: Path) -> DataSet:
        """The four files as published."""
        return MnistFolder().open(folder, "mnist")
