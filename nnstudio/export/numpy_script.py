"""Plain NumPy: one readable script and its weights, which need nothing else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import ClassVar

import numpy as np

from nnstudio.core.errors import StudioError
from nnstudio.core.written import Array
from nnstudio.engine.plan import Step
from nnstudio.export.base import Exporter, Runner
from nnstudio.export.identifiers import Names
from nnstudio.export.npz import npz_of
from nnstudio.export.route import Turn, route
from nnstudio.export.script import Script, returning
from nnstudio.export.text import indented
from nnstudio.export.trained import Trained

SCRIPT = Template('''\
"""$summary

    python $name.py $what...

says what is in each file: a .npy file with a sample as the data stores it$or_picture.
The weights are in $name.npz beside it. From Python, a few hundred samples at a time:

    weights = load()
    answer(samples, weights)  # samples are $batch, as the data stores them

Made by nnstudio.
"""

import sys
from pathlib import Path

import numpy as np

WEIGHTS = Path(__file__).with_suffix(".npz")
$constants

def load(path=WEIGHTS):
    """The weights: the arrays of every layer by their names."""
    weights = {}
    with np.load(path) as file:
        for name in file.files:
            layer, _, array = name.partition(".")
            weights.setdefault(layer, {})[array] = file[name]
    return weights


$layers


def prepare($reads):
    """Samples as the data stores them, $batch, as the network reads them."""
$prepare


$network


$functions

def main():
    """Say what is in the files that are named."""
    weights = load()
    for path in map(Path, sys.argv[1:]):
        print(f"{path}: {said(answer(read_sample(path)[None], weights)[0])}")


if __name__ == "__main__":
    main()
''')

NETWORK = '''\
def {name}(samples, weights):
    """{what}"""
    x = prepare({reads})
{lines}'''

LAST = '''


def answer(samples, weights):
    """{what}"""
    return {head}(logits(samples, weights))'''

BEFORE = "What comes before the last activation, one row for each sample."
ANSWER = "What the network answers, one row for each sample."
OVERFLOWS = "np.exp(-x)"
QUIET = '@np.errstate(over="ignore")  # Far below zero the power is infinite, and the result 0 as it should be.\n'


@dataclass(frozen=True)
class NumpyScript(Exporter):
    """A script that shows every formula, and an npz file with the weights."""

    kind: ClassVar[str] = "numpy"
    title: ClassVar[str] = "NumPy script"
    about: ClassVar[str] = "One readable script and its weights; needs NumPy alone"
    suffix: ClassVar[str] = ".py"
    in_folder: ClassVar[bool] = True

    def files(self, trained: Trained, stem: str) -> Mapping[str, bytes]:
        """The script and its weights."""
        script = Script.of(trained, stem)
        return {f"{script.stem}.py": source(script).encode(), f"{script.stem}.npz": npz_of(_weights(script))}

    def runner(self, trained: Trained, main: Path) -> Runner:
        """NumPy is always there."""
        return Runner(f"NumPy {np.__version__}", "nnstudio.export.run_script")


def _weights(script: Script) -> dict[str, Array]:
    """Every array as LAYER.NAME, and what the preparation knows."""
    found: dict[str, Array] = {}
    for step in script.trained.plan.steps:
        found |= {f"{script.names[step.id]}.{name}": array for name, array in script.parameters(step).items()}
    return found | known(script)


def known(script: Script) -> dict[str, Array]:
    """What the preparation knows, as STEP.NAME."""
    found: dict[str, Array] = {}
    for step_name, written in script.preparation("np"):
        found |= {f"{step_name}.{name}": script.numbers(array) for name, array in written.constants.items()}
    return found


def source(script: Script) -> str:
    """The text of the script."""
    functions = _Functions(script)
    plan = script.trained.plan
    turns = route(plan, functions.variable_for)
    calls = [functions.call(turn) for turn in turns if turn.step.inputs and turn.step is not script.head]
    body = indented(returning(calls))
    reads = "samples, weights" if any(written.constants for _, written in script.preparation("np")) else "samples"
    if script.head:
        head = functions.name_of(script.head)
        network = NETWORK.format(name="logits", what=BEFORE, reads=reads, lines=body)
        network += LAST.format(what=ANSWER, head=head)
    else:
        network = NETWORK.format(name="answer", what=ANSWER, reads=reads, lines=body)
    return SCRIPT.substitute(
        summary=script.summary("plain NumPy"), name=script.name, what=script.what, batch=script.batch,
        or_picture=",\nor, where Pillow is installed, a picture" if script.reads_images else ", or a text of numbers",
        constants=script.constants(), layers="\n\n\n".join(functions.texts()), prepare=indented(_prepare(script)),
        reads=reads, network=network, functions=script.functions(),
    )  # fmt: skip


def _prepare(script: Script) -> list[str]:
    lines = [f"x = samples.astype(np.{script.dtype})"]
    for name, written in script.preparation("np"):
        known = {each: f'weights["{name}"]["{each}"]' for each in written.constants}
        lines += [line.format(x="x", y="x", **known) for line in written.lines]
    door = script.trained.plan.steps[script.trained.plan.input]
    return [*lines, *_lines(door)]


def _lines(step: Step) -> list[str]:
    """The layer's own lines, which read x and give the output back."""
    lines = step.layer.numpy(*step.input_shapes).splitlines()
    if not lines:
        raise StudioError(f"Nobody has written down {step.layer.title} in NumPy yet. Export as ONNX, or replace it.")
    return returning(lines, "y")


class _Functions:
    """A function for every layer; layers that do the same share one."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._taken = Names()
        self._steps: dict[tuple[str, str], Step] = {}
        self._names: dict[tuple[str, str], str] = {}
        for step in script.trained.plan.steps:
            if step.inputs:
                self._steps.setdefault(self._key(step), step)
        kinds = [kind for kind, _ in self._steps]
        for key, step in self._steps.items():
            shared = kinds.count(key[0]) == 1 and not script.parameters(step)
            self._names[key] = self._taken.take(key[0] if shared else script.names[step.id])

    def _key(self, step: Step) -> tuple[str, str]:
        return step.layer.kind, "\n".join((step.layer.phrase(), *_lines(step)))

    def name_of(self, step: Step) -> str:
        """The function that does what a step does."""
        return self._names[self._key(step)]

    def variable_for(self, step: Step) -> str:
        """A variable that no function is called by."""
        return self._taken.take(f"after_{self._script.names[step.id]}")

    def call(self, turn: Turn) -> str:
        """The line that does a step."""
        arguments = list(turn.reads)
        if self._script.parameters(turn.step):
            arguments.append(f'**weights["{self._script.names[turn.step.id]}"]')
        return f"{turn.leaves} = {self.name_of(turn.step)}({', '.join(arguments)})"

    def texts(self) -> Iterator[str]:
        """Every function."""
        for key, step in self._steps.items():
            inputs = ["x"] if len(step.inputs) == 1 else [f"x{number + 1}" for number in range(len(step.inputs))]
            arguments = ", ".join((*inputs, *self._script.parameters(step)))
            lines = _lines(step)
            quiet = QUIET if any(OVERFLOWS in line for line in lines) else ""
            what = f'"""{_sentence(step)}"""'
            yield f"{quiet}def {self._names[key]}({arguments}):\n{indented((what, *lines))}"


def _sentence(step: Step) -> str:
    formula = step.layer.formula.format(**vars(step.layer))
    return f"{step.layer.phrase()}: {formula.rstrip('…')}." if formula else f"{step.layer.phrase()}."
