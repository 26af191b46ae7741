"""Curvature: the largest eigenvalue of the error's Hessian, and the learning rate from which descent diverges."""

from dataclasses import dataclass
from math import isfinite

import numpy as np

from nnstudio.engine.crew import SingleThreadedProducts
from nnstudio.engine.engine import quiet
from nnstudio.experiments.lanczos import Eigenvalue, largest_eigenvalue
from nnstudio.experiments.slope import Slope
from nnstudio.training.session import Session


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
    samples: int = 0
    """Training samples that it was taken over."""


def measure(session: Session, samples: int = 2000, iterations: int = 50) -> Curvature:
    """The largest curvature of the mean training cost, with its penalty, at the session's present weights.

    The session is left as it is. Of a larger set so many samples are taken, of a large network fewer; `iterations` is
    the greatest number of products with the Hessian, each of them two gradients.
    """
    if not session.parameters.layout.learned:
        return Curvature(0.0, 0.0, None, "Nothing in this network learns, so no rate is too great.")
    with quiet(), SingleThreadedProducts():
        slope = Slope(session, samples)
        start = np.random.default_rng(0).normal(size=session.parameters.layout.learned)
        found = largest_eigenvalue(slope.bend, start, iterations)
    limit, sentence = _meaning(found, session, slope.rounding)
    return Curvature(found.value, found.error, limit, sentence, len(slope.picks))


def _meaning(found: Eigenvalue, session: Session, nothing: float) -> tuple[float | None, str]:
    """The limit and the sentence; curvature no greater than `nothing` may be rounding."""
    optimizer = session.settings.optimizer
    if not isfinite(found.value):
        return None, "The error is not a finite number at these weights, so its curvature cannot be measured."
    upwards = found.value > max(found.error, nothing)
    said = f"The error bends upwards by λ = {found.value:.4g} at most" if upwards else "The error bends upwards nowhere"
    limit = optimizer.stable_rate(found.value if upwards else 1.0)
    if limit is None:
        return None, f"{said}. {optimizer.title} {optimizer.stability}"
    if not upwards:
        return None, f"{said} at these weights, so no rate is too great for the next step."
    return limit, " ".join([f"{said}. {optimizer.title} {optimizer.stability.format(limit=limit)}", *_but(session)])


def _but(session: Session) -> list[str]:
    """What else sets how a training goes on."""
    settings, said = session.settings, ["Where the error bends less, training may settle again."]
    if session.batch < len(session.data.training()):
        said.append("Batches bend more or less than all samples together, so it may become restless a little earlier.")
    if settings.schedule.kind != "constant":
        said.append(f"The schedule {settings.schedule.title} multiplies the rate: the product is what counts.")
    if settings.clip:
        said.append(f"Gradients longer than {settings.clip:g} are shortened: beyond, it neither runs away nor settles.")
    return said
