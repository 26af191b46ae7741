"""The range test: one pass in which the learning rate rises exponentially, and what its losses advise."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Advice:
    """A rate, and the reason for it."""

    rate: float
    steepest: float
    """Where the loss falls most steeply."""
    lowest: float
    """Where the loss is lowest; a tenth of it is the usual other choice."""
    reason: str
    """For a learner."""
