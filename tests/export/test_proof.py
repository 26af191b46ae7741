"""Every export is run by a process of its own and compared; a wrong, a silent and a broken one are found out."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import nnstudio as nn
from nnstudio.core.errors import StudioError
from nnstudio.export.base import Runner, exporters
from nnstudio.export.onnx_file import Onnx
from nnstudio.export.proof import Proof, Samples, Unproven, prove
from nnstudio.export.trained import Trained
from nnstudio.export.writing import export
from nnstudio.graph.edits import chain
from nnstudio.layers.dense import Dense
from nnstudio.layers.input import Input
from nnstudio.layers.sigmoid import Sigmoid
from nnstudio.layers.softmax import Softmax
from tests.export.onnx_models import samples_for, trained

pytest.importorskip("onnx")
CLASSES = ("no", "perhaps", "yes")


@pytest.fixture
def model() -> Trained:
    return trained(chain(Input(shape=(4,)), Dense(units=3), Softmax()), classes=CLASSES)


@pytest.fixture
def samples(model: Trained) -> Samples:
    return Samples(samples_for(model, 40), "samples")


def written(model: Trained, folder: Path) -> Path:
    return export(model, Onnx(), folder / "it.onnx").files[0]


def test_a_true_export_is_proved(model: Trained, samples: Samples, tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    proof = export(model, Onnx(), tmp_path / "it.onnx", samples).proof
    assert isinstance(proof, Proof)
    assert proof.holds
    assert (proof.agreed, proof.samples, proof.compared) == (40, 40, "logits")
    assert 0 <= proof.largest_difference <= 1e-5
    assert "onnxruntime" in proof.sentence
    assert "agrees on 40 of 40 samples" in proof.sentence


def test_without_onnxruntime_the_evaluator_in_numpy_proves_it(model, samples, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(
        "nnstudio.export.onnx_file.find_spec", lambda name: None if name == "onnxruntime" else sys.modules[__name__]
    )
    proof = export(model, Onnx(), tmp_path / "it.onnx", samples).proof
    assert isinstance(proof, Proof)
    assert proof.holds
    assert proof.runtime == "ONNX's reference evaluator"


def test_the_largest_difference_is_that_of_the_logits(model: Trained, samples: Samples, tmp_path: Path) -> None:
    main = written(model, tmp_path)
    weights = {name: array.copy() for name, array in model.weights.items()}
    weights["dense/bias"][1] += 0.25
    runner = Onnx().runner(model, main)
    assert runner is not None
    proof = prove(replace(model, weights=weights), main, runner, samples)
    assert isinstance(proof, Proof)
    assert proof.largest_difference == pytest.approx(0.25, rel=1e-4)
    assert not proof.holds
    assert proof.fails
    assert "not the same model" in proof.sentence


def test_the_count_of_equal_predictions_is_exact(model: Trained, samples: Samples, tmp_path: Path) -> None:
    main = written(model, tmp_path)
    weights = {name: array.copy() for name, array in model.weights.items()}
    weights["dense/bias"][:] = (100, 0, 0)
    runner = Onnx().runner(model, main)
    assert runner is not None
    proof = prove(replace(model, weights=weights), main, runner, samples)
    assert isinstance(proof, Proof)
    # Now we always say the first class; theirs says what the file says.
    assert proof.agreed == int((model.answers(samples.inputs).outputs.argmax(1) == 0).sum())


def test_one_output_decides_at_the_middle(tmp_path: Path) -> None:
    model = trained(chain(Input(shape=(4,)), Dense(units=1), Sigmoid()), classes=("no", "yes"))
    proof = export(model, Onnx(), tmp_path / "it.onnx", Samples(samples_for(model, 30), "samples")).proof
    assert isinstance(proof, Proof)
    assert proof.agreed == 30


def test_where_numbers_are_predicted_they_must_be_close(tmp_path: Path) -> None:
    model = trained(chain(Input(shape=(4,)), Dense(units=2)))
    proof = export(model, Onnx(), tmp_path / "it.onnx", Samples(samples_for(model, 30), "samples")).proof
    assert isinstance(proof, Proof)
    assert (proof.agreed, proof.compared, proof.holds) == (30, "outputs", True)


def runner_of(code: str, folder: Path) -> Runner:
    """A runtime that does something else: a module in a folder of its own."""
    (folder / "strange_runtime.py").write_text(code)
    return Runner("a strange runtime", "strange_runtime", {"PYTHONPATH": str(folder)})


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("raise SystemExit('no such operator')", "could not run the export: no such operator"),
        ("", "gave no answers"),
        ("import os; os.abort()", "could not run the export"),
        ("import time; time.sleep(60)", "took longer than 1 seconds"),
        ("import numpy as np; np.save('outputs', np.zeros((1, 3)))", "gives answers of 1 × 3 where we give 40 × 3"),
        ("import numpy as np; np.save('outputs', np.zeros((40, 7)))", "gives answers of 40 × 7 where we give 40 × 3"),
        ("open('outputs.npy', 'w').write('no')", "gave no answers"),
        ("import numpy as np; np.save('outputs', np.array([{}]), allow_pickle=True)", "gave no answers"),
    ],
)  # fmt: skip
def test_a_runtime_that_does_not_answer_proves_nothing(model, samples, tmp_path, code: str, told: str) -> None:
    longest = 1.0 if "sleep" in code else 60
    proof = prove(model, tmp_path / "it.onnx", runner_of(code, tmp_path), samples, longest)
    assert isinstance(proof, Unproven)
    assert told in proof.sentence
    assert not proof.holds
    assert not proof.fails
    assert "\n" not in proof.sentence


@pytest.mark.parametrize("answer", [np.nan, np.inf])
def test_answers_that_are_no_numbers_are_as_wrong_as_can_be(model, samples, tmp_path, answer: float) -> None:
    code = f"import numpy as np; np.save('outputs', np.full((40, 3), float('{answer}')))"
    proof = prove(model, tmp_path / "it.onnx", runner_of(code, tmp_path), samples)
    assert isinstance(proof, Proof)
    assert proof.largest_difference == np.inf
    assert not proof.holds


def test_no_more_samples_than_the_runtime_wants_are_asked(model: Trained, samples: Samples, tmp_path: Path) -> None:
    main = written(model, tmp_path)
    runner = Onnx().runner(model, main)
    assert runner is not None
    proof = prove(model, main, replace(runner, most=7), samples)
    assert isinstance(proof, Proof)
    assert proof.samples == 7


def test_a_model_whose_data_is_gone_is_proved_with_made_up_samples(tmp_path: Path) -> None:
    model = nn.new("playground")
    model.train(epochs=1)
    model.project = replace(model.project, data=str(tmp_path / "gone.csv"))
    done = model.export("onnx", tmp_path / "it.onnx")
    assert done.proof is not None
    assert done.proof.holds
    assert "made-up samples" in done.proof.sentence


@pytest.mark.parametrize("kind", ["npz", "safetensors"])
def test_weights_alone_are_proved_in_the_script_of_their_model(tmp_path: Path, kind: str) -> None:
    model = nn.new("digits")
    model.train(epochs=1)
    done = model.export(kind, tmp_path / "it")
    assert isinstance(done.proof, Proof)
    assert done.proof.runtime.startswith("NumPy")
    assert (done.proof.holds, done.proof.compared, done.proof.samples) == (True, "logits", 359)


@pytest.mark.parametrize("kind", ["npz", "safetensors"])
def test_it_is_the_exported_weights_that_are_run(tmp_path: Path, kind: str) -> None:
    exporter = exporters().find(kind)()
    model = trained(chain(Input(shape=(4,)), Dense(units=3), Softmax()), classes=CLASSES)
    other = trained(chain(Input(shape=(4,)), Dense(units=3), Softmax()), classes=CLASSES, seed=9)
    main = export(other, exporter, tmp_path / "it").files[0]
    runner = exporter.runner(model, main)
    assert runner is not None
    proof = prove(model, main, runner, Samples(samples_for(model, 40), "samples"))
    assert isinstance(proof, Proof)
    assert not proof.holds


def test_without_onnx_there_is_no_onnx(model: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnstudio.export.onnx_file.find_spec", lambda name: None)
    with pytest.raises(StudioError, match=r"pip install 'nnstudio\[onnx\]'"):
        export(model, Onnx(), tmp_path / "it.onnx")
    assert list(tmp_path.iterdir()) == []
