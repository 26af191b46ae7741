"""How a project's inputs are prepared: as the data brings it, or as the project says; and always as it was trained."""

from dataclasses import replace

import numpy as np
import pytest

import nnstudio as nn
from nnstudio.core.errors import DataError
from nnstudio.data.preparation.normalise import Normalise
from nnstudio.data.preparation.scale import Scale
from nnstudio.data.sources import open_data
from nnstudio.project.file import load_project, save_project
from nnstudio.project.stored import decode, encode


@pytest.fixture
def digits():
    return nn.new("digits")


def test_a_new_project_prepares_its_data_as_the_data_brings_it(digits):
    assert digits.project.preparation is None
    assert digits.data().preparation == (Scale(16),)


def test_a_project_may_prepare_its_data_in_its_own_way(digits):
    digits.project = replace(digits.project, preparation=(Scale(8), Normalise(0.5, on=False)))
    assert digits.data().preparation == (Scale(8), Normalise(0.5, on=False))


def test_no_preparation_at_all_is_a_choice_too(digits):
    digits.project = replace(digits.project, preparation=())
    assert digits.data().preparation == ()


def test_other_data_that_is_named_brings_its_own(digits):
    digits.project = replace(digits.project, preparation=(Scale(8),))
    assert digits.data("digits").preparation == (Scale(16),)


def test_steps_that_are_off_stay_in_the_file(tmp_path, digits):
    path = tmp_path / "it.nns"
    save_project(replace(digits.project, preparation=(Scale(8, on=False),)), path)
    assert load_project(path).preparation == (Scale(8, on=False),)


def test_a_trained_network_judges_other_data_as_it_was_trained(digits):
    digits.train("digits,scale=4", epochs=3)
    as_trained = digits.evaluate("digits,scale=4")
    assert digits.evaluate("digits").loss == pytest.approx(as_trained.loss, rel=1e-12)
    assert digits.evaluate(open_data("digits,scale=off")).loss == pytest.approx(as_trained.loss, rel=1e-12)


def test_predictions_are_prepared_as_in_training(digits):
    digits.train("digits,scale=4", epochs=1)
    inputs = open_data("digits").inputs[:5]
    expected = nn.Model(replace(digits.project, preparation=())).predict(inputs / np.float32(4))
    np.testing.assert_allclose(digits.predict(inputs), expected, rtol=1e-6)


def test_an_empty_list_in_an_older_file_means_that_nothing_was_chosen(digits):
    older = encode(digits.project).replace(b'"version": 4', b'"version": 1')
    older = older.replace(b'"preparation": null', b'"preparation": []')
    assert b'"preparation": []' in older
    assert decode(older).preparation is None


def test_a_choice_in_an_older_file_is_kept(digits):
    stored = encode(replace(digits.project, preparation=(Scale(3),)))
    assert decode(stored.replace(b'"version": 4', b'"version": 1')).preparation == (Scale(3),)


@pytest.mark.parametrize("per", ["feature", "channel", "all"])
def test_images_may_be_given_as_rows(digits, per):
    digits.train(f"digits,standardise={per}", epochs=1)
    images = open_data("digits").inputs[:5]
    np.testing.assert_array_equal(digits.predict(images), digits.predict(images.reshape(5, 64)))


def test_what_was_learned_from_the_training_part_is_kept_in_the_project(digits, tmp_path):
    digits.train("digits,standardise", epochs=1)
    digits.save(tmp_path / "it.nns")
    data = open_data("digits,standardise")
    again = nn.load(tmp_path / "it.nns")
    assert again.project.preparation == data.preparation
    train = data.inputs[data.part("train")].reshape(-1, 64) / 16
    np.testing.assert_allclose(data.preparation[1].means, train.mean(0), atol=1e-12)


@pytest.fixture
def flowers():
    """A network that tells three kinds of iris apart."""
    layers = (nn.Input((4,)), nn.Dense(3), nn.Softmax())
    model = nn.model(nn.chain(*layers), loss="categorical_cross_entropy", optimizer="adam", epochs=60)
    model.train("iris,standardise")
    return model


def renamed(names, keep=slice(None)):
    data = open_data("iris,standardise")
    test = data.part("test")
    targets = np.array(data.class_names)[data.targets[test]]
    return nn.dataset(data.inputs[test][keep], [names.get(name, name) for name in targets[keep]], test=0, validation=0)


def test_classes_are_known_by_their_names_and_not_by_their_place(flowers):
    expected = flowers.evaluate().accuracy
    data = renamed({})
    turned = replace(data, class_names=data.class_names[::-1], targets=2 - data.targets)
    assert flowers.evaluate(turned, "train").accuracy == expected > 0.5


def test_data_may_lack_a_class_that_the_network_knows(flowers):
    only = [name in ("setosa", "virginica") for name in np.array(open_data("iris").class_names)[
        open_data("iris").targets[open_data("iris").part("test")]]]  # fmt: skip
    data = renamed({}, np.array(only))
    assert len(data.class_names) == 2
    assert flowers.evaluate(data, "train").accuracy > 0.8


def test_a_class_that_the_network_does_not_know_is_named(flowers):
    with pytest.raises(DataError, match="has the class 'rose', which the network was not trained on"):
        flowers.evaluate(renamed({"setosa": "rose"}), "train")


def test_numbers_to_predict_are_no_classes(flowers):
    data = nn.dataset(np.zeros((20, 4)), np.linspace(0, 1, 20))
    with pytest.raises(DataError, match="has numbers to predict"):
        flowers.evaluate(data)


def test_a_project_file_keeps_the_names_of_the_classes(flowers, tmp_path):
    flowers.save(tmp_path / "it.nns")
    assert nn.load(tmp_path / "it.nns").project.class_names == ("setosa", "versicolor", "virginica")
