"""Opening a data set from what a user typed: a name with options, or a folder."""

import os
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from platformdirs import user_data_path

from nnstudio.core.errors import DataError, FieldError
from nnstudio.core.fields import Choice, Configured, Flag, Rule, Text, rules_of
from nnstudio.core.files import shown
from nnstudio.data.dataset import DataSet
from nnstudio.data.digits import load_digits
from nnstudio.data.generated import Generator, generators
from nnstudio.data.mnist_folder import FILES, MnistFolder
from nnstudio.data.split import split, undivided

C = TypeVar("C", bound=Configured)

_FIXED = {
    "digits": "1,797 handwritten digits of 8×8 pixels, bundled.",
    "mnist": "70,000 handwritten digits of 28×28 pixels, from the four MNIST files in your data folder.",
}
_YES_NO = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


def open_data(text: str, seed: int = 0) -> DataSet:
    """The data set that a text names: `digits`, `spiral,noise=0.2,samples=500`, or a folder with the MNIST files."""
    if seed < 0:
        raise DataError(f"The seed must be a whole number from 0, but is {seed}. Choose another.")
    start, *options = text.split(",")
    name = start.strip().lower().replace("_", "-")
    if name in generators().kinds():
        return _generated(_configured(generators().find(name), name, options), seed)
    if name == "digits":
        _values({}, name, options)
        return load_digits()
    if name == "mnist":
        return _mnist(_configured(MnistFolder, name, options))
    return _folder(text, start, options)


def data_names() -> Mapping[str, str]:
    """Every name that `open_data` knows, each with one line about it."""
    made = {kind: _first_line(member) for kind, member in generators().kinds().items()}
    return dict(sorted((_FIXED | made).items()))


def mnist_home() -> Path:
    """The folder in which `mnist` is looked for."""
    return user_data_path("nnstudio") / "data" / "mnist"


def _generated(generator: Generator, seed: int) -> DataSet:
    data = generator.make(np.random.default_rng(seed))
    return split(data, seed=seed) if generator.divided else undivided(data)


def _mnist(settings: MnistFolder) -> DataSet:
    home = mnist_home()
    if not os.path.lexists(home):
        files = ", ".join(f"{name}.gz" for name in FILES)
        raise DataError(f"MNIST is not on this computer yet. Put its four files ({files}) into {shown(home)}.")
    return settings.open(home, "mnist")


def _folder(text: str, start: str, options: list[str]) -> DataSet:
    # The whole text first: a folder's name may have commas in it.
    whole = os.path.expanduser(text)
    if os.path.lexists(whole):
        return _open_folder(whole, MnistFolder())
    folder = os.path.expanduser(start.strip())
    if os.path.lexists(folder):
        return _open_folder(folder, _configured(MnistFolder, shown(folder), options))
    raise _unknown(start.strip())


def _open_folder(folder: str, settings: MnistFolder) -> DataSet:
    if os.path.isfile(folder):
        raise DataError(f"{shown(folder)} is a file. Name the folder that holds the four MNIST files.")
    return settings.open(folder)


def _unknown(name: str) -> DataError:
    known = ", ".join(data_names())
    if "/" in name or os.sep in name:
        return DataError(f"There is no folder {shown(name)}. Check its name, or take one of: {known}.")
    called = f"called '{shown(name)}'" if name else "without a name"
    return DataError(
        f"There is no data set {called}.{_nearest(name.lower(), data_names())} "
        f"Known are: {known}; or give a folder with the four MNIST files."
    )


def _configured(cls: type[C], name: str, options: list[str]) -> C:
    try:
        return cls.from_fields(_values(_rules(cls), name, options))
    except FieldError as error:
        raise DataError(f"{error}. Change it, or leave it out.") from None


def _rules(cls: type) -> Mapping[str, Rule]:
    return rules_of(cls)


def _values(rules: Mapping[str, Rule], name: str, options: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for option in options:
        key, given, written = (part.strip() for part in option.partition("="))
        if key not in rules:
            raise _no_option(name, key, rules)
        if not given or not written:
            raise DataError(f"The option '{key}' of {name} needs a value, such as {_example(key, rules)}.")
        if key in values:
            raise DataError(f"The option '{key}' of {name} is given twice. Leave one out.")
        values[key] = _value(rules[key], written)
    return values


def _no_option(name: str, key: str, rules: Mapping[str, Rule]) -> DataError:
    if not rules:
        return DataError(f"{name} has no options, so '{shown(key)}' must be left out.")
    return DataError(
        f"{name} has no option '{shown(key)}'.{_nearest(key, rules)} "
        f"It has: {', '.join(rules)}; write them as in {name},{_example(next(iter(rules)), rules)}."
    )


def _example(key: str, rules: Mapping[str, Rule]) -> str:
    low = getattr(rules[key], "low", None)
    return f"{key}={1 if low is None else max(low, 0):g}"


def _value(rule: Rule, written: str) -> object:
    if isinstance(rule, Choice | Text):
        return written
    if isinstance(rule, Flag):
        return _YES_NO.get(written.lower(), written)
    try:
        number = float(written)
    except ValueError:
        return written
    return int(number) if number.is_integer() else number


def _nearest(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word[:40], list(known), n=1, cutoff=0.6)
    return f" Did you mean {near[0]}?" if near else ""


def _first_line(member: type[Generator]) -> str:
    # Python run with -OO has no docstrings.
    return (member.__doc__ or f"{member.title}.").strip().partition("\n")[0]
