"""Weights come in from npz and safetensors: ours, PyTorch's, Keras's; a mismatch is told whole and changes nothing."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import nnstudio as nn
from nnstudio.cli import run
from nnstudio.core.errors import ModelError, StudioError
from nnstudio.graph.edits import chain
from nnstudio.importing.weight_import import Mismatch
from nnstudio.layers.batch_norm import BatchNorm
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.input import Input
from nnstudio.layers.layer_norm import LayerNorm
from nnstudio.layers.relu import ReLU


def network(seed: int = 0, units: int = 3) -> nn.Model:
    """One with every way to lay weights out; its data is made up here."""
    graph = chain(
        Input(shape=(6, 5, 2)), Conv2D(filters=4, groups=2), BatchNorm(), ReLU(), Conv2D(filters=3), Flatten(),
        Dense(units=7), LayerNorm(), Dense(units=units),
    )  # fmt: skip
    model = nn.model(graph, data="", seed=seed)
    with model.session(nn.dataset(*samples(units)), threads=1) as session:
        model.keep(session)
    random = np.random.default_rng(seed)
    shapes = {name: array.shape for name, array in model.project.weights.items()}
    weights = {name: random.normal(1, 0.2, shape).astype(np.float32) for name, shape in shapes.items()}
    model.project = replace(model.project, weights=weights)
    return model


def samples(units: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    return random.normal(0, 1, (20, 6, 5, 2)).astype(np.float32), random.normal(0, 1, (20, units))


def answers(model: nn.Model) -> np.ndarray:
    return model.predict(samples(3)[0])


@pytest.fixture(scope="module")
def source() -> nn.Model:
    return network(seed=3)


def exported(source: nn.Model, kind: str, folder: Path) -> Path:
    """The weights of a model in one of the formats."""
    path = folder / {"npz": "w.npz", "safetensors": "w.safetensors"}.get(kind, "out")
    source.export(kind, path, prove=False)
    files = {"torch": "model.safetensors", "keras": "model.npz", "numpy": "model.npz"}
    return path / files[kind] if kind in files else path


@pytest.mark.parametrize(
    ("kind", "naming"),
    [("npz", "nnstudio"), ("safetensors", "nnstudio"), ("numpy", "nnstudio"), ("torch", "PyTorch"), ("keras", "Keras")],
)
def test_every_export_comes_back(kind: str, naming: str, source: nn.Model, tmp_path: Path) -> None:
    target = network(seed=4)
    assert not np.allclose(answers(target), answers(source))
    found = target.import_weights(exported(source, kind, tmp_path))
    np.testing.assert_array_equal(answers(target), answers(source))
    assert (found.naming, found.notes) == (naming, ())


def test_pytorch_itself_writes_what_comes_in(source: nn.Model, tmp_path: Path) -> None:
    """With its counters of batches, and with what wrappers put before the names."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed, so it writes nothing")
    from safetensors.torch import save_file as save_tensors

    from tests.export.scripts import namespace_of

    exported(source, "torch", tmp_path)
    module = namespace_of((tmp_path / "out" / "model.py").read_bytes())["Network"]()
    rows = torch.from_numpy(samples(3)[0])
    for number, wrapped in enumerate((module, torch.nn.DataParallel(module))):
        path = tmp_path / f"{number}.safetensors"
        save_tensors(wrapped.state_dict(), path)
        target = network(seed=4)
        target.import_weights(path)
        wanted = module.eval()(rows).detach().numpy()
        np.testing.assert_allclose(answers(target), wanted, atol=1e-5 * np.abs(wanted).max())


def test_what_the_preparation_knows_is_no_weight(tmp_path: Path) -> None:
    from nnstudio.data.preparation.standardise import Standardise

    data = nn.dataset("iris").prepared_by((Standardise(),))
    model = nn.model(chain(Input(shape=(4,)), Dense(units=3)), data="")
    with model.session(data) as session:
        model.keep(session)
    for kind in ("torch", "numpy", "keras"):
        path = exported(model, kind, tmp_path)
        names = np.load(path).files if path.suffix == ".npz" else load_file(path)
        assert any("standardise" in name for name in names)
        model.import_weights(path)


def test_a_mismatch_is_told_whole_and_changes_nothing(source: nn.Model, tmp_path: Path) -> None:
    path = exported(source, "safetensors", tmp_path)
    weights = load_file(path)
    weights["strange.weights"] = weights.pop("conv2d.weights")
    weights["dense.weights"] = weights["dense.weights"][:, :-1].copy()
    save_file(weights, path)
    target = network(seed=4)
    before = target.project
    with pytest.raises(Mismatch) as told:
        target.import_weights(path)
    assert told.value.missing == ("conv2d.weights",)
    assert told.value.unexpected == ("strange.weights",)
    (reshaped,) = told.value.reshaped
    assert (reshaped.name, reshaped.found, reshaped.wanted) == ("dense.weights", (7, 89), (7, 90))
    assert str(told.value).endswith(
        "do not fit the model, so nothing was changed (missing: conv2d.weights; unexpected: strange.weights; "
        "of another shape: dense.weights is 7×89 in place of 7×90)."
    )
    assert target.project is before


def test_pytorchs_own_order_of_axes_is_what_a_mismatch_tells(source: nn.Model, tmp_path: Path) -> None:
    with pytest.raises(Mismatch, match=r"dense_2\.weight is 3×7 in place of 4×7"):
        network(units=4).import_weights(exported(source, "torch", tmp_path))


def test_of_many_mismatches_some_are_named() -> None:
    told = Mismatch(Path("w.npz"), [f"layer_{number}.weights" for number in range(30)], [], [])
    assert "layer_7.weights and 22 more" in str(told)
    assert len(told.missing) == 30


def test_numbers_that_are_not_finite_are_told(source: nn.Model, tmp_path: Path) -> None:
    path = exported(source, "npz", tmp_path)
    weights = dict(np.load(path))
    weights["dense.bias"][:2] = np.nan, np.inf
    weights["dense_2.weights"] = np.full((3, 7), 1e300)
    np.savez(path, **weights)
    target = network(seed=4)
    assert target.import_weights(path).notes == (
        "dense.bias holds 2 numbers that are not finite (NaN or infinite).",
        "dense_2.weights holds 21 numbers that are not finite (NaN or infinite).",
    )


@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.int32, ">f4"])
def test_other_kinds_of_numbers_are_taken_too(dtype, source: nn.Model, tmp_path: Path) -> None:
    path = exported(source, "npz", tmp_path)
    weights = {name: np.round(array * 8).astype(dtype) for name, array in np.load(path).items()}
    np.savez(path, **weights)
    target = network(seed=4)
    target.import_weights(path)
    found = target.project.weights["dense/weights"]
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, weights["dense.weights"].astype(np.float32))


def test_halved_numbers_of_pytorch_are_taken_too(source: nn.Model, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed, so it writes nothing")
    from safetensors.torch import load_file as load_tensors
    from safetensors.torch import save_file as save_tensors

    path = exported(source, "torch", tmp_path)
    halved = {name: tensor.to(torch.bfloat16) for name, tensor in load_tensors(path).items()}
    save_tensors(halved, path)
    target = network(seed=4)
    target.import_weights(path)
    wanted = halved["dense.weight"].to(torch.float32).numpy()
    np.testing.assert_array_equal(target.project.weights["dense/weights"], wanted)


def test_the_history_ends_where_other_weights_begin(tmp_path: Path) -> None:
    model = nn.new("playground")
    model.train(epochs=1)
    path = tmp_path / "w.npz"
    model.export("npz", path, prove=False)
    other = nn.new("playground")
    other.train(epochs=2)
    other.import_weights(path)
    assert (other.project.history, other.project.best, other.project.checkpoint) == ((), None, None)
    assert other.project.class_names == ("negative", "positive")


def test_a_model_that_was_never_trained_learns_its_preparation_from_its_data(tmp_path: Path) -> None:
    model = nn.new("digits")
    model.train(epochs=2)
    model.export("safetensors", tmp_path / "w.safetensors", prove=False)
    fresh = nn.new("digits")
    fresh.import_weights(tmp_path / "w.safetensors")
    rows = model.data().inputs[:50]
    np.testing.assert_array_equal(fresh.predict(rows), model.predict(rows))
    assert fresh.project.class_names == model.project.class_names


def test_a_model_without_weights_says_so(source: nn.Model, tmp_path: Path) -> None:
    bare = nn.model(chain(Input(shape=(3,)), ReLU()), data="")
    with pytest.raises(ModelError, match="no weights to be read"):
        bare.import_weights(exported(source, "npz", tmp_path))


@pytest.fixture
def saved(source: nn.Model, tmp_path: Path) -> tuple[Path, Path]:
    """A project and weights for it."""
    network(seed=4).save(tmp_path / "p.nns")
    return tmp_path / "p.nns", exported(source, "safetensors", tmp_path)


def test_the_command_line_puts_weights_into_a_project(saved, source: nn.Model, tmp_path: Path, capsys) -> None:
    project, weights = saved
    before = project.read_bytes()
    assert run(["import", str(weights), "--into", str(project), "-o", str(tmp_path / "other.nns"), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["naming"], report["arrays"], report["notes"]) == ("nnstudio", 14, [])
    assert project.read_bytes() == before
    np.testing.assert_array_equal(answers(nn.load(tmp_path / "other.nns")), answers(source))
    assert run(["import", str(weights), "--into", str(project)]) == 0
    assert "Put the weights into" in capsys.readouterr().out
    np.testing.assert_array_equal(answers(nn.load(project)), answers(source))


def test_the_command_line_leaves_a_project_alone_that_they_do_not_fit(saved, tmp_path: Path, capsys) -> None:
    project, weights = saved
    network(units=5).save(project)
    before = project.read_bytes()
    assert run(["import", str(weights), "--into", str(project)]) == 1
    assert "nothing was changed" in capsys.readouterr().err
    assert project.read_bytes() == before


def test_the_command_line_asks_where_to(saved, capsys) -> None:
    assert run(["import", str(saved[1])]) == 2
    assert "Say where to" in capsys.readouterr().err


def test_an_existing_project_is_not_written_over_by_accident(saved, tmp_path: Path, capsys) -> None:
    project, weights = saved
    (tmp_path / "other.nns").write_text("mine")
    assert run(["import", str(weights), "--into", str(project), "-o", str(tmp_path / "other.nns")]) == 1
    assert (tmp_path / "other.nns").read_text() == "mine"


def test_the_error_of_a_wrong_file_is_one_of_ours(tmp_path: Path) -> None:
    (tmp_path / "w.npz").write_bytes(b"")
    with pytest.raises(StudioError, match="is empty"):
        network().import_weights(tmp_path / "w.npz")
