"""PyTorch: a readable module, its weights, and a script that trains it on one machine or many."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from string import Template
from typing import ClassVar

from safetensors.numpy import save

from nnstudio.core.errors import StudioError
from nnstudio.core.written import Array, Written
from nnstudio.engine.plan import Step
from nnstudio.export.base import Exporter, Runner
from nnstudio.export.independent import independent, origins
from nnstudio.export.pytorch_training import initial, training_source
from nnstudio.export.route import Turn, route
from nnstudio.export.script import Script, returning, without_unused
from nnstudio.export.text import indented
from nnstudio.export.trained import Trained

MODULE = Template('''\
"""$summary

    python $name.py $what...

says what is in each file: a .npy file with a sample as the data stores it$or_picture.
The weights are in $name.safetensors beside it. From Python:

    network = load()
    network.answer(samples)  # samples are a tensor $batch, as the data stores them

Made by nnstudio.
"""

import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

WEIGHTS = Path(__file__).with_suffix(".safetensors")
$constants

class Network(nn.Module):
    """$title."""

    def __init__(self):
        super().__init__()
$made

    def prepare(self, samples):
        """Samples as the data stores them, $batch, as the network reads them."""
$prepare

    def forward(self, samples):
        """$gives, one row for each sample."""
        x = self.prepare(samples)
$forward
$finish
    def answer(self, samples):
        """What the network answers, one row for each sample."""
        return $answer


def load(path=WEIGHTS):
    """The network with its weights, ready to answer."""
    network = Network()$double
    network.load_state_dict(load_file(path))
    return network.eval()


$functions

@torch.inference_mode()
def main():
    """Say what is in the files that are named."""
    network = load()
    for path in map(Path, sys.argv[1:]):
        sample = torch.from_numpy(read_sample(path))
        print(f"{path}: {said(network.answer(sample[None])[0].numpy())}")


if __name__ == "__main__":
    main()
''')

FINISH = '''
    def finish(self, x):
        """The last activation."""
{lines}
'''


@dataclass(frozen=True)
class PyTorch(Exporter):
    """A module with named layers, its state as safetensors, and a script for training it further, or anew."""

    kind: ClassVar[str] = "torch"
    title: ClassVar[str] = "PyTorch"
    about: ClassVar[str] = "A readable module, its weights, and a script to train it under torchrun"
    suffix: ClassVar[str] = ".py"
    in_folder: ClassVar[bool] = True

    def files(self, trained: Trained, stem: str) -> Mapping[str, bytes]:
        """The module, its weights, the script for training, and the weights that training starts from."""
        script = Script.of(trained, stem)
        return {
            f"{script.stem}.py": source(script).encode(),
            f"{script.stem}.safetensors": save(state_of(script, trained.weights)),
            f"{script.stem}_train.py": training_source(script).encode(),
            f"{script.stem}_start.safetensors": save(state_of(script, initial(trained))),
        }

    def runner(self, trained: Trained, main: Path) -> Runner:
        """PyTorch itself, where it is installed; else NumPy reads the weights."""
        if find_spec("torch") is not None:
            return Runner(f"PyTorch {version('torch')}", "nnstudio.export.run_torch")
        script = Script.of(trained, main.stem)
        return independent(script, origins(script, written_of, "torch", "_"), ".safetensors", "PyTorch")

    @property
    def lacking(self) -> str:
        """Without PyTorch the proof says less."""
        installed = find_spec("torch") is not None
        return "" if installed else "PyTorch is not installed: the weights are proved by NumPy, the code is not run."


def written_of(step: Step) -> Written:
    """A step in PyTorch's words, or an error that says who has none."""
    written = step.layer.in_torch(*step.input_shapes)
    if written is None:
        raise StudioError(f"Nobody has said how {step.layer.title} is written in PyTorch. Choose another format.")
    return written


def state_of(script: Script, weights: Mapping[str, Array]) -> dict[str, Array]:
    """Weights named step/parameter as the module's state: in its names, its order of axes, with its constants."""
    found = {}
    for step in script.trained.plan.steps:
        for theirs, stored in written_of(step).arrays.items():
            array = weights[f"{step.id}/{stored.ours}"]
            found[f"{script.names[step.id]}.{theirs}"] = script.numbers(stored.there(array))
    for step_name, written in script.preparation("torch"):
        found |= {f"{step_name}_{name}": script.numbers(array) for name, array in written.constants.items()}
    return found


def source(script: Script) -> str:
    """The text of the module."""
    turns = route(script.trained.plan, lambda step: script.names[step.id])
    body = [line for turn in turns for line in _lines(script, turn) if turn.step is not script.head]
    finish = "" if script.head is None else _finish(script, script.head)
    text = MODULE.substitute(
        title=script.title, summary=script.summary("a PyTorch module"), name=script.name, what=script.what,
        batch=script.batch,
        or_picture=",\nor, where Pillow is installed, a picture" if script.reads_images else ", or a text of numbers",
        constants=script.constants(), made=indented(_made(script) or ["pass"], 8),
        prepare=indented(_prepare(script), 8), forward=indented(returning(body), 8),
        finish=finish, answer="self.finish(self(samples))" if finish else "self(samples)",
        gives="What comes before the last activation" if finish else "What the network answers",
        functions=script.functions(), double=".double()" if script.dtype == "float64" else "",
    )  # fmt: skip
    return without_unused(text, {"import torch.nn.functional as F": "F"})


def _finish(script: Script, head: Step) -> str:
    lines = returning(_lines(script, Turn(head, ("x",), "x")))
    return FINISH.format(lines=indented(lines, 8))


def _made(script: Script) -> list[str]:
    """What the module holds: layers, and the numbers that the preparation knows."""
    lines = []
    for step_name, written in script.preparation("torch"):
        for name, array in written.constants.items():
            sizes = ", ".join(map(str, array.shape))
            lines.append(f'self.register_buffer("{step_name}_{name}", torch.zeros({sizes}))')
    for step in script.trained.plan.steps:
        written = written_of(step)
        if written.made:
            lines.append(f"self.{script.names[step.id]} = {written.made}")
    return lines


def _prepare(script: Script) -> list[str]:
    lines = [f"x = samples.to(torch.{script.dtype})"]
    for step_name, written in script.preparation("torch"):
        known = {name: f"self.{step_name}_{name}" for name in written.constants}
        lines += [line.format(x="x", y="x", **known) for line in written.lines]
    door = script.trained.plan.steps[script.trained.plan.input]
    return returning([*lines, *_lines(script, Turn(door, ("x",), "x"))])


def _lines(script: Script, turn: Turn) -> list[str]:
    """The lines that do a step; the door of the network has been gone through by the preparation."""
    written = written_of(turn.step)
    if not turn.reads:
        return []
    inputs = {f"x{number}": variable for number, variable in enumerate(turn.reads, 1)}
    words = {"x": turn.reads[0], **inputs, "y": turn.leaves, "layer": f"self.{script.names[turn.step.id]}"}
    if not written.lines and turn.leaves != turn.reads[0]:
        return [f"{turn.leaves} = {turn.reads[0]}"]
    return [line.format(**words) for line in written.lines]
