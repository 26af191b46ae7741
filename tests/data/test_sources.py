"""Opening data by what a user typed: names, options, folders, and mistakes in them."""

import numpy as np
import pytest

from nnstudio.core.errors import DataError
from nnstudio.data.collections.base import collections
from nnstudio.data.collections.mnist import Mnist
from nnstudio.data.dataset import PARTS
from nnstudio.data.generated import generators
from nnstudio.data.sources import data_names, open_data

BUNDLED = [name for name in data_names() if name not in collections().kinds()]


def refusal(text):
    with pytest.raises(DataError) as caught:
        open_data(text)
    return str(caught.value)


@pytest.mark.parametrize("name", BUNDLED)
def test_every_listed_name_opens(name):
    assert open_data(name).name == name


@pytest.mark.parametrize("name", BUNDLED)
def test_every_part_of_a_bundled_set_has_samples(name):
    data = open_data(name)
    assert all(data.part(part).size for part in PARTS)


@pytest.mark.parametrize(("name", "line"), data_names().items())
def test_every_name_has_one_line_about_it(name, line):
    assert line.endswith(".")
    assert "\n" not in line


def test_the_list_holds_every_generated_bundled_and_published_set():
    published = {
        "mnist", "fashion-mnist", "kmnist", "emnist-balanced", "emnist-digits", "emnist-letters",
        "cifar-10", "svhn", "imdb",
    }  # fmt: skip
    assert set(data_names()) == {*generators().kinds(), "digits", "iris", *published}


def test_options_follow_the_name_after_commas():
    data = open_data("spiral,noise=0.2,samples=300")
    assert data.inputs.shape == (300, 2)
    assert not np.array_equal(data.inputs, open_data("spiral,samples=300").inputs)


def test_blanks_capitals_and_underscores_do_not_matter():
    one, two = open_data(" Linear_Regression , slope = 2"), open_data("linear-regression,slope=2")
    assert np.array_equal(one.targets, two.targets)


def test_a_whole_number_may_be_written_in_powers_of_ten():
    assert len(open_data("circle,samples=1e3").inputs) == 1000


@pytest.mark.parametrize("name", ["circle", "plane", "linear-regression"])
def test_the_seed_decides_about_the_samples(name):
    one, same, other = open_data(name, seed=1), open_data(name, seed=1), open_data(name, seed=2)
    assert one.inputs.tobytes() == same.inputs.tobytes()
    assert one.inputs.tobytes() != other.inputs.tobytes()


def test_the_seed_decides_about_the_parts():
    one, other = open_data("plane", seed=1), open_data("plane", seed=2)
    assert not np.array_equal(one.part("test"), other.part("test"))


def test_a_negative_seed_is_refused():
    with pytest.raises(DataError, match="seed must be a whole number from 0"):
        open_data("circle", seed=-1)


def test_the_seed_leaves_the_digits_alone():
    assert np.array_equal(open_data("digits", seed=1).part("test"), open_data("digits", seed=2).part("test"))


def test_a_truth_table_trains_on_all_its_points():
    assert open_data("xor-table").part("train").tolist() == [0, 1, 2, 3]


def test_the_lecture_s_line_is_fitted_to_all_its_hundred_points():
    assert len(open_data("linear-regression").part("train")) == 100


def test_a_folder_opens(small_mnist):
    assert open_data(str(small_mnist)).inputs.shape == (42, 28, 28, 1)


def test_a_folder_takes_options(small_mnist):
    assert len(open_data(f"{small_mnist},validation=6").part("validation")) == 6


def test_a_folder_may_have_commas_in_its_name(small_mnist):
    odd = small_mnist.rename(small_mnist.with_name("a,b=c"))
    assert open_data(str(odd)).name == "a,b=c"


def test_a_name_wins_over_a_folder_of_the_same_name(small_mnist, monkeypatch):
    monkeypatch.chdir(small_mnist.parent)
    small_mnist.rename("digits")
    assert len(open_data("digits").inputs) == 1797
    assert len(open_data("./digits").inputs) == 42


def test_the_tilde_is_the_home_folder(small_mnist, monkeypatch):
    monkeypatch.setenv("HOME", str(small_mnist.parent))
    assert len(open_data("~/small").inputs) == 42


@pytest.fixture
def data_home(tmp_path, monkeypatch):
    """An empty data folder of the user."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path


def test_mnist_is_looked_for_in_the_data_folder_of_the_user(data_home, small_mnist):
    Mnist.home().parent.mkdir(parents=True)
    small_mnist.rename(Mnist.home())
    data = open_data("mnist,validation=4")
    assert data.name == "mnist"
    assert [len(data.part(name)) for name in PARTS] == [26, 4, 12]


def test_without_mnist_the_message_says_where_to_put_which_files(data_home):
    message = refusal("mnist")
    assert str(data_home / "nnstudio" / "data" / "mnist") in message
    assert "t10k-labels-idx1-ubyte.gz" in message


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("spirl", "spiral"), ("Digit", "digits"), ("minst", "mnist"), ("xortable", "xor-table"), ("moon", "moons")],
)
def test_a_misspelt_name_is_recognised(typed, meant):
    assert f"Did you mean {meant}?" in refusal(typed)


def test_an_unknown_name_lists_the_known_ones():
    assert all(name in refusal("cats") for name in data_names())


def test_a_name_like_nothing_known_gets_no_suggestion():
    assert "Did you mean" not in refusal("qqqqqqq")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("spiral,nois=1", ["no option 'nois'", "Did you mean noise?", "noise, samples"]),
        ("spiral,noise", ["needs a value", "noise=0"]),
        ("spiral,noise=", ["needs a value"]),
        ("spiral,", ["no option ''"]),
        ("spiral,noise=3", ["noise must be a number from 0 to 1, but is 3"]),
        ("spiral,noise=x", ["noise must be a number from 0 to 1, but is 'x'"]),
        ("spiral,noise=nan", ["noise must be a number from 0 to 1, but is nan"]),
        ("spiral,samples=2.5", ["samples must be a whole number from 2 to 100,000, but is 2.5"]),
        ("spiral,samples=inf", ["samples must be a whole number"]),
        ("spiral,samples=1", ["samples must be a whole number"]),
        ("spiral,samples=" + "9" * 5000, ["samples must be a whole number"]),
        ("spiral,noise=0,noise=0", ["given twice"]),
        ("digits,slope=0", ["digits has no option 'slope'", "validation, test, seed"]),
        ("digits,scale=x", ["divisor must be a number"]),
        ("digits,flatten=3", ["can only be on or off"]),
        ("xor-table,slope=0", ["xor-table has no option 'slope'"]),
        ("mnist,samples=5", ["no option 'samples'", "validation"]),
        ("", ["without a name"]),
        ("\0", ["no data set called '\\x00'"]),
        ("a" * 5000, ["no data set called 'aaa"]),
        ("/no/such/place", ["There is no file or folder /no/such/place"]),
        ("./digits", ["There is no file or folder ./digits"]),
        ("/dev/null", ["is not an ordinary file"]),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
def test_a_mistake_gets_a_message_that_helps(typed, words):
    message = refusal(typed)
    assert [word for word in words if word not in message] == []
    assert message.endswith(".")


def test_an_empty_folder_says_what_could_be_in_it(tmp_path):
    assert "holds nothing that can be read as data" in refusal(str(tmp_path))
