"""The classifying of the command line: pictures and folders of them into a table; what cannot be read is listed."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Self

from nnstudio import api
from nnstudio.classify.many import AT_ONCE, Answered, pictures_of
from nnstudio.classify.picture_file import picture_paths
from nnstudio.classify.way import chosen_stages
from nnstudio.core.errors import StudioError
from nnstudio.core.files import shown, write_atomically
from nnstudio.interruption import interruptible


@dataclass
class ClassifyJob:
    """What a network said so far, and the files it is asked about."""

    found: Answered
    paths: list[str] = field(default_factory=list)
    output: Path | None = None
    interrupted: bool = False

    @classmethod
    def from_options(cls, given: Mapping[str, Any]) -> Self:
        """The job for options as they are typed."""
        network = api.load(given["project"]).network()
        chosen_stages(pictures_of(network), given["stages"])
        found = Answered(network, given["stages"])
        return cls(found, output=Path(given["csv"]) if given["csv"] else None)._with(given["pictures"])

    def _with(self, names: list[str]) -> Self:
        for name in names:
            try:
                self.paths += picture_paths([name])
            except StudioError as error:
                self.found.unreadable[name] = str(error)
        return self

    def run(self) -> None:
        """Ask about every picture; Ctrl-C keeps what is answered so far."""
        progress = _Line(len(self.paths))
        with interruptible(self._interrupt):
            for start in range(0, len(self.paths), AT_ONCE):
                if self.interrupted:
                    break
                self.found.ask(self.paths[start : start + AT_ONCE])
                progress.show(self.found.count)
        progress.end()
        if self.output is not None:
            write_atomically(self.output, self.found.csv())

    def _interrupt(self) -> None:
        self.interrupted = True

    @property
    def report(self) -> dict[str, Any]:
        """Everything, in plain values."""
        unreadable = [{"file": path, "reason": reason} for path, reason in self.found.unreadable.items()]
        stages = [stage.key for stage in chosen_stages(pictures_of(self.found.network), self.found.stages) if stage.on]
        found: dict[str, Any] = {"stages": stages, "pictures": list(self.found.rows()), "unreadable": unreadable}
        return found | ({"csv": str(self.output)} if self.output is not None else {})

    @property
    def table(self) -> list[str]:
        """Lines for a person, the names at the left."""
        names = {path: shown(path) for path in self.found.answers}
        width = max(map(len, names.values()), default=0)
        return [
            f"{names[path]:<{width}}  {found.answer}  {found.probability:7.2%}  (then {found.second}, "
            f"{found.second_probability:.2%})"
            for path, found in self.found.answers.items()
        ]

    @property
    def complaints(self) -> list[str]:
        """What could not be read, and why."""
        if not self.found.unreadable:
            return []
        count = len(self.found.unreadable)
        return [f"Not read ({count:,} of {count + len(self.found.answers):,}):", *self.found.unreadable.values()]


class _Line:
    """A line that is rewritten on a terminal; a log needs none."""

    def __init__(self, total: int) -> None:
        self._total, self._shown = total, monotonic()
        self._live = sys.stderr.isatty()
        self._began = False

    def show(self, done: int) -> None:
        """Tell how many pictures are done, where it takes long enough to be read."""
        if self._live and monotonic() - self._shown > 0.2:
            self._shown, self._began = monotonic(), True
            print(f"\r\x1b[K{done:,} of {self._total:,} pictures", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave no trace of it."""
        if self._began:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
