"""Runs our NumPy script with the weights of another export, in a process of its own."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from nnstudio.export.run_script import answers_of, module_of
from nnstudio.export.running import Answer, Array, run


def load(path: Path) -> Answer:
    """A function from samples to the script's answers; script and layout lie where the process works."""
    layout = json.loads(Path("layout.json").read_text("utf-8"))
    exported = _arrays(path.with_suffix(layout["suffix"]))
    weights: dict[str, dict[str, Array]] = {}
    for name, array in exported.items():
        layer, own_name, axes = layout["arrays"][name]
        weights.setdefault(layer, {})[own_name] = array.transpose(np.argsort(axes)) if axes else array
    return answers_of(module_of(Path("script.py")), weights)


def _arrays(path: Path) -> dict[str, Array]:
    if path.suffix == ".safetensors":
        return load_file(path)
    with np.load(path, allow_pickle=False) as file:
        return dict(file)


if __name__ == "__main__":
    run(load)
