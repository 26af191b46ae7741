"""The optimizers: how the gradient moves the weights, with two steps of a single weight."""

from collections.abc import Iterator

from nnstudio.engine.optimizers import Optimizer, optimizers
from nnstudio.help.at_work import moved
from nnstudio.help.kinds import fields, formula_of, kind_page
from nnstudio.help.letters import explained
from nnstudio.help.markdown import section, table
from nnstudio.help.numbers import shown
from nnstudio.help.overview import overview
from nnstudio.help.page import Page

ABOUT = "How the gradient moves the weights, step by step."
LETTERS = {
    "w": "a weight", "α": "the learning rate", "∂J/∂w": "the gradient", "g": "the gradient ∂J/∂w", "t": "the target",
    "x": "an input", "m̂": "m / (1 − β₁ⁿ) after n steps", "v̂": "v / (1 − β₂ⁿ)", "μ": "momentum", "ρ": "decay",
    "β₁": "beta1", "β₂": "beta2", "ε": "epsilon", "λ": "weight decay",
}  # fmt: skip
START, GRADIENTS, RATE, CURVATURE = 3.0, (2.0, 1.0), 0.1, 4.0


def pages(chapter: str, title: str) -> Iterator[Page]:
    """A page for every optimizer."""
    found = [
        kind_page(chapter, kind, _formula, _example, fields, _batches, _stable, _elsewhere, words="optimiser")
        for kind in optimizers().kinds().values()
    ]
    yield from overview(chapter, title, ABOUT, {"": found})


def _formula(kind: type[Optimizer], topic: str) -> str:
    return explained(formula_of(kind), {**kind.letters, **LETTERS})


def _example(kind: type[Optimizer], topic: str) -> str:
    """Two steps, the second with another gradient."""
    optimizer = kind.from_fields({"learning_rate": RATE})
    places = moved(optimizer, START, GRADIENTS)
    before = f"One weight that starts at {shown(START)}, with a learning rate of {shown(RATE)}:"
    rows = [
        (str(step), shown(gradient), shown(places[step] - places[step - 1]), shown(places[step]))
        for step, gradient in enumerate(GRADIENTS, 1)
    ]
    return section("Example", before, table(("Step", "Gradient", "Change", "w after it"), rows))


def _batches(kind: type[Optimizer], topic: str) -> str:
    if kind.whole_set:
        return section("What it looks at", "The whole training set in every step; the batch size has no meaning.")
    if kind.single_samples:
        return section("What it looks at", "One sample in every step; the batch size has no meaning.")
    return section("What it looks at", "One batch in every step.")


def _stable(kind: type[Optimizer], topic: str) -> str:
    """From which rate on it runs away."""
    limit = kind().stable_rate(CURVATURE)
    words = kind.stability.format(limit=limit) if limit is not None else kind.stability
    example = f"The number is for λ = {shown(CURVATURE)}: how much the error bends upwards."
    known = (f"{kind.title} {words}", *([example] if limit is not None else []))
    return section("How large the learning rate may be", *known)


def _elsewhere(kind: type[Optimizer], topic: str) -> str:
    there = kind.torch.format(**vars(kind())).replace("groups", "parameters") if kind.torch else ""
    rows = [("PyTorch", f"`torch.optim.{there}`")] if there else []
    return section("Elsewhere", table(("Program", "What it is there"), rows))
