"""The verdict on one sample in a sentence: Sample 17 of test · class 3 · answered 5 (61 %)."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication

from nnstudio.layers.shapes import Array
from nnstudio.ui.plots.numbers import exact, rounded


@dataclass(frozen=True, eq=False)
class Verdict:
    """A sample's part and its number there, what was wanted, and what came out."""

    part: str
    place: int
    wanted: Array | int
    answer: int | None
    output: Array | None
    probable: bool
    names: tuple[str, ...]

    def words(self) -> str:
        """The sentence."""
        return " · ".join((self._sample(), *self._answers()))

    def _sample(self) -> str:
        parts = {"train": tr("training"), "validation": tr("validation"), "test": tr("test")}
        if self.part not in parts:
            return tr("Sample {}").format(f"{self.place:,}")
        return tr("Sample {} of {}").format(f"{self.place:,}", parts[self.part])

    def _answers(self) -> tuple[str, str]:
        if self.answer is None:
            output = () if self.output is None else self.output
            return tr("wanted {}").format(_row(self.wanted)), tr("answered {}").format(_row(output))
        named = self._name(self.answer)
        share = self._share()
        certain = "" if share is None else f" ({share:.0%})".replace("%", " %")
        wanted = self._name(int(np.ravel(self.wanted)[0]))
        return tr("class {}").format(wanted), tr("answered {}").format(named + certain)

    def _name(self, number: int) -> str:
        return self.names[number] if number < len(self.names) else str(number)

    def _share(self) -> float | None:
        """How probable the network finds its answer, where it says so."""
        if not self.probable or self.output is None or self.answer is None:
            return None
        if self.output.size == 1:
            # A single output is the probability of the second class.
            return float(self.output[0]) if self.answer else 1.0 - float(self.output[0])
        return float(self.output[self.answer])


def _row(numbers: object) -> str:
    flat = np.ravel(np.asarray(numbers))
    return exact(flat[0]) if flat.size == 1 else ", ".join(rounded(float(each)) for each in flat)


def tr(text: str) -> str:
    """A text of the verdict in the user's language."""
    return QCoreApplication.translate("Verdict", text)
