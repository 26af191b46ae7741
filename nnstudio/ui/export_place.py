"""Where an export goes: a name that follows the format until another one is typed. Without Qt."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from nnstudio.export.base import Exporter


@dataclass(frozen=True)
class Place:
    """A folder and how the name begins; a format that makes several files gets a folder of its own."""

    folder: Path
    stem: str

    def path(self, exporter: Exporter) -> Path:
        """The file, or the folder for the files, in that format."""
        return self.folder / (f"{self.stem}-{exporter.kind}" if exporter.in_folder else self.stem + exporter.suffix)

    def moved(self, path: Path, exporter: Exporter) -> Self:
        """As it is after somebody chose this path for this format."""
        end = f"-{exporter.kind}" if exporter.in_folder else exporter.suffix
        return replace(self, folder=path.parent, stem=path.name.removesuffix(end) or self.stem)


def typed(text: str, home: Path, exporter: Exporter) -> Path | None:
    """What was typed as a path, with the ending that belongs to the format; None where there is no name."""
    text = text.strip()
    if not text:
        return None
    path = home / Path(text).expanduser()
    if exporter.in_folder or path.suffix.lower() == exporter.suffix or not path.name:
        return path
    return path.with_name(path.name + exporter.suffix)
