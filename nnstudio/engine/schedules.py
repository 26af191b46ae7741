"""Schedules: how the learning rate changes while training goes on. Pure functions of where training stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import cos, pi
from typing import Any, ClassVar

from nnstudio.core.fields import Configured, real, whole
from nnstudio.core.registry import Family
from nnstudio.core.written import number


@dataclass(frozen=True)
class Moment:
    """Where training stands: steps done, steps in an epoch, epochs planned; the loss after each epoch so far, for a
    schedule that reads them."""

    step: int
    steps_per_epoch: int
    epochs: int
    losses: Sequence[float] = ()

    @property
    def epoch(self) -> int:
        """Whole epochs done."""
        return self.step // self.steps_per_epoch

    @property
    def share(self) -> float:
        """How much of the planned training is done, 0 to 1."""
        return min(self.step / max(self.steps_per_epoch * self.epochs - 1, 1), 1.0)


class Schedule(Configured):
    """Gives the factor on the learning rate at a moment. One that is `by_epoch` is asked once for each epoch; only for
    one that `reads_losses` are they kept."""

    formula: ClassVar[str] = ""
    example: ClassVar[Mapping[str, Any]] = {}
    """Fields for its help page, so that something is seen within ten epochs."""
    by_epoch: ClassVar[bool] = False
    reads_losses: ClassVar[bool] = False

    def in_python(self) -> tuple[str, ...]:
        """Lines of Python that return the factor, of epoch, step, share, steps_per_epoch and losses."""
        return ()

    def factor(self, now: Moment) -> float:
        """What the learning rate is multiplied by."""
        raise NotImplementedError


@dataclass(frozen=True)
class ConstantRate(Schedule):
    """The learning rate stays as it is."""

    kind = "constant"
    title = "Constant"
    formula = "α"
    by_epoch = True

    def in_python(self) -> tuple[str, ...]:
        """As the formula stands."""
        return ("return 1.0",)

    def factor(self, now: Moment) -> float:
        """1."""
        return 1.0


@dataclass(frozen=True)
class StepRate(Schedule):
    """Drops to a share of itself every few epochs."""

    kind = "step"
    title = "Step"
    formula = "α · {share:g}^⌊epoch / {every}⌋"
    example = {"every": 3}
    by_epoch = True

    every: int = whole(10, 1, 100_000, "Epochs between two drops")
    share: float = real(0.5, 0.0, 1.0, "What is left of the rate after a drop")

    def in_python(self) -> tuple[str, ...]:
        """As the formula stands."""
        return (f"return {self.share!r} ** (epoch // {self.every})",)

    def factor(self, now: Moment) -> float:
        """share^⌊epoch / every⌋."""
        return self.share ** (now.epoch // self.every)


@dataclass(frozen=True)
class Exponential(Schedule):
    """Shrinks by the same share after each epoch."""

    formula = "α · {share:g}^epoch"
    by_epoch = True

    share: float = real(0.95, 0.0, 1.0, "What is left of the rate after an epoch")

    def in_python(self) -> tuple[str, ...]:
        """As the formula stands."""
        return (f"return {self.share!r}**epoch",)

    def factor(self, now: Moment) -> float:
        """share^epoch."""
        return self.share**now.epoch


@dataclass(frozen=True)
class Cosine(Schedule):
    """Falls along half a cosine from the full rate to a last share of it."""

    formula = "α · (last + (1 − last) · ½(1 + cos(π·p))) with last = {last:g}, p from 0 to 1 over the training"

    last: float = real(0.0, 0.0, 1.0, "The share of the rate at the end")

    def in_python(self) -> tuple[str, ...]:
        """As the formula stands."""
        return (f"return {number(self.last)} + {number(1 - self.last)} * 0.5 * (1 + math.cos(math.pi * share))",)

    def factor(self, now: Moment) -> float:
        """last + (1 − last)·½(1 + cos π·share)."""
        return self.last + (1 - self.last) * 0.5 * (1 + cos(pi * now.share))


@dataclass(frozen=True)
class WarmUp(Schedule):
    """Grows evenly to the full rate over the first epochs, then stays."""

    formula = "α · min(1, (steps + 1) / steps of the first {epochs:g} epochs)"
    example = {"epochs": 4.0}

    epochs: float = real(1.0, 0.0, 1000.0, "Epochs until the full rate is reached")

    def in_python(self) -> tuple[str, ...]:
        """As the formula stands."""
        return (f"return min((step + 1) / max({number(self.epochs)} * steps_per_epoch, 1), 1)",)

    def factor(self, now: Moment) -> float:
        """(step + 1) / steps of the warm-up, at most 1."""
        return min((now.step + 1) / max(self.epochs * now.steps_per_epoch, 1.0), 1.0)


@dataclass(frozen=True)
class OneCycle(Schedule):
    """Rises to the full rate, then falls far below its start, both along half a cosine."""

    formula = "from {start:g}·α to α over the first {rise:g} of the training, then to {last:g}·α"

    rise: float = real(0.3, 0.01, 0.99, "The share of the training in which the rate rises")
    start: float = real(0.04, 0.0, 1.0, "The share of the rate at the beginning")
    last: float = real(4e-6, 0.0, 1.0, "The share of the rate at the end", "log")

    def in_python(self) -> tuple[str, ...]:
        """Half a cosine up, half a cosine down."""
        rise, start, last = self.rise, self.start, self.last
        return (
            f"if share < {rise!r}:",
            f"    return 1 - {1 - start:.15g} * 0.5 * (1 + math.cos(math.pi * share / {rise!r}))",
            f"falling = (share - {rise!r}) / {1 - rise:.15g}",
            f"return {last!r} + {1 - last:.15g} * 0.5 * (1 + math.cos(math.pi * falling))",
        )

    def factor(self, now: Moment) -> float:
        """From start to 1, then from 1 to last."""
        if now.share < self.rise:
            return _glide(self.start, 1.0, now.share / self.rise)
        return _glide(1.0, self.last, (now.share - self.rise) / (1 - self.rise))


def _glide(first: float, last: float, share: float) -> float:
    return last + (first - last) * 0.5 * (1 + cos(pi * share))


@dataclass(frozen=True)
class OnPlateau(Schedule):
    """Drops to a share of itself whenever the loss has not become better for a few epochs."""

    formula = "α · {share:g}^drops"
    example = {"patience": 2}
    by_epoch = True
    reads_losses = True

    patience: int = whole(5, 1, 10_000, "Epochs without a better loss before the rate drops")
    share: float = real(0.1, 0.0, 1.0, "What is left of the rate after a drop")
    better: float = real(1e-4, 0.0, 1.0, "The share by which a loss must fall to count as better", "log")

    def in_python(self) -> tuple[str, ...]:
        """Counted anew from the losses so far."""
        return (
            'best, waited, drops = float("inf"), 0, 0',
            "for loss in losses:",
            f"    if loss < best - ({self.better!r} * abs(best) if best < float('inf') else 0):",
            "        best, waited = loss, 0",
            "        continue",
            "    waited += 1",
            f"    if waited >= {self.patience}:",
            "        drops, waited = drops + 1, 0",
            f"return {self.share!r}**drops",
        )

    def factor(self, now: Moment) -> float:
        """share^drops, counted anew from the losses so far."""
        best, waited, drops = float("inf"), 0, 0
        for loss in now.losses:
            if loss < best - self.better * abs(best if best < float("inf") else 0.0):
                best, waited = loss, 0
                continue
            waited += 1
            if waited >= self.patience:
                drops, waited = drops + 1, 0
        return self.share**drops


@cache
def schedules() -> Family[Schedule]:
    """All schedules, ours and the plugins'."""
    return Family(Schedule, "nnstudio.engine.schedules", "nnstudio.schedules", "schedule")
