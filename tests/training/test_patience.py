"""The doctor's patience: what flickers is not told, what is told stays for a while."""

from nnstudio.doctor.base import Advice, Severity
from nnstudio.doctor.patience import Patience


def advice(sign, severity=Severity.SERIOUS, evidence="", node=None):
    return Advice(sign, sign, node, evidence, "", None, severity)


def test_what_comes_and_goes_within_two_seconds_is_not_told():
    patience = Patience()
    assert patience.take([advice("a")], 0.0) == ()
    assert patience.take([advice("a")], 1.9) == ()
    assert patience.take([], 1.95) == ()
    assert patience.take([advice("a")], 2.5) == ()
    assert patience.undecided


def test_what_lasts_is_told_and_stays_until_it_was_gone_for_two_seconds():
    patience = Patience()
    patience.take([advice("a")], 0.0)
    assert [each.sign for each in patience.take([advice("a")], 2.0)] == ["a"]
    assert [each.sign for each in patience.take([], 3.0)] == ["a"]
    assert patience.undecided
    assert [each.sign for each in patience.take([advice("a")], 3.9)] == ["a"]
    assert [each.sign for each in patience.take([], 5.8)] == ["a"]
    assert patience.take([], 6.0) == ()
    assert not patience.undecided


def test_what_is_fatal_is_told_at_once_and_first():
    patience = Patience()
    patience.take([advice("a")], 0.0)
    told = patience.take([advice("a"), advice("b", Severity.FATAL)], 2.0)
    assert [each.sign for each in told] == ["b", "a"]


def test_its_numbers_stand_still_long_enough_to_be_read():
    patience = Patience()
    patience.take([advice("a", evidence="0")], 0.0)
    told = [patience.take([advice("a", evidence=str(tenth))], tenth / 10)[0].evidence for tenth in range(20, 61)]
    assert told[0] == "20"
    assert len(set(told)) == 3


def test_the_same_sign_at_two_layers_is_two():
    patience = Patience()
    both = [advice("a", node="one"), advice("a", node="two")]
    patience.take(both, 0.0)
    assert len(patience.take(both, 2.0)) == 2
    patience.forget(both[0])
    assert [each.node for each in patience.take([both[1]], 2.1)] == ["two"]
