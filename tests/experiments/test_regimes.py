"""The three regimes: which rates are too small, just right and too large."""

from math import inf, nan, sqrt

import pytest

from nnstudio.experiments.regimes import Outcome, usable_band

FIRST = 2.0


def band(*losses, first=FIRST):
    """Of lanes with the rates 0.001, 0.01, 0.1, …"""
    return usable_band([Outcome(10.0 ** (place - 3), loss) for place, loss in enumerate(losses)], first)


def test_a_rate_is_usable_within_a_tenth_of_the_way_to_the_lowest_loss():
    found = band(1.9, 1.0, 0.0, 0.15, 1.0)
    assert found.best == 0.1
    assert found.threshold == pytest.approx(0.2)


def test_the_ends_lie_where_a_straight_line_over_the_logarithm_crosses_the_threshold():
    found = band(2.0, 1.0, 0.0, 1.0)
    # From 0 to 1 over a decade: 0.2 is reached a fifth of the decade beside the best rate.
    assert found.low == pytest.approx(10**-1.2)
    assert found.high == pytest.approx(10**-0.8)


def test_an_end_that_no_lane_lies_beyond_is_open():
    assert band(0.5, 0.1, 0.0).high is None
    assert band(0.0, 1.0).low is None


@pytest.mark.parametrize("lost", [None, nan, inf, 1e9, 2.5])
def test_before_a_lane_that_came_to_nothing_the_band_ends_half_way(lost):
    found = usable_band([Outcome(0.1, 1.0), Outcome(1.0, 0.0), Outcome(4.0, lost)], FIRST)
    assert found.high == pytest.approx(sqrt(4.0))


def test_lanes_may_come_in_any_order():
    outcomes = [Outcome(10.0, None), Outcome(0.1, 1.5), Outcome(1.0, 0.1)]
    assert usable_band(outcomes, FIRST) == usable_band(outcomes[::-1], FIRST)


@pytest.mark.parametrize("losses", [(), (None, None), (2.0, 3.0), (nan, inf)])
def test_where_no_lane_got_below_the_first_loss_there_is_no_band(losses):
    assert band(*losses) is None
