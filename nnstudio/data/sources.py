"""Opening a data set from what a user typed: a name, a file or a folder, each with options after commas."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from nnstudio.core.errors import DataError
from nnstudio.core.fields import Configured
from nnstudio.core.files import shown
from nnstudio.data.bundled import BUNDLED
from nnstudio.data.collections.base import Collection, collections
from nnstudio.data.dataset import DataSet
from nnstudio.data.generated import Generator, generators
from nnstudio.data.options import Options, changed, nearest, options_of
from nnstudio.data.readers.base import reader_for
from nnstudio.data.split import Shares, keep_back, split, undivided


def open_data(text: str, seed: int = 0) -> DataSet:
    """The data set that a text names, divided and prepared: `digits`, `spiral,noise=0.2`, a file, or a folder.

    The seed makes generated samples; the division has a seed of its own, an option, so that another first weight does
    not mean other test samples.
    """
    if seed < 0:
        raise DataError(f"The seed must be a whole number from 0, but is {seed}. Choose another.")
    _, *written = text.split(",")
    name = name_of(text)
    if name in generators().kinds():
        return _generated(name, options_of(name, written), seed)
    if name in BUNDLED:
        options = options_of(name, written)
        options.check(Shares)
        return _finished(BUNDLED[name].load(), options, Shares)
    if name in collections().kinds():
        return _collected(collections().find(name), options_of(name, written))
    return _from_path(text)


def with_samples_of(text: str, seed: int) -> str:
    """The same data whatever seed the weights begin with: a generated set is told which one its samples came from."""
    _, *written = text.split(",")
    told = any(each.partition("=")[0].strip().lower() == "seed" for each in written)
    return f"{text},seed={seed}" if name_of(text) in generators().kinds() and not told else text


def name_of(text: str) -> str:
    """The name of a data set without its options, however it is typed: that of `MNIST,validation=0.1` is mnist."""
    return text.partition(",")[0].strip().lower().replace("_", "-")


def data_names() -> Mapping[str, str]:
    """Every name that `open_data` knows, each with one line about it."""
    found = {name: each.about for name, each in BUNDLED.items()}
    found |= {kind: member.about for kind, member in collections().kinds().items()}
    found |= {kind: _first_line(member) for kind, member in generators().kinds().items()}
    return dict(sorted(found.items()))


def _generated(name: str, options: Options, seed: int) -> DataSet:
    generator = generators().find(name)
    options.check(generator, Shares)
    if "seed" in options.written:
        seed = options.fill(Shares).seed
    data = options.fill(generator).make(np.random.default_rng(seed))
    if not generator.divided and not options.written.keys() & {"validation", "test"}:
        return _prepared(undivided(data), options, generator)
    return _prepared(split(data, replace(options.fill(Shares), seed=seed)), options, generator)


def _collected(collection: type[Collection], options: Options) -> DataSet:
    options.check(collection, Shares)
    home = collection.home()
    if missing := collection.missing(home):
        files = ", ".join(remote.name for remote in missing)
        raise DataError(
            f"{collection.title} is not on this computer yet. Fetch it with `nnstudio data get {collection.kind}`, "
            f"or put its files ({files}) into {shown(home)}."
        )
    return _finished(options.fill(collection).open(home), options, collection)


def place_of(text: str) -> tuple[Path, str, list[str]]:
    """The file or folder that a text names, the part of the text that names it, and the options behind."""
    start, *written = text.split(",")
    # The whole text first: a name may have commas in it.
    for path, options in ((text, []), (start.strip(), written)):
        expanded = os.path.expanduser(path)
        if os.path.lexists(expanded):
            return Path(expanded), path, options
    raise _unknown(start.strip())


def _from_path(text: str) -> DataSet:
    path, named, written = place_of(text)
    return open_path(path, options_of(shown(named), written))


def open_path(path: Path, options: Options) -> DataSet:
    """The data set in a file or folder."""
    reader = reader_for(path)
    options.check(reader, Shares)
    return _finished(options.fill(reader).open(path), options, reader)


def _finished(data: DataSet, options: Options, own: type[Configured]) -> DataSet:
    """Divided, where that was not done by those who made it, and prepared."""
    shares = options.fill(Shares)
    if not data.parts:
        return _prepared(split(data, shares), options, own)
    if "test" in options.written and len(data.part("test")):
        raise DataError(f"{data.name} has a test part of its own, so 'test' has no meaning for it. Leave it out.")
    if "validation" in options.written:
        if len(data.part("validation")):
            raise DataError(
                f"{data.name} has a validation part of its own, so 'validation' has no meaning for it. Leave it out."
            )
        data = keep_back(data, shares)
    return _prepared(data, options, own)


def _prepared(data: DataSet, options: Options, own: type[Configured]) -> DataSet:
    return data.prepared_by(changed(data.preparation, options, own))


def _unknown(name: str) -> DataError:
    known = ", ".join(data_names())
    if "/" in name or os.sep in name:
        return DataError(f"There is no file or folder {shown(name)}. Check its name, or take one of: {known}.")
    called = f"called '{shown(name)}'" if name else "without a name"
    return DataError(
        f"There is no data set {called}.{nearest(name.lower(), data_names())} "
        f"Known are: {known}; or give a file or a folder."
    )


def _first_line(member: type[Generator]) -> str:
    # Python run with -OO has no docstrings.
    return (member.__doc__ or f"{member.title}.").strip().partition("\n")[0]
