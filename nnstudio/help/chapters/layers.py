"""The layers: what each computes, with its formula, what the letters hold, and an example worked by the engine."""

from collections.abc import Iterator

from nnstudio.core.written import Written
from nnstudio.help.at_work import Worked, worked
from nnstudio.help.kinds import fields, formula, kind_page
from nnstudio.help.layer_example import example_of
from nnstudio.help.markdown import code, plain_text, section, table
from nnstudio.help.overview import overview
from nnstudio.help.page import Page
from nnstudio.layers.base import Layer, Refusal, layers
from nnstudio.layers.formulas import WITH, formula_with_shapes
from nnstudio.layers.shapes import Shape, shown

ABOUT = "The steps that a network is made of. Drag them from the panel *Layers* onto the canvas."
GROUPS = "Data", "Neurons", "Activations", "Images", "Shape", "Regularisation", "Merging"
"""What comes first; groups of plugins come behind."""
IMAGE, LIST = (4, 4, 2), (6,)
"""What is offered to a layer to find out what it refuses."""


def pages(chapter: str, title: str) -> Iterator[Page]:
    """A page for every layer, by group."""
    groups: dict[str, list[Page]] = {group: [] for group in GROUPS}
    for kind in layers().kinds().values():
        groups.setdefault(kind.group, []).append(_page(chapter, kind))
    yield from overview(chapter, title, ABOUT, {group: found for group, found in groups.items() if found})


def _page(chapter: str, kind: type[Layer]) -> Page:
    elsewhere = f"{kind.group} {kind.torch} {kind.keras} {kind.onnx}"
    return kind_page(chapter, kind, _formula, _example, fields, _takes, _lines, _elsewhere, words=elsewhere)


def _done(kind: type[Layer]) -> Worked | None:
    return worked(kind, kind.example) if kind.example is not None else None


def _formula(kind: type[Layer], topic: str) -> str:
    done = _done(kind)
    if done is None:
        return formula(kind, topic)
    inputs: tuple[Shape, ...] = () if kind.takes == (0, 0) else done.shapes
    written, _, letters = formula_with_shapes(done.layer, "", inputs, done.output.shape[1:]).partition(WITH)
    return section("Formula", code(written), f"In the example below: {letters}.")


def _example(kind: type[Layer], topic: str) -> str:
    done = _done(kind)
    return example_of(done, kind.example) if done is not None and kind.example is not None else ""


def _takes(kind: type[Layer], topic: str) -> str:
    least, most = kind.takes
    if most == 0:
        return section("What it takes", "Nothing: here the data enters.")
    wires = "One input" if (least, most) == (1, 1) else f"{least} inputs or more"
    return section("What it takes", " ".join((f"{wires}.", *_refusals(kind), *_remarks(kind))))


def _refusals(kind: type[Layer]) -> Iterator[str]:
    """The sentences with which it refuses an image or a list."""
    layer = kind(**kind.example.fields) if kind.example is not None else kind()
    for shape in (IMAGE, LIST):
        try:
            layer.output_shape(*(shape for _ in range(kind.takes[0])))
        except Refusal as refusal:
            yield f"Of the shape {shown(shape)} it says: “{plain_text(str(refusal))}”"


def _remarks(kind: type[Layer]) -> Iterator[str]:
    if not kind.has_gradient:
        yield "It has no gradient: what stands before it cannot learn through it."
    if kind.couples_samples:
        yield "It sees all samples of a batch together."
    if kind.makes_probabilities:
        yield "What it reads are logits, what it gives are probabilities."


def _lines(kind: type[Layer], topic: str) -> str:
    done = _done(kind)
    lines = done.layer.numpy(*done.shapes) if done is not None else ""
    return section("In NumPy", code(lines, "python"))


def _elsewhere(kind: type[Layer], topic: str) -> str:
    """What it is called in other programs, as the example's layer is written there."""
    done = _done(kind)
    rows = [("ONNX", kind.onnx)]
    if done is not None:
        rows = [
            ("PyTorch", _call(done.layer.in_torch(*done.shapes))),
            ("Keras", _call(done.layer.in_keras(*done.shapes))), *rows,
        ]  # fmt: skip
    return section("Elsewhere", table(("Program", "What it is there"), [(who, f"`{it}`") for who, it in rows if it]))


def _call(written: Written | None) -> str:
    """What is made in a framework, or else the expression that does it."""
    if written is None or not written.lines:
        return ""
    return written.made or written.lines[-1].partition(" = ")[2].replace("{", "").replace("}", "")
