"""Projects to save: one small and trained, and random ones of every kind."""

import string
from dataclasses import replace

import msgspec
import numpy as np
from hypothesis import strategies as st

from nnstudio.core.errors import EditError
from nnstudio.data.preparation.normalise import Normalise
from nnstudio.data.preparation.scale import Scale
from nnstudio.engine.losses import losses
from nnstudio.engine.optimizers import optimizers
from nnstudio.engine.penalties import penalties
from nnstudio.engine.schedules import schedules
from nnstudio.graph import edits
from nnstudio.graph.edits import chain
from nnstudio.graph.graph import Graph
from nnstudio.layers.base import layers
from nnstudio.layers.dense import Dense
from nnstudio.layers.input import Input
from nnstudio.project.container import pack
from nnstudio.project.project import Project
from nnstudio.project.stored import FORMAT, VERSION, encode
from nnstudio.training.best import Best
from nnstudio.training.checkpoint import Checkpoint
from nnstudio.training.history import Epoch
from nnstudio.training.settings import Settings
from nnstudio.training.stopping import stops

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
PLACES = st.floats(-1e9, 1e9)
FIGURES = st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | FIGURES | NAMES
JSON = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8
)


def small() -> Project:
    """A trained project of one neuron."""
    return Project(
        graph=chain(Input((2,)), Dense(1)),
        weights={"dense/weights": np.float32([[1.5], [-2.5]]), "dense/bias": np.float32([0.25])},
        history=(Epoch(10, 0.5, 0.1, 0.75),),
    )


def stored(**changed) -> dict:
    """The JSON of a small project, some of its parts changed."""
    return {**msgspec.json.decode(encode(replace(small(), weights=None, history=()))), **changed}


def with_graph(*nodes: dict, wires=(), groups=()) -> dict:
    """The JSON of a project with these layers."""
    return stored(graph={"nodes": list(nodes), "wires": list(wires), "groups": list(groups)})


def node(id: str, kind: str = "dense", **fields) -> dict:
    """The JSON of one layer."""
    return {"id": id, "layer": {"kind": kind, **fields}}


def file_of(project: dict | bytes, **members: bytes) -> bytes:
    """A project file, well packed, with the given JSON or bytes for its project."""
    text = project if isinstance(project, bytes) else msgspec.json.encode(project)
    return pack({"project.json": text, **{name.replace("__", "."): content for name, content in members.items()}})


@st.composite
def graphs(draw) -> Graph:
    """A chain with branches, merges, names, places and groups."""
    kinds = [kind for kind in layers().kinds().values() if kind.kind != "input"]
    graph = edits.append(Graph(), Input(tuple(draw(st.lists(st.integers(1, 9), min_size=1, max_size=3)))))
    for _ in range(draw(st.integers(0, 8))):
        ids = list(graph.by_id)
        graph = edits.append(graph, draw(st.sampled_from(kinds))(), draw(st.sampled_from(ids)))
        graph = _wired_once_more(graph, draw(st.sampled_from(ids)))
    ids = st.sampled_from(list(graph.by_id))
    graph = edits.rename(graph, draw(ids), draw(NAMES))
    graph = edits.move(graph, draw(st.dictionaries(ids, st.tuples(PLACES, PLACES))))
    return edits.group(graph, draw(st.lists(ids, min_size=1)), draw(NAMES)) if draw(st.booleans()) else graph


def _wired_once_more(graph: Graph, source: str) -> Graph:
    try:
        return edits.connect(graph, source, graph.nodes[-1].id)
    except EditError:
        return graph


def _member_of(family):
    return st.sampled_from(sorted(family().kinds())).map(lambda kind: family().find(kind)())


SETTINGS = st.builds(
    Settings,
    loss=_member_of(losses),
    optimizer=_member_of(optimizers),
    schedule=_member_of(schedules),
    penalty=_member_of(penalties),
    batch_size=st.integers(1, 1 << 24),
    epochs=st.integers(1, 10_000_000),
    seed=st.integers(0, 2**63 - 1),
    shuffle=st.booleans(),
    clip=st.floats(0, 1e12),
    stops=st.lists(_member_of(stops), max_size=3),
    precision=st.sampled_from(["float32", "float64"]),
)


@st.composite
def arrays(draw):
    """Any bits at all, seen as float32 or float64."""
    shape = tuple(draw(st.lists(st.integers(0, 4), min_size=1, max_size=3)))
    dtype = np.dtype(draw(st.sampled_from(["<f4", "<f8"])))
    size = int(np.prod(shape)) * dtype.itemsize
    return np.frombuffer(draw(st.binary(min_size=size, max_size=size)), dtype).reshape(shape)


ARRAYS = st.dictionaries(st.text(string.ascii_letters + "é/_. ", min_size=1, max_size=20), arrays(), max_size=4)
EPOCHS = st.builds(Epoch, st.integers(0, 2**40), FIGURES, FIGURES, FIGURES, *[st.none() | FIGURES] * 3)
STEPS = st.builds(Scale, st.floats(1e-12, 1e12)) | st.builds(Normalise, st.floats(-1e12, 1e12), st.floats(1e-12, 1e12))
CHECKPOINTS = st.builds(Checkpoint, ARRAYS, st.dictionaries(NAMES, JSON, max_size=4), NAMES)
PROJECTS = st.builds(
    Project,
    graph=graphs(),
    settings=SETTINGS,
    data=NAMES,
    title=NAMES,
    description=NAMES,
    preparation=st.none() | st.lists(STEPS, max_size=3).map(tuple),
    weights=st.none() | ARRAYS,
    history=st.lists(EPOCHS, max_size=4).map(tuple),
    best=st.none() | st.builds(Best, st.integers(0, 2**40), ARRAYS),
    checkpoint=st.none() | CHECKPOINTS,
    layout=st.dictionaries(NAMES, JSON, max_size=3),
)

__all__ = ["FORMAT", "PROJECTS", "VERSION", "file_of", "node", "small", "stored", "with_graph"]
