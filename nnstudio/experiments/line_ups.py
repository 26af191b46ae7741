"""Line-ups: which trainings walk over the error surface side by side, made from one project."""

from dataclasses import dataclass, replace

from nnstudio.engine.optimizers import SGD, Descent, GradientDescent
from nnstudio.experiments.rates import with_rate
from nnstudio.project.project import Project
from nnstudio.training.settings import Settings

USUAL_RATE = 0.05  # Of plain descent, where the project's optimizer is another,
LONGER = 4  # and so many times as many steps, for it is slower.
SMALL = 2000  # Samples, of which single ones are all seen at least once.
AROUND = (0.1, 1.0, 10.0)  # Too small, just right, too large: so many times the project's rate;
OF_THE_LIMIT = (0.1, 0.9, 1.05)  # or where it is known, so many times the greatest stable rate.


@dataclass(frozen=True)
class Entrant:
    """One of them, and how it differs: how many samples it looks at in a step, and its rate."""

    project: Project
    batch: int
    rate: float


def by_batch(project: Project, samples: int, rate: float | None = None) -> tuple[Entrant, ...]:
    """Batch, mini-batch and stochastic gradient descent with one rate. All do as many steps as the project would."""
    settings = project.settings
    rate = usual_rate(settings) if rate is None else rate
    steps = settings.epochs * _steps_per_epoch(samples, settings.batch_of(samples))
    steps = max(steps * (1 if isinstance(settings.optimizer, Descent) else LONGER), samples if samples <= SMALL else 0)
    mini = settings.batch_size if 1 < settings.batch_size < samples else max(1, samples // 2)
    sizes = sorted({samples, mini, 1}, reverse=True)
    return tuple(_entrant(project, batch, samples, rate, steps) for batch in sizes)


def by_rate(project: Project, samples: int, rate: float, limit: float | None = None) -> tuple[Entrant, ...]:
    """The project's own training with three rates: too small, just right, too large."""
    rates = [share * limit for share in OF_THE_LIMIT] if limit else [share * rate for share in AROUND]
    return tuple(as_it_is(with_rate(project, each), samples) for each in rates)


def as_it_is(project: Project, samples: int, rate: float | None = None) -> Entrant:
    """The project's own training."""
    project = project if rate is None else with_rate(project, rate)
    settings = project.settings
    return Entrant(project, settings.batch_of(samples), settings.optimizer.learning_rate)


def usual_rate(settings: Settings) -> float:
    """The rate of plain descent: the project's own, where it is one."""
    return settings.optimizer.learning_rate if plain(settings) else USUAL_RATE


def plain(settings: Settings) -> bool:
    """Whether the project itself descends plainly."""
    return isinstance(settings.optimizer, Descent) and not settings.optimizer.single_samples


def _entrant(project: Project, batch: int, samples: int, rate: float, steps: int) -> Entrant:
    optimizer = GradientDescent(learning_rate=rate) if batch == samples else SGD(learning_rate=rate)
    epochs = min(max(1, -(-steps // _steps_per_epoch(samples, batch))), 10_000_000)
    settings = replace(project.settings, optimizer=optimizer, batch_size=batch, epochs=epochs, stops=())
    return Entrant(replace(project, settings=settings), batch, rate)


def _steps_per_epoch(samples: int, batch: int) -> int:
    return -(-samples // batch)
