"""Exported scripts as a user runs them: in a process of their own, with what they need and nothing of ours."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file, save_file

import nnstudio as nn
from nnstudio.data.preparation.standardise import Standardise
from nnstudio.engine.losses import CategoricalCrossEntropy
from nnstudio.export.base import exporters
from nnstudio.export.writing import proved
from nnstudio.exporting import samples_to_prove
from nnstudio.graph.edits import chain
from nnstudio.layers.batch_norm import BatchNorm
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.input import Input
from nnstudio.layers.layer_norm import LayerNorm
from nnstudio.layers.relu import ReLU
from nnstudio.layers.softmax import Softmax
from tests.export.code_models import trained
from tests.export.scripts import files_of, namespace_of


@pytest.fixture(scope="module")
def digits() -> nn.Model:
    model = nn.new("digits")
    model.train(epochs=6)
    return model


def run(script: Path, *arguments: Path | str, without: tuple[str, ...] = ("nnstudio", "torch", "safetensors")) -> str:
    """What a script prints where some packages are not installed."""
    start = f"import runpy, sys; sys.modules.update(dict.fromkeys({without!r})); sys.argv = sys.argv[1:]; "
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", f"{start}runpy.run_path(sys.argv[0], run_name='__main__')", script, *arguments],
        env={**environment, "PYTHONDONTWRITEBYTECODE": "1"}, cwd=script.parent, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def a_picture(folder: Path, data: nn.Model, number: int) -> tuple[Path, str]:
    """A digit of the test part as a picture from black to white, and its class."""
    found = data.data()
    pick = found.part("test")[number]
    grey = np.minimum(found.inputs[pick][..., 0].astype(int) * 255 // 16, 255).astype(np.uint8)
    Image.fromarray(grey).save(folder / f"{number}.png")
    return folder / f"{number}.png", str(found.targets[pick])


def test_the_numpy_script_needs_numpy_alone(digits: nn.Model, tmp_path: Path) -> None:
    digits.export("numpy", tmp_path / "out", prove=False)
    sample = digits.data().inputs[digits.data().part("test")[0]]
    np.save(tmp_path / "digit.npy", sample)
    wanted = int(digits.predict(sample[None])[0].argmax())
    others = ("nnstudio", "torch", "safetensors", "PIL")
    printed = run(tmp_path / "out" / "model.py", tmp_path / "digit.npy", without=others)
    assert printed.split(": ")[1].startswith(f"{wanted} (")


def test_with_pillow_it_reads_pictures(digits: nn.Model, tmp_path: Path) -> None:
    digits.export("numpy", tmp_path / "out", prove=False)
    pictures = [a_picture(tmp_path, digits, number) for number in range(5)]
    answers = run(tmp_path / "out" / "model.py", *(path for path, _ in pictures)).splitlines()
    assert [answer.split(": ")[1][0] for answer in answers] == [name for _, name in pictures]


def test_the_pytorch_module_reads_pictures(digits: nn.Model, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed, so there is nothing to run")
    digits.export("torch", tmp_path / "out", prove=False)
    picture, name = a_picture(tmp_path, digits, 3)
    assert run(tmp_path / "out" / "model.py", picture, without=("nnstudio",)).split(": ")[1].startswith(name)


def test_a_script_goes_by_any_name(digits: nn.Model, tmp_path: Path) -> None:
    """Only its weights must be called as it is."""
    digits.export("numpy", tmp_path / "digits of mine (2).py", prove=False)
    picture, name = a_picture(tmp_path, digits, 1)
    assert run(tmp_path / "digits of mine (2).py", picture).split(": ")[1].startswith(name)


def test_numbers_come_from_a_text_file(tmp_path: Path) -> None:
    model = nn.new("playground")
    model.train(epochs=1)
    model.export("numpy", tmp_path / "out", prove=False)
    (tmp_path / "point.txt").write_text("0.5, -0.25\n")
    answer = model.predict([[0.5, -0.25]])[0, 0]
    name = ("negative", "positive")[int(answer > 0)]
    assert run(tmp_path / "out" / "model.py", tmp_path / "point.txt").strip().endswith(f"{name} ({answer:.4g})")


def test_numbers_that_are_predicted_are_printed(tmp_path: Path) -> None:
    model = nn.new("linear-regression")
    model.train(epochs=1)
    model.export("numpy", tmp_path / "out", prove=False)
    np.save(tmp_path / "x.npy", np.array([2.0]))
    printed = run(tmp_path / "out" / "model.py", tmp_path / "x.npy").split(": ")[1]
    assert float(printed) == pytest.approx(float(model.predict([[2.0]])[0, 0]), rel=1e-5)


@pytest.mark.parametrize("kind", ["numpy", "torch", "keras", "npz", "safetensors", "csv"])
def test_the_same_model_gives_the_same_files(digits: nn.Model, kind: str) -> None:
    trained = digits.trained(digits.data())
    names = [name for name in files_of(trained, kind) if not name.endswith(".npz")]
    first, second = files_of(trained, kind), files_of(trained, kind)
    assert [first[name] for name in names] == [second[name] for name in names]


@pytest.mark.parametrize("kind", ["numpy", "torch", "keras"])
def test_no_line_is_longer_than_a_page_is_wide(digits: nn.Model, kind: str) -> None:
    for name, content in files_of(digits.trained(digits.data()), kind).items():
        if name.endswith(".py"):
            assert [line for line in content.decode().splitlines() if len(line) > 110] == []


@pytest.mark.parametrize("kind", ["numpy", "torch", "keras"])
@pytest.mark.parametrize("template", ["mnist-lenet", "playground", "digits", "linear-regression", "perceptron"])
def test_a_careful_reader_finds_nothing_in_the_scripts(template: str, kind: str, tmp_path: Path) -> None:
    """No name that is not defined, no import that is not used: ruff reads them."""
    pytest.importorskip("ruff", reason="ruff is not installed, so nobody reads the scripts")
    project = nn.new(template).project
    model = trained(project.graph, project.settings.loss, class_names=())
    for name, content in files_of(model, kind).items():
        (tmp_path / name).write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "E4,E7,E9,F,I,B,UP,RET", "--ignore", "I001",
         tmp_path],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("kind", "module"), [("torch", "pytorch"), ("keras", "keras")])
def test_where_a_framework_is_missing_numpy_reads_its_weights(kind, module, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(f"nnstudio.export.{module}.find_spec", lambda name: None)
    done = network_with_everything().export(kind, tmp_path / "out")
    assert done.proof.holds
    assert "is not installed, so its code was not run" in done.proof.sentence
    assert "is not installed" in exporters().find(kind)().lacking


@pytest.mark.parametrize(("kind", "module"), [("torch", "pytorch"), ("keras", "keras")])
def test_numpy_sees_that_the_weights_of_an_export_are_wrong(kind, module, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(f"nnstudio.export.{module}.find_spec", lambda name: None)
    model = network_with_everything()
    done = model.export(kind, tmp_path / "out", prove=False)
    weights = next(path for path in done.files if path.suffix in (".npz", ".safetensors"))
    if weights.suffix == ".npz":
        np.savez(weights, **{name: array * 1.5 for name, array in np.load(weights).items()})
    else:
        save_file({name: array * 1.5 for name, array in load_file(weights).items()}, weights)
    trained = model.trained(model.arrays)
    exporter = exporters().find(kind)()
    assert not proved(trained, exporter, done.files[0], samples_to_prove(trained, model.arrays)).holds


def network_with_everything() -> nn.Model:
    """Every layer whose weights are turned on the way out, behind a preparation that knows numbers."""
    random = np.random.default_rng(2)
    inputs = random.integers(0, 255, (60, 6, 5, 2)).astype(np.uint8)
    data = nn.dataset(inputs, [f"{each}" for each in np.arange(60) % 3]).prepared_by((Standardise(per="channel"),))
    graph = chain(
        Input(shape=(6, 5, 2)), Conv2D(filters=4, groups=2), BatchNorm(), ReLU(), Conv2D(filters=3), Flatten(),
        Dense(units=7), LayerNorm(), Dense(units=3), Softmax(),
    )  # fmt: skip
    model = nn.model(graph, data="", loss=CategoricalCrossEntropy(), epochs=1)
    model.train(data)
    return model


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-1.0, 1.0), (0.0, 255.0)])
def test_a_picture_gets_the_numbers_that_the_data_stores(flat: bool, low: float, high: float, tmp_path: Path) -> None:
    """Data may keep pictures as fractions, from −1 to 1, or as rows."""
    grey = np.random.default_rng(4).integers(0, 256, (40, 8, 8)).astype(np.uint8)
    grey[:, 0, :2] = 0, 255
    stored = (low + grey / 255 * (high - low)).astype(np.float32).reshape(40, *((64,) if flat else (8, 8, 1)))
    data = nn.dataset(stored, np.arange(40) % 2)
    layers = (Dense(units=2), Softmax()) if flat else (Flatten(), Dense(units=2), Softmax())
    model = nn.model(chain(Input(shape=stored.shape[1:]), *layers), data="", loss=CategoricalCrossEntropy(), epochs=1)
    model.train(data)
    model.export("numpy", tmp_path / "out", prove=False)
    script = namespace_of((tmp_path / "out" / "model.py").read_bytes())
    Image.fromarray(grey[7]).save(tmp_path / "7.png")
    np.testing.assert_allclose(script["read_sample"](tmp_path / "7.png"), stored[7], atol=1e-5)
