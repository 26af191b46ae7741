"""What a plugin's panel is before it is seen: its words and its place. Its widget is made by the plugin, later."""

from functools import cache
from typing import Any, ClassVar

from nnstudio.core.fields import Configured
from nnstudio.core.plugged import Unfit
from nnstudio.core.registry import Family

AREAS = "left", "right", "bottom"


class Panel(Configured):
    """A panel for the window. It is read without Qt, as by `nnstudio plugins`: only `make` may import it."""

    area: ClassVar[str] = "right"
    """The side of the window at which it stands at first: left, right or bottom."""
    about: ClassVar[str] = ""
    """One sentence: what it shows. Its tooltip."""
    text: ClassVar[str] = ""
    """Its page in the help, in Markdown: how to read it, and an example."""

    def make(self, document: Any, selection: Any, run: Any, theme: Any, parent: Any) -> Any:
        """The widget. A `nnstudio.ui.panels.live.LivePanel` takes just these and follows the training by itself.

        They are the window's Document, Selection, Run and Theme, and the widget's parent.
        """
        raise NotImplementedError


@cache
def panels() -> Family[Panel]:
    """All panels that plugins add."""
    return Family(Panel, "nnstudio.core.panels", "nnstudio.panels", "panel", check=_can_be_shown)


def name_of(kind: str) -> str:
    """What the panel of a plugin is called among all panels, and in the help: never as one of ours."""
    return f"plugin-{kind}"


def _can_be_shown(member: type[Panel]) -> None:
    if member.area not in AREAS:
        raise Unfit(f"its area {member.area!r} should be one of {', '.join(AREAS)}")
    if not (isinstance(member.about, str) and member.about.strip() and isinstance(member.text, str)):
        raise Unfit("it should say in `about` what it shows, in one sentence")
