"""Whether what a plugin adds to a family can be a member of it: tried out before anything relies on it."""

import json
import re
from dataclasses import fields
from typing import Any

from nnstudio.core.fields import Configured, rules_of
from nnstudio.core.plugged import Unfit

KIND = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
LONGEST_TITLE = 60


def check_member(member: Any, base: type[Configured], noun: str) -> None:
    """Raise Unfit with what to change, or whatever the class itself raises when it is used."""
    place = f"{base.__module__}.{base.__name__}"
    if not (isinstance(member, type) and issubclass(member, base) and member is not base):
        raise Unfit(f"it is not a {noun}: make it a class below {place}")
    if not _is_frozen(member):
        raise Unfit("it is not a frozen dataclass: write @dataclass(frozen=True) above the class")
    if not (isinstance(member.kind, str) and KIND.fullmatch(member.kind)):
        raise Unfit(f"its kind {member.kind!r} should be a short word in small letters, as project files keep it")
    if not (isinstance(member.title, str) and 0 < len(member.title.strip()) <= LONGEST_TITLE):
        raise Unfit(f"its title should be a text of up to {LONGEST_TITLE} letters")
    if missing := [*unfinished(member, base), *sorted(getattr(member, "__abstractmethods__", ()))]:
        raise Unfit(f"it is not finished: {', '.join(missing)} is missing")
    made: Any = member
    if undeclared := [each.name for each in fields(made) if each.init and "rule" not in each.metadata]:
        raise Unfit(f"its field {undeclared[0]} is not declared: use whole, real, … of nnstudio.core.fields")
    _try(member)


def unfinished(member: type, base: type) -> list[str]:
    """The methods of a base that do nothing but say that they are missing, and are still missing."""
    named = (name for kind in base.__mro__ for name in vars(kind))
    return [name for name in dict.fromkeys(named) if _is_open(getattr(base, name)) and _is_open(getattr(member, name))]


def _is_open(method: Any) -> bool:
    code = getattr(getattr(method, "__func__", method), "__code__", None)
    return code is not None and code.co_names == ("NotImplementedError",)


def _is_frozen(member: type) -> bool:
    parameters = member.__dict__.get("__dataclass_params__")
    return parameters is not None and parameters.frozen


def _try(member: type[Configured]) -> None:
    """Make one of defaults, and bring it through JSON as a project file does."""
    made = member()
    stored = json.loads(json.dumps(made.to_json()))
    kept = member.from_fields({name: value for name, value in stored.items() if name != "kind"})
    if kept != made:
        differing = [name for name in rules_of(member) if getattr(kept, name) != getattr(made, name)]
        raise Unfit(f"it does not survive being saved: {', '.join(differing) or 'two of them are never equal'} differs")
