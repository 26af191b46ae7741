"""The stop conditions: what ends a training early, with ten epochs that each is asked about."""

from collections.abc import Iterator

from nnstudio.help.kinds import fields, kind_page, with_fields
from nnstudio.help.markdown import section, table
from nnstudio.help.numbers import shown
from nnstudio.help.overview import overview
from nnstudio.help.page import Page
from nnstudio.training.history import Epoch
from nnstudio.training.stopping import Stop, stops

ABOUT = "What ends a training before its last epoch. They are asked after each epoch."
LOSSES = (0.9, 0.5, 0.3, 0.2, 0.15, 0.1495, 0.16, 0.17, 0.16, 0.18)
ACCURACIES = (0.6, 0.8, 0.9, 0.93, 0.95, 0.96, 0.96, 0.95, 0.96, 0.95)


def pages(chapter: str, title: str) -> Iterator[Page]:
    """A page for every stop condition."""
    kinds = stops().kinds().values()
    found = [kind_page(chapter, kind, _example, fields, words="early stopping end") for kind in kinds]
    yield from overview(chapter, title, ABOUT, {"": found})


def _example(kind: type[Stop], topic: str) -> str:
    """The same epochs for all; the training goes on until it is stopped."""
    stop = kind(**kind.example)
    epochs = [Epoch((number + 1) * 100, 1.0, 0.1, loss, right) for number, (loss, right) in
              enumerate(zip(LOSSES, ACCURACIES, strict=True))]  # fmt: skip
    rows = []
    for number, epoch in enumerate(epochs, 1):
        reason = stop.reason(epochs[:number])
        rows.append((str(number), shown(epoch.train_loss), f"{epoch.train_accuracy:.0%}", _words(reason)))
        if reason:
            break
    before = f"{with_fields(stop, kind.example)} these epochs:"
    return section("Example", before, table(("Epoch", "Loss", "Accuracy", ""), rows))


def _words(reason: str | None) -> str:
    return f"stops: {reason}" if reason else "goes on"
