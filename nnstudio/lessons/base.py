"""What a lesson is: a project to begin with and a few steps, some with a goal that is checked on plain values."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, ClassVar

from nnstudio.core.fields import Configured
from nnstudio.core.plugged import Unfit
from nnstudio.core.registry import Family
from nnstudio.project.project import Project
from nnstudio.project.templates import load_template
from nnstudio.training.history import Epoch
from nnstudio.training.settings import Settings


@dataclass(frozen=True, eq=False)
class Work:
    """What a learner has come to: the project as it is now, and the present run."""

    project: Project
    steps: int = 0
    """Batches that the network has learned from in this run."""
    epochs: tuple[Epoch, ...] = ()
    diverged: bool = False
    """Whether the numbers of this run grew beyond all bounds."""

    @property
    def loss(self) -> float | None:
        """Of the last epoch."""
        return self.epochs[-1].train_loss if self.epochs else None

    @property
    def accuracy(self) -> float | None:
        """After the last epoch, on the validation part where there is one."""
        return self.epochs[-1].watched_accuracy if self.epochs else None

    def ran_at(self, low: float, high: float) -> bool:
        """Whether every epoch of this run was learned with a rate between these."""
        return bool(self.epochs) and all(low <= epoch.learning_rate <= high for epoch in self.epochs)

    def numbers(self, name: str) -> tuple[float, ...]:
        """The weights of that name, one after another, such as `neuron/weights`; none before the first training."""
        found = (self.project.weights or {}).get(name)
        return () if found is None else tuple(map(float, found.ravel()))


@dataclass(frozen=True)
class Step:
    """One page of a lesson."""

    title: str
    text: str
    """Markdown, short."""
    goal: str = ""
    """What is to be reached, in words; empty for a page that is only read."""
    reached: Callable[[Work], bool] | None = None
    """Whether it is reached."""
    answer: str = ""
    """What is said when it is."""
    topic: str = ""
    """The page of the help that tells more."""
    panel: str = ""
    """The panel to look at, by its name."""


class Lesson(Configured):
    """A lesson. Its kind is the name by which it is begun; it has a title and says in one sentence what one learns."""

    about: ClassVar[str] = ""
    rank: ClassVar[int] = 100
    """Lessons are listed in this order."""

    def begin(self) -> Project:
        """The project to begin with."""
        raise NotImplementedError

    def steps(self) -> tuple[Step, ...]:
        """What is to be done, one page after another."""
        raise NotImplementedError


@cache
def lessons() -> Family[Lesson]:
    """All lessons, ours and the plugins'."""
    return Family(Lesson, "nnstudio.lessons", "nnstudio.lessons", "lesson", check=_can_be_taught)


def in_order() -> list[type[Lesson]]:
    """All lessons, the first ones first."""
    return sorted(lessons().kinds().values(), key=lambda lesson: (lesson.rank, lesson.title))


def starting_from(template: str, title: str, learning_rate: float | None = None, **changes: Any) -> Project:
    """The project of a template with another title, and some of its settings or its data changed."""
    project = load_template(template)
    ours = {name: value for name, value in changes.items() if name in vars(project)}
    settings = {name: value for name, value in changes.items() if name not in ours}
    if learning_rate is not None:
        optimizer = project.settings.optimizer
        settings["optimizer"] = type(optimizer).from_fields({**vars(optimizer), "learning_rate": learning_rate})
    kept = Settings.from_fields({**vars(project.settings), **settings})
    return replace(project, **ours, settings=kept, title=title)


def near(found: tuple[float, ...], wanted: tuple[float, ...], within: float = 5e-5) -> bool:
    """Whether numbers are the wanted ones, to four digits behind the point."""
    if len(found) != len(wanted):
        return False
    return all(abs(one - other) <= within for one, other in zip(found, wanted, strict=True))


def _can_be_taught(member: type[Lesson]) -> None:
    if not member.about.strip():
        raise Unfit("it should say in `about` what one learns, in one sentence")
    for number, step in enumerate(member().steps(), 1):
        if not isinstance(step, Step) or bool(step.goal) != callable(step.reached):
            raise Unfit(f"its step {number} should be a Step, and its goal have both words and a check")
