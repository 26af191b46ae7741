"""Too small, just right, too large: one line is fitted with three learning rates, of which one is beyond the limit."""

from dataclasses import dataclass
from math import isfinite

from nnstudio.lessons.base import Lesson, Step, Work, starting_from
from nnstudio.project.project import Project

CURVATURE = 3.739  # The largest eigenvalue of the cost's second derivatives, for the 100 points of this data.
LIMIT = 2 / CURVATURE
LEAST = 0.1138  # The lowest cost that any line has on these points.
ENOUGH = 20  # Epochs.


@dataclass(frozen=True)
class LearningRates(Lesson):
    """The same line three times."""

    title = "Too small, just right, too large"
    about = "See what the learning rate does, and compute beyond which one nothing is learned"
    rank = 20

    def begin(self) -> Project:
        """The line of the lecture, with a rate that is much too small."""
        return starting_from("linear-regression", self.title, learning_rate=0.01, epochs=50, stops=())

    def steps(self) -> tuple[Step, ...]:
        """The bowl, and the three rates."""
        return (
            Step("A bowl", BOWL, topic="ideas/learning-rate", panel="curves"),
            Step(
                "Too small", SMALL, "20 epochs with a rate of 0.02 or less", _too_small,
                "It goes down, but is far from the bottom at 0.1138: with 0.01 the cost is 0.48 after 20 steps.",
                "optimizers/gradient_descent", "curves",
            ),
            Step(
                "Just right", RIGHT, "A cost of 0.1139 or less within 20 epochs", _just_right,
                "That is the bottom of the bowl: no line has a lower cost on these points.",
                "ideas/learning-rate", "curves",
            ),
            Step(
                "Too large", LARGE, "A cost that grows, with a rate above 0.535", _too_large,
                "Each step goes further up the other side. Beyond 2/λ nothing is learned, however long one waits.",
                "panels/rates", "curves",
            ),
        )  # fmt: skip


def _too_small(work: Work) -> bool:
    return len(work.epochs) >= ENOUGH and work.ran_at(0, 0.02)


def _just_right(work: Work) -> bool:
    # Each epoch's loss is that before its step: the 21st tells what 20 steps came to.
    return work.ran_at(0, LIMIT) and any(epoch.train_loss <= LEAST + 1e-4 for epoch in work.epochs[: ENOUGH + 1])


def _too_large(work: Work) -> bool:
    if not work.ran_at(LIMIT, float("inf")):
        return False
    first, last = work.epochs[0].train_loss, work.epochs[-1].train_loss
    return work.diverged or not isfinite(last) or last > first


BOWL = """
A line y = w·x + b is fitted to 100 points. Over w and b the cost **½·mean((y − t)²)** is a bowl, and gradient
descent goes down in it, a step of **η · slope** at a time. Each epoch is one step: all points are in the batch.

How steep the bowl is says one number, its curvature **λ = 3.74**: that is about the mean of x² (3.73), for the
slope along w is mean(x·(y − t)), and grows by mean(x²) when w grows by 1.

The distance to the bottom is multiplied by **1 − η·λ** in each step.
"""
SMALL = """
With **η = 0.01** the distance is multiplied by 1 − 0.01 · 3.74 = 0.963 in each step. After 20 steps 0.963²⁰ =
0.47 of the way is still to go.

Train (F5), and look at the cost in *Curves*.
"""
RIGHT = """
With η = 1/λ = 1/3.74 = 0.27 the factor is 0: **one** step leads to the bottom of the steepest direction.

Reset the weights (Ctrl+Shift+R), set the rate in the bar above to **0.27**, and train.
"""
LARGE = """
Beyond **η = 2/λ = 2/3.74 = 0.535** the factor is below −1: each step jumps across the bottom, and lands higher
up than it began. With 0.6 it is 1 − 0.6 · 3.74 = −1.24, so the cost above the bottom is multiplied by 1.24² =
1.55 in each step.

Reset the weights, set the rate to **0.6**, and train. The panel *Learning rates* shows the limit as a line.
"""
