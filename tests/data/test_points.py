"""Points drawn by hand."""

import numpy as np
import pytest

from nnstudio.core.errors import DataError
from nnstudio.data.points import MOST, Points
from nnstudio.data.sources import open_data

FOUR = Points(((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)), (0, 1, 1, 0), (0, 0, 0, 0), ("no", "yes"))


@pytest.mark.parametrize("name", ["circle", "spiral", "xor"])
def test_the_points_of_a_set_are_its_samples(name):
    data = open_data(name)
    same = Points.of(data).data()
    assert np.array_equal(same.inputs, data.inputs.reshape(len(data.inputs), -1))
    assert np.array_equal(same.targets, data.targets)
    assert same.class_names == data.class_names
    assert same.preparation == data.preparation
    for part in ("train", "validation", "test"):
        assert np.array_equal(same.part(part), data.part(part))


def test_a_point_is_added_at_the_end_and_removed_again():
    five = FOUR.added((0.5, 0.25), 1)
    assert five.data().inputs[-1].tolist() == [0.5, 0.25]
    assert five.data().targets[-1] == 1
    assert five.data().part("train").tolist() == [0, 1, 2, 3, 4]
    assert five.removed(4) == FOUR
    assert FOUR.removed(1).inputs == ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))


def test_pictures_and_tables_cannot_be_drawn():
    with pytest.raises(DataError, match="cannot be drawn"):
        Points.of(open_data("digits"))
    with pytest.raises(DataError, match="cannot be drawn"):
        Points.of(open_data("iris"))


def test_without_a_point_there_is_nothing_to_learn():
    with pytest.raises(DataError, match="no point"):
        Points((), (), ()).data()
    with pytest.raises(DataError, match="no point"):
        Points(((1.0,),), (1.0,), (2,)).data()


@pytest.mark.parametrize(
    "given",
    [
        (((0.0,),), (0.0, 1.0), (0,)),
        (((0.0,), (0.0, 1.0)), (0.0, 1.0), (0, 0)),
        (((0.0, 1.0, 2.0),), (0.0,), (0,)),
        (((),), (0.0,), (0,)),
        (((float("nan"), 0.0),), (0.0,), (0,)),
        (((0.0, 0.0),), (float("inf"),), (0,)),
        (((0.0, 0.0),), (0.0,), (3,)),
        (((0.0, 0.0),), (0.0,), (-1,)),
        (((0.0, 0.0),), (2,), (0,), ("no", "yes")),
        (((0.0, 0.0),), (0.5,), (0,), ("no", "yes")),
        (((0.0, 0.0),) * (MOST + 1), (0.0,) * (MOST + 1), (0,) * (MOST + 1)),
    ],
)
def test_what_is_no_point_is_refused(given):
    with pytest.raises(DataError):
        Points(*given)
