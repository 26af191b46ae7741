"""The kind of worker in which lanes are trained."""

from collections.abc import Callable

from nnstudio.live.kinds import Host, Kind
from nnstudio.live.laboratory.commands import Lay, StandAt, Survey
from nnstudio.live.mailbox import Mailbox


def _host(mailbox: Mailbox, threads: int | None, alone: Callable[[], bool]) -> Host:
    from nnstudio.live.laboratory.host import LaboratoryHost

    return LaboratoryHost(mailbox, threads or 1, alone)


LABORATORY = Kind(
    "laboratory",
    _host,
    outdated=(Lay, StandAt, Survey),
    lasting=(),
    lost="The laboratory ended without a word; perhaps there was not enough memory. "
    "Take fewer lanes, or make the batch or the model smaller, and begin again.",
)
