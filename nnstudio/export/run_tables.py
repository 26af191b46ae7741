"""Runs our NumPy script with the weights that stand in exported tables, in a process of its own."""

import json
from pathlib import Path

import numpy as np

from nnstudio.export.run_script import answers_of, module_of
from nnstudio.export.running import Answer, run


def load(path: Path) -> Answer:
    """A function from samples to the script's answers; script and layout lie where the process works."""
    script = module_of(Path("script.py"))
    weights = script.load(Path("known.npz"))
    layout = json.loads(Path("tables.json").read_text("utf-8"))
    for table, arrays in layout["tables"].items():
        rows = np.loadtxt(path.parent / table, layout["dtype"], delimiter=",", skiprows=1, ndmin=2)
        ends = np.cumsum([int(np.prod(shape[1:])) for _, _, shape in arrays])
        for (layer, name, shape), part in zip(arrays, np.split(rows, ends[:-1], axis=1), strict=True):
            weights.setdefault(layer, {})[name] = part.reshape(shape)
    return answers_of(script, weights)


if __name__ == "__main__":
    run(load)
