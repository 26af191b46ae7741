"""The export formats: what each writes, and the command that does it."""

from collections.abc import Iterator

from nnstudio.export.base import Exporter, exporters
from nnstudio.help.chapters.data import command
from nnstudio.help.kinds import fields, kind_page
from nnstudio.help.markdown import plain_text, section
from nnstudio.help.overview import overview
from nnstudio.help.page import Page

ABOUT = "What a trained model can be written as, for other programs."
PROOF = (
    "Every export comes with a model card. After writing, a fresh process loads the export and answers the test "
    "samples; how far it agrees with the studio is shown, and stands in the card."
)


def pages(chapter: str, title: str) -> Iterator[Page]:
    """A page for every format."""
    found = [
        kind_page(chapter, kind, _about, _example, fields, words=f"{kind.kind} {kind.suffix} export save")
        for kind in exporters().kinds().values()
    ]
    yield from overview(chapter, title, ABOUT, {"": found}, PROOF)


def _about(kind: type[Exporter], topic: str) -> str:
    where = "It makes several files, in a folder of their own." if kind.in_folder else "It makes one file."
    return section("What it writes", f"{plain_text(kind.about)}. {where}")


def _example(kind: type[Exporter], topic: str) -> str:
    path = "digits/" if kind.in_folder else f"digits{kind.suffix}"
    return section("Example", command(f"export digits.nns --to {kind.kind} -o {path}"))
