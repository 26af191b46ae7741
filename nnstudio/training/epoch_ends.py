"""The ends of epochs: what the network was then, until it is judged; and which samples it then had right."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nnstudio.layers.shapes import Array
from nnstudio.training.session import Session

BUDGET = 64 << 20  # Bytes of all parameters that are kept to be judged later.
MOST = 256  # Ends of epochs that are kept; of more, every second one, then every fourth.
MOST_ROWS = 512  # Ends of epochs whose right answers are known.

Bits = NDArray[np.uint8]


@dataclass
class Rows:
    """Which samples of one part were right at the ends of epochs: a bit for each sample, by the step."""

    known: dict[int, Bits] = field(default_factory=dict)
    grid: int = 1  # In epochs.


class EpochEnds:
    """Follows a session: it must stop where an end is `due`, and call `notice`."""

    def __init__(self, session: Session, budget: int = BUDGET, most: int = MOST, most_rows: int = MOST_ROWS) -> None:
        self._epoch = session.steps_per_epoch
        self._most = max(2, min(most, budget // max(session.parameters.vector.nbytes, 1)))
        self._most_rows = most_rows
        self._grid = 1  # In epochs.
        self._kept: dict[int, Array] = {}
        self._rows: dict[str, Rows] = {}
        self.notice(session)

    @property
    def steps(self) -> list[int]:
        """The ends that are kept, in order."""
        return sorted(self._kept)

    def due(self, session: Session) -> int:
        """In how many steps an end is wanted; at least one."""
        apart = self._epoch * self._grid
        return apart - session.steps_done % apart

    def notice(self, session: Session) -> None:
        """Keep what the network is now, if that is the end of an epoch that is wanted."""
        step = session.steps_done
        if step % (self._epoch * self._grid) or step in self._kept:
            return
        self._kept[step] = session.parameters.vector.copy()
        if len(self._kept) > self._most:
            self._thin(step)

    def forget_after(self, step: int) -> None:
        """What came after a step is not the past of what comes now."""
        self._kept = {each: numbers for each, numbers in self._kept.items() if each <= step}
        for rows in self._rows.values():
            rows.known = {each: bits for each, bits in rows.known.items() if each <= step}

    def unjudged(self, part: str) -> tuple[int, Array] | None:
        """The first end of which nothing is known for a part: its step and its parameters, which stay as they are."""
        known = self._of(part).known
        step = min((each for each in self._kept if each not in known), default=None)
        return None if step is None else (step, self._kept[step])

    def note(self, part: str, step: int, numbers: Array, right: NDArray[np.bool_]) -> None:
        """Know which samples of a part were right at an end; nothing, if that end is not what it was meanwhile."""
        if self._kept.get(step) is not numbers:
            return
        rows = self._of(part)
        rows.known[step] = np.packbits(right)
        while len(rows.known) > self._most_rows:
            rows.grid *= 2
            rows.known = {
                each: bits for each, bits in rows.known.items() if each == step or not each % (self._epoch * rows.grid)
            }
        self._grid = max(self._grid, rows.grid)

    def rows(self, part: str) -> tuple[NDArray[np.intp], Bits]:
        """The numbers of the epochs that are judged, the first has the number 1 and what was before it 0; and a row
        of bits for each."""
        known = self._of(part).known
        steps = sorted(known)
        bits = np.stack([known[step] for step in steps]) if steps else np.empty((0, 0), np.uint8)
        return np.array(steps, np.intp) // self._epoch, bits

    def _of(self, part: str) -> Rows:
        return self._rows.setdefault(part, Rows())

    def _thin(self, latest: int) -> None:
        """Let go of what is judged; if that is not enough, of every second end."""
        judged = {step for rows in self._rows.values() for step in rows.known}
        self._kept = {step: numbers for step, numbers in self._kept.items() if step not in judged or step == latest}
        while len(self._kept) > self._most:
            self._grid *= 2
            apart = self._epoch * self._grid
            self._kept = {step: numbers for step, numbers in self._kept.items() if not step % apart}
