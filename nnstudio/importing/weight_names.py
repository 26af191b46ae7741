"""What the weights of a network are called in files: in our own words, in PyTorch's and in Keras's."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from nnstudio.core.written import Stored, Written
from nnstudio.engine.plan import Plan, Step
from nnstudio.export.identifiers import identifier, names_of
from nnstudio.layers.shapes import Shape

WRAPPERS = ("module.", "_orig_mod.")  # What PyTorch puts before every name for several processes, and for a compiler.
COUNTER = ".num_batches_tracked"


@dataclass(frozen=True)
class Place:
    """Where an array of a file belongs: our full name, `step/name`, how it lies in the file, and its shape there."""

    ours: str
    stored: Stored
    shape: Shape


@dataclass(frozen=True)
class Naming:
    """A way to call weights, and the place of every name."""

    title: str
    places: Mapping[str, Place]


def namings(plan: Plan) -> tuple[Naming, ...]:
    """Every way to call the weights of a network."""
    names = names_of(plan)
    ids = {step.id: step.id.replace("/", ".") for step in plan.steps}
    return (
        Naming("nnstudio", dict(_places(plan, names, _ours))),
        Naming("nnstudio", dict(_places(plan, ids, _ours))),
        Naming("PyTorch", dict(_places(plan, names, lambda step: _arrays(step.layer.in_torch(*step.input_shapes))))),
        Naming("Keras", dict(_places(plan, names, lambda step: _arrays(step.layer.in_keras(*step.input_shapes))))),
    )


def _ours(step: Step) -> dict[str, Stored]:
    return {name: Stored(name) for name in _shapes(step)}


def _arrays(written: Written | None) -> Mapping[str, Stored]:
    return written.arrays if written else {}


def _shapes(step: Step) -> dict[str, Shape]:
    blocks = step.layer.blocks(*step.input_shapes).values()
    return {name: parameter.shape for block in blocks for name, parameter in block.items()}


def _places(
    plan: Plan, names: Mapping[str, str], arrays_of: Callable[[Step], Mapping[str, Stored]]
) -> Iterator[tuple[str, Place]]:
    for step in plan.steps:
        shapes = _shapes(step)
        for theirs, stored in arrays_of(step).items():
            shape = shapes[stored.ours]
            there = tuple(shape[axis] for axis in stored.axes) if stored.axes else shape
            yield f"{names[step.id]}.{theirs}", Place(f"{step.id}/{stored.ours}", stored, there)


def unwrapped(names: Iterable[str]) -> dict[str, str]:
    """Each name without what wrappers put before all of them; back to the name in the file."""
    found = {name: name for name in names}
    for wrapper in WRAPPERS:
        if found and all(name.startswith(wrapper) for name in found):
            found = {name.removeprefix(wrapper): in_file for name, in_file in found.items()}
    return found


def is_beside(name: str, preparations: Iterable[str]) -> bool:
    """Whether an array is no weight: a counter of PyTorch's, or what an exported preparation knows."""
    starts = tuple(f"{identifier(kind)}{sign}" for kind in preparations for sign in "._")
    return name.endswith(COUNTER) or name.startswith(starts)
