"""XOR needs a hidden layer: one neuron fails, four in a layer before it do not."""

from dataclasses import dataclass, replace

from nnstudio.graph import edits
from nnstudio.graph.graph import Graph
from nnstudio.lessons.base import Lesson, Step, Work, starting_from
from nnstudio.project.project import Project

LN_2 = 0.6931
LONG_ENOUGH = 100  # Epochs.


@dataclass(frozen=True)
class XorHidden(Lesson):
    """No line has (0, 1) and (1, 0) on one side, and (0, 0) and (1, 1) on the other."""

    title = "XOR needs a hidden layer"
    about = "Watch one neuron fail at four points, and build the layer that it needs"
    rank = 30

    def begin(self) -> Project:
        """The template without its hidden layer."""
        project = starting_from("xor", self.title, epochs=400)
        return replace(project, graph=edits.remove(project.graph, "hidden", "tanh"))

    def steps(self) -> tuple[Step, ...]:
        """Fail, build, learn, and understand."""
        return (
            Step(
                "One neuron", ONE_NEURON, "100 epochs, and two of the four points are still wrong", _failed,
                "The cost stays at ln 2 = 0.6931: the neuron answers 0.5 to everything, as if it tossed a coin.",
                "layers/sigmoid", "boundary",
            ),
            Step(
                "A hidden layer", BUILD, "A Dense and a bent activation before the neuron", _has_hidden_layer,
                "Now the neuron no longer sees x₁ and x₂, but what four others make of them.",
                "layers/tanh", "palette",
            ),
            Step(
                "Again", AGAIN, "All four points are right", _solved,
                "Four right answers. In the panel two curves part the plane where no single line could.",
                "ideas/activation-functions", "boundary",
            ),
            Step("By hand", BY_HAND, topic="layers/relu", panel="neuron"),
        )  # fmt: skip


def has_hidden_layer(graph: Graph) -> bool:
    """Whether there is a Dense, behind it something that bends, and behind that another Dense."""
    sums = [place for place, node in enumerate(graph.order) if node.layer.kind == "dense"]
    between = graph.order[sums[0] : sums[-1]] if sums else ()
    return any(node.layer.group == "Activations" and node.layer.kind != "linear" for node in between)


def _failed(work: Work) -> bool:
    if has_hidden_layer(work.project.graph) or len(work.epochs) < LONG_ENOUGH:
        return False
    return min(epoch.train_loss for epoch in work.epochs) > LN_2 - 0.001 and (work.accuracy or 0) <= 0.75


def _has_hidden_layer(work: Work) -> bool:
    return has_hidden_layer(work.project.graph)


def _solved(work: Work) -> bool:
    return has_hidden_layer(work.project.graph) and work.accuracy == 1.0


ONE_NEURON = """
*Exclusive or* is 1 where **just one** of two inputs is 1: at (0, 1) and (1, 0), but not at (0, 0) and (1, 1).

A neuron parts the plane by a line: on one side a > 0, on the other a < 0. Take a pencil, draw the four points,
and look for a line with the two 1s on one side. There is none.

Train (F5) for 100 epochs and see what it comes to.
"""
BUILD = """
Put a layer before the neuron:

1. Choose *Input* on the canvas and press **Tab**; type `dense`, Enter. Set it to **4** neurons in the inspector.
2. With that layer chosen press **Tab** again, type `tanh`, Enter.

Or drag both from the list of layers onto the wire behind Input. Without the Tanh nothing would be won: two sums
in a row are one sum.
"""
AGAIN = """
Train (F5). The weights begin at random, so the cost may rest for a while near 0.69 before it falls.

Should it stay there, begin with other weights (Ctrl+Shift+W).
"""
BY_HAND = """
With a ReLU for the Tanh and just two hidden neurons it can be done by hand: **h = max(0, W·x + c)** and **y =
wᵀ·h** with all of W = 1, c = (0, −1) and w = (1, −2).

| x₁ | x₂ | h₁ | h₂ | y = h₁ − 2·h₂ |
|---:|---:|---:|---:|---:|
| 0 | 0 | 0 | 0 | 0 |
| 0 | 1 | 1 | 0 | 1 |
| 1 | 0 | 1 | 0 | 1 |
| 1 | 1 | 2 | 1 | 0 |

The hidden layer moves (0, 1) and (1, 0) to the same place, and then a line is enough.
"""
