"""`nnstudio data list`, `data get` and `data info`, and data by file or folder in every job."""

import gzip
import struct

import numpy as np
import pytest

from nnstudio.data.collections.base import collections
from nnstudio.data.sources import data_names

from .command import refuse

TABLE = "length;width;kind\n" + "".join(f"{n},5;{n % 7};{'round' if n % 2 else 'flat'}\n" for n in range(40))


@pytest.fixture(autouse=True)
def data_home(tmp_path_factory, monkeypatch):
    """An empty data folder of the user."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_DATA_HOME", str(home))
    return home


@pytest.fixture
def table(folder):
    (folder / "shapes.csv").write_text(TABLE)
    return "shapes.csv"


def idx(array):
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


@pytest.fixture
def mnist_files(folder):
    """A folder laid out like MNIST."""
    place = folder / "small"
    place.mkdir()
    for part, count in (("train", 40), ("t10k", 20)):
        images = np.random.default_rng(1).integers(0, 256, (count, 28, 28)).astype(np.uint8)
        (place / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(images)))
        (place / f"{part}-labels-idx1-ubyte").write_bytes(idx((np.arange(count) % 10).astype(np.uint8)))
    return "small"


def test_the_list_names_every_set_and_where_it_comes_from(nn):
    lines = nn("data", "list").out.splitlines()
    assert [line.split()[0] for line in lines] == list(data_names())
    assert any(line.split()[:2] == ["digits", "bundled"] for line in lines)
    assert any(line.split()[:2] == ["spiral", "generated"] for line in lines)


def test_the_list_says_how_much_there_is_to_fetch(nn):
    rows = {row["name"]: row for row in nn("data", "list", "--json").json["data"]}
    assert rows["mnist"]["where"] == "12 MB to fetch"
    assert rows["iris"]["where"] == "bundled"


def test_a_set_that_was_put_there_by_hand_is_here(nn, folder, mnist_files):
    home = collections().find("mnist").home()
    home.parent.mkdir(parents=True)
    (folder / mnist_files).rename(home)
    rows = {row["name"]: row["where"] for row in nn("data", "list", "--json").json["data"]}
    assert rows["mnist"] == "here"


def test_info_tells_people_what_is_in_a_table(nn, table):
    said = nn("data", "info", table).out
    assert "40: 26 to train, 6 to validate, 8 to test" in said
    assert "2 numbers each" in said
    assert "length, width" in said
    assert "2 classes: flat (20), round (20)" in said
    assert "an Input of 2, and a last layer of 2 outputs with Softmax" in said


def test_info_tells_programs_the_same(nn, table):
    found = nn("data", "info", f"{table},validation=0,test=10", "--json").json
    assert found["shape"] == [2]
    assert found["classes"] == [{"name": "flat", "samples": 20}, {"name": "round", "samples": 20}]
    assert found["parts"] == {"train": 30, "validation": 0, "test": 10}
    assert (found["smallest"], found["largest"]) == (0, 39.5)
    assert found["suggestion"] == {"input_shape": [2], "outputs": 2}


def test_info_counts_what_is_missing(nn, folder):
    inputs = np.arange(40, dtype=np.float32).reshape(20, 2)
    inputs[3, 1], inputs[4, 0], inputs[5, 0] = np.nan, np.inf, np.nan
    np.savez(folder / "some.npz", x=inputs, y=np.arange(20) % 2)
    found = nn("data", "info", "some.npz", "--json").json
    assert (found["missing"], found["infinite"]) == (2, 1)
    assert "2 of the inputs are not numbers (NaN) and 1 are infinite, in 3 samples" in found["warnings"][0]
    assert "2 missing, 1 infinite" in nn("data", "info", "some.npz").out


def test_info_shows_every_step_and_which_are_off(nn):
    said = nn("data", "info", "digits,scale=off,noise=0.1").out
    assert "Scale: divisor 16 (off)" in said
    assert "Noise: deviation 0.1" in said


def test_info_shows_the_shape_after_the_steps(nn):
    assert "an Input of 64," in nn("data", "info", "digits,flatten").out


def test_a_name_in_the_data_cannot_steer_the_terminal(nn, folder):
    (folder / "evil.csv").write_text("a\x1b[2J,b\n" + "1,x\n2,y\x1b[31m\n" * 10)
    said = nn("data", "info", "evil.csv")
    assert said.code == 0
    assert "\x1b" not in said.out


@pytest.mark.parametrize("source", ["table", "mnist_files"])
def test_a_project_trains_on_a_file_or_folder_and_is_judged_on_it(nn, request, source):
    path = request.getfixturevalue(source)
    template, name = ("playground", "shapes.csv") if source == "table" else ("mnist-mlp", "small")
    assert nn("new", template, "-o", "it.nns").code == 0
    trained = nn("train", "it.nns", "--data", path, "--epochs", 2, "--json")
    assert trained.code == 0, trained.err
    assert trained.json["data"] == name.removesuffix(".csv")
    assert nn("evaluate", "it.nns", "--json").json["samples"] == (8 if source == "table" else 20)


def test_options_after_a_comma_reach_the_training(nn, project):
    report = nn("train", project, "--data", "circle,validation=0,test=100,noise=0.1", "--epochs", 1, "--json").json
    assert report["validation_loss"] == [None]
    assert report["steps"] == 40


def test_broken_numbers_are_warned_of_before_the_training(nn, project, folder):
    inputs = np.random.default_rng(0).normal(size=(40, 2))
    inputs[30:, 0] = np.nan
    np.savez(folder / "some.npz", x=inputs, y=np.arange(40) % 2)
    result = nn("train", project, "--data", "some.npz", "--epochs", 1)
    assert result.err.startswith("10 of the inputs are not numbers (NaN)")


def test_getting_an_unknown_set_names_the_known_ones(nn):
    sentence = refuse(nn("data", "get", "minst"), 1)
    assert "Did you mean mnist?" in sentence
    assert "fashion-mnist" in sentence


def test_getting_what_is_always_there_needs_nothing(nn):
    assert "always there" in refuse(nn("data", "get", "digits"), 1)


def test_a_set_that_is_not_here_says_how_to_get_it(nn):
    sentence = refuse(nn("data", "info", "mnist"), 1)
    assert "`nnstudio data get mnist`" in sentence
    assert "train-images-idx3-ubyte.gz" in sentence


def test_info_of_nothing_is_refused_in_json_too(nn):
    assert "no file or folder" in refuse(nn("data", "info", "./none", "--json"), 1)


def test_data_alone_says_what_it_can_do(nn):
    assert "data --help" in refuse(nn("data"), 2)


def test_data_that_cannot_be_learned_from_leaves_the_trained_project_as_it_was(nn, trained, folder):
    inputs = np.full((40, 2), np.nan)
    np.savez(folder / "nan.npz", x=inputs, y=np.arange(40) % 2)
    before = (folder / trained).read_bytes()
    result = nn("train", trained, "--data", "nan.npz")
    assert result.code == 1
    assert "not a finite number" in result.err
    assert (folder / trained).read_bytes() == before


def test_a_part_without_samples_cannot_be_judged(nn, trained):
    assert "no samples in its test part" in refuse(nn("evaluate", trained, "--data", "circle,test=0"), 1)


def test_the_range_of_a_large_set_is_that_of_all_its_samples(nn, folder):
    inputs = np.zeros((200_000, 2), np.float32)
    inputs[123_457, 1] = 1e6
    np.savez(folder / "late.npz", x=inputs, y=np.arange(200_000) % 2)
    assert nn("data", "info", "late.npz", "--json").json["largest"] == 1e6
