"""What is told about packages that are not there."""

import sys

from nnstudio.core.extras import how_to_install


def test_an_installed_nnstudio_can_be_added_to():
    assert how_to_install("onnx") == "Install it with `pip install 'nnstudio[onnx]'`."


def test_a_packaged_program_sends_to_another_nnstudio(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert how_to_install("onnx").startswith("The packaged program comes without it: `pip install 'nnstudio[onnx]'`")
