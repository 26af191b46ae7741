"""The example as its user has it: installed, and then found by every program that is started."""

import os
import shutil
from dataclasses import replace

import pytest

from nnstudio.graph import edits
from nnstudio.layers.base import layers
from nnstudio.project.file import save_project
from nnstudio.project.templates import load_template
from tests.cli.command import ROOT, call

from .installing import lay


@pytest.fixture
def there(example):
    """The environment of a program that finds the example among its packages."""
    return {"PYTHONPATH": os.pathsep.join((str(ROOT), str(example)))}


@pytest.fixture
def home(tmp_path, example):
    """The environment of a program that finds the example in the folder of plugins, as the packaged one must."""
    shutil.copytree(example, tmp_path / "share" / "nnstudio" / "plugins")
    return {"XDG_DATA_HOME": str(tmp_path / "share")}


@pytest.fixture
def project(tmp_path, installed, example):
    """The playground with a Hard tanh in it."""
    installed.add(example)
    found = load_template("playground")
    layer = layers().find("hard_tanh")(limit=0.9)
    graph = edits.set_layer(found.graph, "tanh_1", layer)
    save_project(replace(found, graph=graph), tmp_path / "it.nns")
    installed.remove()
    return "it.nns"


def test_it_is_listed_with_all_that_it_adds(tmp_path, there):
    (plugin,) = call(tmp_path, "plugins", "--json", **there).json["plugins"]
    assert (plugin["name"], plugin["version"], plugin["failures"]) == ("nnstudio-example", "1.0", [])
    assert [(each["group"], each["kind"], each["title"]) for each in plugin["adds"]] == [
        ("nnstudio.layers", "hard_tanh", "Hard tanh"), ("nnstudio.panels", "weight_norms", "Weight norms"),
    ]  # fmt: skip
    table = call(tmp_path, "plugins", **there)
    assert table.code == 0
    assert "layer  hard_tanh  Hard tanh" in table.out


def test_without_plugins_the_list_says_so(tmp_path):
    told = call(tmp_path, "plugins", XDG_DATA_HOME=str(tmp_path))
    assert (told.code, told.out.splitlines()[0][:26]) == (0, "No plugins are installed. ")
    assert told.out.splitlines()[-1].endswith(f"{tmp_path / 'nnstudio' / 'plugins'}.")


def test_a_broken_one_beside_it_is_named_and_left_out(tmp_path, there, project):
    broken = lay(tmp_path / "b", "the-broken-one", "[nnstudio.layers]\nbang = the_broken_one.boom:B\n", boom="exit(3)")
    environment = {"PYTHONPATH": os.pathsep.join((there["PYTHONPATH"], str(broken)))}
    listed = call(tmp_path, "plugins", "--json", **environment)
    assert listed.code == 1
    good, bad = listed.json["plugins"]
    assert (good["name"], len(good["adds"]), good["failures"]) == ("nnstudio-example", 2, [])
    assert (bad["name"], bad["adds"], bad["failures"][0]["reason"]) == ("the-broken-one", [], "SystemExit: 3.")
    assert call(tmp_path, "check", project, **environment).code == 0


def test_a_project_with_its_layer_is_checked_trained_and_exported(tmp_path, there, project):
    checked = call(tmp_path, "check", project, **there)
    assert (checked.code, "Hard tanh" in checked.out) == (0, True)
    report = call(tmp_path, "train", project, "--epochs", 20, "--json", **there).json
    assert report["train_loss"][-1] < report["train_loss"][0] / 2
    exported = call(tmp_path, "export", project, "--to", "numpy", "-o", "it.py", "--json", **there)
    assert exported.code == 0, exported.err
    assert exported.json["proof"]["agreed"] == exported.json["proof"]["samples"] > 0
    assert "np.clip(x, -0.9, 0.9)" in (tmp_path / "it.py").read_text("utf-8")


def test_its_pages_stand_in_the_help(tmp_path, there):
    layer = call(tmp_path, "help", "layers/hard_tanh", **there)
    assert layer.code == 0
    assert "The largest number that is let through" in layer.out
    panel = call(tmp_path, "help", "panels/plugin-weight_norms", **there)
    assert panel.code == 0
    assert "norm of √(9 + 16) = 5" in panel.out


def test_without_the_plugin_the_project_says_what_may_be_missing(tmp_path, project):
    refused = call(tmp_path, "check", project)
    assert refused.code == 1
    assert "'hard_tanh' is no layer that this version knows" in refused.err
    assert "It may come from a plugin that is not installed." in refused.err


def test_it_is_found_in_the_folder_of_plugins_by_the_command_and_by_the_workers_of_a_sweep(tmp_path, home, project):
    assert names_of(call(tmp_path, "plugins", "--json", **home)) == ["nnstudio-example"]
    swept = call(tmp_path, "sweep", project, "--lr", "0.01,0.03", "--epochs", 2, "--workers", 2, "--json", **home)
    assert swept.code == 0, swept.err
    assert [trial["failed"] for trial in swept.json["trials"]] == [None, None]


def test_what_lies_in_the_folder_of_plugins_cannot_stand_in_for_ours(tmp_path, home):
    for name in ("nnstudio", "numpy", "json"):
        package = tmp_path / "share" / "nnstudio" / "plugins" / name
        package.mkdir()
        (package / "__init__.py").write_text("raise SystemExit('shadowed')")
    assert call(tmp_path, "check", "x.nns", **home).err.startswith("nnstudio: ")
    assert names_of(call(tmp_path, "plugins", "--json", **home)) == ["nnstudio-example"]


def names_of(listed):
    return [plugin["name"] for plugin in listed.json["plugins"]]
