"""The fetching of the command line: a published data set, file by file, with progress on standard error."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Self

from nnstudio.core.errors import DataError
from nnstudio.data.collections.base import Remote, collections
from nnstudio.data.download import Cancelled, Progress, fetch_all
from nnstudio.data.fetched import to_fetch, to_mend
from nnstudio.data.options import nearest
from nnstudio.data.sources import data_names, name_of
from nnstudio.interruption import interruptible


@dataclass
class FetchingJob:
    """The files that are missing, and where they go."""

    name: str
    folder: Path
    missing: Sequence[Remote]
    files: list[str] = field(default_factory=list)
    interrupted: bool = False

    @classmethod
    def of(cls, name: str) -> Self:
        """The job for a name as it is typed."""
        wanted = name_of(name)
        kinds = collections().kinds()
        if wanted in kinds:
            lacking = to_fetch(wanted) or to_mend(wanted)
            return cls(wanted, kinds[wanted].home(), lacking.files if lacking else ())
        if wanted in data_names():
            raise DataError(f"{wanted} is always there; nothing needs to be fetched. Use it as it is.")
        raise DataError(
            f"There is no published data set called '{name[:40]}'.{nearest(wanted, kinds)} "
            f"There are: {', '.join(sorted(kinds))}."
        )

    def run(self) -> None:
        """Fetch what is missing; Ctrl-C keeps what has come so far."""
        progress = _Line()
        try:
            with interruptible(self._interrupt):
                paths = fetch_all(self.missing, self.folder, progress.show, lambda: self.interrupted)
        except Cancelled:
            progress.end("Interrupted; the same command goes on from here.")
            return
        self.files = [path.name for path in paths]
        progress.end("" if self.missing else "Everything is there already.")

    def _interrupt(self) -> None:
        self.interrupted = True


class _Line:
    """A line that is rewritten on a terminal, or one line for each file in a log."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._shown = 0.0
        self._file = ""

    def show(self, progress: Progress) -> None:
        """Tell how far a file has come."""
        if not self._live:
            if progress.name != self._file:
                print(f"Fetching {progress.name} ({progress.total / 1e6:.1f} MB)", file=sys.stderr, flush=True)
            self._file = progress.name
        elif progress.done == progress.total or monotonic() - self._shown > 0.1:
            self._shown = monotonic()
            share = progress.done / max(progress.total, 1)
            bar = "█" * int(30 * share) + "░" * (30 - int(30 * share))
            print(
                f"\r\x1b[K{bar} {progress.name}  {progress.done / 1e6:.1f} of {progress.total / 1e6:.1f} MB",
                end="", file=sys.stderr, flush=True,
            )  # fmt: skip

    def end(self, why: str) -> None:
        """Close the line."""
        if self._live:
            print(file=sys.stderr)
        if why:
            print(why, file=sys.stderr, flush=True)
