"""Reading digits: a network learns 1,150 handwritten digits, is tried on others, and reads one of your own."""

from dataclasses import dataclass

from nnstudio.lessons.base import Lesson, Step, Work, starting_from
from nnstudio.project.project import Project

WELL = 0.95


@dataclass(frozen=True)
class ReadingDigits(Lesson):
    """From pixels to answers."""

    title = "Reading digits"
    about = "Train a network to read handwritten digits, and let it read yours"
    rank = 40

    def begin(self) -> Project:
        """The digits of 8×8 pixels, with a hidden layer of 32 neurons."""
        return starting_from("digits", self.title)

    def steps(self) -> tuple[Step, ...]:
        """Count, guess, learn, draw."""
        return (
            Step("What goes in and out", COUNT, topic="panels/table", panel="table"),
            Step(
                "A first look", FIRST, "One epoch", _began,
                "Look at the accuracy: after one pass through the digits it is better than a guess already.",
                "panels/curves", "curves",
            ),
            Step(
                "Learn", LEARN, "95 % of the validation digits are right", _reads_well,
                "More than nineteen of twenty digits that it has never learned from are right.",
                "panels/confusion", "confusion",
            ),
            Step("Draw one", DRAW, topic="panels/draw", panel="draw"),
        )  # fmt: skip


def _began(work: Work) -> bool:
    return bool(work.epochs)


def _reads_well(work: Work) -> bool:
    return (work.accuracy or 0.0) >= WELL


COUNT = """
A picture of 8×8 grey pixels is unrolled into **64** inputs. 32 neurons read them, and 10 read those: one for
each digit. The largest output is the answer.

Each neuron has a weight for every input, and a bias. So the layers have

- 32 · 64 + 32 = **2,080** and
- 10 · 32 + 10 = **330**

parameters, **2,410** together. Compare with the table *Model*.
"""
FIRST = """
Before it has learned, the network guesses: one of ten answers is right by chance, 10 %.

Train for one epoch (F9): each of the 1,150 training digits is looked at once, 16 in a batch, so the weights are
changed 1,150 / 16 = 71.9, that is **72** times.
"""
LEARN = """
Train on (F5) until the accuracy on the *validation* part reaches 95 %. The network never learns from those 288
digits: they tell whether it has understood, or only learned by heart.

Then look at *Confusion*: which digits are taken for which?
"""
DRAW = """
Draw a digit in the panel *Draw and classify*, large and in the middle. The network learned digits of other
people, so it may be wrong about yours.

What must you change so that it takes your 7 for a 1? *Why* shows which pixels count.
"""
