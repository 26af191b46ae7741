"""From a project to a network that can be asked, with its data or without."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

from nnstudio.classify.many import sample_for
from nnstudio.classify.network import Network
from nnstudio.classify.recognition import Recognition, recognise
from nnstudio.data.dataset import DataSet
from nnstudio.layers.shapes import size_of
from nnstudio.project.project import Project

if TYPE_CHECKING:
    from nnstudio.engine.parameters import Parameters
    from nnstudio.engine.plan import Plan


def network_of(project: Project, plan: "Plan", parameters: "Parameters", data: DataSet | None) -> Network:
    """The network of a project. What the project does not say of its classes and its preparation, the data says."""
    steps = project.preparation if project.preparation is not None else (data.preparation if data else ())
    names = project.class_names or (data.class_names if data else ()) or _numbered(project, plan)
    network = Network.alone(plan, parameters, steps, names)
    if data is None or size_of(data.sample_shape) != size_of(plan.input_shape):
        return network
    return replace(network, stored=Network.on(plan, parameters, data).stored)


def _numbered(project: Project, plan: "Plan") -> tuple[str, ...]:
    """Numbers for names, in projects of those who kept none; a single output predicts a number."""
    return tuple(map(str, range(plan.outputs))) if plan.outputs > 1 and project.settings.loss.through else ()


def classified(network: Network, pictures: Sequence[ArrayLike | str | Path], stages: str = "all") -> list[Recognition]:
    """What the network takes each picture for."""
    return recognise(network, [sample_for(network, picture, stages) for picture in pictures])
