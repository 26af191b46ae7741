"""What the README shows is true: its programs run."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

import nnstudio as nn
from nnstudio.layers.initialisers import Constant

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def program(words):
    """The one Python program in which these words stand."""
    (found,) = [each for each in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if words in each]
    return found


def test_the_program_that_uses_nnstudio_runs_as_it_is_printed(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    seven = Image.new("L", (200, 200), 255)
    ImageDraw.Draw(seven).line([(60, 50), (140, 50), (90, 160)], fill=0, width=16)
    seven.save("seven.png")
    names = {}
    exec(compile(program("nn.new("), "README.md", "exec"), names)
    assert len(names["session"].history.epochs) == 50
    assert names["model"].evaluate().accuracy > 0.6
    assert names["again"].predict([[0.0, 0.0]]).shape == (1, 1)
    assert len(names["digits"].table()) == 6
    made = ["circle.nns", "circle.npz", "circle.npz.md", "seven.png"]
    assert sorted(path.name for path in tmp_path.iterdir()) == made
    told = capsys.readouterr().out.splitlines()
    assert len(told) >= 2
    assert told[-1] == "7"


def test_the_layer_that_is_added_by_one_file_computes_and_learns():
    names = {"__name__": "absolute"}
    exec(compile(program("class Absolute"), "README.md", "exec"), names)
    absolute = names["Absolute"]
    start = Constant(-0.5)
    graph = nn.chain(nn.Input((2,)), nn.Dense(1, weights_start=start, bias_start=start), absolute())
    model = nn.model(
        graph, data="xor-table", loss="mean_squared_error", precision="float64", batch_size=1,
        optimizer={"kind": "sgd", "learning_rate": 0.1},
    )  # fmt: skip
    with model.session(nn.dataset([[1.0, 2.0]], [[0.0]])) as session:
        # a = −½·1 − ½·2 − ½ = −2, y = 2, J = (y − 0)² = 4, ∂J/∂a = 2·2·(−1) = −4, ∂J/∂W = −4·x.
        assert session.step() == pytest.approx(4.0)
        learned = session.parameters.of("dense")
        assert np.allclose(learned["weights"], [[-0.5 + 0.4, -0.5 + 0.8]])
        assert np.allclose(learned["bias"], -0.5 + 0.4)
