"""Curvature: the largest eigenvalue of the error's Hessian, and the learning rate from which descent diverges."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Curvature:
    """The largest curvature at a place, how well it is known, and the rate from which an optimizer is not stable."""

    value: float
    """λmax; negative where the error bends downwards most."""
    error: float
    """Of the value: the length of Hv - λv for the direction v of length 1 that was found."""
    limit: float | None
    """The greatest stable rate, 2/λmax for plain descent; None where there is none."""
    sentence: str
    """What this means, or why there is no limit, for a learner."""
