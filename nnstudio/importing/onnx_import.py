"""From an ONNX file to a model: its layers laid out on the canvas, its weights and its preparation."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnstudio.core.errors import StudioError
from nnstudio.core.files import shown
from nnstudio.core.wording import counted
from nnstudio.data.preparation.base import Preparation
from nnstudio.graph import edits
from nnstudio.graph.arrange import arrange
from nnstudio.graph.graph import Graph
from nnstudio.importing.onnx_book import DOOR
from nnstudio.importing.onnx_file import OnnxFile, read_onnx
from nnstudio.importing.onnx_walk import Unsupported, Walk
from nnstudio.layers.onnx_reading import Lead
from nnstudio.layers.shapes import IMAGE, Array

CARD = (168.0, 72.0)  # About the size of a card on the canvas.
OURS = "nnstudio"
CHANNELS = (1, 3, 4)
MOST_CLASSES = 1_000
LONGEST = 80


class NotImported(StudioError):
    """A model has nodes that no layer can stand for; carries all of them."""

    def __init__(self, path: Path, nodes: tuple[Unsupported, ...], count: int) -> None:
        self.nodes = nodes
        told = "; ".join(map(str, nodes))
        super().__init__(
            f"{shown(path)} cannot be imported: {len(nodes):,} of its {counted(count, 'node')} "
            f"{'has' if len(nodes) == 1 else 'have'} no layer here: {told}."
        )


@dataclass(frozen=True, eq=False)
class Imported:
    """What was found; weights are named `layer/name`, and class names are there where the file tells them."""

    graph: Graph
    weights: Mapping[str, Array]
    preparation: tuple[Preparation, ...]
    title: str
    class_names: tuple[str, ...] = ()


def import_onnx(path: Path) -> Imported:
    """Read an ONNX file; a StudioError says in one sentence why not, and names every node that is not known."""
    file = read_onnx(path)
    walk, end = min((_tried(file, first) for first in _ways(file)), key=lambda tried: len(tried[0].unsupported))
    if walk.unsupported:
        raise NotImported(path, tuple(walk.unsupported), len(file.nodes))
    if isinstance(end, str):
        raise StudioError(f"{shown(path)} cannot be imported: {end}.")
    graph = walk.book.graph(end.node)
    placed = edits.move(graph, arrange(graph, lambda id: CARD))
    weights = {name: array for name, array in walk.book.weights.items() if name.rpartition("/")[0] in placed}
    title = file.texts.get("title", "") if file.producer == OURS else ""
    return Imported(placed, weights, walk.front.preparation, title[:LONGEST] or path.stem[:LONGEST], _class_names(file))


def _ways(file: OnnxFile) -> tuple[bool, ...]:
    """Whether the channels of the input come first: what is likely is tried first, and wins where both do."""
    if len(file.shape) != IMAGE:
        return (False,)
    last = file.producer == OURS or (file.shape[2] in CHANNELS and file.shape[0] not in CHANNELS)
    return (False, True) if last else (True, False)


def _tried(file: OnnxFile, first: bool) -> tuple[Walk, Lead | str]:
    """A walk, and what comes out at its end, or why nothing does."""
    walk = Walk(file, first)
    found = [walk.values.get(name) for name in file.outputs]
    ends = [each for each in found if isinstance(each, Lead)]
    if not ends or len(ends) < len(found):
        return walk, "it gives out something that no layer makes"
    last = [each for each in ends if not any(each.node in _before(walk, other) for other in ends)]
    if len({each.node for each in last}) != 1 or last[0].node == DOOR:
        return walk, "it has several outputs, or no layer; a model here has one way from its input to its output"
    end = last[0]
    if DOOR not in _before(walk, end):
        return walk, "its output does not come from its input"
    if end.order is not None and not end.is_image:
        walk.unsupported.append(Unsupported(file.outputs[0], "output", "its numbers are in an order of their own"))
    return walk, end


def _before(walk: Walk, lead: Lead) -> set[str]:
    return {node.id for node in walk.book.graph(lead.node).nodes} - {lead.node}


def _class_names(file: OnnxFile) -> tuple[str, ...]:
    """As our own exports tell them; anything else that may stand there is left out."""
    try:
        names: Any = json.loads(file.texts.get("class_names", "[]"))
    except (ValueError, RecursionError):
        return ()
    good = isinstance(names, list) and len(names) <= MOST_CLASSES and all(isinstance(name, str) for name in names)
    return tuple(name[:1000] for name in names) if good and file.producer == OURS else ()
