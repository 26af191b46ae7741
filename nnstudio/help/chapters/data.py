"""The data sets that have a name: those that come with the studio, are made from a seed, or are published."""

from collections.abc import Iterator

import numpy as np

from nnstudio.core.wording import counted, sentence_of
from nnstudio.data.bundled import BUNDLED, Bundled
from nnstudio.data.collections.base import Collection, collections
from nnstudio.data.dataset import DataSet
from nnstudio.data.generated import Generator, generators
from nnstudio.data.preparation.base import Preparation
from nnstudio.data.split import Shares
from nnstudio.help.kinds import fields, kind_page
from nnstudio.help.markdown import code, link, paragraphs, plain_text, section, table
from nnstudio.help.numbers import listed
from nnstudio.help.overview import overview
from nnstudio.help.page import Page

ABOUT = "Data by name. Options follow after commas, and steps of preparation may be named there too."
FEW = 4


def pages(chapter: str, title: str) -> Iterator[Page]:
    """A page for every set, and one about dividing them."""
    parts = {
        "Always there": [_bundled(chapter, name, each) for name, each in BUNDLED.items()],
        "Made from a seed": [
            kind_page(chapter, kind, _made, fields, words=f"{kind.kind} generated points")
            for kind in generators().kinds().values()
        ],
        "Fetched on request": [_published(chapter, kind) for kind in collections().kinds().values()],
        "How they are divided": [_divided(chapter)],
    }
    yield from overview(chapter, title, ABOUT, parts)


def command(*jobs: str) -> str:
    """Lines for a terminal."""
    return code("\n".join(f"nnstudio {job}" for job in jobs), "sh")


def _bundled(chapter: str, name: str, each: Bundled) -> Page:
    topic = f"{chapter}/{name}"

    def write() -> str:
        data = each.load()
        sizes = f"{counted(len(data.inputs), 'sample')} of the shape {'×'.join(map(str, data.stored_shape))}."
        classes = f"Classes: {', '.join(map(plain_text, data.class_names))}."
        return paragraphs(
            each.about, section("What is in it", f"{sizes} {classes}", _prepared_by(data.preparation, topic)),
            section("Where it is from", *map(plain_text, data.notes)),
            section("Example", command(f"data info {name}", f"train FILE.nns --data {name},noise=0.1")),
        )  # fmt: skip

    return Page(topic, name.capitalize(), each.about, write, "bundled")


def _made(kind: type[Generator], topic: str) -> str:
    data = kind().make(np.random.default_rng(0))
    options = "".join(f",{name}=0.2" for name in ("noise",) if hasattr(kind(), name))
    first = f"The first of {counted(len(data.inputs), 'sample')} with the seed 0:"
    return section("Example", command(f"data info {kind.kind}{options}"), first, _first_samples(data))


def _first_samples(data: DataSet) -> str:
    names = data.class_names
    rows = [
        (listed(inputs), plain_text(names[int(target)]) if names else listed(target))
        for inputs, target in zip(data.inputs[:FEW], data.targets[:FEW], strict=True)
    ]
    return table(("Inputs", "Class" if names else "Target"), rows)


def _published(chapter: str, kind: type[Collection]) -> Page:
    topic = f"{chapter}/{kind.kind}"

    def write() -> str:
        train, test = kind.samples
        sizes = f"{train:,} samples to train and {test:,} to test." if train else ""
        classes = f"Classes: {', '.join(map(plain_text, kind.class_names))}." if kind.class_names else ""
        size = sum(remote.size for remote in kind.files) / 1e6
        fetch = (
            f"It is fetched once, {size:,.0f} MB, into your data folder: by the button that the window shows below "
            "*Train* where it is lacking, or by a command. Interrupted, either goes on from there."
        )
        return paragraphs(
            kind.about,
            section("What is in it", f"{sizes} {classes}", _prepared_by(kind.steps, topic)), fields(kind, topic),
            section("Where it is from", plain_text(kind.source)),
            section("Example", fetch, command(f"data get {kind.kind}", f"train FILE.nns --data {kind.kind}")),
        )  # fmt: skip

    return Page(topic, kind.title, kind.about, write, f"{kind.kind} published fetch download")


def _prepared_by(steps: tuple[Preparation, ...], topic: str) -> str:
    named = [link(step.title, f"preparation/{step.kind}", topic) for step in steps]
    return f"Prepared by {', then '.join(named)}." if named else ""


def _divided(chapter: str) -> Page:
    topic = f"{chapter}/{Shares.kind}"
    about = sentence_of(Shares)
    example = command('data info "iris,validation=0.1,test=30,seed=1"')
    text = section(
        "Example", example, "Thirty samples are looked at only in the end, a tenth of all tells during training how "
        "well it goes, and the rest trains. Of every class as many go into each part as its share asks.",
    )  # fmt: skip
    return Page(
        topic, "Dividing a data set", about, lambda: paragraphs(about, text, fields(Shares, topic)),
        "validation test training part split",
    )  # fmt: skip
