"""What the exported scripts share: how a sample is read from a file, and how an answer is put into words."""

import keyword
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from nnstudio.core.errors import StudioError
from nnstudio.core.wording import counted
from nnstudio.core.written import Array, Written, number
from nnstudio.engine.plan import Step
from nnstudio.export.identifiers import Names, identifier, names_of
from nnstudio.export.text import literal, paragraph, plain
from nnstudio.export.trained import Pictures, Trained
from nnstudio.layers.shapes import shown

PACKAGES = {"keras", "nnstudio", "numpy", "PIL", "safetensors", "tensorflow", "torch", *sys.stdlib_module_names}
MODES = {1: "L", 3: "RGB"}

READ_IMAGE = '''\
def read_sample(path):
    """An image file as a sample. A .npy file is taken as it is; any other needs Pillow."""
    if path.suffix == ".npy":
        return np.load(path).reshape(SAMPLE)
    from PIL import Image

    with Image.open(path) as image:
        pixels = np.array(image.convert("{mode}").resize(({width}, {height})))
    return pixels.reshape(SAMPLE){scaled}
'''

READ_NUMBERS = '''\
def read_sample(path):
    """A sample from a .npy file, or from a text file of numbers."""
    numbers = np.load(path) if path.suffix == ".npy" else np.loadtxt(path, delimiter=",")
    return numbers.reshape(SAMPLE)
'''

SAY_CLASS = '''\
def said(answer):
    """An answer in words."""
    best = answer.argmax()
    return f"{CLASSES[best]} ({answer[best]:%s})"
'''

SAY_YES_OR_NO = '''\
def said(answer):
    """An answer in words."""
    return f"{CLASSES[int(answer[0] > %s)]} ({answer[0]:.4g})"
'''

SAY_NUMBERS = '''\
def said(answer):
    """An answer in words."""
    return ", ".join(f"{number:.6g}" for number in answer)
'''


@dataclass(frozen=True, eq=False)
class Script:
    """A trained model on its way into a script."""

    trained: Trained
    stem: str

    @classmethod
    def of(cls, trained: Trained, stem: str) -> Self:
        """With a name that keeps Python from taking its files for packages that they need."""
        return cls(trained, f"{stem}_model" if stem in PACKAGES else stem)

    @property
    def importable(self) -> bool:
        """Whether its main file can be imported by its name."""
        return self.stem.isidentifier() and not keyword.iskeyword(self.stem)

    @property
    def name(self) -> str:
        """What its files are called, as far as a remark can show it."""
        return plain(self.stem)

    @property
    def name_in_code(self) -> str:
        """The same as an identifier."""
        return identifier(self.stem, "model")

    @cached_property
    def names(self) -> dict[str, str]:
        """An identifier for every step, by its id."""
        return names_of(self.trained.plan)

    @cached_property
    def head(self) -> Step | None:
        """The last activation, where logits come before it: one that makes probabilities, or that the loss looks
        through."""
        plan, last = self.trained.plan, self.trained.last
        apart = last.layer.makes_probabilities or last.layer.kind in plan.loss.through
        return last if apart and last.inputs else None

    @property
    def title(self) -> str:
        """What the model is called."""
        return plain(self.trained.about.title, 60) or "A neural network"

    @property
    def dtype(self) -> str:
        """float32 or float64."""
        return self.trained.plan.dtype.name

    @property
    def batch(self) -> str:
        """The shape of what goes in: (N, 28, 28, 1)."""
        return f"(N, {', '.join(map(str, self.trained.stored_shape))})"

    @property
    def reads_images(self) -> bool:
        """Whether a sample is a picture."""
        return self.trained.pictures is not None

    @property
    def what(self) -> str:
        """What the script is given: an image, or numbers."""
        return "IMAGE" if self.reads_images else "FILE"

    def constants(self) -> str:
        """The names of the classes and the shape of a sample."""
        names = self.trained.class_names
        classes = f"CLASSES = {literal(names)}\n" if names else ""
        kind = "an image" if self.reads_images else "a sample"
        return f"{classes}SAMPLE = {self.trained.stored_shape!r}  # The shape of {kind} as the data stores it.\n"

    def functions(self) -> str:
        """How a sample is read, and how an answer is said."""
        return f"{self._reading()}\n\n{self._saying()}"

    def _reading(self) -> str:
        pictures = self.trained.pictures
        if pictures is None:
            return READ_NUMBERS
        return READ_IMAGE.format(
            mode=MODES[pictures.channels], width=pictures.width, height=pictures.height, scaled=_scaled(pictures)
        )

    def _saying(self) -> str:
        outputs, classes = self.trained.plan.outputs, len(self.trained.class_names)
        if classes == outputs:
            return SAY_CLASS % (".1%" if self.trained.last.layer.makes_probabilities else ".4g")
        if classes == 2 and outputs == 1:
            return SAY_YES_OR_NO % f"{self.trained.plan.encoding.middle:g}"
        return SAY_NUMBERS

    def preparation(self, module: str) -> list[tuple[str, Written]]:
        """The steps of the preparation that do something, each with a name."""
        names, shape, found = Names(self.names.values()), self.trained.stored_shape, []
        for step in self.trained.done:
            written = step.written(module, shape)
            if written is None:
                raise StudioError(f"{step.title} cannot be written as code yet. Export as ONNX, or leave it out.")
            if written.lines:
                found.append((names.take(identifier(step.kind)), written))
            shape = step.shape(shape)
        return found

    def parameters(self, step: Step) -> dict[str, Array]:
        """The arrays of a step in the layer's own order."""
        arrays = self.trained.parameters_of(step.id)
        blocks = step.layer.blocks(*step.input_shapes).values()
        return {name: self.numbers(arrays[name]) for block in blocks for name in block}

    def numbers(self, array: Array) -> Array:
        """An array in the precision of the network."""
        return np.ascontiguousarray(array, self.trained.plan.dtype)

    def summary(self, form: str) -> str:
        """What it is, what goes in and what comes out."""
        trained = self.trained
        count = len(trained.class_names)
        out = f"tells {count} classes apart" if count else f"gives {counted(trained.plan.outputs, 'number')}"
        shape = trained.stored_shape
        sample = f"samples of {counted(shape[0], 'number')}" if len(shape) == 1 else f"samples of {shown(shape)}"
        return paragraph(f"{self.title}, as {form}. It reads {sample} and {out}.")


def _scaled(pictures: Pictures) -> str:
    """From the numbers of an image file to those of the data."""
    if (pictures.black, pictures.white) == (0.0, 255.0):
        return ""
    start = f" + {number(pictures.black)}" if pictures.black else ""
    factor = f" * ({number(pictures.white - pictures.black)} / 255)"
    return f"{factor}{start}  # The data stores white as {number(pictures.white)}."


def returning(lines: list[str], variable: str = "x") -> list[str]:
    """The same lines, the last of which gives its result back."""
    start = f"{variable} = "
    if lines and lines[-1].startswith(start):
        return [*lines[:-1], f"return {lines[-1].removeprefix(start)}"]
    return [*lines, f"return {variable}"]


def without_unused(text: str, imports: Mapping[str, str]) -> str:
    """The same without those imports that nothing makes use of; each is given with the name that it brings."""
    for line, name in imports.items():
        if not re.search(rf"(?<![\w.]){name}\.", text):
            text = text.replace(f"{line}\n", "", 1)
    return text
