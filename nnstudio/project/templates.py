"""Templates: the starting points, one JSON file each."""

from dataclasses import replace
from difflib import get_close_matches

from nnstudio.core.errors import ProjectError
from nnstudio.core.resources import resource
from nnstudio.project.container import Damaged
from nnstudio.project.project import Project
from nnstudio.project.stored import decode

FIRST = ("neuron", "perceptron", "linear-regression", "xor", "playground", "digits", "mnist-mlp", "mnist-lenet")


def template_names() -> list[str]:
    """All starting points, from the simplest on."""
    found = sorted(path.stem for path in resource("templates").glob("*.json"))
    return sorted(found, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))


def load_template(name: str) -> Project:
    """A new project from a starting point."""
    names = template_names()
    if name not in names:
        near = get_close_matches(name, names, 1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise ProjectError(f"There is no template called '{name[:60]}'. {hint}There are: {', '.join(names)}.")
    try:
        project = decode(resource("templates", f"{name}.json").read_bytes())
    except Damaged as why:
        raise ProjectError(f"The template {name} cannot be opened: {why}. Install nnstudio again.") from None
    return replace(project, title=project.title or name)
