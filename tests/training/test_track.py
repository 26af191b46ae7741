"""A track: nothing is lost for a million batches, and what is folded keeps its least, greatest and mean figure."""

import pickle
import time

import numpy as np
import pytest

from nnstudio.training import track as module
from nnstudio.training.history import LATEST_EPOCHS, THIN_EPOCHS, Epoch, History
from nnstudio.training.track import BLOCK, BUCKETS, CHUNK, FILED, KEPT, Track


def figures(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=count)


@pytest.fixture
def small(monkeypatch):
    """The latest 256 are known singly, 128 are folded at a time, into at most 8 buckets."""
    monkeypatch.setattr(module, "KEPT", 256)
    monkeypatch.setattr(module, "CHUNK", 128)
    monkeypatch.setattr(module, "BUCKETS", 8)


def grown(values) -> Track:
    """As a session does it: one by one, thinned at every chunk."""
    track = Track()
    for number, value in enumerate(values, 1):
        track.append(value)
        if number % module.CHUNK == 0:
            track.thin()
    return track


def test_the_sizes_keep_what_was_promised() -> None:
    assert KEPT >= 1 << 20
    assert CHUNK % BLOCK == 0


def test_every_batch_of_two_hundred_thousand_is_there() -> None:
    values = figures(200_000)
    track = Track(values)
    assert len(track) == 200_000
    np.testing.assert_array_equal(track.raw()[1], values)
    assert (track[0], track[-1], track[123_456]) == (values[0], values[-1], values[123_456])


def test_a_million_batches_are_all_known_singly() -> None:
    values = figures(1 << 20)
    first, found = Track(values).raw()
    assert first == 0
    np.testing.assert_array_equal(found, values)


def test_an_hour_takes_no_more_memory_than_five_minutes() -> None:
    sizes = []
    track = Track()
    part = np.ones(CHUNK)
    for _ in range(3600 * 60_000 // CHUNK):
        track.extend(part)
        sizes.append(len(track._single) + 3 * (len(track._folded.low) + len(track._blocks.low)))
    assert len(track) == 3600 * 60_000 // CHUNK * CHUNK
    assert len(track.raw()[1]) >= 1 << 19
    assert max(sizes) <= KEPT + CHUNK + 3 * (BUCKETS + (KEPT + CHUNK) // BLOCK)


def test_a_track_reads_like_a_list() -> None:
    track = Track([3.0, 1.0, 2.0])
    assert list(track) == [3, 1, 2]
    assert track[1:] == [1, 2]
    assert max(track) == 3
    assert np.array(track).tolist() == [3, 1, 2]
    assert track.since(2).tolist() == [2]
    assert not Track()
    with pytest.raises(IndexError):
        track[3]


def test_one_by_one_or_many_at_once_gives_the_same(small) -> None:
    values = figures(1500)
    for count in (0, 1, 127, 128, 384, 385, 512, 1111, 1500):
        assert grown(values[:count]) == Track(values[:count])
        pieces = Track(values[: count // 3])
        pieces.extend(values[count // 3 : count])
        assert pieces == Track(values[:count])


def test_the_latest_are_known_singly_and_those_before_by_buckets(small) -> None:
    values = figures(1500)
    track = Track(values)
    first, single = track.raw()
    assert 256 <= len(single) == 1500 - first
    np.testing.assert_array_equal(single, values[first:])
    buckets = values[:first].reshape(len(track._folded.low), -1)
    assert 4 <= len(buckets) <= 8
    np.testing.assert_array_equal(track._folded.low, buckets.min(axis=1))
    np.testing.assert_array_equal(track._folded.high, buckets.max(axis=1))
    np.testing.assert_allclose(track._folded.mean, buckets.mean(axis=1), rtol=1e-12)
    assert track[5] == pytest.approx(buckets[0].mean())
    np.testing.assert_allclose(track.since(0)[:first], buckets.mean(axis=1).repeat(buckets.shape[1]))


def test_losses_of_great_size_have_a_finite_mean(small) -> None:
    track = Track(np.full(1500, 1.7e308))
    assert track[0] == pytest.approx(1.7e308)


@pytest.mark.parametrize("beyond", [0, 1, 63, 64, 200, 300])
def test_a_cut_within_what_is_known_singly_is_exact(small, beyond: int) -> None:
    values = figures(1500)
    track = Track(values)
    count = track.first_single + beyond
    other = track.until(count)
    track.cut(count)
    assert track == other
    assert len(track) == count
    np.testing.assert_array_equal(track.raw()[1], values[count - beyond : count])


def test_a_cut_through_a_bucket_leaves_its_mean(small) -> None:
    values = figures(1500)
    track = Track(values)
    size = track._size
    track.cut(size + 10)
    assert len(track) == size + 10
    np.testing.assert_allclose(list(track), [values[:size].mean()] * size + [values[size : 2 * size].mean()] * 10)
    assert track.first_single == size


def test_a_track_that_was_cut_grows_on_to_the_same(small) -> None:
    values = figures(4000)
    for count in (1490, 1400, 1300):
        track = Track(values[:1500])
        track.cut(count)
        track.extend(values[count:])
        assert track == Track(values)


def test_a_track_cut_deep_below_still_grows_and_stays_bounded(small) -> None:
    values = figures(5000)
    for count in (0, 5, 64, 200, 333):
        track = Track(values[:1500])
        track.cut(count)
        track.extend(values[count:])
        assert len(track) == 5000
        assert len(track._folded.low) <= 8
        np.testing.assert_array_equal(track.raw()[1], values[track.first_single :])


def test_a_copy_is_one_of_its_own(small) -> None:
    track = Track(figures(1500))
    copy = track.until(1500)
    track.append(5.0)
    track.cut(3)
    assert copy == Track(figures(1500))


@pytest.mark.parametrize("count", [0, 1, 3, 200, 1500])
def test_a_track_comes_back_from_its_arrays_and_from_a_pickle(small, count: int) -> None:
    track = Track(figures(count))
    assert Track.of(track.arrays(), count) == track
    again = pickle.loads(pickle.dumps(track))
    again.append(7.0)
    assert (len(again), again[-1]) == (count + 1, 7)


def test_a_file_keeps_few_batches_singly_and_the_extremes_of_all() -> None:
    values = figures(KEPT + CHUNK - 1)
    track = Track(values)
    filed = track.filed()
    assert sum(column.nbytes for column in filed.arrays().values()) < 1.5e6
    first, single = filed.raw()
    assert FILED <= len(single) < 2 * FILED
    np.testing.assert_array_equal(single, values[first:])
    envelope, whole = filed.envelope(), track.envelope()
    np.testing.assert_array_equal(envelope.low, whole.low)
    np.testing.assert_array_equal(envelope.high, whole.high)
    np.testing.assert_allclose(envelope.mean, whole.mean, atol=1e-12)
    assert (len(track), track.first_single) == (len(values), 0)


def test_what_was_in_a_file_grows_on_and_stays_bounded(monkeypatch, small) -> None:
    monkeypatch.setattr(module, "FILED", 128)
    values = figures(5000)
    for count in (100, 300, 383, 1500):
        filed = Track(values[:count]).filed()
        again = Track.of(filed.arrays(), count)
        assert again == filed
        again.extend(values[count:])
        assert len(again) == 5000
        assert len(again._folded.low) <= 8
        np.testing.assert_array_equal(again.raw()[1], values[again.first_single :])
        assert again.envelope().high.max() == values.max()


STORED = {
    "fewer batches than are there": ({"": np.zeros(5)}, 4),
    "more batches than are there": ({"": np.zeros(5)}, 6),
    "a number below zero": ({"": np.zeros(0)}, -1),
    "buckets of a size that is no power of two": (dict.fromkeys(["low", "high", "mean"], np.zeros(2)), 192),
    "buckets of one batch": (dict.fromkeys(["low", "high", "mean"], np.zeros(2)), 2),
    "a bucket of nothing": (dict.fromkeys(["low", "high", "mean"], np.zeros(1)), 0),
    "buckets of less than nothing": (dict.fromkeys(["low", "high", "mean"], np.zeros(1)), -64),
    "means of other buckets": ({"low": np.zeros(1), "high": np.zeros(1), "mean": np.zeros(2)}, 64),
    "a least figure above the greatest": ({"low": np.ones(1), "high": np.zeros(1), "mean": np.zeros(1)}, 64),
    "no number": ({"": np.array([np.nan])}, 1),
    "no end": ({"": np.array([np.inf])}, 1),
    "a square": ({"": np.zeros((2, 2))}, 4),
    "more buckets than there are": (dict.fromkeys(["low", "high", "mean"], np.zeros(BUCKETS + 1)), 64 * (BUCKETS + 1)),
}


@pytest.mark.parametrize(("arrays", "count"), STORED.values(), ids=STORED)
def test_what_cannot_be_a_track_is_refused(arrays, count: int) -> None:
    with pytest.raises(ValueError, match="track"):
        Track.of(arrays, count)


# Drawing.
@pytest.mark.parametrize("count", [0, 1, 2, 63, 64, 65, 500, 1500, 3333])
@pytest.mark.parametrize("most", [4, 10, 50, 2000])
def test_an_envelope_covers_every_batch_with_its_extremes(small, count: int, most: int) -> None:
    values = figures(count)
    track = Track(values)
    for first, last in ((0, count), (count // 3, count // 2), (max(count - 10, 0), count), (0, min(1, count))):
        found = track.envelope(first, last, most)
        assert len(found.positions) <= most
        assert (np.diff(found.positions) > 0).all()
        if last > first:
            assert values.min() <= found.low.min() <= values[first:last].min()
            assert values[first:last].max() <= found.high.max() <= values.max()
            assert (found.low <= found.mean + 1e-12).all()
            assert (found.mean <= found.high + 1e-12).all()


def test_an_envelope_of_few_batches_is_the_batches(small) -> None:
    values = figures(300)
    found = Track(values).envelope(100, 120, 50)
    assert found.positions.tolist() == list(range(100, 120))
    for column in (found.low, found.high, found.mean):
        np.testing.assert_array_equal(column, values[100:120])


def test_the_buckets_of_an_envelope_are_those_of_a_hand_count() -> None:
    values = figures(1000)
    found = Track(values).envelope(0, 1000, 20)
    for number, start in enumerate(range(0, 1000, 64)):
        bucket = values[start : start + 64]
        assert found.positions[number] == start + (len(bucket) - 1) / 2
        assert (found.low[number], found.high[number]) == (bucket.min(), bucket.max())
        assert found.mean[number] == pytest.approx(bucket.mean())
    assert len(found.positions) == 16


def test_buckets_stand_still_while_a_track_grows() -> None:
    values = figures(5000)
    before, after = Track(values[:4500]).envelope(most=100), Track(values).envelope(most=100)
    np.testing.assert_array_equal(before.positions[:-1], after.positions[: len(before.positions) - 1])
    np.testing.assert_array_equal(before.low[:-1], after.low[: len(before.positions) - 1])


def test_a_million_points_are_drawn_in_five_milliseconds() -> None:
    track = Track(figures(1_000_000))
    track.envelope()
    seconds = []
    for _ in range(20):
        track.extend(np.ones(1000))
        began = time.perf_counter()
        track.envelope(0, len(track), 2000)
        seconds.append(time.perf_counter() - began)
    assert min(seconds) < 0.005


# The history of a session.
def _history(epochs: int, steps: int = 3) -> History:
    history = History()
    for number in range(1, epochs + 1):
        history.end_epoch(Epoch(number * steps, 0.0, 0.1, 1.0 if number != 1000 else 0.5))
    return history


def test_all_of_ten_thousand_epochs_are_known() -> None:
    assert [epoch.steps for epoch in _history(10_000).epochs] == list(range(3, 30_003, 3))


def test_of_many_epochs_the_first_the_best_and_the_latest_are_known() -> None:
    history = _history(100_000)
    numbers = [epoch.steps // 3 for epoch in history.epochs]
    assert numbers[0] == 1
    assert 1000 in numbers
    assert numbers[-LATEST_EPOCHS:] == list(range(100_001 - LATEST_EPOCHS, 100_001))
    assert len(numbers) <= 2 * LATEST_EPOCHS + THIN_EPOCHS + 2
    assert max(np.diff(numbers)) <= 16, "what is left of the old ones is spread evenly"


def test_the_known_epochs_depend_on_their_number_alone() -> None:
    history = _history(30_000)
    history.cut(3 * 29_000)
    for number in range(29_001, 30_001):
        history.end_epoch(Epoch(number * 3, 0.0, 0.1, 1.0))
    assert history.epochs == _history(30_000).epochs


def test_epochs_are_found_by_their_steps() -> None:
    history = _history(5)
    assert [epoch.steps for epoch in history.epochs_since(6)] == [9, 12, 15]
    assert [epoch.steps for epoch in history.epochs_until(6)] == [3, 6]
    assert [epoch.steps for epoch in history.epochs_until(5)] == [3]
    assert [epoch.steps for epoch in history.until(8).epochs] == [3, 6]


def test_a_history_that_was_folded_comes_back_from_its_arrays(small) -> None:
    history = History()
    history.extend(figures(1500), figures(1500, 1), figures(1500, 2))
    arrays = history.arrays()
    assert "losses/low" in arrays
    assert History.of(arrays, [], 1500) == history


def test_a_long_history_is_filed_in_little_space() -> None:
    history = History()
    many = np.zeros(KEPT)
    history.extend(many, many, many)
    assert sum(column.nbytes for column in history.arrays().values()) < 5e6


def test_a_copy_of_a_history_is_one_of_its_own() -> None:
    history = _history(5)
    history.extend(figures(15), figures(15), figures(15))
    copy = history.copy()
    history.cut(4)
    assert (len(copy), len(copy.epochs)) == (15, 5)
    assert (len(history), len(history.epochs)) == (4, 1)
