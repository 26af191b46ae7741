"""Pictures and folders of them, classified into a table."""

import csv
import json
import os
import signal

import numpy as np
import pytest
from PIL import Image

import nnstudio
from nnstudio.classify import many
from nnstudio.core.errors import DataError, StudioError
from tests.classify.test_way import seven


@pytest.fixture(autouse=True)
def nothing_fetched(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "no-data"))


@pytest.fixture
def digits(nn):
    """The bundled trained project, and pictures: two sevens, one of them in a deeper folder, and a one."""
    assert nn("new", "mnist-trained", "-o", "digits.nns").code == 0
    os.makedirs("pictures/deep")
    one = np.full((280, 280), 255, np.uint8)
    one[60:220, 130:150] = 0
    for name, picture in (("seven.png", seven()), ("one.png", one), ("deep/other.jpg", 255 - seven(at=(30, -20)))):
        Image.fromarray(picture).save(f"pictures/{name}")
    return "digits.nns"


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_picture_is_named(nn, digits):
    result = nn("classify", digits, "pictures/seven.png")
    assert result.code == 0
    assert result.out.split()[:2] == ["pictures/seven.png", "7"]
    assert len(result.out.splitlines()) == 1
    assert not result.err


def test_a_folder_is_classified_in_a_table(nn, digits):
    result = nn("classify", digits, "pictures", "--csv", "answers.csv")
    assert result.code == 0
    rows = rows_of("answers.csv")
    assert {row["file"]: row["answer"] for row in rows} == {
        "pictures/one.png": "1", "pictures/seven.png": "7", "pictures/deep/other.jpg": "7",
    }  # fmt: skip
    assert all(1 >= float(row["probability"]) > float(row["second_probability"]) >= 0 for row in rows)
    assert all(row["second"] != row["answer"] for row in rows)
    assert len(result.out.splitlines()) == 3


def test_json_says_the_same_and_nothing_else(nn, digits):
    result = nn("classify", digits, "pictures", "--csv", "answers.csv", "--json")
    found = json.loads(result.out)
    assert result.code == 0
    assert found["stages"] == ["crop", "invert", "scale", "centre", "normalise"]
    assert found["unreadable"] == []
    assert found["csv"] == "answers.csv"
    for shown, row in zip(found["pictures"], rows_of("answers.csv"), strict=True):
        assert {name: str(value) for name, value in shown.items()} == {name: row[name] for name in shown}


def test_what_cannot_be_read_is_listed_with_its_reason_and_the_rest_goes_on(nn, digits, folder):
    (folder / "pictures" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nand no more")
    Image.fromarray(np.full((50, 50), 255, np.uint8)).save("pictures/empty.png")
    result = nn("classify", digits, "pictures", "nothing.png", "--csv", "answers.csv", "--json")
    found = json.loads(result.out)
    assert result.code == 1
    assert len(found["pictures"]) == 3
    reasons = {each["file"]: each["reason"] for each in found["unreadable"]}
    assert reasons.keys() == {"pictures/broken.png", "pictures/empty.png", "nothing.png"}
    assert "nothing drawn" in reasons["pictures/empty.png"]
    assert "no file nothing.png" in reasons["nothing.png"]
    assert [row["file"] for row in rows_of("answers.csv") if row["problem"]] == [*reasons]
    assert "Not read (3 of 6):" in result.err
    assert all(line.endswith(".") for line in result.err.splitlines()[1:])


def test_without_its_stages_the_way_is_another(nn, digits):
    """On white paper in dark ink the network sees nothing that it knows."""
    found = {
        stages: json.loads(nn("classify", digits, "pictures/seven.png", "--stages", stages, "--json").out)
        for stages in ("all", "none", "crop,invert,scale")
    }
    assert [each["stages"] for each in found.values()][1:] == [[], ["crop", "invert", "scale"]]
    assert found["all"]["pictures"][0]["answer"] == "7"
    assert found["none"]["pictures"][0] != found["all"]["pictures"][0]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("digits.nns", "pictures", "--stages", "shrink"), 1, "no stage called 'shrink'"),
        (("digits.nns",), 2, "IMAGE"),
        (("nothing.nns", "pictures"), 1, "no file nothing.nns"),
        (("fresh.nns", "pictures"), 1, "not trained yet"),
        (("flat.nns", "pictures"), 1, "not pictures"),
        (("digits.nns", "pictures/seven.png", "--csv", "no/such/folder.csv"), 1, "could not be saved"),
    ],
)  # fmt: skip
def test_refusals_are_sentences(nn, digits, arguments, code, sentence):
    assert nn("new", "mnist-lenet", "-o", "fresh.nns").code == 0
    assert nn("new", "neuron", "-o", "flat.nns").code == 0
    assert nn("train", "flat.nns", "--epochs", 1).code == 0
    result = nn("classify", *arguments)
    assert result.code == code
    assert sentence in result.err
    assert not result.out
    as_json = nn("classify", *arguments, "--json")
    assert as_json.code == code
    assert sentence in json.loads(as_json.out)["error"]


def test_an_empty_folder_is_listed_as_what_it_is(nn, digits):
    os.mkdir("empty")
    result = nn("classify", digits, "empty")
    assert result.code == 1
    assert "no picture in the folder empty" in result.err
    assert not result.out.strip()


def test_strange_names_are_shown_and_kept(nn, digits):
    name = 'pictures/a,"b"\n=1+1\udcff.png'
    os.rename("pictures/seven.png", name)
    assert nn("classify", digits, name, "--csv", "answers.csv").code == 0
    assert rows_of("answers.csv")[0]["file"] == name.replace("\udcff", "\\udcff")


def test_a_project_without_its_data_answers_as_with_it(nn, digits):
    assert nn("new", "digits", "-o", "small.nns").code == 0
    assert nn("train", "small.nns", "--epochs", 3).code == 0
    model = nnstudio.load("small.nns")
    assert model.network().stored == model.network(alone=True).stored
    assert nn("classify", "small.nns", "pictures").code == 0


def test_from_python_it_is_the_same(nn, digits):
    model = nnstudio.load(digits)
    found = json.loads(nn("classify", digits, "pictures/seven.png", "--json").out)["pictures"][0]
    for picture in (seven(), "pictures/seven.png", np.repeat(seven()[..., None], 3, axis=2)):
        answer = model.classify(picture)
        assert (answer.answer, answer.second) == (found["answer"], found["second"])
        assert answer.probability == pytest.approx(found["probability"], abs=1e-4)
    assert sum(answer.probabilities.values()) == pytest.approx(1, abs=1e-5)
    assert list(answer.probabilities) == list("0123456789")
    with pytest.raises(DataError, match="nothing drawn"):
        model.classify(np.zeros((28, 28)))
    with pytest.raises(StudioError, match="no stage"):
        model.classify(seven(), stages="twist")


def test_a_model_that_predicts_numbers_tells_no_classes_apart(nn):
    model = nnstudio.new("linear-regression")
    model.train(epochs=1)
    with pytest.raises(StudioError, match="not pictures"):
        model.classify(seven())


def test_an_interrupted_table_holds_what_was_answered(nn, digits, monkeypatch):
    for number in range(150):
        os.link("pictures/seven.png", f"pictures/{number}.png")
    read, read_for = [], many.read_for

    def interrupted_at_the_seventieth(path, stored):
        read.append(path)
        if len(read) == 70:
            signal.raise_signal(signal.SIGINT)
        return read_for(path, stored)

    monkeypatch.setattr(many, "read_for", interrupted_at_the_seventieth)
    result = nn("classify", digits, "pictures", "--csv", "answers.csv", "--json")
    assert result.code == 130
    assert len(json.loads(result.out)["pictures"]) == 2 * many.AT_ONCE
    assert [row["file"] for row in rows_of("answers.csv")] == read
