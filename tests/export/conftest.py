"""What tests of exports share."""

import pytest


@pytest.fixture
def keras(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keras with PyTorch below it; its settings are written to a folder of ours."""
    pytest.importorskip("torch", reason="PyTorch is not installed, so there is nothing below Keras")
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path_factory.mktemp("keras")))
    pytest.importorskip("keras", reason="Keras is not installed, so there is nothing to compare with")
