"""Keras 3: a readable script that builds the model, for any backend, and its weights."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from string import Template
from typing import ClassVar

from nnstudio.core.errors import StudioError
from nnstudio.core.written import Array, Written
from nnstudio.engine.plan import Step
from nnstudio.export.base import Exporter, Runner
from nnstudio.export.independent import independent, origins
from nnstudio.export.npz import npz_of
from nnstudio.export.route import Turn, route
from nnstudio.export.script import Script
from nnstudio.export.text import indented, literal
from nnstudio.export.trained import Trained
from nnstudio.layers.shapes import IMAGE

SCRIPT = Template('''\
"""$summary

    python $name.py $what...

says what is in each file: a .npy file with a sample as the data stores it$or_picture.
The weights are in $name.npz beside it. From Python:

    model = load()
    model.predict(samples)  # samples are $batch, as the data stores them

Made by nnstudio, for Keras 3 with any backend.
"""

import sys
from pathlib import Path

import keras
import numpy as np
from keras import $modules
$settings
WEIGHTS = Path(__file__).with_suffix(".npz")
$constants

def build($arguments):
    """The model: samples as the data stores them, $batch, go in, answers come out.$without"""
    samples = x = keras.Input(SAMPLE, name="samples")
$network
    return keras.Model(samples, x, name="$name_of_model")


def load(path=WEIGHTS$load_arguments):
    """The model with its weights."""
    with np.load(path) as file:
        weights = dict(file)$constants_apart
    model = build($given)
    for name, array in weights.items():
        layer, _, parameter = name.partition(".")
        getattr(model.get_layer(layer), parameter).assign(array)
    return model


$functions

def main():
    """Say what is in the files that are named."""
    model = load()
    for path in map(Path, sys.argv[1:]):
        print(f"{path}: {said(model.predict(read_sample(path)[None], verbose=0)[0])}")


if __name__ == "__main__":
    main()
''')

APART = '''
    known = {name: weights.pop(name) for name in list(weights) if name.startswith(PREPARATION)}'''
BACKENDS = ("torch", "tensorflow", "jax")
CHANNELS_LAST = 'keras.config.set_image_data_format("channels_last")'
DOUBLE = 'keras.config.set_floatx("float64")'


def _backend() -> str | None:
    """What Keras would compute with here, if both are installed."""
    wanted = (os.environ.get("KERAS_BACKEND", ""), *BACKENDS)
    return next((each for each in wanted if each and find_spec(each)), None) if find_spec("keras") else None


@dataclass(frozen=True)
class Keras(Exporter):
    """A script in the functional style, and an npz file with the weights in Keras's order."""

    kind: ClassVar[str] = "keras"
    title: ClassVar[str] = "Keras"
    about: ClassVar[str] = "A readable script for Keras 3 and its weights"
    suffix: ClassVar[str] = ".py"
    in_folder: ClassVar[bool] = True

    def files(self, trained: Trained, stem: str) -> Mapping[str, bytes]:
        """The script and its weights."""
        script = Script.of(trained, stem)
        return {f"{script.stem}.py": source(script).encode(), f"{script.stem}.npz": npz_of(_weights(script))}

    def runner(self, trained: Trained, main: Path) -> Runner:
        """Keras itself, where it and a backend are installed; else NumPy reads the weights."""
        backend = _backend()
        if backend is None:
            script = Script.of(trained, main.stem)
            return independent(script, origins(script, written_of, "ops", "."), ".npz", "Keras")
        # Keras writes its settings where its home is: that is the folder of the proof.
        environment = {"KERAS_BACKEND": backend, "KERAS_HOME": "."}
        return Runner(f"Keras {version('keras')} on {backend}", "nnstudio.export.run_keras", environment=environment)

    @property
    def lacking(self) -> str:
        """Without Keras the proof says less."""
        return "" if _backend() else "Keras 3 is not installed: the weights are proved by NumPy, the code is not run."


def written_of(step: Step) -> Written:
    """A step in Keras's words, or an error that says who has none."""
    written = step.layer.in_keras(*step.input_shapes)
    if written is None:
        raise StudioError(f"Nobody has said how {step.layer.title} is written in Keras. Choose another format.")
    return written


def _weights(script: Script) -> dict[str, Array]:
    """Every array as LAYER.NAME in Keras's words and order, and what the preparation knows."""
    found = {}
    for step in script.trained.plan.steps:
        arrays = script.parameters(step)
        for theirs, stored in written_of(step).arrays.items():
            found[f"{script.names[step.id]}.{theirs}"] = script.numbers(stored.there(arrays[stored.ours]))
    for step_name, written in script.preparation("ops"):
        found |= {f"{step_name}.{name}": script.numbers(array) for name, array in written.constants.items()}
    return found


def source(script: Script) -> str:
    """The text of the script."""
    turns = route(script.trained.plan, lambda step: script.names[step.id])
    body = [line for turn in turns if turn.step is not script.head for line in _lines(script, turn)]
    head = script.head
    if head is not None:
        body += ["if not logits:", *(f"    {line}" for line in _lines(script, Turn(head, ("x",), "x")))]
    lines = [*_prepare(script), *body]
    knows = any(written.constants for _, written in script.preparation("ops"))
    arguments = [*(["known"] if knows else []), *(["logits=False"] if head else [])]
    given = [*(["known"] if knows else []), *(["logits"] if head else [])]
    return SCRIPT.substitute(
        summary=script.summary("a Keras model"), name=script.name, what=script.what, batch=script.batch,
        or_picture=",\nor, where Pillow is installed, a picture" if script.reads_images else ", or a text of numbers",
        settings=_settings(script), constants=script.constants() + _of_preparation(script),
        arguments=", ".join(arguments), modules="layers, ops" if "ops." in "".join(lines) else "layers",
        without="\n\n    With `logits` it ends before the last activation.\n    " if head else "",
        network=indented(lines),
        name_of_model=script.name_in_code, load_arguments=", logits=False" if head else "",
        given=", ".join(given), constants_apart=APART if knows else "", functions=script.functions(),
    )  # fmt: skip


def _of_preparation(script: Script) -> str:
    """How the names of what the preparation knows begin."""
    starts = [f"{name}." for name, written in script.preparation("ops") if written.constants]
    return f"PREPARATION = {literal(starts)}\n" if starts else ""


def _settings(script: Script) -> str:
    images = any(len(step.shape) == IMAGE for step in script.trained.plan.steps)
    lines = [*([CHANNELS_LAST] if images else []), *([DOUBLE] if script.dtype == "float64" else [])]
    return "".join(f"\n{line}" for line in lines) + ("\n" if lines else "")


def _prepare(script: Script) -> list[str]:
    lines = []
    for step_name, written in script.preparation("ops"):
        known = {name: f'known["{step_name}.{name}"]' for name in written.constants}
        lines += [line.format(x="x", y="x", **known) for line in written.lines]
    door = script.trained.plan.steps[script.trained.plan.input]
    fits = script.trained.prepared_shape == door.shape
    return lines if fits else [*lines, *_lines(script, Turn(door, ("x",), "x"))]


def _lines(script: Script, turn: Turn) -> list[str]:
    """The lines that do a step; the door of the network has been gone through by the preparation."""
    written = written_of(turn.step)
    if not turn.reads:
        return []
    inputs = {f"x{number}": variable for number, variable in enumerate(turn.reads, 1)}
    words = {"x": turn.reads[0], **inputs, "y": turn.leaves, "layer": _named_layer(script, turn.step, written)}
    if not written.lines and turn.leaves != turn.reads[0]:
        return [f"{turn.leaves} = {turn.reads[0]}"]
    return [line.format(**words) for line in written.lines]


def _named_layer(script: Script, step: Step, written: Written) -> str:
    """What makes a layer, with the name that it gets."""
    inside = written.made.removesuffix(")")
    return f'{inside}{"" if inside.endswith("(") else ", "}name="{script.names[step.id]}")'
