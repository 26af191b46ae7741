"""What can be said of data sets, as text and as JSON: the list of those with a name, and a look at one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnstudio.core.fields import defaults_of
from nnstudio.core.files import shown
from nnstudio.data.bundled import BUNDLED
from nnstudio.data.dataset import PARTS, DataSet, pieces
from nnstudio.data.fetched import to_fetch
from nnstudio.data.generated import generators
from nnstudio.data.options import main_field
from nnstudio.data.preparation.base import Preparation
from nnstudio.data.sources import data_names

MOST_SHOWN = 12
LOOKED_AT = 1 << 30  # Bytes whose numbers are looked at; of more, samples that are spread over all.


@dataclass(frozen=True)
class NamedSet:
    """A data set that has a name, and where it comes from: bundled, generated, here (fetched), or to fetch."""

    name: str
    where: str
    about: str


def named_sets() -> list[NamedSet]:
    """Every data set that has a name."""
    return [NamedSet(name, _where(name), about) for name, about in data_names().items()]


def list_as_text(rows: Sequence[NamedSet]) -> str:
    """One line for each."""
    widths = [max(len(getattr(row, column)) for row in rows) for column in ("name", "where")]
    return "\n".join(f"{row.name:<{widths[0]}}  {row.where:<{widths[1]}}  {row.about}" for row in rows)


def _where(name: str) -> str:
    if name in BUNDLED:
        return "bundled"
    if name in generators().kinds():
        return "generated"
    lacking = to_fetch(name)
    return f"{lacking.size / 1e6:.0f} MB to fetch" if lacking else "here"


@dataclass(frozen=True)
class Extremes:
    """The smallest and the largest finite input, and how many are none."""

    smallest: float
    largest: float
    missing: int
    infinite: int


def as_json(data: DataSet) -> dict[str, Any]:
    """Everything that is known of a data set, as plain lists and numbers."""
    extremes = _extremes(data)
    return {
        "name": data.name,
        "samples": len(data.inputs),
        "parts": {part: len(data.part(part)) for part in PARTS},
        "shape": list(data.stored_shape),
        "type": str(data.inputs.dtype),
        "bytes": data.inputs.nbytes,
        "smallest": extremes.smallest,
        "largest": extremes.largest,
        "missing": extremes.missing,
        "infinite": extremes.infinite,
        "input_names": list(data.input_names),
        "task": "classes" if data.classifies else "numbers",
        "classes": _counts(data),
        "target_names": list(data.target_names),
        "preparation": [step.to_json() for step in data.preparation],
        "notes": list(data.notes),
        "warnings": list(data.warnings),
        "suggestion": {"input_shape": list(data.sample_shape), "outputs": data.outputs},
    }


def as_text(data: DataSet) -> str:
    """The same for people."""
    rows = [
        ("samples", f"{len(data.inputs):,}: {_parts(data)}"),
        ("inputs", _inputs(data)),
        ("targets", _targets(data)),
        *_under("preparation", [_step(step) for step in data.preparation] or ["none"]),
        *_under("notes", data.notes),
        *_under("warnings", data.warnings),
        ("", ""),
        ("suggestion", _suggestion(data)),
    ]
    lines = (f"  {label:<13}{text}".rstrip() for label, text in rows)
    return "\n".join(_printable(line) for line in (shown(data.name), *lines))


def _under(label: str, texts: Sequence[str]) -> list[tuple[str, str]]:
    return [("" if number else label, text) for number, text in enumerate(texts)]


def _parts(data: DataSet) -> str:
    if all(len(data.part(part)) == len(data.inputs) for part in PARTS):
        return "all of them train, and validation and test look at the same"
    words = {"train": "to train", "validation": "to validate", "test": "to test"}
    return ", ".join(f"{len(data.part(part)):,} {words[part]}" for part in PARTS)


def _inputs(data: DataSet) -> str:
    extremes = _extremes(data)
    number = "number" if data.stored_shape in ((), (1,)) else "numbers"
    text = f"{_by(data.stored_shape)} {number} each ({data.inputs.dtype}), "
    text += f"from {extremes.smallest:g} to {extremes.largest:g}"
    text += f" (of every {_every(data):,} samples one was looked at)" if _every(data) > 1 else ""
    if extremes.missing or extremes.infinite:
        text += f"; {extremes.missing:,} missing, {extremes.infinite:,} infinite"
    return text + (f": {_listed(data.input_names)}" if data.input_names else "")


def _targets(data: DataSet) -> str:
    if data.classifies:
        counts = [f"{_printable(each['name'])} ({each['samples']:,})" for each in _counts(data)]
        return f"{len(counts):,} classes: {_listed(counts)}"
    values = data.targets
    finite = values[np.isfinite(values)]
    text = f"{data.outputs:,} number{'' if data.outputs == 1 else 's'} to predict"
    text += f", from {finite.min():g} to {finite.max():g}" if len(finite) else ""
    return text + (f": {_listed(data.target_names)}" if data.target_names else "")


def _suggestion(data: DataSet) -> str:
    ends = f"a last layer of {data.outputs:,} output{'' if data.outputs == 1 else 's'}"
    if data.classifies:
        ends += " with Softmax" + (", or of 1 output with Sigmoid" if data.outputs == 2 else "")
    return f"an Input of {_by(data.sample_shape)}, and {ends}"


def _step(step: Preparation) -> str:
    # The first field always, the others where they are not as usual.
    usual, main = defaults_of(type(step)), main_field(type(step))
    fields = {name: value for name, value in step.to_json().items() if name not in ("kind", "on", "sample")}
    fields = {name: value for name, value in fields.items() if name == main or getattr(step, name) != usual[name]}
    told = ", ".join(f"{name.replace('_', ' ')} {_value(value)}" for name, value in fields.items())
    return f"{step.title}{': ' if told else ''}{told}{'' if step.on else ' (off)'}"


def _value(value: Any) -> str:
    if isinstance(value, list):
        return _listed([f"{number:.4g}" for number in value[:4]]) + (f" … ({len(value):,})" if len(value) > 4 else "")
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")


def _listed(words: Sequence[str]) -> str:
    more = f" and {len(words) - MOST_SHOWN:,} more" if len(words) > MOST_SHOWN else ""
    return ", ".join(words[:MOST_SHOWN]) + more


def _counts(data: DataSet) -> list[dict[str, Any]]:
    if not data.classifies:
        return []
    counts = np.bincount(data.targets, minlength=len(data.class_names))
    return [{"name": name, "samples": int(count)} for name, count in zip(data.class_names, counts, strict=True)]


def _every(data: DataSet) -> int:
    return max(1, -(-data.inputs.nbytes // LOOKED_AT))


def _extremes(data: DataSet) -> Extremes:
    inputs = data.inputs[:: _every(data)]
    smallest, largest, missing, infinite = np.inf, -np.inf, 0, 0
    for some in pieces(inputs):
        piece = inputs[some]
        finite = piece if piece.dtype.kind != "f" else piece[np.isfinite(piece)]
        if piece.dtype.kind == "f":
            missing += int(np.isnan(piece).sum())
            infinite += int(np.isinf(piece).sum())
        if finite.size:
            smallest, largest = min(smallest, float(finite.min())), max(largest, float(finite.max()))
    return Extremes(smallest, largest, missing, infinite)


def _by(shape: Sequence[int]) -> str:
    return "×".join(f"{size:,}" for size in shape) or "1"


def _printable(line: str) -> str:
    """A name from a file must not steer the terminal."""
    return line if line.isprintable() else ascii(line)[1:-1]
