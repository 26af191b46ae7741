"""Broken data: a sample with a number that is missing or infinite."""

from collections.abc import Iterator
from dataclasses import dataclass

from nnstudio.doctor.base import Advice, Case, Severity, Sign
from nnstudio.doctor.remedies import fill
from nnstudio.training.divergence import BROKEN_DATA


@dataclass(frozen=True)
class BrokenData(Sign):
    """The training ended at a sample that was not finite."""

    title = "The data has numbers that are not finite"
    severity = Severity.FATAL
    explanation = (
        "A number that is missing or infinite makes every sum it enters missing or infinite too, and so all weights. "
        "Fill such numbers in, or take the samples out of the data."
    )
    remedies = ("a Fill step, where it is an input; a target that is missing cannot be made up",)
    example = "Train on a table in which a cell is empty, with the step Fill switched off."

    def look(self, case: Case) -> Iterator[Advice]:
        """The session has said so. Inputs can be filled in; a target that is missing cannot be made up."""
        fault = case.health.diverged
        if fault is None or fault.quantity not in BROKEN_DATA:
            return
        evidence = f"Step {fault.step:,} met {BROKEN_DATA[fault.quantity]} that is missing or infinite."
        yield self.advice(evidence, fill(case) if fault.quantity == "input" else None)
