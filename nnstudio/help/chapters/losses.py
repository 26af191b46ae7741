"""The losses: how wrong an answer is, with answers, targets, the loss and its derivative."""

from collections.abc import Iterator

import numpy as np

from nnstudio.engine.losses import Loss, losses
from nnstudio.help.at_work import Array, judged
from nnstudio.help.kinds import fields, formula_of, kind_page
from nnstudio.help.letters import explained
from nnstudio.help.markdown import link, section, table
from nnstudio.help.numbers import listed, shown
from nnstudio.help.overview import overview
from nnstudio.help.page import Page
from nnstudio.layers.base import layers

ABOUT = "How wrong an answer is: the number that training makes small."
LETTERS = {
    "y": "what the network answers", "t": "the target", "a": "what the last activation reads",
    "m": "how many samples a batch has",
}  # fmt: skip
LOGITS = (2.0, 1.0, 0.0)
READ = (2.0, 0.5, -1.0)


def pages(chapter: str, title: str) -> Iterator[Page]:
    """A page for every loss."""
    found = [
        kind_page(chapter, kind, _formula, _example, fields, _ends, _elsewhere, words=f"cost error {kind.torch}")
        for kind in losses().kinds().values()
    ]
    yield from overview(chapter, title, ABOUT, {"": found})


def _formula(kind: type[Loss], topic: str) -> str:
    return explained(formula_of(kind), LETTERS)


def _example(kind: type[Loss], topic: str) -> str:
    """One sample a row: its answer, its target, and what the loss says to that."""
    rows = _of_classes(kind()) if kind.least_outputs > 1 else _of_numbers(kind())
    reads, answers = ("a", "y") if kind.through else ("", "y")
    head = [*([reads] if reads else []), answers, "t", "J", f"∂J/∂{reads or answers}"]
    before = f"One sample in each row{'; a is what the last activation reads' if reads else ''}:"
    return section("Example", before, table(head, rows))


def _of_numbers(loss: Loss) -> Iterator[list[str]]:
    no = loss.no if loss.no is not None else 0.0
    for number in READ:
        for target in (1.0, no):
            answer, total, slope = judged(loss, np.array([[number]]), np.array([[target]]))
            read = [shown(number)] if loss.through else []
            yield [*read, listed(answer), shown(target), shown(total), listed(slope)]


def _of_classes(loss: Loss) -> Iterator[list[str]]:
    """Every class as the right one, one after another."""
    for place in range(len(LOGITS)):
        target: Array = np.eye(len(LOGITS))[:, place : place + 1]
        answer, total, slope = judged(loss, np.array(LOGITS)[:, None], target)
        yield [listed(LOGITS), listed(answer), listed(target), shown(total), listed(slope)]


def _ends(kind: type[Loss], topic: str) -> str:
    """Which last layer it needs."""
    ends = [link(layers().find(each).title, f"layers/{each}", topic) for each in kind.through]
    if not ends:
        return section("What it takes", "Any last layer that gives a list of numbers.")
    named = " or ".join(ends)
    need = f"The last layer must be {named}." if kind.only_through else f"It may stand behind {named}, or any other."
    together = "Both are computed together, from the numbers before it, so that nothing overflows."
    looks = together if kind.only_through else "Behind that it reads the numbers before it."
    least = f"There must be {kind.least_outputs} outputs or more." if kind.least_outputs > 1 else ""
    targets = f"Targets are {shown(kind.no)} and 1." if kind.no is not None else ""
    return section("What it takes", " ".join(filter(None, (need, looks, least, targets))))


def _elsewhere(kind: type[Loss], topic: str) -> str:
    rows = [("PyTorch", f"`nn.{kind.torch}`" if kind.torch else ""), ("PyTorch, as a line", f"`{kind().in_torch()}`")]
    return section("Elsewhere", table(("Program", "What it is there"), [row for row in rows if row[1].strip("`")]))
