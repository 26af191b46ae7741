"""What the README shows is true: its programs run."""

import re
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def program(words):
    """The one Python program in which these words stand."""
    (found,) = [each for each in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if words in each]
    return found


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A folder in which a program may leave its files, with a picture of a seven."""
    from PIL import Image, ImageDraw

    monkeypatch.chdir(tmp_path)
    seven = Image.new("L", (280, 280), 0)
    ImageDraw.Draw(seven).line([(80, 60), (200, 60), (130, 220)], fill=255, width=22, joint="curve")
    seven.save(tmp_path / "seven.png")
    return tmp_path


def test_the_program_that_uses_nnstudio_runs_as_it_is_printed(elsewhere, capsys):
    exec(compile(program("nn.new("), "README.md", "exec"), {})
    words = capsys.readouterr().out.split()
    assert words[-1] == "7"
    assert (elsewhere / "circle.nns").exists()
    assert (elsewhere / "circle.npz").exists()


def test_the_layer_that_is_added_by_one_file_computes_and_learns():
    import nnstudio as nn
    from nnstudio.layers.initialisers import Constant

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
