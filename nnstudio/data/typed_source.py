"""A data set as a user types it, taken apart: what is read, and each option. One changed, it is put together again."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import Any, Self

from nnstudio.core.errors import DataError
from nnstudio.core.fields import Configured, defaults_of, rules_of
from nnstudio.core.rules import Rule
from nnstudio.data.bundled import BUNDLED
from nnstudio.data.collections.base import Collection, collections
from nnstudio.data.generated import Generator, TruthTable, generators
from nnstudio.data.options import Options, options_of
from nnstudio.data.readers.base import reader_for
from nnstudio.data.sources import name_of, place_of
from nnstudio.data.split import Shares

BACK = ("validation", "test")  # What is kept back from training.


@dataclass(frozen=True)
class TypedSource:
    """What is read, and the options that are written after it, as words. `own` has the options beside the shares."""

    start: str
    written: tuple[tuple[str, str | None], ...] = ()
    own: type[Configured] | None = None
    seed: int = 0
    """That of the project, which makes generated samples where nothing else is written."""

    @property
    def text(self) -> str:
        """As it is typed."""
        options = (key if word is None else f"{key}={word}" for key, word in self.written)
        return ",".join((self.start, *options))

    @property
    def shares(self) -> tuple[str, ...]:
        """The options of the division that mean something here."""
        if self.own is not None and issubclass(self.own, TruthTable):
            return ()
        if self.own is not None and issubclass(self.own, Collection):
            # Published with a test part of its own.
            return ("validation", "seed")
        return tuple(rules_of(Shares))

    @property
    def rules(self) -> Mapping[str, Rule]:
        """Every option that can be changed, its own first."""
        own = rules_of(self.own) if self.own is not None else {}
        return {**own, **{name: rules_of(Shares)[name] for name in self.shares}}

    def values(self) -> dict[str, Any]:
        """What holds for every option, written or not; a DataError where what is written cannot be."""
        options = Options(self.start, dict(self.written))
        owners = [owner for owner in (self.own, Shares) if owner is not None]
        options.check(*owners)
        found: dict[str, Any] = {}
        for owner in owners:
            found |= vars(options.fill(owner))
        written = {key for key, _ in self.written}
        return {name: found[name] if name in written else self._usual(name, written) for name in self.rules}

    def with_value(self, name: str, value: object) -> Self:
        """The same with another value for an option; what is as usual is not written."""
        now = self.values() | {name: value}
        together = BACK if self._undivided and name in BACK else (name,)
        others = replace(self, written=tuple(each for each in self.written if each[0] not in together))
        usual = others.values()
        if all(now[each] == usual[each] for each in together):
            return others
        words = dict(self.written) | {each: _word(self.rules[each], now[each]) for each in together}
        changed = replace(self, written=tuple(words.items()))
        # Refused here and not only when the data is read.
        changed.values()
        return changed

    def again(self, text: str) -> Self | None:
        """The same source with other options, taken from a text; None if the text names another source."""
        if text != self.start and not text.startswith(f"{self.start},"):
            return None
        return replace(self, written=_written(self.start, text.removeprefix(self.start).split(",")[1:]))

    @property
    def _undivided(self) -> bool:
        return self.own is not None and issubclass(self.own, Generator) and not self.own.divided

    def _usual(self, name: str, written: Set[str]) -> Any:
        """What holds for an option that is not written."""
        if name == "seed" and self.own is not None and issubclass(self.own, Generator):
            return self.seed
        if name in BACK and self._undivided and not written & set(BACK):
            return 0.0
        if name == "validation" and self.own is not None and issubclass(self.own, Collection):
            return 0.0
        own = defaults_of(self.own) if self.own is not None else {}
        return own[name] if name in own else defaults_of(Shares)[name]


def named_source(text: str, seed: int = 0) -> TypedSource | None:
    """What a text with a known name stands for; None for a file or folder, which must be looked at first."""
    _, *typed = text.split(",")
    name = name_of(text)
    own: type[Configured] | None
    if name in BUNDLED:
        own = None
    elif name in generators().kinds():
        own = generators().find(name)
    elif name in collections().kinds():
        own = collections().find(name)
    else:
        return None
    return TypedSource(name, _written(name, typed), own, seed)


def source_of(text: str, seed: int = 0) -> TypedSource | None:
    """The same for any text; looks at the file or folder. None where there is nothing that can be read."""
    named = named_source(text, seed)
    if named is not None or not text:
        return named
    try:
        path, start, typed = place_of(text)
        return TypedSource(start, _written(start, typed), reader_for(path), seed)
    except DataError:
        return None


def _written(name: str, typed: list[str]) -> tuple[tuple[str, str | None], ...]:
    return tuple(options_of(name, typed).written.items())


def _word(rule: Rule, value: Any) -> str:
    """A value as it is typed."""
    value = rule.check(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        short = f"{value:g}"
        return short if float(short) == value else repr(value)
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    word = str(value)
    if not word:
        raise DataError("There must be a word here.")
    if "," in word or word != word.strip():
        raise DataError("There can be no comma here, and no blank at the ends: commas stand between the options.")
    return word
