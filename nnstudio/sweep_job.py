"""The sweep of the command line: what is varied, where the trials run, and where their results go."""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any, Self

from nnstudio import api
from nnstudio.core.errors import FieldError, StudioError
from nnstudio.core.files import shown
from nnstudio.experiments.axes import axis_from_text, seeds_from
from nnstudio.experiments.choices import Between, drawn, grid
from nnstudio.experiments.cluster import Keys, checked_address
from nnstudio.experiments.halving import Halving
from nnstudio.experiments.pools import open_pool
from nnstudio.experiments.sweep import Sweep
from nnstudio.experiments.sweep_table import save_csv
from nnstudio.experiments.variation import Changes, Value, varied
from nnstudio.interruption import interruptible
from nnstudio.project.project import Project
from nnstudio.sweep_report import Progress, report_of, table_of
from nnstudio.training_job import lasting

OPTIONS = {
    "lr": "learning_rate", "batch_size": "batch_size", "optimizer": "optimizer", "penalty": "penalty", "width": "width",
}  # fmt: skip


@dataclass
class SweepJob:
    """A project, what its trials change, where they run and where their results go."""

    project: Project
    choices: Sequence[Changes]
    halving: Halving | None
    workers: int | None
    cluster: str | None
    keys: Keys
    output: Path | None
    resume: bool
    cancelled: bool = False
    table: Sequence[str] = ()

    @classmethod
    def from_options(cls, given: Mapping[str, Any]) -> Self:
        """Read the project and the options; whatever cannot be is refused before anything begins."""
        keys = Keys(given["tls_ca"], given["tls_cert"], given["tls_key"])
        _see_to_the_pool(given, keys)
        model = api.load(given["project"])
        if given["epochs"] is not None:
            model.configure(epochs=given["epochs"])
        if given["data"]:
            model.project = replace(model.project, data=lasting(given["data"]), points=None, preparation=None)
        choices = _choices(given, model.project)
        for changes in choices:
            varied(model.project, changes)
        output = None if given["output"] is None else Path(given["output"])
        _see_to_the_output(output, given["resume"])
        halving = Halving() if given["halving"] else None
        return cls(
            model.project, choices, halving, given["workers"], given["cluster"], keys, output, given["resume"]
        )  # fmt: skip

    def run(self) -> dict[str, Any]:
        """Do all trials, save, and report."""
        began = monotonic()
        # First the pool: a cluster that is not there is known at once, and the data takes a while.
        with open_pool(self.workers, self.cluster, self.keys) as pool, self._sweep() as sweep:
            with interruptible(sweep.cancel):
                self._run(sweep, pool)
            self.cancelled = sweep.cancelled
            self.table = table_of(sweep.ranking) if sweep.results else ()
            stopped = "interrupted" if sweep.cancelled else "all trials are done"
            output = str(self.output) if self.output else None
            return {**report_of(sweep, monotonic() - began), "stopped": stopped, "output": output}

    def _sweep(self) -> Sweep:
        journal = None if self.output is None else _journal_of(self.output)
        return Sweep(self.project, self.choices, self.halving, journal=journal, resume=self.resume)

    def _run(self, sweep: Sweep, pool: Any) -> None:
        progress = Progress(sweep)
        try:
            for result in sweep.run(pool):
                progress.show(result)
        except StudioError:
            progress.end()
            # What kept the journal from being written may keep this too; the first is what is told.
            with suppress(StudioError):
                self._save(sweep)
            raise
        progress.end()
        self._save(sweep)
        if sweep.cancelled:
            print("Interrupted; go on with --resume." if self.output else "Interrupted.", file=sys.stderr)

    def _save(self, sweep: Sweep) -> None:
        if self.output is not None and sweep.results:
            save_csv(sweep.results, self.output)


def _see_to_the_pool(given: Mapping[str, Any], keys: Keys) -> None:
    if given["cluster"] is not None:
        if given["workers"] is not None:
            raise FieldError("A cluster has its own workers. Leave out either --workers or --cluster.")
        checked_address(given["cluster"], keys)
    elif len(keys.missing) < 3:
        raise FieldError("Certificates mean something with --cluster tls://... only. Leave them out.")


def _see_to_the_output(output: Path | None, resume: bool) -> None:
    if output is None:
        if resume:
            raise FieldError("A sweep is resumed from its results. Name their file with -o.")
        return
    if os.path.lexists(output) and not (resume and os.path.exists(_journal_of(output))):
        raise StudioError(
            f"{shown(output)} is there already. Add --resume to go on with that sweep, or choose another name."
            if os.path.exists(_journal_of(output))
            else f"{shown(output)} is there already. Choose another name."
        )


def _journal_of(output: Path) -> Path:
    return output.with_name(f"{output.name}.journal")


def _choices(given: Mapping[str, Any], project: Project) -> Sequence[Changes]:
    """What the trials change."""
    random = given["random"]
    axes: dict[str, Sequence[Value] | Between] = {
        name: axis_from_text(name, given[option], random is not None)
        for option, name in OPTIONS.items()
        if given[option] is not None
    }
    if given["seeds"] is not None:
        axes["seed"] = seeds_from(project.settings.seed, given["seeds"])
    if not axes:
        raise FieldError("Say what is to be varied, such as --lr 1e-4:1:9, --width 8,16 or --seeds 3.")
    if random is not None:
        return drawn(axes, random, project.settings.seed)
    return grid({name: values for name, values in axes.items() if not isinstance(values, Between)})
