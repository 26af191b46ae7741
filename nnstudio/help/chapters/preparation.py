"""The preparation steps: what happens to a stored number before the network reads it, with numbers before and after."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from nnstudio.core.fields import rules_of
from nnstudio.core.rules import Numbers
from nnstudio.data.options import main_field
from nnstudio.data.preparation.base import Preparation, fitted, preparations, prepared
from nnstudio.data.preparation.target_code import TargetCode
from nnstudio.help.chapters.data import command
from nnstudio.help.kinds import fields, kind_page
from nnstudio.help.markdown import code, paragraphs, section
from nnstudio.help.numbers import written_out
from nnstudio.help.overview import overview
from nnstudio.help.page import Page

ABOUT = "What happens to a stored number before the network reads it. Every step is shown and can be switched off."
CLASSES = (0, 0, 0, 1)
ROUNDED = 3  # Digits behind the point.


def pages(chapter: str, title: str) -> Iterator[Page]:
    """A page for every step: those for all samples, then those for training alone."""
    kinds = preparations().kinds().values()
    parts = {
        "For all samples": [_page(chapter, kind) for kind in kinds if not kind.only_in_training],
        "In training only": [_page(chapter, kind) for kind in kinds if kind.only_in_training],
    }
    yield from overview(chapter, title, ABOUT, parts)


def _page(chapter: str, kind: type[Preparation]) -> Page:
    return kind_page(chapter, kind, _when, _example, fields, _lines, words="preprocessing augmentation")


def _when(kind: type[Preparation], topic: str) -> str:
    only = "Only training samples go through it; what varies at random has no place in a test."
    return only if kind.only_in_training and "training" not in (kind.__doc__ or "") else ""


def _example(kind: type[Preparation], topic: str) -> str:
    return section("Example", _shown(kind), "As an option behind the name of a data set:", command(_option(kind)))


def _shown(kind: type[Preparation]) -> str:
    if issubclass(kind, TargetCode):
        return _coded(kind())
    if kind.picks is not Preparation.picks:
        return _picked(kind())
    samples = np.array(kind.example, np.float64)
    (step,) = fitted((kind(**kind.example_fields),), lambda: iter([samples]))
    after = prepared((step,), samples, np.dtype(np.float64), np.random.default_rng(1))
    given = ", ".join(f"{name} = {value:g}" for name, value in kind.example_fields.items())
    lines = code(f"{_samples('before', samples)}\n{_samples('after', after.round(ROUNDED))}")
    intro = f"{f'With {given}; one' if given else 'One'} sample in each row:"
    return paragraphs(intro, lines) if len(samples) > 1 else lines


def _samples(name: str, samples: Any) -> str:
    if len(samples) == 1:
        return written_out(name, samples[0])
    return written_out(name, samples.reshape(len(samples), -1))


def _coded(step: TargetCode) -> str:
    no, yes = step.no_and_yes
    other = replace(step, code="plus_minus_one").no_and_yes
    rows = "\n".join(f"{code}: ({no:g}, {yes:g}, {no:g})" for code, (no, yes) in
                     (("one_hot", (no, yes)), ("plus_minus_one", other)))  # fmt: skip
    return f"The second of three classes:\n\n{code(rows.replace('-', '−'))}"


def _picked(step: Preparation) -> str:
    classes = np.array(CLASSES, np.intp)
    picks = step.picks(np.arange(len(classes), dtype=np.intp), classes)
    trained = ", ".join(map(str, picks))
    return code(f"classes of the samples 0 to 3: {', '.join(map(str, CLASSES))}\nan epoch trains with: {trained}")


def _option(kind: type[Preparation]) -> str:
    """With its main field, where one can be typed."""
    name = main_field(kind)
    rule = rules_of(kind).get(name or "")
    value = getattr(kind(**kind.example_fields), name) if name and not isinstance(rule, Numbers) else 0
    written = f"{value:g}" if isinstance(value, float) else str(value)
    return f'data info "FILE,{kind.kind.replace("_", "-")}={written if value else "on"}"'


def _lines(kind: type[Preparation], topic: str) -> str:
    """After training, in NumPy."""
    samples = np.array(kind.example, np.float64)
    (step,) = fitted((kind(**kind.example_fields),), lambda: iter([samples]))
    written = step.written("np", samples.shape[1:])
    lines = "\n".join(written.lines) if written is not None and not kind.only_in_training else ""
    return section("In NumPy", code(lines.replace("{", "").replace("}", ""), "python"))
