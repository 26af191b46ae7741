"""The schedules: how the learning rate changes while training goes on, with the rate of every epoch."""

from collections.abc import Iterator

from nnstudio.engine.schedules import Moment, Schedule, schedules
from nnstudio.help.kinds import fields, formula_of, kind_page, with_fields
from nnstudio.help.letters import explained
from nnstudio.help.markdown import code, section, table
from nnstudio.help.numbers import shown
from nnstudio.help.overview import overview
from nnstudio.help.page import Page

ABOUT = "How the learning rate changes while training goes on. The inspector draws it before it runs."
LETTERS = {"α": "the learning rate of the optimizer", "drops": "how often the loss did not get better in time"}
EPOCHS, STEPS, RATE = 10, 100, 0.1
LOSSES = (1.0, 0.8, 0.7, 0.7, 0.7, 0.6, 0.6, 0.6, 0.6, 0.6)


def pages(chapter: str, title: str) -> Iterator[Page]:
    """A page for every schedule."""
    found = [
        kind_page(chapter, kind, _formula, _example, fields, _lines, words="learning rate decay")
        for kind in schedules().kinds().values()
    ]
    yield from overview(chapter, title, ABOUT, {"": found})


def _formula(kind: type[Schedule], topic: str) -> str:
    return explained(formula_of(kind, kind.example), LETTERS)


def _example(kind: type[Schedule], topic: str) -> str:
    """The rate as every epoch begins."""
    schedule = kind(**kind.example)
    losses = kind.reads_losses
    given = with_fields(schedule, kind.example)
    before = f"{given} a learning rate of {shown(RATE)}, {EPOCHS} epochs of {STEPS} steps:"
    head = ("Epoch", "Loss after it", "Rate as it begins") if losses else ("Epoch", "Rate as it begins")
    return section("Example", before, table(head, _rows(schedule)))


def _rows(schedule: Schedule) -> Iterator[tuple[str, ...]]:
    for epoch in range(EPOCHS):
        now = Moment(epoch * STEPS, STEPS, EPOCHS, LOSSES[:epoch])
        loss = (shown(LOSSES[epoch]),) if schedule.reads_losses else ()
        yield (str(epoch + 1), *loss, shown(RATE * schedule.factor(now)))


def _lines(kind: type[Schedule], topic: str) -> str:
    """The factor in Python, as an exported script has it."""
    return section("In Python", code("\n".join(kind(**kind.example).in_python()), "python"))
