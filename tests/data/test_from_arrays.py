"""Data sets from arrays of any make: inputs are taken as they are, targets become class numbers or rows of numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hypothesis_numpy
from sklearn.preprocessing import LabelEncoder

from nnstudio.core.errors import DataError
from nnstudio.data import arrays
from nnstudio.data.arrays import from_arrays, targets_from
from nnstudio.data.preparation.scale import Scale

X = np.arange(12, dtype=np.float32).reshape(4, 3)


def refusal(inputs, targets, **details):
    with pytest.raises(DataError) as caught:
        from_arrays(inputs, targets, "mine", **details)
    message = str(caught.value)
    assert message.endswith(".")
    assert ". " in message or ": " in message
    return message


class Foreign:
    """What pandas, PyTorch and others are to NumPy: an object that can become an array."""

    def __init__(self, array):
        self.array = array

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.array, dtype)


MAKES = {
    "array": np.asarray, "list": np.ndarray.tolist, "tuple": lambda array: tuple(map(tuple, array.tolist())),
    "foreign": Foreign, "by columns": np.asfortranarray, "every second": lambda array: np.repeat(array, 2, 0)[::2],
}  # fmt: skip


@pytest.mark.parametrize("make", MAKES.values(), ids=MAKES)
def test_inputs_may_be_of_any_make(make):
    assert np.array_equal(from_arrays(make(X), [0, 1, 1, 0]).inputs, X)


@pytest.mark.parametrize("dtype", ["?", "u1", "i2", ">i4", "u8", "f2", ">f4", "f8", "g"])
def test_inputs_of_every_type_of_number_share_their_memory(dtype):
    array = X.astype(dtype)
    assert np.shares_memory(from_arrays(array, [0, 1, 1, 0]).inputs, array)
    assert from_arrays(array, [0, 1, 1, 0]).inputs.dtype == dtype


def test_class_numbers_share_their_memory_where_their_classes_are_named():
    numbers = np.array([0, 1, 1, 0])
    assert np.shares_memory(from_arrays(X, numbers, class_names=("no", "yes")).targets, numbers)


def test_a_row_of_numbers_is_one_number_for_each_sample():
    assert from_arrays([1.5, 2.5, 3.5], [0, 1, 1]).inputs.tolist() == [[1.5], [2.5], [3.5]]


LABELS = {
    "names": ["dog", "cat", "dog", "emu"],
    "an array of names": np.array(["b", "a", "c", "a"]),
    "longer names": np.array(["b", "a", "c", "a"], np.dtypes.StringDType()),
    "objects that are names": np.array(["dog", "cat", "dog", "emu"], object),
    "plus and minus one": [-1, 1, 1, -1],
    "five to nine": [5, 9, 7, 5],
    "as floats": [5.0, 9.0, 7.0, 5.0],
    "in unsigned bytes": np.array([200, 7, 7, 255], np.uint8),
    "in the other byte order": np.array([3, 1, 3, 2], ">i4"),
    "yes and no": [True, False, True, True],
    "objects that are yes and no": np.array([True, False, True, True], object),
    "a column": [[2], [1], [2], [1]],
    "a column of names": [["b"], ["a"], ["b"], ["a"]],
    "of another make": Foreign(np.array([4, 2, 4, 2])),
    "a tuple": (3, 1, 3, 1),
}


@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)
def test_labels_become_the_class_numbers_that_scikit_learn_gives_them(labels):
    data = from_arrays(X, labels, task="classes")
    encoder = LabelEncoder()
    expected = encoder.fit_transform(np.asarray(labels).astype(object).ravel())
    assert data.targets.tolist() == expected.tolist()
    assert len(data.class_names) == len(encoder.classes_)
    assert data.targets.dtype == np.int64


@settings(max_examples=100, deadline=1000, database=None)
@given(labels=hypothesis_numpy.arrays(st.sampled_from(["i1", "u2", "i8", "f8", "U2", "?"]), st.integers(4, 30),
                                      elements={"allow_nan": False, "allow_infinity": False}, fill=st.nothing()))
def test_any_labels_become_the_class_numbers_that_scikit_learn_gives_them(labels):
    found = targets_from(labels, "classes")
    encoder = LabelEncoder()
    assert found.values.tolist() == encoder.fit_transform(labels).tolist()
    assert len(set(found.class_names)) == len(encoder.classes_)


NAMES = [
    ([-1, 1, 1, -1], ("-1", "1")), ([5.0, 9.0, 5.0, 9.0], ("5", "9")), ([True, False, True, False], ("no", "yes")),
    (["b", "a", "a", "b"], ("a", "b")), (np.array([b"b", "ü".encode(), b"b", b"b"]), ("b", "ü")),
    (np.array([0.5, 0.25, 0.5, 0.25], "f4"), ("0.25", "0.5")), ([1234567.0, 1234568.0] * 2, ("1234567", "1234568")),
    (["a\nb", "\x1b[2J"] * 2, ("\\x1b[2J", "a\\nb")),
]  # fmt: skip


@pytest.mark.parametrize(("labels", "names"), NAMES)
def test_classes_are_named_by_their_labels(labels, names):
    assert from_arrays(X, labels, task="classes").class_names == names


def test_one_hot_rows_are_classes():
    rows = np.eye(3)[[2, 0, 1, 2]]
    for form in (rows, rows.astype(bool), rows.astype(int).tolist()):
        data = from_arrays(X, form)
        assert data.targets.tolist() == [2, 0, 1, 2]
        assert data.class_names == ("0", "1", "2")
        assert data.notes == ("The targets are one-hot rows: one class each.",)


@pytest.mark.parametrize("rows", [[[0, 1], [1, 1], [1, 0], [0, 1]], [[0, 2], [2, 0], [0, 2], [2, 0]],
                                  [[0.5, 0.5], [1, 0], [0, 1], [1, 0]], [[0, 0], [1, 0], [0, 1], [1, 0]]])  # fmt: skip
def test_rows_that_are_not_one_hot_are_numbers(rows):
    data = from_arrays(X, rows)
    assert data.class_names == ()
    assert data.targets.tolist() == rows


@pytest.mark.parametrize("values", [[0.5, 1.5, 2.5, 3.5], [[0.5], [1], [2], [3]], [1, 2, 3, 4], [np.nan, 1, 1, 2]])
def test_other_numbers_are_predicted_one_row_each(values):
    data = from_arrays(X, values)
    assert data.class_names == ()
    assert np.array_equal(data.targets, np.reshape(values, (4, 1)), equal_nan=True)
    assert data.targets.dtype == np.float64


def test_few_different_whole_numbers_are_classes_and_many_are_not():
    inputs = np.zeros((1000, 1))
    assert len(from_arrays(inputs, np.arange(1000) % 20).class_names) == 20
    assert from_arrays(inputs, np.arange(1000) % 21 * 2).class_names == ()


@pytest.mark.parametrize("first", [0, 1])
def test_a_hundred_classes_counted_from_0_or_1_are_classes_where_each_is_met_often(first):
    assert len(from_arrays(np.zeros((2000, 1)), np.arange(2000) % 100 + first).class_names) == 100
    assert from_arrays(np.zeros((1900, 1)), np.arange(1900) % 100 + first).class_names == ()
    assert from_arrays(np.zeros((2000, 1)), np.arange(2000) % 100 + first + 1.5).class_names == ()
    assert from_arrays(np.zeros((2000, 1)), np.arange(2000) % 100 + first + 17).class_names == ()


def test_the_task_decides_where_it_is_said():
    assert from_arrays(X, [0, 1, 1, 0], task="numbers").targets.tolist() == [[0], [1], [1], [0]]
    assert from_arrays(X, [0.5, 1.5, 2.5, 3.5], task="classes").class_names == ("0.5", "1.5", "2.5", "3.5")


def test_broken_inputs_and_targets_are_counted_by_warnings():
    inputs = X.copy()
    inputs[0, 0], inputs[0, 1], inputs[2, 2] = np.nan, np.nan, -np.inf
    data = from_arrays(inputs, [0.5, np.inf, 1.5, 2.5])
    assert data.warnings[0].startswith("2 of the inputs are not numbers (NaN) and 1 are infinite, in 2 samples. ")
    assert data.warnings[1].startswith("0 of the targets are not numbers (NaN) and 1 are infinite, in 1 samples. ")


def test_of_very_many_inputs_a_part_is_searched_for_broken_ones(monkeypatch):
    inputs = np.full((8, 1 << 20), np.nan, np.float32)
    monkeypatch.setattr(arrays, "LOOKED_AT", inputs.nbytes // 2)
    warning = from_arrays(inputs, np.arange(8) % 2).warnings[0]
    assert warning.startswith("4,194,304 of the inputs are not numbers")
    assert "in 4 samples (of every 2 parts of the data, one was searched)" in warning


def test_only_pixels_of_one_byte_are_scaled_unless_steps_are_given():
    pixels = X.astype(np.uint8)
    assert from_arrays(pixels, [0, 1, 1, 0]).preparation == (Scale(255),)
    assert from_arrays(pixels, [0, 1, 1, 0], preparation=()).preparation == ()
    assert from_arrays(X, [0, 1, 1, 0]).preparation == ()


def test_tables_of_pandas_are_taken():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"width": [1, 2, 3], "height": [1.5, 2.5, 3.5], "kind": ["a", "b", "a"]})
    data = from_arrays(table[["width", "height"]], table["kind"])
    assert data.inputs.tolist() == [[1, 1.5], [2, 2.5], [3, 3.5]]
    assert data.class_names == ("a", "b")
    assert data.targets.tolist() == [0, 1, 0]
    assert from_arrays(table[["width"]], table[["kind"]]).class_names == ("a", "b")
    assert from_arrays(table[["width"]], table["kind"].astype("category")).class_names == ("a", "b")
    mixed = pandas.DataFrame({"yes": [True, False, True], "width": [1, 2, 3]})
    assert from_arrays(mixed, table["height"]).inputs.tolist() == [[1, 1], [0, 2], [1, 3]]


def test_gaps_in_tables_of_pandas_are_refused_or_counted():
    pandas = pytest.importorskip("pandas")
    assert "without gaps" in refusal([1, 2, 3], pandas.Series(["a", None, "b"], dtype=object))
    for gaps in ([1.5, None, 3], pandas.array([1, None, 3], "Int64"), pandas.Series([1, None, 3], dtype=object)):
        data = from_arrays(pandas.DataFrame({"a": gaps}), [0, 1, 1])
        assert data.warnings[0].startswith("1 of the inputs are not numbers")


class Broken:
    """An object that cannot become an array."""

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("call detach first")


REFUSED = {
    "rows of different lengths": ([[1, 2], [3]], [0, 1], "The inputs are not an array of numbers"),
    "names as inputs": ([["a"], ["b"]], [0, 1], "The inputs are not numbers"),
    "complex inputs": (np.zeros(2, complex), [0, 1], "The inputs are not numbers"),
    "records as inputs": (np.zeros(2, [("a", "f4")]), [0, 1], "The inputs are not numbers"),
    "dates as inputs": (np.zeros(2, "M8[s]"), [0, 1], "The inputs are not numbers"),
    "objects as inputs": ([object(), object()], [0, 1], "The inputs are not numbers"),
    "numbers too large": ([[10**400], [1]], [0, 1], "The inputs are not"),
    "inputs that fail": (Broken(), [0, 1], "The inputs are not an array of numbers"),
    "nothing": ([], [], "There are no inputs"),
    "a number": (3.0, [0], "There are no inputs"),
    "inputs of no numbers": (np.zeros((3, 0)), [0, 1, 1], "There are no inputs"),
    "masked inputs": (np.ma.masked_equal([[1], [2]], 2), [0, 1], "The inputs have masked values"),
    "different numbers": ([[1], [2], [3]], [0, 1], "has 3 inputs but 2 targets"),
    "ragged targets": ([[1], [2]], [[1, 2], [3]], "The targets of mine are not an array of numbers"),
    "complex targets": ([[1], [2]], [1j, 2], "not a column of numbers or names"),
    "a target": ([[1]], 3, "not a column of numbers or names"),
    "targets of no numbers": ([[1], [2]], np.zeros((2, 0)), "not a column of numbers or names"),
    "mixed targets": ([[1], [2]], np.array(["a", 3], object), "not a column of numbers or names"),
    "missing targets": ([[1], [2]], np.array(["a", None], object), "without gaps"),
    "images as targets": ([1, 2], np.zeros((2, 8, 8)), "Perhaps inputs and targets were swapped"),
    "masked targets": ([[1], [2]], np.ma.masked_equal([1, 2], 2), "The targets of mine have masked values"),
    "targets that fail": ([[1], [2]], Broken(), "The targets of mine are not an array"),
}


@pytest.mark.parametrize(("inputs", "targets", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_a_data_set_is_refused(inputs, targets, reason):
    assert reason in refusal(inputs, targets)


@pytest.mark.parametrize(("targets", "task", "reason"), [
    (["a", "b"], "numbers", "are names, so they are classes"), ([[1, 2], [3, 4]], "classes", "several columns"),
    ([0, 1], "guess", "The task must be one of auto, classes, numbers"), ([0, np.nan], "classes", "are missing"),
    ([0, np.inf], "classes", "are missing"),
])  # fmt: skip
def test_a_task_that_the_targets_do_not_fit_is_refused(targets, task, reason):
    assert reason in refusal([[1], [2]], targets, task=task)


def test_too_many_classes_are_refused():
    assert "10,001 different values, too many" in refusal(np.zeros((10_001, 1)), np.arange(10_001), task="classes")


@pytest.mark.parametrize("numbers", [[0, 2], [-1, 0], [0.0, 1.0], [[0], [1]], ["a", "b"]])
def test_class_numbers_that_do_not_fit_their_names_are_refused(numbers):
    assert refusal([[1], [2]], numbers, class_names=("a", "b"))
