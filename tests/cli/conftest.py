"""A folder to work in, and the command line called without a new process."""

import pytest

from nnstudio.cli import run

from .command import Result


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder, entered."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def nn(folder, capsys):
    """Call the command line in this process, in an empty folder."""

    def call(*arguments) -> Result:
        capsys.readouterr()
        code = run([str(each) for each in arguments])
        found = capsys.readouterr()
        assert "Traceback" not in found.err + found.out
        assert "bug" not in found.err
        return Result(code, found.out, found.err)

    return call


@pytest.fixture
def project(nn):
    """A small project, made but not trained."""
    assert nn("new", "playground", "-o", "it.nns").code == 0
    return "it.nns"


@pytest.fixture
def trained(nn, project):
    """A small project after three epochs."""
    assert nn("train", project, "--epochs", 3).code == 0
    return project
