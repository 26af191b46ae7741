"""Writing an export: its files, the proof that they hold what they should, and a model card beside them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnstudio.core.errors import StudioError
from nnstudio.core.files import shown, write_atomically
from nnstudio.export.base import Exporter
from nnstudio.export.card import card
from nnstudio.export.proof import Proof, Samples, Unproven, Wanted, always, prove
from nnstudio.export.trained import Trained

STEM = "model"


@dataclass(frozen=True)
class Exported:
    """What was written, the main file first, and the proof, if one was wanted."""

    format: str
    files: tuple[Path, ...]
    card: Path
    proof: Proof | Unproven | None

    def to_json(self) -> dict[str, Any]:
        """Plain texts and numbers."""
        return {
            "format": self.format, "file": str(self.files[0]), "files": list(map(str, self.files)),
            "card": str(self.card), "proof": self.proof and self.proof.to_json(),
        }  # fmt: skip


def export(
    trained: Trained, exporter: Exporter, path: Path, samples: Samples | None = None, wanted: Wanted = always
) -> Exported:
    """Write a model in a format, and a card; with samples, prove that it answers as it should.

    Nothing is written once it is not `wanted` any more; called off during the proof, it stays without one.
    """
    folder, stem = _place(exporter, path)
    content = exporter.files(trained, stem)
    if not wanted():
        raise StudioError("The export was called off; nothing was written.")
    if exporter.in_folder:
        _make(folder)
        written = tuple(folder / name for name in content)
    else:
        written = (path,)
    for file, each in zip(written, content.values(), strict=True):
        write_atomically(file, each)
    proof = None if samples is None else proved(trained, exporter, written[0], samples, wanted)
    about = folder / "README.md" if exporter.in_folder else path.with_name(path.name + ".md")
    write_atomically(about, card(trained, exporter, [file.name for file in written], proof).encode())
    return Exported(exporter.kind, written, about, proof)


def proved(
    trained: Trained, exporter: Exporter, main: Path, samples: Samples, wanted: Wanted = always
) -> Proof | Unproven:
    """The proof of an export that is written already."""
    runner = exporter.runner(trained, main)
    return Unproven(exporter.missing) if runner is None else prove(trained, main, runner, samples, wanted=wanted)


def _place(exporter: Exporter, path: Path) -> tuple[Path, str]:
    """The folder that the files go to, and how their names begin."""
    if exporter.in_folder and path.suffix != exporter.suffix:
        return path, STEM
    return path.parent, path.stem


def _make(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except FileExistsError:
        raise StudioError(f"{shown(folder)} is a file. Choose a folder to export to.") from None
    except (OSError, ValueError):
        raise StudioError(f"The folder {shown(folder)} could not be made. Choose another place.") from None
