"""Runs an exported NumPy script on samples, in a process of its own."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from nnstudio.export.running import Answer, Array, run


def module_of(path: Path) -> ModuleType:
    """The script as a module, whatever it is called."""
    found = importlib.util.spec_from_file_location("exported", path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def load(path: Path) -> Answer:
    """A function from samples to the script's answers."""
    script = module_of(path)
    return answers_of(script, script.load())


def answers_of(script: ModuleType, weights: Any) -> Answer:
    """The same for a script that is loaded, with weights as it keeps them."""
    logits = getattr(script, "logits", None)

    def answer(samples: Array) -> tuple[Array, Array | None]:
        if logits is None:
            return script.answer(samples, weights), None
        found = logits(samples, weights)
        # Not once more for the answers, which are made of them.
        vars(script)["logits"] = lambda samples, weights: found
        return script.answer(samples, weights), found

    return answer


if __name__ == "__main__":
    run(load)
