"""Samples ready for a program: rows to pick from, how a row becomes input, and the wanted outputs."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nnstudio.engine.program import Program
from nnstudio.layers.shapes import Array
from nnstudio.layers.site import Tape

Picks = NDArray[np.intp]
SMALL = 1 << 18  # Bytes of a data set of which a second copy costs nothing.


class Recipe(Protocol):
    """How rows become inputs, recorded as calls like everything else that is done to a batch."""

    def __call__(
        self, rows: Array, dtype: np.dtype[Any], random: np.random.Generator | None = None
    ) -> tuple[Tape, Array]:
        """The calls that prepare what stands in `rows`, and where the result will stand, one row for each sample.

        What varies at random does so only where there are random numbers.
        """


@dataclass(frozen=True, eq=False)
class Samples:
    """All samples of a data set as rows; a program copies the picked ones, so that the data is never changed.

    Without a recipe rows are input as they are. `classes` are class numbers, or None when numbers are predicted.
    """

    rows: Array
    targets: Array
    classes: NDArray[np.intp] | None = None
    recipe: Recipe | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def inputs(self, picks: Picks, dtype: np.dtype[Any]) -> Array:
        """The picked samples as a network sees them when it does not learn. A copy."""
        rows: Array = self.rows[picks]
        if self.recipe is None:
            return rows.astype(dtype)
        tape, result = self.recipe(rows, dtype)
        for call in tape:
            call()
        return result


class Feed:
    """Copies the samples that `picks` names into a program, and finds which of its answers are right."""

    def __init__(
        self, samples: Samples, program: Program, middle: float, random: np.random.Generator | None = None
    ) -> None:
        self.picks = np.zeros(program.batch, np.intp)
        self.right = np.zeros(program.batch, bool)
        self.judges = samples.classes is not None
        self.loading: Tape = []
        self.judging: Tape = []
        self._record_inputs(samples, program, random)
        self._take(samples.targets, program.target)
        if samples.classes is not None:
            self._record_judgement(samples.classes, program, middle)

    def _record_inputs(self, samples: Samples, program: Program, random: np.random.Generator | None) -> None:
        inputs = program.inputs
        if samples.recipe is None and samples.rows.dtype == inputs.dtype and samples.rows.nbytes <= SMALL:
            # With the ones beside them, rows can be picked straight into the program's memory.
            self._take(np.column_stack((samples.rows, np.ones(len(samples), inputs.dtype))), program.input_memory)
            return
        # Prepared in contiguous memory: the program's own rows have a one between them, which is five times as slow.
        raw = np.zeros((program.batch, samples.rows.shape[1]), samples.rows.dtype)
        self._take(samples.rows, raw)
        numbers = raw
        if samples.recipe is not None:
            calls, numbers = samples.recipe(raw, inputs.dtype, random)
            self.loading += calls
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
