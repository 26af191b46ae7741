"""Differences: in what two trainings differ and what that did to their figures, in words for a learner."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nnstudio.core.fields import rules_of
from nnstudio.core.wording import counted, listed
from nnstudio.data.preparation.base import Preparation
from nnstudio.engine.penalties import Penalty
from nnstudio.experiments.traits import (
    DATA,
    LAYERS,
    PREPARATION,
    Value,
    layers_words,
    setting_traits,
    spaced,
    traits_of,
    words_of,
)
from nnstudio.graph.diff import difference
from nnstudio.graph.graph import Graph, Node
from nnstudio.project.project import Project
from nnstudio.training.history import Epoch
from nnstudio.training.settings import Settings

MOST_LAYERS = 5  # Where more of them differ, it is another model.
ALIKE = "They differ in nothing: the same seed gives the same numbers."
ALIKE_SETTINGS = "Their settings differ in nothing."
CHANCE = "Only the seed differs, so what their figures differ by is chance."


@dataclass(frozen=True)
class Trained:
    """A training as it is compared: what it is called, what it was trained with, and what came of it."""

    name: str
    project: Project
    preparation: tuple[Preparation, ...] | None = None
    """What its inputs really went through, where that is known."""
    epochs: int = 0
    last: Epoch | None = None
    """Its last whole epoch."""
    diverged: int | None = None
    """The step at which it left the finite numbers."""
    remarks: tuple[str, ...] = ()
    """What happened beside its settings, each as what follows on its name: “is run 2 up to step 100”."""


def comparison(one: Trained, other: Trained) -> str:
    """In what the first differs from the second, and what came of it."""
    found = differences(one.project, other.project, one.preparation, other.preparation)
    outcome = consequence(one, other)
    remarks = []
    if one.remarks != other.remarks:
        remarks = [f"{each.name} {words}." for each in (one, other) for words in each.remarks]
    if found:
        only_seed = one.project.settings.seed != other.project.settings.seed and len(found) == 1
        told = [f"{one.name} has {listed(found)}{f'; {outcome}' if outcome else ''}.", *remarks]
        return " ".join([*told, *([CHANCE] if only_seed and not remarks else [])])
    if not remarks and one.epochs != other.epochs:
        remarks = [f"{one.name} went on for {counted(one.epochs, 'epoch')}, {other.name} for {other.epochs:,}."]
        return " ".join([ALIKE, *remarks])
    return " ".join([ALIKE_SETTINGS, *remarks]) if remarks else ALIKE


def differences(
    project: Project,
    other: Project,
    preparation: Sequence[Preparation] | None = None,
    others: Sequence[Preparation] | None = None,
) -> list[str]:
    """What a project has instead of what another has, each in a few words; nothing where they are alike."""
    now, before = traits_of(project, preparation), traits_of(other, others)
    told = _settings_told(project.settings, other.settings)
    told += _layers_told(project.graph, other.graph)
    for name in (DATA, PREPARATION):
        if now[name] != before[name]:
            told.append(_instead(name, now[name], before[name]))
    if project.points != other.points and now[DATA] == before[DATA]:
        told.append("other points drawn by hand")
    return told


def consequence(one: Trained, other: Trained) -> str:
    """What the first came to, beside the second: its validation loss ended at 0.21 instead of 0.35."""
    if one.diverged is not None:
        also = "" if other.diverged is None else f", the other at step {other.diverged:,}"
        return f"it diverged at step {one.diverged:,}{also}"
    if other.diverged is not None:
        return f"it did not diverge, as the other did at step {other.diverged:,}"
    if one.last is None or other.last is None:
        return ""
    told = [*_losses_told(one, one.last, other, other.last), *_accuracies_told(one.last, other.last)]
    if not told:
        return ""
    after = f" after {counted(one.epochs, 'epoch')} instead of {other.epochs:,}" if one.epochs != other.epochs else ""
    return listed(told) + after


def _settings_told(now: Settings, before: Settings) -> list[str]:
    here, there = setting_traits(now), setting_traits(before)
    told = []
    # What only one of them has goes without saying, as the momentum of another optimizer.
    for name in (name for name in here if name in there and here[name] != there[name]):
        match name:
            case "optimizer":
                told.append(f"{here[name]} instead of {there[name]}")
            case "penalty":
                told.append(f"{_penalty_told(now.penalty)} instead of {_penalty_told(before.penalty)}")
            case "epochs":
                told.append(f"{counted(now.epochs, 'epoch')} instead of {before.epochs:,}")
            case "shuffle":
                told.append("its samples shuffled" if now.shuffle else "its samples always in the same order")
            case "clip":
                told.append(_clip_told(now.clip, before.clip))
            case _ if not (name.startswith("penalty") and here["penalty"] != there["penalty"]):
                told.append(_instead("stop conditions" if name == "stops" else name, here[name], there[name]))
    return told


def _penalty_told(penalty: Penalty) -> str:
    """With its strength, of which one of another kind says nothing."""
    return f"the penalty {penalty.title} of strength {penalty.strength:g}" if penalty.applies else "no penalty"


def _clip_told(now: float, before: float) -> str:
    if not now:
        return f"gradients of any length instead of at most {before:g}"
    return f"gradients cut to a length of {now:g} instead of {f'{before:g}' if before else 'none'}"


def _layers_told(now: Graph, before: Graph) -> list[str]:
    change = difference(before, now)
    kept = [(node, before.node(node.id)) for node in change.changed if node.layer != before.node(node.id).layer]
    swapped = [each for each in kept if type(each[0].layer) is not type(each[1].layer)]
    swapped += _swapped(now, change.added, before, change.removed)
    ids = {node.id for pair in swapped for node in pair}
    altered = [each for each in kept if each not in swapped]
    added = [node.label for node in change.added if node.id not in ids]
    removed = [node.label for node in change.removed if node.id not in ids]
    if len(swapped) + len(altered) + len(added) + len(removed) > MOST_LAYERS:
        return [f"other {LAYERS}: {layers_words(now)} instead of {layers_words(before)}"]
    kinds = Counter((node.layer.phrase(), old.layer.phrase()) for node, old in swapped)
    told = [f"{new} instead of {old}" + _times(count) for (new, old), count in kinds.items()]
    for pair in altered:
        told += _fields_told(*pair)
    told += _some("the additional layer", added) + _some("no layer", removed)
    moved = change.wires_added or change.wires_removed
    return told or (["other wires between its layers"] if moved else [])


def _swapped(now: Graph, added: Sequence[Node], before: Graph, removed: Sequence[Node]) -> list[tuple[Node, Node]]:
    """New layers that stand exactly where an old one stood, each with that."""
    places = {_neighbours(before, node): node for node in removed}
    return [(node, places[place]) for node in added if (place := _neighbours(now, node)) in places]


def _neighbours(graph: Graph, node: Node) -> tuple[frozenset[str], frozenset[str]]:
    before, after = graph.into(node.id), graph.out_of(node.id)
    return frozenset(wire.source for wire in before), frozenset(wire.target for wire in after)


def _fields_told(node: Node, before: Node) -> list[str]:
    return [
        f"{spaced(name)} {_both(getattr(node.layer, name), getattr(before.layer, name))} in {node.label}"
        for name in rules_of(type(node.layer))
        if getattr(node.layer, name) != getattr(before.layer, name)
    ]


def _some(words: str, names: Sequence[str]) -> list[str]:
    return [f"{words}{'s' if len(names) > 1 else ''} {listed(names)}"] if names else []


def _losses_told(one: Trained, last: Epoch, other: Trained, others: Epoch) -> list[str]:
    if one.project.settings.loss != other.project.settings.loss:
        # Figures of two kinds say nothing about each other.
        return []
    if last.validation_loss is not None and others.validation_loss is not None:
        return [f"its validation loss ended {_at(last.validation_loss, others.validation_loss, '#.3g')}"]
    return [f"its training loss ended {_at(last.train_loss, others.train_loss, '#.3g')}"]


def _accuracies_told(last: Epoch, others: Epoch) -> list[str]:
    if last.validation_accuracy is not None and others.validation_accuracy is not None:
        return [f"its validation accuracy {_at(last.validation_accuracy, others.validation_accuracy, '.1%')}"]
    if last.train_accuracy is not None and others.train_accuracy is not None:
        return [f"its training accuracy {_at(last.train_accuracy, others.train_accuracy, '.1%')}"]
    return []


def _at(now: float, before: float, form: str) -> str:
    new, old = (format(figure, form).rstrip(".") for figure in (now, before))
    return f"at {new} as well" if new == old else f"at {new} instead of {old}"


def _instead(name: str, now: Value, before: Value) -> str:
    return f"{name} {_both(now, before)}"


def _both(now: Any, before: Any) -> str:
    return f"{words_of(now)} instead of {words_of(before)}"


def _times(count: int) -> str:
    return f" in {count} places" if count > 1 else ""
