"""A neuron by hand: two steps of gradient descent on the truth table of OR, computed with a pencil."""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp

from nnstudio.lessons.base import Lesson, Step, Work, near, starting_from
from nnstudio.project.project import Project

OR = ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 1))  # x₁, x₂ and the target t.
Weights = tuple[float, float, float]


@dataclass(frozen=True)
class NeuronByHand(Lesson):
    """The numbers on the screen are those that a pencil finds."""

    title = "A neuron by hand"
    about = "Compute what one neuron answers and how it learns, and find the same numbers on the screen"
    rank = 10

    def begin(self) -> Project:
        """One neuron with all weights 0, the four points of OR, and a learning rate of 1."""
        return starting_from("neuron", self.title, learning_rate=1.0, data="or-table", epochs=200)

    def steps(self) -> tuple[Step, ...]:
        """Answer, one step, a second step, and on until it is right."""
        return (
            Step("What it answers", ANSWERS, topic="layers/dense", panel="neuron"),
            Step(
                "One step", ONE_STEP, "Learn from one batch: w₁ = w₂ = b = 0.25", _as_by_hand(1),
                "0.25, 0.25 and 0.25, as by hand. The cost fell from ln 2 = 0.6931 to 0.5402.",
                "optimizers/gradient_descent", "weights",
            ),
            Step(
                "A second step", TWO_STEPS, "Learn from one more batch: w₁ = w₂ = 0.4246, b = 0.3784", _as_by_hand(2),
                "The same again. All four points are in every batch, so each step is gradient descent itself.",
                "losses/binary_cross_entropy", "weights",
            ),
            Step(
                "Until it is right", UNTIL_RIGHT, "All four points are right", _all_right,
                "The neuron has learned OR: its line leaves only (0, 0) on the other side.",
                "layers/sigmoid", "boundary",
            ),
        )  # fmt: skip


def descended(steps: int, rate: float) -> Weights:
    """The weights w₁, w₂ and b after so many steps from 0, by the formula of the lecture: w := w + η·mean(e·x)."""
    w1 = w2 = b = 0.0
    for _ in range(steps):
        errors = [(t - answer(x1, x2, (w1, w2, b)), x1, x2) for x1, x2, t in OR]
        w1 += rate * sum(e * x1 for e, x1, _ in errors) / len(OR)
        w2 += rate * sum(e * x2 for e, _, x2 in errors) / len(OR)
        b += rate * sum(e for e, _, _ in errors) / len(OR)
    return w1, w2, b


def answer(x1: float, x2: float, weights: Weights) -> float:
    """What the neuron answers: y = 1 / (1 + e⁻ᵃ) with a = w₁x₁ + w₂x₂ + b."""
    w1, w2, b = weights
    return 1 / (1 + exp(-(w1 * x1 + w2 * x2 + b)))


def _as_by_hand(steps: int) -> Callable[[Work], bool]:
    """Whether the weights are those of so many steps by hand, at the rate that is set."""

    def reached(work: Work) -> bool:
        rate = float(getattr(work.project.settings.optimizer, "learning_rate", 0.0))
        found = (*work.numbers("neuron/weights"), *work.numbers("neuron/bias"))
        return work.steps == steps and near(found, descended(steps, rate))

    return reached


def _all_right(work: Work) -> bool:
    return work.accuracy == 1.0


ANSWERS = """
A neuron weighs its inputs, adds a bias, and bends the sum:

**a = w₁·x₁ + w₂·x₂ + b** and **y = 1 / (1 + e⁻ᵃ)**

All its weights are 0 now. So a = 0 whatever comes in, and y = 1 / (1 + 1) = **0.5** for all four points of OR.
Choose a point in the panel *Neuron* and compare.
"""
ONE_STEP = """
The error of a point is **e = t − y**. With every y = 0.5:

| x₁ | x₂ | t | y | e |
|---:|---:|---:|---:|---:|
| 0 | 0 | 0 | 0.5 | −0.5 |
| 0 | 1 | 1 | 0.5 | 0.5 |
| 1 | 0 | 1 | 0.5 | 0.5 |
| 1 | 1 | 1 | 0.5 | 0.5 |

A weight moves by **η · mean(e·x)**, and the bias by η · mean(e). The learning rate η is 1:

w₁: (0 + 0 + 0.5 + 0.5) / 4 = 0.25, w₂ the same, b: (−0.5 + 0.5 + 0.5 + 0.5) / 4 = 0.25.

Now let the program do it: *Train ▸ One batch* (F10).
"""
TWO_STEPS = """
Now a is 0.25, 0.5, 0.5 and 0.75, so the points are not all alike any more:

| x₁ | x₂ | t | y | e |
|---:|---:|---:|---:|---:|
| 0 | 0 | 0 | 0.5622 | −0.5622 |
| 0 | 1 | 1 | 0.6225 | 0.3775 |
| 1 | 0 | 1 | 0.6225 | 0.3775 |
| 1 | 1 | 1 | 0.6792 | 0.3208 |

w₁ moves by (0.3775 + 0.3208) / 4 = 0.1746, and b by (−0.5622 + 0.3775 + 0.3775 + 0.3208) / 4 = 0.1284.

One batch more (F10). Was that one too many? *Restart* begins anew.
"""
UNTIL_RIGHT = """
(0, 0) is still taken for a 1: there y = 1 / (1 + e⁻ᵇ), and b is positive. It must become negative, while w₁ and
w₂ grow.

Train on (F5) and watch the line in the panel *Decision boundary*.
"""
