"""A project that fits a data set: the template made for it, one that reads the same, or an Input to begin with."""

from dataclasses import replace

from nnstudio.core.errors import StudioError
from nnstudio.data.dataset import DataSet
from nnstudio.data.sources import name_of, open_data
from nnstudio.graph import edits
from nnstudio.graph.graph import Graph
from nnstudio.layers.base import layers
from nnstudio.project.project import Project
from nnstudio.project.templates import load_template, template_names

READING = {(2,): "playground", (8, 8, 1): "digits", (28, 28, 1): "mnist-mlp"}
"""The template whose network reads samples of that shape."""


def project_for(data: str) -> Project:
    """A project that learns a data set. It may read the data, so it is asked for in a thread."""
    return made_for(data) or _fitting(open_data(data), data)


def made_for(data: str) -> Project | None:
    """The simplest template that is made for these data, untrained."""
    found = (_begun_with(name) for name in template_names())
    return next((each for each in found if each and each.weights is None and name_of(each.data) == data), None)


def _begun_with(name: str) -> Project | None:
    try:
        return load_template(name)
    except StudioError:
        return None


def _fitting(data: DataSet, name: str) -> Project:
    template = READING.get(data.sample_shape)
    if template is None or not (data.classifies or template == "playground"):
        door = layers().find("input").from_fields({"shape": data.sample_shape})
        return Project(graph=edits.chain(door), data=name, title=name)
    project = load_template(template)
    graph = project.graph if data.outputs <= 2 else _with_outputs(project.graph, data.outputs)
    if not data.classifies:
        # A number to predict may lie beyond what a bent output reaches.
        graph = edits.set_layer(graph, graph.order[-1].id, layers().find("linear")())
    return replace(project, graph=graph, data=name, title=name, description="")


def _with_outputs(graph: Graph, outputs: int) -> Graph:
    last = next(node for node in reversed(graph.order) if hasattr(node.layer, "units"))
    return edits.set_fields(graph, last.id, units=outputs)
