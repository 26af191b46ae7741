"""Running an export in a process of its own: samples come in and answers go out as files in a folder."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Answer = Callable[[Array], tuple[Array, Array | None]]
AT_ONCE = 500


def run(load: Callable[[Path], Answer]) -> None:
    """Answer the samples: `load` opens the export and gives a function from a batch to its outputs and logits.

    To be called with the export's path and the folder as arguments of the process.
    """
    path, folder = map(Path, sys.argv[1:3])
    answer = load(path)
    inputs = np.load(folder / "inputs.npy", mmap_mode="r", allow_pickle=False)
    parts = [answer(np.array(inputs[start : start + AT_ONCE])) for start in range(0, len(inputs), AT_ONCE)]
    for name, each in (("outputs", 0), ("logits", 1)):
        found = [rows.reshape(len(rows), -1) for part in parts if (rows := part[each]) is not None]
        if found:
            np.save(folder / f"{name}.npy", np.concatenate(found))
