"""What every panel of the window is called, what it shows in one sentence, and how to read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from nnstudio.help.written import written

PANELS = (
    "palette", "inspector", "table", "problems", "formula", "doctor", "curves", "gradients", "weights", "activations",
    "boundary", "neuron", "descent", "rates", "compare", "sweeps", "draw", "samples", "confusion",
    "lesson",
)  # fmt: skip


@dataclass(frozen=True)
class PanelCard:
    """A panel in words; title and sentence are those of its dock and its tooltip, the text is its page."""

    name: str
    title: str
    about: str
    text: str = ""


@cache
def panel_cards() -> Mapping[str, PanelCard]:
    """The cards of our own panels by name, in the order in which a learner meets them."""
    return {name: PanelCard(name, *written(f"panels/{name}")) for name in PANELS}
