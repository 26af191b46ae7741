"""What the lanes of the descent are called, and their colours."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QColor

from nnstudio.experiments.line_ups import Entrant
from nnstudio.live.laboratory.records import LaneRecord
from nnstudio.ui.panels.descent_controls import LineUp
from nnstudio.ui.panels.descent_ground import tr
from nnstudio.ui.panels.rates_fields import shown_rate
from nnstudio.ui.plots.colours import colour_of
from nnstudio.ui.plots.rate_colours import scale_colour
from nnstudio.ui.theme import Theme

INKS = (2, 1, 3)  # Of batch, mini-batch and single samples: far apart for every eye.


@dataclass(frozen=True)
class LaneLook:
    """One lane as it is shown: a place on the scale of rates, or the number of a colour."""

    name: str
    place: float | None = None
    ink: int = 0

    def shade(self, theme: Theme) -> QColor:
        """Its colour."""
        return colour_of(theme, self.ink) if self.place is None else scale_colour(theme, self.place)

    def words(self, lane: LaneRecord, cost: float | None) -> str:
        """Its name with the present cost, or with what became of it."""
        if lane.failure:
            return f"{self.name} · {lane.failure}"
        if lane.diverged is not None:
            return tr("{} · diverged at step {}").format(self.name, f"{lane.diverged.step:,}")
        return self.name if cost is None else tr("{} · cost {}").format(self.name, f"{cost:.4g}")


def looks_of(entrants: Sequence[Entrant], line_up: LineUp, samples: int) -> tuple[LaneLook, ...]:
    """One for each."""
    if line_up is LineUp.BATCHES:
        inks = INKS if len(entrants) == 3 else (INKS[0], INKS[2])
        return tuple(
            LaneLook(_batch_name(each.batch, samples), ink=ink) for each, ink in zip(entrants, inks, strict=False)
        )
    if line_up is LineUp.RATES:
        regimes = tr("Too small"), tr("Just right"), tr("Too large")
        return tuple(
            LaneLook(f"{name}: {shown_rate(float(f'{each.rate:.3g}'))}", place)
            for each, name, place in zip(entrants, regimes, (0.15, 0.6, 1.0), strict=True)
        )
    return tuple(LaneLook(tr("Rate {}").format(shown_rate(each.rate)), ink=INKS[0]) for each in entrants)


def _batch_name(batch: int, samples: int) -> str:
    if batch == samples:
        return tr("Batch: all {}").format(f"{batch:,}")
    return tr("Single samples") if batch == 1 else tr("Mini-batch: {}").format(f"{batch:,}")
