"""The penalties: what large weights cost, with what they add to cost and gradient."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnstudio.core.fields import rules_of
from nnstudio.engine.optimizers import UpdateSite
from nnstudio.engine.penalties import Penalty, penalties
from nnstudio.help.kinds import fields, kind_page
from nnstudio.help.letters import explained
from nnstudio.help.markdown import section, table
from nnstudio.help.numbers import listed, shown
from nnstudio.help.overview import overview
from nnstudio.help.page import Page

ABOUT = "What large weights cost. Biases are left out."
LETTERS = {"λ": "the strength", "m": "how many training samples there are", "w": "a weight"}
WEIGHTS, STRENGTH, SAMPLES = (3.0, -2.0, 0.5), 10.0, 100


def pages(chapter: str, title: str) -> Iterator[Page]:
    """A page for every penalty."""
    found = [
        kind_page(chapter, kind, _formula, _example, fields, words="regularisation weight decay")
        for kind in penalties().kinds().values()
    ]
    yield from overview(chapter, title, ABOUT, {"": found})


def _formula(kind: type[Penalty], topic: str) -> str:
    return explained(f"J + {kind.formula}", LETTERS)


def _example(kind: type[Penalty], topic: str) -> str:
    """What is added for three weights."""
    penalty = kind.from_fields({"strength": STRENGTH} if "strength" in rules_of(kind) else {})
    share = penalty.strength / SAMPLES
    cost = penalty.cost(np.array(WEIGHTS), share)
    rows = [(listed(WEIGHTS), shown(cost), listed(_gradient(penalty, share)))]
    given = f"With λ = {shown(STRENGTH)} and m = {SAMPLES}:" if penalty.strength else ""
    return section("Example", given, table(("Weights", "Added to the cost", "Added to the gradient"), rows))


def _gradient(penalty: Penalty, share: float) -> Any:
    weights, gradient = np.array(WEIGHTS), np.zeros(len(WEIGHTS))
    tape: list[Any] = []
    site = UpdateSite(
        weights, gradient, {}, np.ones(len(WEIGHTS)), np.zeros(len(WEIGHTS)), {"penalty": np.array(share)}, tape
    )
    penalty.record(site)
    for call in tape:
        call()
    return gradient
