"""The panels: what each shows, and how to read it."""

from collections.abc import Iterator

from nnstudio.core.panels import Panel, name_of, panels
from nnstudio.help.markdown import paragraphs
from nnstudio.help.overview import overview
from nnstudio.help.page import Page
from nnstudio.help.panels import PanelCard, panel_cards

ABOUT = "What the parts of the window show, and how to read them."
PLUGINS = "From plugins"


def pages(chapter: str, title: str) -> Iterator[Page]:
    """A page for every panel of ours, then for those of plugins."""
    ours = [_page(card) for card in panel_cards().values()]
    theirs = [_page(_card(kind)) for kind in panels().kinds().values()]
    yield from overview(chapter, title, ABOUT, {"": ours, **({PLUGINS: theirs} if theirs else {})})


def _card(kind: type[Panel]) -> PanelCard:
    return PanelCard(name_of(kind.kind), kind.title, f"{kind.about.rstrip('.')}.", kind.text)


def _page(card: PanelCard) -> Page:
    return Page(f"panels/{card.name}", card.title, card.about, lambda: paragraphs(card.about, card.text), card.name)
