"""The model card: what a model is, what it learned from, how well, and the proof, as a page of Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nnstudio import __version__
from nnstudio.core.wording import counted
from nnstudio.data.preparation.base import Preparation
from nnstudio.export.base import Exporter
from nnstudio.export.proof import Proof, Unproven
from nnstudio.export.trained import Trained
from nnstudio.layers.shapes import shown, size_of

MOST_CLASSES = 100
LONGEST = 80
Rows = Sequence[tuple[str, str]]


def card(trained: Trained, exporter: Exporter, files: Sequence[str], proof: Proof | Unproven | None) -> str:
    """The whole page."""
    about = trained.about
    parts = [
        f"# {_plain(about.title) or 'A neural network'}",
        _plain(about.description),
        _table(("", ""), list(_first(trained, exporter, files))),
        "## Proof\n\n" + (proof.sentence if proof else "This export was not run after it was written."),
        "## Layers\n\n" + _layers(trained),
        "## Preparation\n\n" + _preparation(trained),
        "## Figures\n\n" + (_table(("", ""), list(about.figures.items())) or "Nothing was measured."),
        "## Settings of the training\n\n" + (_table(("", ""), list(_settings(about.settings))) or "Not known."),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _first(trained: Trained, exporter: Exporter, files: Sequence[str]) -> Iterator[tuple[str, str]]:
    about = trained.about
    yield "Format", exporter.title
    yield "Files", ", ".join(f"`{_plain(file)}`" for file in files)
    yield "Reads", f"{shown(trained.stored_shape)} numbers for each sample, as the data stores them"
    yield "Gives", _gives(trained)
    yield "Parameters", f"{trained.parameters.layout.counted:,}"
    yield "Data", about.data or "not known"
    yield "Seed", str(about.seed)
    yield "Date", about.date
    yield "Made with", f"nnstudio {__version__}"


def _gives(trained: Trained) -> str:
    names = trained.class_names
    if not names:
        return counted(trained.plan.outputs, "number")
    shown_names = ", ".join(names[:MOST_CLASSES]) + (", …" if len(names) > MOST_CLASSES else "")
    return f"{counted(trained.plan.outputs, 'number')} for {counted(len(names), 'class', 'classes')}: {shown_names}"


def _layers(trained: Trained) -> str:
    sizes: dict[str, int] = {}
    for place in trained.parameters.layout.places:
        own = sum(size_of(each.shape) for each in place.block.values() if each.learned)
        sizes[place.step.id] = sizes.get(place.step.id, 0) + own
    rows = [
        (step.name, step.layer.phrase(), shown(step.shape), f"{sizes.get(step.id, 0):,}")
        for step in trained.plan.steps
    ]
    return _table(("Name", "Layer", "Output", "Parameters"), rows)


def _preparation(trained: Trained) -> str:
    if not trained.done:
        return "None: the network reads the numbers as they are stored."
    steps = [f"{number}. {_told(step)}" for number, step in enumerate(trained.done, 1)]
    return "It is part of this export; give samples as they are stored.\n\n" + "\n".join(steps)


def _told(step: Preparation) -> str:
    stored = {name: value for name, value in step.to_json().items() if name not in ("kind", "on")}
    fields = ", ".join(f"{name} {_value(value)}" for name, value in stored.items())
    return f"{step.title} ({fields})" if fields else step.title


def _settings(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in settings.items():
        if name != "kind":
            yield name.replace("_", " ").capitalize(), _value(value)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        rest = ", ".join(f"{name} {_value(each)}" for name, each in value.items() if name != "kind")
        return f"{value.get('kind', '')} ({rest})" if rest else str(value.get("kind", ""))
    if isinstance(value, list | tuple):
        if len(value) > 8:
            return f"{len(value):,} numbers"
        return ", ".join(map(_value, value)) or "none"
    return "yes" if value is True else "no" if value is False else str(value)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: str) -> str:
    return _plain(text).replace("|", "\\|")


def _plain(text: str) -> str:
    """One line that says the same, whatever a stranger's project put into its names."""
    line = " ".join(text.split())
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in line).replace("<", "&lt;")
