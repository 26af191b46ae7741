"""Steps and shares as a user types them after a name."""

import numpy as np
import pytest

from nnstudio.core.errors import DataError
from nnstudio.data.dataset import PARTS
from nnstudio.data.options import changed, options_of
from nnstudio.data.preparation.normalise import Normalise
from nnstudio.data.preparation.scale import Scale
from nnstudio.data.preparation.target_code import TargetCode
from nnstudio.data.sources import open_data
from nnstudio.data.split import Shares


def steps(before, *typed):
    return changed(before, options_of("it", typed), Shares)


@pytest.mark.parametrize("word", ["off", "no", "false", "OFF"])
def test_a_step_is_switched_off_and_stays_to_be_seen(word):
    assert steps((Scale(16),), f"scale={word}") == (Scale(16, on=False),)


def test_a_step_is_switched_on_again():
    assert steps((Scale(16, on=False),), "scale=on") == (Scale(16),)


def test_a_value_changes_the_main_field_of_a_step():
    assert steps((Scale(16), Normalise(1, 2)), "scale=4") == (Scale(4), Normalise(1, 2))


def test_a_step_that_is_not_there_is_added_behind_the_others():
    assert steps((Scale(16),), "normalise=0.5") == (Scale(16), Normalise(0.5))


def test_a_step_without_a_value_is_added_as_it_usually_is():
    assert steps((), "target-code") == (TargetCode(),)


def test_the_other_fields_of_a_step_stay():
    assert steps((Normalise(1, 2),), "normalise=3") == (Normalise(3, 2),)


def test_a_field_of_the_source_goes_before_a_step_of_the_same_name():
    assert open_data("spiral,noise=0.3").preparation == ()


def test_a_value_out_of_range_is_refused():
    with pytest.raises(DataError, match="divisor must be a number from 1e-12"):
        steps((), "scale=0")


def test_a_step_can_be_switched_off_for_any_named_set():
    data = open_data("digits,scale=off")
    assert data.preparation == (Scale(16, on=False),)


def test_a_share_below_one_is_a_share_and_from_one_on_a_number_of_samples():
    data = open_data("circle,validation=50,test=0.1")
    assert [len(data.part(part)) for part in PARTS] == [400, 50, 50]


def test_the_division_of_bundled_data_has_a_seed_of_its_own():
    one, same, other = open_data("digits", seed=1), open_data("digits", seed=2), open_data("digits,seed=1")
    assert np.array_equal(one.part("test"), same.part("test"))
    assert not np.array_equal(one.part("test"), other.part("test"))


def test_all_samples_may_train():
    data = open_data("digits,validation=0,test=0")
    assert [len(data.part(part)) for part in PARTS] == [1797, 0, 0]


def test_a_set_too_small_to_be_divided_is_divided_where_the_user_says_how():
    assert len(open_data("linear-regression,test=0.3,validation=0").part("test")) == 30


def test_half_a_sample_cannot_be_kept_back():
    with pytest.raises(DataError, match="test must be a share below 1 or a whole number of samples"):
        open_data("circle,test=1.5")
