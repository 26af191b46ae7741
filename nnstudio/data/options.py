"""Options as a user types them after a name: `spiral,noise=0.2`, each checked by the rule of the field it sets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from nnstudio.core.errors import DataError, FieldError
from nnstudio.core.fields import Configured, rules_of
from nnstudio.core.files import shown
from nnstudio.core.rules import YES_NO, Choice, Flag, Rule, typed
from nnstudio.data.preparation.base import Preparation, preparations

C = TypeVar("C", bound=Configured)


@dataclass(frozen=True)
class Options:
    """What was typed after `name`: words by key, in their order; a key without a value stands for yes."""

    name: str
    written: Mapping[str, str | None]

    def check(self, *classes: type[Configured]) -> None:
        """Refuse an option that is neither a field of one of these classes nor a step."""
        rules = {key: rule for cls in classes for key, rule in rules_of(cls).items()}
        for key in self.written:
            if key not in rules and key not in preparations().kinds():
                raise self._no_option(key, rules)

    def fill(self, cls: type[C]) -> C:
        """One of this class, made of the options that belong to it."""
        rules = rules_of(cls)
        given = {key: self._value(key, rules[key]) for key in self.written if key in rules}
        try:
            return cls.from_fields(given)
        except FieldError as error:
            raise DataError(f"{error}. Change it, or leave it out.") from None

    def steps(self, own: type[Configured]) -> list[tuple[type[Preparation], str | None]]:
        """The preparation steps that are named, each with its value; a field of `own` goes before a step so called."""
        kinds, fields = preparations().kinds(), rules_of(own)
        return [(kinds[key], value) for key, value in self.written.items() if key in kinds and key not in fields]

    def _value(self, key: str, rule: Rule) -> object:
        written = self.written[key]
        if written is None and not isinstance(rule, Flag):
            raise DataError(f"The option '{key}' of {self.name} needs a value, such as {_example(key, rule)}.")
        return True if written is None else typed(rule, written)

    def _no_option(self, key: str, rules: Mapping[str, Rule]) -> DataError:
        steps = ", ".join(preparations().kinds())
        return DataError(
            f"{self.name} has no option '{shown(key)}'.{nearest(key, (*rules, *preparations().kinds()))} "
            f"It has: {', '.join(rules)}; write them as in {self.name},{_example(*next(iter(rules.items())))}. "
            f"Preparation steps: {steps}."
        )


def options_of(name: str, typed_options: Iterable[str]) -> Options:
    """The typed options by key."""
    written: dict[str, str | None] = {}
    for option in typed_options:
        key, given, value = (part.strip() for part in option.partition("="))
        key = key.replace("-", "_")
        if given and not value:
            raise DataError(f"The option '{shown(key)}' of {name} needs a value behind its = sign.")
        if key in written:
            raise DataError(f"The option '{shown(key)}' of {name} is given twice. Leave one out.")
        written[key] = value if given else None
    return Options(name, written)


def main_field(step: type[Preparation]) -> str | None:
    """The field that a single value after a step's name sets: its first."""
    return next((name for name in rules_of(step) if name != "on"), None)


def changed(steps: Iterable[Preparation], options: Options, own: type[Configured]) -> tuple[Preparation, ...]:
    """The steps with those that the options name: `normalise=off` switches one off, `noise=0.1` adds or changes one."""
    made = list(steps)
    for step, written in options.steps(own):
        place = next((number for number, each in enumerate(made) if each.kind == step.kind), None)
        new = _step(step, written, made[place] if place is not None else None, options.name)
        if place is None:
            made.append(new)
        else:
            made[place] = new
    return tuple(made)


def _step(kind: type[Preparation], written: str | None, old: Preparation | None, name: str) -> Preparation:
    before = old.to_json() if old is not None else {"kind": kind.kind}
    switch = True if written is None else YES_NO.get(written.lower())
    given = {key: value for key, value in before.items() if key != "kind"}
    field = main_field(kind)
    if switch is not None:
        given["on"] = switch
    elif field is None:
        raise DataError(f"The step '{kind.kind}' of {name} can only be on or off. Write {kind.kind}=on.")
    else:
        given |= {"on": True, field: typed(rules_of(kind)[field], str(written))}
    try:
        return kind.from_fields(given)
    except FieldError as error:
        raise DataError(f"{error}. Change it, or leave it out.") from None


def nearest(word: str, known: Iterable[str]) -> str:
    """A question whether one of the known words was meant, if one is like it."""
    near = get_close_matches(word[:40], list(known), n=1, cutoff=0.6)
    return f" Did you mean {near[0]}?" if near else ""


def _example(key: str, rule: Rule) -> str:
    if isinstance(rule, Choice):
        return f"{key}={rule.options[0]}"
    low = getattr(rule, "low", None)
    return f"{key}={1 if low is None else max(low, 0):g}"
