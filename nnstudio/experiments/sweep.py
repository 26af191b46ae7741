"""A sweep: many trials of one project over an executor, with results as they come; it can be cancelled and resumed."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from nnstudio.api import Model
from nnstudio.core.errors import FieldError, StudioError
from nnstudio.core.wording import counted
from nnstudio.data.dataset import DataSet
from nnstudio.data.sources import with_samples_of
from nnstudio.experiments.halving import Halving, combinations
from nnstudio.experiments.journal import Journal
from nnstudio.experiments.pools import why_lost
from nnstudio.experiments.shared_data import lay_down
from nnstudio.experiments.trials import A_BUG, Result, Trial, failure, run_trial, stored
from nnstudio.experiments.variation import Changes, varied
from nnstudio.project.project import Project
from nnstudio.training.samples import fingerprint

LOOK = 0.1  # Seconds after which a cancelled sweep ends.


@dataclass(frozen=True, eq=False)
class Candidate:
    """What one trial changes, and the project that comes of it."""

    number: int
    changes: Changes
    project: Project
    stored: bytes


class Sweep:
    """Trials of a project, each with other changes. Use it as a context, or close it.

    `run` goes through them; meanwhile any thread may look at `results`, or `cancel`. With a journal every result is on
    the disk at once, and a resumed sweep does only what is missing. `data` takes the place of the project's own.
    """

    def __init__(
        self,
        project: Project,
        choices: Iterable[Changes],
        halving: Halving | None = None,
        data: DataSet | None = None,
        journal: Path | None = None,
        resume: bool = False,
    ) -> None:
        self.candidates = tuple(
            Candidate(number, changes, each := varied(project, changes), stored(each))
            for number, changes in enumerate(choices, 1)
        )
        if not self.candidates:
            raise FieldError("There is nothing to try. Name at least one value.")
        self.halving = halving
        epochs = project.settings.epochs
        count = combinations(each.changes for each in self.candidates)
        self.rungs = (epochs,) if halving is None else halving.rungs(epochs, count)
        self.results: dict[int, Result] = {}
        """The latest of every trial that has one, by its number. Replaced, never changed."""
        self.cancelled = False
        self._named = data is None
        self._sets = self._opened(data)
        # A model that cannot be trained is refused before anything is begun.
        Model(project).plan(next(iter(self._sets.values())))
        self._journal = None if journal is None else Journal(journal, self._identity(), resume)
        known = self._journal.results if self._journal else ()
        # What failed is tried again: perhaps it was not to blame.
        self._known = {(each.number, each.until): each for each in known if not each.failed}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the journal."""
        if self._journal is not None:
            self._journal.close()

    def cancel(self) -> None:
        """End soon; what is done is kept. From any thread."""
        self.cancelled = True

    @property
    def ranking(self) -> list[Result]:
        """All results, those that were trained longest first and of them the best."""
        return sorted(self.results.values(), key=lambda each: (each.failed is not None, -each.until, each.score))

    def run(self, pool: Executor) -> Iterator[Result]:
        """Do what is not done yet; gives back every result as it comes."""
        with TemporaryDirectory(prefix="nnstudio-sweep-", ignore_cleanup_errors=True) as folder:
            laid = {key: lay_down(data, Path(folder), key, self._named) for key, data in self._sets.items()}
            # From here on the workers have it.
            self._sets = {}
            chosen: Sequence[Candidate] = self.candidates
            kept = _Shelf(Path(folder))
            for until in self.rungs:
                keeps = until < self.rungs[-1]
                trials = [
                    Trial(each.number, each.changes, kept.take(each), until, laid[self._key(each)], keeps)
                    for each in chosen
                ]
                for result in self._run_all(pool, trials):
                    kept.put(result)
                    yield replace(result, kept=b"")
                if self.cancelled:
                    return
                chosen = self._promoted(chosen)

    def _run_all(self, pool: Executor, trials: Sequence[Trial]) -> Iterator[Result]:
        """Results of these trials, those that are known already left out."""
        known = {trial.number: self._known.get((trial.number, trial.until)) for trial in trials}
        self.results = self.results | {number: result for number, result in known.items() if result}
        under_way: dict[Future[Result], Trial] = {}
        try:
            for trial in trials:
                if known[trial.number] is None:
                    under_way[pool.submit(run_trial, trial)] = trial
            waiting = set(under_way)
            while waiting and not self.cancelled:
                done, waiting = wait(waiting, LOOK, FIRST_COMPLETED)
                # Those that came together in the order in which they were asked for.
                for future in [each for each in under_way if each in done]:
                    yield self._taken(future, under_way.pop(future))
        finally:
            for future in under_way:
                future.cancel()

    def _taken(self, future: "Future[Result]", trial: Trial) -> Result:
        result = self._result(future, trial)
        if self._journal is not None:
            self._journal.append(result)
        self.results = self.results | {trial.number: replace(result, kept=b"")}
        return result

    def _result(self, future: "Future[Result]", trial: Trial) -> Result:
        try:
            return future.result()
        except CancelledError:
            done = counted(len(self.results), "result")
            raise StudioError(f"The workers have gone. The {done} up to now are kept; go on with --resume.") from None
        # Whatever became of one trial, the others go on.
        except Exception as error:
            return failure(trial, why_lost(error) or A_BUG.format(type(error).__name__, error))

    def _promoted(self, chosen: Sequence[Candidate]) -> list[Candidate]:
        if self.halving is None:
            return []
        best = self.halving.promoted([(each.number, each.changes) for each in chosen], self.results)
        return [each for each in chosen if each.number in best]

    def _key(self, candidate: Candidate) -> str:
        """Trials of the same key learn the same data: all of them, unless seeds make samples."""
        project = candidate.project
        made_by_seed = self._named and project.points is None and with_samples_of(project.data, 0) != project.data
        return f"data-{project.settings.seed}" if made_by_seed else "data"

    def _opened(self, given: DataSet | None) -> dict[str, DataSet]:
        found: dict[str, DataSet] = {}
        for each in self.candidates:
            if (key := self._key(each)) not in found:
                found[key] = Model(each.project).data(given)
        return found

    def _identity(self) -> str:
        """A text that differs between sweeps of which one cannot go on where another stood."""
        told = hashlib.sha256(repr((self.rungs, self.halving)).encode())
        for each in self.candidates:
            told.update(repr((each.number, dict(each.changes), each.stored)).encode())
        for key, data in self._sets.items():
            told.update(repr((key, fingerprint(data))).encode())
        return told.hexdigest()


class _Shelf:
    """Where trials stand that may go on: in files, since all of them together may be large."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, result: Result) -> None:
        """Keep where a trial stands; with a full disk it begins again, which only takes longer."""
        if result.kept:
            path = self._path(result.number)
            try:
                path.write_bytes(result.kept)
            except OSError:
                path.unlink(missing_ok=True)

    def take(self, candidate: Candidate) -> bytes:
        """The project of a trial as it stands; from the start, where it was not kept."""
        path = self._path(candidate.number)
        return path.read_bytes() if path.exists() else candidate.stored

    def _path(self, number: int) -> Path:
        return self._folder / f"trial-{number}.nns"
