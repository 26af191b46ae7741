"""What a person writes into a field or after a comma becomes the value that is meant."""

import pytest

from nnstudio.core.errors import FieldError
from nnstudio.core.rules import Choice, Flag, Padding, Real, Sizes, Text, Whole, typed

WHOLE, REAL = Whole(1, 100, ""), Real(0, 1, "")
SIZES, PAIR = Sizes(1, 100, ""), Sizes(1, 100, "", count=2)


@pytest.mark.parametrize(
    ("rule", "written", "meant"),
    [
        (WHOLE, "5", 5), (WHOLE, " 1e1 ", 10), (REAL, "0.25", 0.25), (REAL, "1", 1), (REAL, "1e-3", 0.001),
        (Flag(""), "yes", True), (Flag(""), "OFF", False), (Choice(("mean", "zero"), ""), " zero", "zero"),
        (Text(9, ""), "a b", "a b"), (Padding(9, ""), "same", "same"), (Padding(9, ""), "2", 2),
        (SIZES, "28×28×1", (28, 28, 1)), (SIZES, "28x28x1", (28, 28, 1)), (SIZES, "28, 28, 1", (28, 28, 1)),
        (SIZES, "28 * 28 * 1", (28, 28, 1)), (SIZES, "(28, 28)", (28, 28)), (SIZES, "78", (78,)),
        (PAIR, "3", (3, 3)), (PAIR, "3x5", (3, 5)), (PAIR, "[3; 5]", (3, 5)),
    ],
)  # fmt: skip
def test_what_is_written_is_understood(rule, written, meant):
    assert rule.check(typed(rule, written)) == meant


@pytest.mark.parametrize(
    ("rule", "written"),
    [
        (WHOLE, "five"), (WHOLE, ""), (WHOLE, "2.5"), (WHOLE, "1e99"), (WHOLE, "nan"), (REAL, "inf"), (REAL, "2"),
        (Flag(""), "perhaps"), (SIZES, ""), (SIZES, "a×b"), (PAIR, "1x2x3"), (SIZES, "0"),
        (SIZES, "1x2x3x4x5"), (Padding(9, ""), "full"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(rule, written):
    with pytest.raises(FieldError):
        rule.check(typed(rule, written))
