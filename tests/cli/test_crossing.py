"""The command line exports with a proof, and makes projects of ONNX files."""

from pathlib import Path

import numpy as np
import pytest

from nnstudio.project.file import load_project

from .command import refuse

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")


def test_an_export_says_its_proof(nn, trained, folder):
    result = nn("export", trained, "--to", "onnx", "-o", "it.onnx")
    assert result.code == 0
    assert result.out.splitlines()[:2] == ["Wrote it.onnx", "Beside it: it.onnx.md"]
    assert "agrees on 100 of 100 test samples of circle" in result.out
    assert "100 of 100" in (folder / "it.onnx.md").read_text("utf-8")


def test_a_program_gets_the_proof_as_numbers(nn, trained):
    told = nn("export", trained, "--to", "onnx", "-o", "it.onnx", "--json").json
    assert told["file"] == "it.onnx"
    assert told["card"] == "it.onnx.md"
    assert told["proof"]["holds"] is True
    assert told["proof"]["agreed"] == told["proof"]["samples"] == 100
    assert told["proof"]["largest_difference"] <= 1e-5


def test_a_proof_can_be_left_out(nn, trained):
    assert nn("export", trained, "--to", "onnx", "-o", "it.onnx", "--no-proof", "--json").json["proof"] is None


def test_a_model_comes_back(nn, trained, folder):
    nn("export", trained, "--to", "onnx", "-o", "it.onnx", "--no-proof")
    told = nn("import", "it.onnx", "-o", "back.nns", "--json").json
    assert [each["layer"] for each in told["layers"]] == ["Input", "Dense", "Tanh", "Dense", "Tanh", "Dense", "Tanh"]
    assert told["parameters"] == 105
    before, after = load_project(Path(trained)), load_project(Path("back.nns"))
    for name, array in before.weights.items():
        np.testing.assert_array_equal(after.weights[name], array)


def test_a_project_that_is_there_is_not_replaced_unasked(nn, trained, folder):
    nn("export", trained, "--to", "onnx", "-o", "it.onnx", "--no-proof")
    before = Path(trained).read_bytes()
    assert "--force" in refuse(nn("import", "it.onnx", "-o", trained), 1)
    assert Path(trained).read_bytes() == before
    assert nn("import", "it.onnx", "-o", trained, "--force").out == "Made it.nns: 7 layers, 105 parameters\n"


@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
def test_what_is_no_onnx_file_is_refused_and_nothing_is_written(nn, folder, as_json):
    (folder / "it.onnx").write_bytes(b"hello")
    sentence = refuse(nn("import", "it.onnx", "-o", "back.nns", *["--json"] * as_json), 1)
    assert "it.onnx is not an ONNX file" in sentence
    assert not (folder / "back.nns").exists()


def test_every_unknown_node_is_named(nn, folder):
    nodes = [onnx.helper.make_node("Sin", ["x"], ["a"], "wave"), onnx.helper.make_node("Cos", ["a"], ["y"], "wall")]
    kind = onnx.TensorProto.FLOAT
    doors = [onnx.helper.make_tensor_value_info(name, kind, ["n", 2]) for name in ("x", "y")]
    onnx.save(onnx.helper.make_model(onnx.helper.make_graph(nodes, "g", doors[:1], doors[1:])), "it.onnx")
    sentence = refuse(nn("import", "it.onnx", "-o", "back.nns"), 1)
    assert "wave (Sin)" in sentence
    assert "wall (Cos)" in sentence
