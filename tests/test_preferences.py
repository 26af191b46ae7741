"""Preferences: plain values that explain themselves."""

import pytest

from nnstudio.core.errors import FieldError
from nnstudio.core.fields import rules_of
from nnstudio.preferences import Preferences


def test_every_preference_says_in_one_sentence_what_it_is_for():
    for name, rule in rules_of(Preferences).items():
        assert 30 <= len(rule.help) <= 180, name
        assert not rule.help.endswith("."), name


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("theme", "pink"), ("text_size", 79), ("text_size", 201), ("projector", 1), ("threads", -1), ("threads", 65),
        ("refresh_rate", 0), ("refresh_rate", 61), ("autosave", 0), ("data_folder", "x" * 5000),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(field, value):
    with pytest.raises(FieldError, match=field.replace("_", " ")):
        Preferences(**{field: value})
