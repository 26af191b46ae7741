"""The contract of every declared field: help for the reader, and a refusal for whatever it cannot be."""

import json
from typing import Any

import numpy as np
import pytest

from nnstudio.core.errors import FieldError, StudioError, UnknownKind
from nnstudio.core.fields import (
    Choice,
    Configured,
    Flag,
    Padding,
    Part,
    Parts,
    Real,
    Rule,
    Sizes,
    Text,
    Whole,
    defaults_of,
    rules_of,
)
from nnstudio.core.registry import Family
from nnstudio.engine.losses import losses
from nnstudio.engine.optimizers import optimizers
from nnstudio.engine.penalties import penalties
from nnstudio.engine.schedules import schedules
from nnstudio.layers.base import layers
from nnstudio.layers.initialisers import initialisers

FAMILIES: list[Family[Any]] = [layers(), losses(), optimizers(), penalties(), schedules(), initialisers()]
MEMBERS: list[type[Configured]] = [member for family in FAMILIES for member in family.kinds().values()]
FIELDS = [(member, name) for member in MEMBERS for name in rules_of(member)]

every_member = pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.__name__)
PARTS = [(member, name) for member, name in FIELDS if isinstance(rules_of(member)[name], Part)]
NUMBERS = [(member, name) for member, name in FIELDS if isinstance(rules_of(member)[name], Whole | Real)]

every_field = pytest.mark.parametrize(("member", "name"), FIELDS, ids=lambda each: getattr(each, "__name__", each))

NAN, INF = float("nan"), float("inf")
NEVER: list[Any] = [None, object(), {}, b"3", 3j, {1, 2}]
NO_NUMBERS: list[Any] = [*NEVER, "ten", "", "3", True, [], [1], (1, 2), NAN, INF, -INF]


def wrong_values(rule: Rule) -> list[Any]:
    """Values that a field under such a rule must refuse."""
    match rule:
        case Whole(low=low, high=high):
            return [*NO_NUMBERS, low - 1, high + 1, 2**63, low + 0.5, 1.0]
        case Real(low=low, high=high):
            return [*NO_NUMBERS, low - 1, high * 2 + 1, 10**400]
        case Flag():
            return [*NEVER, 0, 1, "yes", "true", [], [True]]
        case Choice():
            return [*NEVER, 1, True, "no such option", "", ["valid"]]
        case Text(longest=longest):
            return [*NEVER, 1, ["a"], "x" * (longest + 1)]
        case Sizes(low=low, high=high, count=count, longest=longest):
            length = count or 1
            bad = [[wrong] * length for wrong in (low - 1, high + 1, 1.5, "2", None, True, NAN, [1])]
            return [*NEVER, "ten", "", NAN, 1.5, True, [], [1] * ((count or longest) + 1), *bad]
        case Padding(high=high):
            return [*NEVER, -1, high + 1, 2**31, 1.5, NAN, True, "", "SAME", [1], (1, 1)]
        case Part():
            return [*NEVER, 3, True, [], ["zeros"], {"kind": 3}, {"no": 1}]
        case Parts():
            return [*NEVER, 3, "zeros", [3], [None]]
    raise AssertionError(f"Say in this test what {type(rule).__name__} refuses.")


@every_field
def test_a_field_has_help(member: type[Configured], name: str) -> None:
    assert len(rules_of(member)[name].help) > 3


@every_field
def test_a_default_is_within_its_own_range(member: type[Configured], name: str) -> None:
    rule = rules_of(member)[name]
    assert rule.check(defaults_of(member)[name]) == getattr(member(), name)


@every_field
def test_a_wrong_value_is_refused_with_a_sentence(member: type[Configured], name: str) -> None:
    for wrong in wrong_values(rules_of(member)[name]):
        with pytest.raises(FieldError) as refused:
            member.from_fields({name: wrong})
        assert str(refused.value), wrong


@every_field
def test_a_refusal_names_the_member_and_the_field(member: type[Configured], name: str) -> None:
    with pytest.raises(FieldError) as refused:
        member(**{name: None})
    assert str(refused.value).startswith(f"{member.title}: {name.replace('_', ' ')} must be ")


@every_field
def test_a_list_of_numpy_is_no_number(member: type[Configured], name: str) -> None:
    with pytest.raises(FieldError):
        member(**{name: np.array([0.5, 2.5, 7.5, 1.0, 2.0])})


@pytest.mark.parametrize(("member", "name"), PARTS, ids=lambda each: getattr(each, "__name__", each))
def test_an_unknown_kind_inside_a_field_is_refused_with_the_known_ones(member: type[Configured], name: str) -> None:
    with pytest.raises(UnknownKind, match="It knows: "):
        member(**{name: "no such kind"})


@pytest.mark.parametrize(("member", "name"), NUMBERS, ids=lambda each: getattr(each, "__name__", each))
def test_numbers_of_numpy_become_plain_ones(member: type[Configured], name: str) -> None:
    rule = rules_of(member)[name]
    number = np.int64(rule.low) if isinstance(rule, Whole) else np.float64(rule.low)
    kept = getattr(member(**{name: number}), name)
    assert type(kept) is (int if isinstance(rule, Whole) else float)
    assert kept == rule.low


@every_member
def test_an_unknown_field_is_refused_with_the_known_ones(member: type[Configured]) -> None:
    with pytest.raises(FieldError, match="has no field called 'nonsense'; its fields are: "):
        member.from_fields({"nonsense": 1})


@every_member
def test_a_member_cannot_be_changed(member: type[Configured]) -> None:
    made = member()
    for name in rules_of(member):
        with pytest.raises(AttributeError):
            setattr(made, name, getattr(made, name))
    assert made == member()
    assert hash(made) == hash(member())


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.noun)
def test_every_member_of_a_family_survives_json(family: Family[Any]) -> None:
    for member in family.kinds().values():
        assert family.from_json(json.loads(json.dumps(member().to_json()))) == member()


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.noun)
def test_a_family_refuses_an_unknown_kind(family: Family[Any]) -> None:
    with pytest.raises(StudioError, match=f"'nonsense' is no {family.noun} that this version knows"):
        family.from_json({"kind": "nonsense"})


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.noun)
@pytest.mark.parametrize("kind", [None, 3, ["dense"]])
def test_a_family_refuses_what_has_no_kind(family: Family[Any], kind: object) -> None:
    with pytest.raises(FieldError):
        family.from_json({"kind": kind})
