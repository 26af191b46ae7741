"""The studio from Python: it answers, goes on, and tells mistakes in sentences; see also test_readme.py."""

import re

import numpy as np
import pytest

import nnstudio as nn
from nnstudio.core.errors import DataError, EditError, FieldError, ModelError, ProjectError, StudioError
from nnstudio.layers.base import layers


@pytest.fixture(scope="module")
def model():
    """A model of two inputs, trained a little."""
    made = nn.model(nn.chain(nn.Input((2,)), nn.Dense(3), nn.Tanh(), nn.Dense(1), nn.Sigmoid()), data="circle",
                    loss="binary_cross_entropy")  # fmt: skip
    made.train(epochs=2)
    return made


def test_a_saved_model_answers_as_before(model, tmp_path):
    model.save(tmp_path / "it.nns")
    points = np.random.default_rng(0).normal(size=(50, 2))
    np.testing.assert_array_equal(nn.load(str(tmp_path / "it.nns")).predict(points), model.predict(points))


def test_a_training_by_hand_goes_on_from_a_checkpoint_to_the_same_bits():
    with nn.new("playground").session() as session:
        for _ in range(20):
            session.step()
        kept = session.checkpoint()
        losses = [session.step() for _ in range(30)]
        weights = session.parameters.vector.tobytes()
        session.restore(kept)
        assert [session.step() for _ in range(30)] == losses
        assert session.parameters.vector.tobytes() == weights


ROWS = [[0.5, -1.0], [2.0, 3.0], [0.0, 0.0]]
SAME = {
    "a list": ROWS, "tuples": tuple(map(tuple, ROWS)), "float64": np.array(ROWS), "float32": np.float32(ROWS),
    "column-major": np.asfortranarray(ROWS), "every second row": np.repeat(ROWS, 2, axis=0)[::2],
    "read-only": np.frombuffer(np.array(ROWS).tobytes()).reshape(3, 2), "with an axis more": np.array(ROWS)[:, None, :],
}  # fmt: skip


@pytest.mark.parametrize("inputs", SAME.values(), ids=SAME)
def test_inputs_may_come_in_any_form(model, inputs):
    answers = model.predict(inputs)
    assert answers.shape == (3, 1)
    np.testing.assert_array_equal(answers, model.predict(np.array(ROWS)))


def test_whole_numbers_are_inputs_too(model):
    np.testing.assert_array_equal(model.predict([[1, 2]]), model.predict([[1.0, 2.0]]))
    np.testing.assert_array_equal(model.predict(np.array([[1, 2]], np.uint8)), model.predict([[1.0, 2.0]]))


def test_no_inputs_give_no_answers(model):
    assert model.predict(np.empty((0, 2))).shape == (0, 1)


def test_inputs_are_not_changed(model):
    inputs = np.array(ROWS)
    model.predict(inputs)
    np.testing.assert_array_equal(inputs, ROWS)


WRONG = {
    "one row without its brackets": [0.5, -1.0], "a number": 1.0, "three numbers": [[1.0, 2.0, 3.0]],
    "one number": [[1.0]], "an image": np.zeros((1, 8, 8, 1)),
    "ragged rows": [[1.0, 2.0], [3.0]], "words": [["a", "b"]], "nothing": None,
    "an empty list": [], "objects": [[None, None]], "complex numbers": [[1j, 2.0]], "a dictionary": {"x": 1.0},
}  # fmt: skip


@pytest.mark.parametrize("inputs", WRONG.values(), ids=WRONG)
def test_inputs_of_another_form_are_refused_in_words(model, inputs):
    with pytest.raises(StudioError, match=r"inputs? .*\. Give "):
        model.predict(inputs)


def test_digits_are_read_as_they_are_stored(tmp_path):
    digits = nn.new("digits")
    digits.train(epochs=3)
    data = digits.data()
    picks = data.part("test")
    answers = digits.predict(data.inputs[picks]).argmax(axis=1)
    assert (answers == data.targets[picks]).mean() == digits.evaluate().accuracy


def test_a_model_that_is_not_trained_says_so(tmp_path):
    fresh = nn.new("xor")
    for use in (lambda: fresh.predict(ROWS), fresh.evaluate, lambda: fresh.export("npz", tmp_path / "x.npz")):
        with pytest.raises(StudioError, match="not trained yet"):
            use()
    assert list(tmp_path.iterdir()) == []


def test_mistakes_are_told_in_words(tmp_path, model):
    mistakes = [
        (lambda: nn.new("nonsense"), ProjectError, "no template called"),
        (lambda: nn.load(tmp_path / "none.nns"), ProjectError, "none.nns"),
        (lambda: nn.model(nn.chain(nn.Input((2,)), nn.Dense(1)), speed=9), FieldError, "no field called 'speed'"),
        (lambda: nn.model(nn.chain(nn.Input((2,)), nn.Dense(1)), loss="luck"), StudioError, "no loss"),
        (lambda: nn.model(nn.chain(nn.Input((2,)), nn.Dense(1)), data="luck").train(), DataError, "no data set"),
        (lambda: nn.model(nn.chain(nn.Input((2,)), nn.Flatten(), nn.Dense(3))).train(), ModelError, "2 classes"),
        (lambda: nn.Dense(0), FieldError, "units must be"),
        (lambda: nn.chain(nn.Input((2,)), nn.Input((2,))).node("none"), EditError, "no layer called"),
        (lambda: model.export("pickle", tmp_path / "x"), StudioError, "no export format"),
        (lambda: model.configure(epochs=0), FieldError, "epochs must be"),
        (lambda: model.session(resume=True), StudioError, "no unfinished training"),
    ]
    for make, error, told in mistakes:
        with pytest.raises(error, match=told):
            make()
    assert list(tmp_path.iterdir()) == []


def test_a_setting_that_is_refused_changes_nothing(model):
    before = model.project
    with pytest.raises(FieldError):
        model.configure(epochs=7, seed=-1)
    assert model.project is before


def test_every_layer_is_there_by_its_name():
    for layer in layers().kinds().values():
        assert getattr(nn, layer.__name__) is layer


@pytest.mark.parametrize("name", ["Nonsense", "nonsense", "Layer", "Activation", "_secret", "__path_to__"])
def test_an_unknown_name_is_an_attribute_error(name):
    with pytest.raises(AttributeError, match=name):
        getattr(nn, name)
    assert not hasattr(nn, name)


def test_the_version_is_there():
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", nn.__version__)


def test_a_model_remembers_the_arrays_it_was_trained_on(tmp_path):
    mine = nn.dataset(np.random.default_rng(0).normal(size=(60, 2)), np.arange(60) % 2)
    model = nn.new("playground")
    model.train(mine, epochs=1)
    assert model.evaluate().count == len(mine.part("test")) == 12
    model.save(tmp_path / "it.nns")
    with pytest.raises(StudioError, match="not known which data"):
        nn.load(tmp_path / "it.nns").evaluate()


def test_a_model_remembers_the_named_data_it_was_trained_on():
    model = nn.new("playground")
    model.train("xor,test=7", epochs=1)
    assert model.project.data == "xor,test=7"
    assert model.evaluate().count == 7
