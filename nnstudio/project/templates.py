"""Templates: the starting points, one JSON file each; those that are trained already, a project file."""

from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from nnstudio.core.errors import ProjectError
from nnstudio.core.resources import resource
from nnstudio.project.container import Damaged
from nnstudio.project.file import load_project
from nnstudio.project.project import Project
from nnstudio.project.stored import decode

FIRST = (
    "neuron", "perceptron", "linear-regression", "xor", "playground", "digits", "mnist-mlp", "mnist-lenet",
    "mnist-trained",
)  # fmt: skip


def template_names() -> list[str]:
    """All starting points, from the simplest on."""
    found = sorted(path.stem for path in (*resource("templates").glob("*.json"), *resource("projects").glob("*.nns")))
    return sorted(found, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))


def load_template(name: str) -> Project:
    """A new project from a starting point."""
    names = template_names()
    if name not in names:
        near = get_close_matches(name, names, 1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise ProjectError(f"There is no template called '{name[:60]}'. {hint}There are: {', '.join(names)}.")
    if trained := trained_project(name):
        return load_project(trained)
    try:
        project = decode(resource("templates", f"{name}.json").read_bytes())
    except Damaged as why:
        raise ProjectError(f"The template {name} cannot be opened: {why}. Install nnstudio again.") from None
    return replace(project, title=project.title or name)


def trained_project(name: str) -> Path | None:
    """The file of a bundled project that is trained already, such as mnist-trained; None where there is none."""
    return next((path for path in resource("projects").glob("*.nns") if path.stem == name), None)
