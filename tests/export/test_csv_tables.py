"""Weights as tables: every number with all its digits, under a name that says where it belongs."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import nnstudio as nn
from nnstudio.core.errors import StudioError
from nnstudio.export.base import exporters
from nnstudio.export.proof import Samples
from nnstudio.export.writing import proved
from nnstudio.exporting import samples_to_prove
from nnstudio.graph.edits import chain
from nnstudio.layers.batch_norm import BatchNorm
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.input import Input
from nnstudio.layers.relu import ReLU
from tests.export.code_models import samples_for, trained
from tests.export.scripts import files_of


@pytest.fixture(scope="module")
def model():
    front = Input(shape=(4, 4, 2)), Conv2D(filters=3, size=2), BatchNorm(), ReLU()
    return trained(chain(*front, Flatten(), Dense(units=2)))


def test_each_layer_with_weights_has_its_table(model) -> None:
    assert list(files_of(model, "csv")) == ["model_conv2d.csv", "model_batch_norm.csv", "model_dense.csv"]


def test_a_row_is_a_neuron_and_a_column_says_what_stands_in_it(model, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(files_of(model, "csv")["model_dense.csv"])
    table = pd.read_csv(tmp_path / "t.csv")
    assert [*table.columns[:2], table.columns[-1]] == ["weights[0]", "weights[1]", "bias"]
    np.testing.assert_array_equal(table["bias"].to_numpy(np.float32), model.weights["dense/bias"])
    np.testing.assert_array_equal(table["weights[17]"].to_numpy(np.float32), model.weights["dense/weights"][:, 17])


def test_a_column_of_a_filter_names_row_column_and_channel(model, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(files_of(model, "csv")["model_conv2d.csv"])
    table = pd.read_csv(tmp_path / "t.csv")
    found = table["weights[1 0 1]"].to_numpy(np.float32)
    np.testing.assert_array_equal(found, model.weights["conv2d/weights"][:, 1, 0, 1])


def test_numpy_reads_a_table_back_to_the_same_bits(model, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(files_of(model, "csv")["model_batch_norm.csv"])
    found = np.loadtxt(tmp_path / "t.csv", delimiter=",", skiprows=1, dtype=np.float32)
    names = ("scale", "shift", "mean", "variance")
    np.testing.assert_array_equal(found.T, [model.weights[f"batch_norm/{name}"] for name in names])


def test_a_model_without_weights_has_no_tables() -> None:
    with pytest.raises(StudioError, match="no weights"):
        files_of(trained(chain(Input(shape=(2,)), ReLU())), "csv")


def test_the_tables_go_into_a_folder(tmp_path: Path) -> None:
    project = nn.new("playground")
    project.train(epochs=1)
    done = project.export("csv", tmp_path / "tables")
    assert done.proof.holds
    assert [path.name for path in done.files] == ["model_hidden_1.csv", "model_hidden_2.csv", "model_neuron.csv"]
    assert {path.parent for path in done.files} == {tmp_path / "tables"}


def test_a_wrong_number_in_a_table_is_seen(tmp_path: Path) -> None:
    project = nn.new("playground")
    project.train(epochs=1)
    done = project.export("csv", tmp_path / "mine.csv", prove=False)
    header, first, *others = done.files[-1].read_text().splitlines()
    done.files[-1].write_text("\n".join((header, first.replace("0.", "1.", 1), *others)))
    trained, exporter = project.trained(project.data()), exporters().find("csv")()
    assert not proved(trained, exporter, done.files[0], samples_to_prove(trained, project.data())).holds


def test_every_kind_of_layer_comes_back_from_its_table(model, tmp_path: Path) -> None:
    files = files_of(model, "csv", "t")
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    samples = Samples(samples_for(model), "samples")
    assert proved(model, exporters().find("csv")(), tmp_path / next(iter(files)), samples).holds
