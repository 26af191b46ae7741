"""Runs exported weights in the NumPy script of their model, in a process of its own; no array is the script's."""

import json
from pathlib import Path

import numpy as np

from nnstudio.export.run_script import load as load_script
from nnstudio.export.running import Answer, Array, run

SCRIPT, BESIDE, NAMES = "script.py", "script.npz", "names.json"


def load(path: Path) -> Answer:
    """The script that stands in this folder, with the weights of the export in place of its own."""
    exported = _arrays(path)
    with np.load(BESIDE) as file:
        arrays = {name: file[name] for name in file.files}
    for name in json.loads(Path(NAMES).read_text("utf-8")):
        arrays[name] = exported[name]
    np.savez(BESIDE, **arrays)
    return load_script(Path(SCRIPT).resolve())


def _arrays(path: Path) -> dict[str, Array]:
    if path.read_bytes()[:2] == b"PK":
        with np.load(path) as file:
            return {name: file[name] for name in file.files}
    from safetensors.numpy import load_file

    return load_file(path)


if __name__ == "__main__":
    run(load)
