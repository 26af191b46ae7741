"""What an export format is: the files it makes of a trained model, and how a fresh process runs them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import ClassVar

from nnstudio.core.fields import Configured
from nnstudio.core.plugged import Unfit
from nnstudio.core.registry import Family
from nnstudio.export.trained import Trained


@dataclass(frozen=True)
class Runner:
    """How a fresh process loads an export and answers for samples.

    The process is `python -m MODULE PATH FOLDER`, where PATH is the export's main file. In FOLDER it finds
    `inputs.npy`, (samples, *stored shape) in the type that the data stores, and `files`, if any; it leaves
    `outputs.npy` there and, where the network ends in probabilities, `logits.npy`, one row for each sample.
    `nnstudio.export.running` does all of that but the answering itself. A slow one is asked for fewer samples: `most`.
    """

    runtime: str
    module: str
    environment: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    most: int = 10_000


class Exporter(Configured):
    """A format to export to. One format is one file: a frozen dataclass whose fields are its options."""

    noun: ClassVar[str] = "export format"

    about: ClassVar[str] = ""
    """One line for a list of formats."""
    suffix: ClassVar[str] = ""
    """How the name of its main file ends, with the dot."""
    in_folder: ClassVar[bool] = False
    """Whether it makes several files, which get a folder of their own."""

    def files(self, trained: Trained, stem: str) -> Mapping[str, bytes]:
        """Every file by its name, the main one first; names begin with the stem (`STEM.onnx`)."""
        raise NotImplementedError

    def runner(self, trained: Trained, main: Path) -> Runner | None:
        """How the written export is run: in the real runtime where it is installed, else independently of it.

        None where neither is possible here; `missing` says what would be needed.
        """
        return None

    @property
    def lacking(self) -> str:
        """One sentence for a list of formats: what is not installed here; empty where nothing is missed."""
        return ""

    @property
    def missing(self) -> str:
        """One sentence: what to install so that the export can be proved."""
        return f"Nothing that runs {self.title} is installed."


@cache
def exporters() -> Family[Exporter]:
    """All formats, ours and the plugins'."""
    return Family(Exporter, "nnstudio.export", "nnstudio.exporters", "export format", check=_can_be_listed)


def _can_be_listed(member: type[Exporter]) -> None:
    made = member()
    said = made.about, made.suffix, made.lacking, made.missing
    if not all(isinstance(words, str) for words in said) or not made.about:
        raise Unfit("it should say in `about` what it is for, and in `lacking` and `missing` what is not installed")
