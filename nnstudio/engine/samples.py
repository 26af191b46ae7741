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
SMALL = 1 << 18  # Bytes of a data set of which a second copy costs nothing.


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

    @property
    def as_stored(self) -> bool:
        """Whether rows are input just as they are."""
        return self.factor == 1 and self.offset == 0


class Feed:
    """Copies the samples that `picks` names into a program, and finds which of its answers are right."""

    def __init__(self, samples: Samples, program: Program, middle: float) -> None:
        self.picks = np.zeros(program.batch, np.intp)
        self.right = np.zeros(program.batch, bool)
        self.judges = samples.classes is not None
        self.loading: Tape = []
        self.judging: Tape = []
        self._record_inputs(samples, program)
        self._take(samples.targets, program.target)
        if samples.classes is not None:
            self._record_judgement(samples.classes, program, middle)

    def _record_inputs(self, samples: Samples, program: Program) -> None:
        inputs = program.inputs
        if samples.as_stored and samples.rows.dtype == inputs.dtype and samples.rows.nbytes <= SMALL:
            # With the ones beside them, rows can be picked straight into the program's memory.
            self._take(np.column_stack((samples.rows, np.ones(len(samples), inputs.dtype))), program.input_memory)
            return
        raw = np.zeros(inputs.shape, samples.rows.dtype)
        self._take(samples.rows, raw)
        # Computed in contiguous memory: the program's own rows have a one between them, which is five times as slow.
        numbers = raw if samples.as_stored else np.zeros(inputs.shape, inputs.dtype)
        if numbers is not raw:
            self.loading.append(partial(np.copyto, numbers, raw, casting="same_kind"))
        if samples.factor != 1:
            self.loading.append(partial(np.multiply, numbers, np.array(samples.factor, inputs.dtype), numbers))
        if samples.offset != 0:
            self.loading.append(partial(np.add, numbers, np.array(samples.offset, inputs.dtype), numbers))
        self.loading.append(partial(np.copyto, inputs, numbers, casting="same_kind"))

    def _take(self, source: Array, into: NDArray[Any]) -> None:
        # Without "clip" NumPy makes a copy of the whole result first.
        self.loading.append(partial(source.take, self.picks, 0, into, "clip"))

    def _record_judgement(self, classes: NDArray[np.intp], program: Program, middle: float) -> None:
        if program.output.shape[0] > 1:
            wanted, answer = np.zeros((2, program.batch), np.intp)
            self._take(classes, wanted)
            # Over the last axis of a copy: over the first one, argmax makes a copy of its own at every step.
            by_sample = np.zeros(program.output.shape[::-1], program.output.dtype)
            self.judging.append(partial(np.copyto, by_sample, program.output.T))
            self.judging.append(partial(by_sample.argmax, 1, answer))
        else:
            wanted, answer = np.zeros((2, program.batch), bool)
            self._take(classes.astype(bool), wanted)
            self.judging.append(partial(np.greater, program.output[0], np.array(middle, program.output.dtype), answer))
        self.judging.append(partial(np.equal, answer, wanted, self.right))
