"""Traits: everything that sets one training apart from another, each under a name that a learner knows."""

from collections.abc import Mapping, Sequence
from typing import Any

from nnstudio.core.fields import Configured, rules_of
from nnstudio.core.rules import Numbers, Part, Parts
from nnstudio.core.wording import counted
from nnstudio.data.preparation.base import Preparation
from nnstudio.graph.graph import Graph
from nnstudio.layers.base import Layer
from nnstudio.project.project import Project
from nnstudio.training.settings import Settings

Value = str | int | float
Traits = Mapping[str, Value]
NONE = "none"
LAYERS, DATA, PREPARATION = "layers", "data", "preparation"
FLAT = ("optimizer", "penalty")  # Whose numbers are compared one by one.


def traits_of(project: Project, preparation: Sequence[Preparation] | None = None) -> Traits:
    """Settings, data and layers; `preparation` is what the inputs really went through, where that is known."""
    steps = project.preparation if preparation is None else preparation
    return {
        **setting_traits(project.settings),
        DATA: data_words(project),
        PREPARATION: ", ".join(map(phrase, steps or ())) or NONE,
        LAYERS: layers_words(project.graph),
    }


def setting_traits(settings: Settings) -> dict[str, Value]:
    """Every setting; of the optimizer and the penalty each number by itself."""
    found: dict[str, Value] = {}
    for name, rule in rules_of(Settings).items():
        value = getattr(settings, name)
        if name in FLAT:
            found[name] = title_of(value)
            found |= {trait_name(name, field): plain(getattr(value, field)) for field in rules_of(type(value))}
        elif isinstance(rule, Part):
            found[name] = phrase(value)
        elif isinstance(rule, Parts):
            found[spaced(name)] = ", ".join(map(phrase, value)) or NONE
        else:
            found[spaced(name)] = plain(value)
    found["batch size"] = batch_of(settings)
    return found


def layer_traits(graph: Graph) -> dict[str, Value]:
    """Every field of every layer, by what the layer is called."""
    return {
        f"{node.label}: {spaced(field)}": words_of(getattr(node.layer, field))
        if isinstance(rule, Part | Parts) else plain(getattr(node.layer, field))
        for node in graph.nodes
        for field, rule in rules_of(type(node.layer)).items()
    }  # fmt: skip


def rows_of(projects: Sequence[Project], preparations: Sequence[Sequence[Preparation] | None]) -> list[Traits]:
    """The traits of several trainings under the same names; the fields of layers where all models are built alike."""
    rows = [dict(traits_of(*each)) for each in zip(projects, preparations, strict=True)]
    if len({_build(project.graph) for project in projects}) == 1:
        for row, project in zip(rows, projects, strict=True):
            row |= layer_traits(project.graph)
            del row[LAYERS]
    return list(rows)


def varying(rows: Sequence[Traits]) -> list[str]:
    """The names of the traits in which trainings differ; what only some of them have counts among these."""
    names = dict.fromkeys(name for row in rows for name in row)
    return [name for name in names if len({row[name] for row in rows if name in row}) > 1]


def layers_words(graph: Graph) -> str:
    """The layers in a line: Dense 8, Tanh, Dense 1."""
    return ", ".join(_short(node.layer) for node in graph.order) or NONE


def data_words(project: Project) -> str:
    """What is learned: the text as it was typed, or how many points were drawn."""
    if project.points is None:
        return project.data
    return f"{counted(len(project.points.inputs), 'point')} drawn by hand"


def batch_of(settings: Settings) -> Value:
    """How many samples a step looks at; in words where that is no setting."""
    if settings.optimizer.whole_set:
        return "the whole set"
    return 1 if settings.optimizer.single_samples else settings.batch_size


def phrase(part: Configured) -> str:
    """A part in words, with its numbers: Step (every 10, share 0.5). What was learned from the data is left out."""
    told = [
        f"{spaced(name)} {words_of(getattr(part, name))}"
        for name, rule in rules_of(type(part)).items()
        if not isinstance(rule, Numbers) and name not in ("sample", "on")
    ]
    off = [] if getattr(part, "on", True) else ["off"]
    inside = ", ".join((*off, *told))
    return f"{title_of(part)} ({inside})" if inside else title_of(part)


def title_of(part: Configured) -> str:
    """What a part is called; where there is none, that."""
    return NONE if part.kind == NONE else part.title


def plain(value: Any) -> Value:
    """A value as it can be sorted: a number stays one."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else words_of(value)


def words_of(value: Any) -> str:
    """A value as a person writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Configured):
        return phrase(value)
    if isinstance(value, tuple):
        return "×".join(map(words_of, value)) or NONE
    return f"{value:g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def spaced(name: str) -> str:
    """A field's name as words."""
    return name.replace("_", " ")


def trait_name(setting: str, field: str) -> str:
    """What a field of the optimizer or the penalty is called."""
    return spaced(field) if setting == "optimizer" else f"{setting} {spaced(field)}"


def _short(layer: Layer) -> str:
    """A layer with its first number: Dense 8."""
    rules = rules_of(type(layer))
    first = next((name for name, rule in rules.items() if not isinstance(rule, Part | Parts)), None)
    value = getattr(layer, first) if first is not None else None
    shown = isinstance(value, int | float | tuple) and not isinstance(value, bool)
    return f"{layer.title} {words_of(value)}" if shown else layer.title


def _build(graph: Graph) -> tuple[object, ...]:
    return graph.wires, tuple((node.id, node.layer.kind) for node in graph.nodes)
