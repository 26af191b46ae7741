"""What is said of samples: the caption under a tile, what stands in its tooltip, and how many there are of which."""

from PySide6.QtCore import QCoreApplication

from nnstudio.live.probes.verdicts import ALL
from nnstudio.ui.panels.samples_known import UNKNOWN, Known
from nnstudio.ui.plots.numbers import rounded
from nnstudio.ui.sample_query import Query, Verdict

TO = " → "


def share(part: float, digits: int = 0) -> str:
    """A share in percent: 98 %. Not quite all is never 100, and not quite nothing never 0."""
    step = 10.0**-digits
    percent = round(part * 100, digits)
    if part < 1 and percent >= 100:
        percent = 100 - step
    if part > 0 and percent <= 0:
        return f"< {step:.{digits}f} %"
    return f"{percent:.{digits}f} %"


def captions(known: Known, number: int) -> tuple[str, ...]:
    """The class of a sample; of one that is misclassified also the answer. From long to short."""
    if not known.roll.classifies:
        return ("",)
    wanted = known.name(int(known.roll.classes[number]))
    if known.is_right(number) is not False:
        return (wanted,)
    short = f"{wanted}{TO}{known.name(int(known.answers[number]))}"
    certain = _certain(known, number)
    return (f"{short} ({certain})", short) if certain else (short,)


def about(known: Known, number: int) -> str:
    """Everything known of a sample, in lines."""
    part, place = known.place(number)
    parts = {"train": tr("training"), "validation": tr("validation"), "test": tr("test")}
    lines = [tr("Sample {} of {}").format(f"{place:,}", parts[part]) if part else tr("Sample {}").format(f"{number:,}")]
    if not known.roll.classifies:
        return lines[0]
    wanted = known.name(int(known.roll.classes[number]))
    answer = int(known.answers[number])
    if answer == UNKNOWN:
        return "\n".join((*lines, tr("class {}").format(wanted)))
    certain = _certain(known, number, 1)
    answered = tr("answered {}").format(known.name(answer)) + (f" ({certain})" if certain else "")
    lines.append(f"{tr('class {}').format(wanted)} · {answered}")
    if certain and not known.is_right(number):
        rightful = share(float(known.rightful[number]), 1)
        lines.append(tr("probability of {}: {}").format(wanted, rightful))
    return "\n".join(lines)


def count_of(known: Known, query: Query, count: int) -> str:
    """How many samples are shown, and which: 24 of 10,000 test samples · class 4 · answered 9."""
    parts = {
        "train": tr("training samples"), "validation": tr("validation samples"), "test": tr("test samples"),
        ALL: tr("samples"),
    }  # fmt: skip
    whole = len(known.part(query.part))
    number = f"{count:,}" if count == whole else tr("{} of {}").format(f"{count:,}", f"{whole:,}")
    said = [f"{number} {parts[query.part]}"]
    if query.wanted is not None:
        said.append(tr("class {}").format(known.name(query.wanted)))
    if query.answered is not None:
        said.append(tr("answered {}").format(known.name(query.answered)))
    if query.verdict is not Verdict.ANY:
        said.append(tr("right") if query.verdict is Verdict.RIGHT else tr("wrong"))
    verdicts = known.verdicts
    if verdicts is not None and not verdicts.complete:
        said.append(tr("{} answered so far").format(share(len(verdicts.numbers) / max(verdicts.of, 1))))
    return " · ".join(said)


def row_of(values: list[float]) -> list[str]:
    """Numbers as they stand in a row."""
    return [rounded(value) for value in values]


def _certain(known: Known, number: int, digits: int = 0) -> str:
    verdicts = known.verdicts
    return share(float(known.certainty[number]), digits) if verdicts is not None and verdicts.probable else ""


def tr(text: str) -> str:
    """A text about samples in the user's language."""
    return QCoreApplication.translate("Samples", text)
