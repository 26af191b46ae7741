"""Samples ready for a program: rows to pick from, how a row becomes input, and the wanted outputs."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.engine.program import Program
from nnstudio.layers.shapes import Array
from nnstudio.layers.site import Tape

Picks = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Samples:
    """All samples of a data set as rows; a program copies the picked ones, so that the data is never changed.

    A row becomes input as row · factor + offset. `classes` are class numbers, or None when numbers are predicted.
    """

    rows: Array
    targets: Array
    classes: NDArray[np.intp] | None = None
    factor: float = 1.0
    offset: float = 0.0

    def __len__(self) -> int:
        return len(self.rows)


class Feed:
    """Copies picked samples into a program, and counts how many of its answers are right."""

    def __init__(self, samples: Samples, program: Program, middle: float) -> None:
        self._picks = np.zeros(program.batch, np.intp)
        self._tape: Tape = []
        self._record_inputs(samples, program)
        self._take(samples.targets, program.target)
        self._judge: Tape = []
        self._right = np.zeros(program.batch, bool)
        if samples.classes is not None:
            self._record_judgement(samples.classes, program, middle)

    def load(self, picks: Picks) -> None:
        """Copy the picked samples and their targets into the program."""
        self._picks[:] = picks
        for call in self._tape:
            call()

    def count_right(self) -> int:
        """How many of the program's last answers name the right class."""
        for call in self._judge:
            call()
        return int(np.count_nonzero(self._right))

    def _record_inputs(self, samples: Samples, program: Program) -> None:
        inputs = program.inputs
        raw = np.zeros(inputs.shape, samples.rows.dtype)
        self._take(samples.rows, raw)
        self._tape.append(partial(np.copyto, inputs, raw, casting="same_kind"))
        if samples.factor != 1:
            self._tape.append(partial(np.multiply, inputs, np.array(samples.factor, inputs.dtype), inputs))
        if samples.offset != 0:
            self._tape.append(partial(np.add, inputs, np.array(samples.offset, inputs.dtype), inputs))

    def _take(self, source: Array, into: NDArray[Any]) -> None:
        # Without "clip" NumPy makes a copy of the whole result first.
        self._tape.append(partial(source.take, self._picks, 0, into, "clip"))

    def _record_judgement(self, classes: NDArray[np.intp], program: Program, middle: float) -> None:
        wanted = np.zeros(program.batch, np.intp)
        answer = np.zeros(program.batch, np.intp)
        self._take(classes, wanted)
        if program.output.shape[0] > 1:
            self._judge.append(partial(np.argmax, program.output, 0, answer))
        else:
            yes = np.zeros(program.batch, bool)
            self._judge.append(partial(np.greater, program.output[0], np.array(middle, program.output.dtype), yes))
            self._judge.append(partial(np.copyto, answer, yes))
        self._judge.append(partial(np.equal, answer, wanted, self._right))
