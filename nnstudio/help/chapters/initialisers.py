"""The initialisers: how weights start, with what is drawn for layers of several sizes."""

from collections.abc import Iterator

import numpy as np

from nnstudio.help.kinds import fields, formula_of, kind_page
from nnstudio.help.letters import explained
from nnstudio.help.markdown import section, table
from nnstudio.help.numbers import shown
from nnstudio.help.overview import overview
from nnstudio.help.page import Page
from nnstudio.layers.initialisers import Fan, Initialiser, initialisers

ABOUT = "How the weights and biases of a layer start."
LETTERS = {
    "w": "a weight", "inputs": "how many numbers flow into one output of the layer",
    "outputs": "how many outputs read one input",
}  # fmt: skip
FANS = (Fan(2, 8), Fan(100, 50), Fan(784, 128))
DRAWN = 10_000
HEAD = "Inputs", "Outputs", "Smallest", "Largest", "Deviation"


def pages(chapter: str, title: str) -> Iterator[Page]:
    """A page for every initialiser."""
    found = [
        kind_page(chapter, kind, _formula, _example, fields, words="initializer first weights")
        for kind in initialisers().kinds().values()
    ]
    yield from overview(chapter, title, ABOUT, {"": found})


def _formula(kind: type[Initialiser], topic: str) -> str:
    return explained(formula_of(kind, kind.example), LETTERS)


def _example(kind: type[Initialiser], topic: str) -> str:
    """What comes of many draws."""
    before = f"{DRAWN:,} weights drawn for layers of several sizes:"
    return section("Example", before, table(HEAD, _rows(kind(**kind.example))))


def _rows(initialiser: Initialiser) -> Iterator[tuple[str, ...]]:
    for fan in FANS:
        drawn = initialiser.draw((DRAWN,), fan, np.random.default_rng(0))
        figures = (float(f"{each:.3g}") for each in (drawn.min(), drawn.max(), drawn.std()))
        yield (str(fan.inward), str(fan.outward), *(shown(each) for each in figures))
