"""The model card tells what a model is, what it learned from, how well, and whether it was proved."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import nnstudio as nn
from nnstudio.export.card import card
from nnstudio.export.proof import Proof, Unproven
from nnstudio.export.trained import About
from nnstudio.export.weights import Npz
from nnstudio.graph.edits import chain
from nnstudio.layers.dense import Dense
from nnstudio.layers.input import Input
from tests.export.onnx_models import trained


@pytest.fixture(scope="module")
def digits() -> nn.Model:
    model = nn.new("digits")
    model.train(epochs=2)
    return model


def page(model: nn.Model, folder: Path) -> str:
    return model.export("npz", folder / "it.npz", prove=False).card.read_text("utf-8")


def rows(text: str) -> dict[str, str]:
    """The cells of the tables with two columns."""
    return dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE))


def test_it_tells_data_figures_date_and_seed(digits: nn.Model, tmp_path: Path) -> None:
    told = rows(page(digits, tmp_path))
    assert told["Data"] == "digits"
    assert told["Seed"] == "0"
    assert told["Date"] == date.today().isoformat()
    assert told["Parameters"] == "2,410"
    assert told["Epochs"] == "2"
    assert told["Test accuracy"] == f"{digits.evaluate().accuracy:.2%}"
    assert told["Optimizer"].startswith("adam (learning_rate ")
    assert told["Reads"] == "8×8×1 numbers for each sample, as the data stores them"


def test_it_tells_every_layer_and_every_step_of_the_preparation(digits: nn.Model, tmp_path: Path) -> None:
    text = page(digits, tmp_path)
    assert "| hidden | Dense with 32 neurons | 32 | 2,080 |" in text
    assert "1. Scale (divisor 16.0)" in text


def test_it_tells_the_proof() -> None:
    model = trained(chain(Input(shape=(2,)), Dense(units=1)))
    proof = Proof("somebody", 10, "samples", "outputs", 2e-7, 10)
    assert proof.sentence in card(model, Npz(), ["it.npz"], proof)
    assert "Not proved: nobody is here." in card(model, Npz(), ["it.npz"], Unproven("nobody is here."))
    assert "was not run" in card(model, Npz(), ["it.npz"], None)


def test_it_does_not_tell_where_a_folder_lies_on_this_computer(digits: nn.Model, tmp_path: Path) -> None:
    there = replace(digits.project, data=str(tmp_path / "gone.csv") + ",target=a")
    text = page(nn.Model(there), tmp_path)
    assert str(tmp_path) not in text
    assert rows(text)["Data"] == "gone.csv"


def test_names_from_a_stranger_stay_in_their_cells() -> None:
    about = About(title="a\n# b", description="<script>x</script>\x1b[31m", data="x | y")
    model = replace(trained(chain(Input(shape=(2,)), Dense(units=1)), classes=("a|b", "c\nd")), about=about)
    text = card(model, Npz(), ["it.npz"], None)
    assert text.startswith("# a # b\n")
    assert "<script" not in text
    assert "\x1b" not in text
    assert "| Data | x \\| y |" in text
    assert "a\\|b, c d" in text
