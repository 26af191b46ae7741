"""A run in words: what it is called, why it ended, how long it took, and what happened to it beside its settings."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from nnstudio.experiments.differences import Trained
from nnstudio.live.record import Record

MINUTE, HOUR = 60, 3600


def title_of(record: Record) -> str:
    """What a run is called."""
    return record.name or tr("Run {}").format(record.number)


def ended_words(record: Record) -> str:
    """Why a run is over; empty while it is not."""
    if record.diverged is not None:
        return tr("diverged at step {}").format(f"{record.diverged.step:,}")
    return record.ended or ""


def seconds_words(seconds: float) -> str:
    """A time as a person reads it: 3.2 s, 4 min 10 s, 2 h 5 min."""
    if seconds < MINUTE:
        return tr("{} s").format(f"{seconds:.1f}")
    minutes, rest = divmod(round(seconds), MINUTE)
    if seconds < HOUR:
        return tr("{} min {} s").format(minutes, rest)
    return tr("{} h {} min").format(minutes // MINUTE, minutes % MINUTE)


def trained(record: Record, records: Sequence[Record]) -> Trained:
    """A run as it is compared; `records` are all that there are."""
    return Trained(
        name=title_of(record),
        project=record.project,
        preparation=record.preparation,
        epochs=record.epochs,
        last=record.last,
        diverged=record.diverged.step if record.diverged else None,
        remarks=tuple(_remarks(record, records)),
    )


def _remarks(record: Record, records: Sequence[Record]) -> list[str]:
    begun, told = record.beginning, []
    if begun.run is not None:
        origin = next((title_of(each) for each in records if each.number == begun.run), f"run {begun.run}")
        told.append(f"is the same as {origin} up to step {begun.step:,}")
    elif begun.learned:
        told.append("began with weights that were learned before")
    # At either end it is no change of this run.
    later = [mark for mark in record.marks if begun.step < mark.step < len(record.history)]
    if later:
        told.append(f"had its learning rate changed on the way, to {later[-1].words} after step {later[-1].step:,}")
    return told


def tr(text: str) -> str:
    """A text of the comparison in the user's language."""
    return QCoreApplication.translate("Compare", text)
