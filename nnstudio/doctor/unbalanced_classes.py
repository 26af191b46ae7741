"""Unbalanced classes: an accuracy that always answering the same would have too."""

from collections.abc import Iterator
from dataclasses import dataclass

from nnstudio.core.files import shown
from nnstudio.doctor.base import Advice, Case, Severity, Sign
from nnstudio.doctor.remedies import balance
from nnstudio.doctor.wording import percent

MOST = 0.8  # Of the training samples in one class: four in five right answers without looking.


@dataclass(frozen=True)
class UnbalancedClasses(Sign):
    """Most training samples belong to one class."""

    title = "One class outweighs the others"
    severity = Severity.HINT
    explanation = (
        "A network that never looks and always names this class is right just as often, so the accuracy says little. "
        "Look at each class by itself in the confusion table, or show all classes equally often."
    )
    remedies = ("a Balance step, which shows every class equally often",)
    example = "Train on a table in which nine of ten rows have the same class."

    def look(self, case: Case) -> Iterator[Advice]:
        """Count the training samples of each class."""
        targets = case.health.targets
        total, largest = sum(targets.counts), max(targets.counts, default=0)
        if len(targets.counts) < 2 or largest < MOST * total or not total:
            return
        name = shown(targets.class_names[targets.counts.index(largest)])
        evidence = f"{largest:,} of {total:,} training samples ({percent(largest / total)}) are of the class {name}."
        yield self.advice(evidence, balance(case))
