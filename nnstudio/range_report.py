"""What `lr-range` says of a range test: the loss over the rate, lying on its side, and what follows from it."""

from collections.abc import Iterator, Sequence
from textwrap import fill
from typing import Any

import numpy as np

from nnstudio.experiments.curvature import Curvature
from nnstudio.experiments.range_test import Advice, RangeTest

ROWS = 21
WIDTH = 48  # Letters of the longest bar,
LETTERS = 96  # and of a line of text.
NOTHING = (
    "These losses advise no rate: they do not clearly fall. "
    "Try a wider range, or look at the data and the first weights."
)


def as_text(test: RangeTest, advice: Advice | None, curvature: Curvature) -> str:
    """The plot, then the suggestion, then what the curvature says."""
    lines = [*_plot(test.rates, test.smoothed, advice, curvature.limit), ""] if test.rates else []
    lines += fill(f"Suggestion: {advice.rate:g}. {advice.reason}" if advice else NOTHING, LETTERS), ""
    lines.append(fill(f"Stability: {curvature.sentence}", LETTERS))
    return "\n".join(lines)


def as_json(test: RangeTest, advice: Advice | None, curvature: Curvature) -> dict[str, Any]:
    """The same as plain lists and numbers."""
    return {
        "steps": len(test.rates),
        "rates": test.rates,
        "losses": test.losses,
        "smoothed": test.smoothed,
        "suggestion": advice and vars(advice),
        "curvature": vars(curvature),
        "stable_rate": curvature.limit,
        "stopped": test.finished or "interrupted",
    }


def _plot(
    rates: Sequence[float], smoothed: Sequence[float], advice: Advice | None, limit: float | None
) -> Iterator[str]:
    """One line for each part of the range, from the least rate on; a loss above the first ones fills the line."""
    marks = {rates.index(advice.steepest): "steepest", rates.index(advice.lowest): "lowest"} if advice else {}
    parts = np.array_split(np.arange(len(rates)), min(ROWS, len(rates)))
    shown = [next((each for each in part if each in marks), part[len(part) // 2]) for part in parts]
    top = max(smoothed[: max(1, len(smoothed) // 4)])
    above = [place for place in shown if limit is not None and rates[place] > limit]
    yield f"{'rate':>9}  {'loss':>9}"
    for place in shown:
        if above and place == above[0] and place != shown[0]:
            yield f"{limit:9.3g}  {'stable ↑':>9}  {'┄' * WIDTH}"
        length = round(WIDTH * min(smoothed[place] / top, 1.0)) if top > 0 else 0
        mark = f"  ← {marks[place]}" if place in marks else ""
        yield f"{rates[place]:9.3g}  {smoothed[place]:9.4g}  {'▇' * length}{mark}".rstrip()
