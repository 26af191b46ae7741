"""The command line keeps and finds data sets where the window was told to, or where the environment says."""

import pytest

from nnstudio.data.home import choose_home

from .command import call


@pytest.fixture
def chosen(tmp_path, monkeypatch):
    """A data folder that the user chose in the window."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    monkeypatch.delenv("NNSTUDIO_DATA", raising=False)
    folder = tmp_path / "chosen"
    folder.mkdir()
    choose_home(folder)
    return folder


def test_what_is_missing_is_missed_in_the_chosen_folder(nn, chosen):
    refused = nn("data", "info", "mnist")
    assert refused.code == 1
    assert f"into {chosen / 'mnist'}." in refused.err


def test_training_looks_there_too(nn, chosen, project):
    assert str(chosen / "fashion-mnist") in nn("train", project, "--data", "fashion-mnist").err


def test_the_environment_outweighs_it_for_one_call(chosen, tmp_path):
    user = {"XDG_DATA_HOME": str(tmp_path / "user")}
    other = tmp_path / "other"
    assert str(other / "mnist") in call(tmp_path, "data", "info", "mnist", NNSTUDIO_DATA=str(other), **user).err
    assert str(chosen / "mnist") in call(tmp_path, "data", "info", "mnist", **user).err
