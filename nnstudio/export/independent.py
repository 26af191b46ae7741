"""Without its framework, an export is read by NumPy: its weights, brought back into our order, in a script of ours."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from nnstudio.core.written import Written
from nnstudio.engine.plan import Step
from nnstudio.export import numpy_script
from nnstudio.export.base import Runner
from nnstudio.export.script import Script


@dataclass(frozen=True)
class Origin:
    """Which array of ours an exported one is, and how its axes were turned."""

    layer: str
    name: str
    axes: tuple[int, ...] = ()


def origins(script: Script, words: Callable[[Step], Written], module: str, between: str) -> dict[str, Origin]:
    """What every array of an export is with us.

    `words` says what a step is in the framework; `between` stands between a preparation step and what it knows.
    """
    found = {}
    for step in script.trained.plan.steps:
        name = script.names[step.id]
        for theirs, stored in words(step).arrays.items():
            found[f"{name}.{theirs}"] = Origin(name, stored.ours, stored.axes)
    for step_name, written in script.preparation(module):
        found |= {f"{step_name}{between}{name}": Origin(step_name, name) for name in written.constants}
    return found


def independent(script: Script, origins: Mapping[str, Origin], suffix: str, framework: str) -> Runner:
    """A runner that takes the weights of an export, by their names there, for the NumPy script of the same model.

    It shows that the weights are right; the export's code is not run.
    """
    layout = {name: [origin.layer, origin.name, list(origin.axes)] for name, origin in origins.items()}
    return Runner(
        f"NumPy {np.__version__} with its weights ({framework} is not installed, so its code was not run)",
        "nnstudio.export.run_independent",
        files={
            "script.py": numpy_script.source(script).encode(),
            "layout.json": json.dumps({"suffix": suffix, "arrays": layout}).encode(),
        },
    )
