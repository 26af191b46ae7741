"""Exported scripts as a user runs them: in a process of their own, with what they need and nothing of ours."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import nnstudio as nn
from nnstudio.export.pytorch import PyTorch
from tests.export.scripts import files_of


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
    from tests.export.code_models import trained

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


def test_where_a_framework_is_missing_that_is_said(monkeypatch: pytest.MonkeyPatch, digits: nn.Model) -> None:
    monkeypatch.setattr("nnstudio.export.pytorch.find_spec", lambda name: None)
    assert PyTorch().runner(digits.trained(), Path("model.py")) is None
    assert "not installed" in PyTorch().missing
