"""Plugins that fail in every way that one can think of: each is named, and left out, and the rest goes on."""

import os
import sys

import pytest

from nnstudio.core import plugged
from nnstudio.core.errors import UnknownKind
from nnstudio.core.plugged import INTERFACE, blame, failures
from nnstudio.data.sources import data_names, open_data
from nnstudio.layers.base import layers
from nnstudio.plugins import as_text
from nnstudio.plugins import installed as all_plugins

from .installing import lay

LAYER = """
    from dataclasses import dataclass
    from typing import Any
    from nnstudio.core.fields import real
    from nnstudio.layers.base import Activation, Layer
"""
GOOD = LAYER + """
    @dataclass(frozen=True)
    class Good(Activation):
        "Does nothing."
        def forward(self, at): at.run(lambda: None)
        def backward(self, at): at.run(lambda: None)
"""


def layer(head="class Boom(Activation):", body="", decorator="@dataclass(frozen=True)"):
    """A layer with something wrong in it."""
    ways = "def forward(self, at): pass\n        def backward(self, at): pass"
    return LAYER + f"""
    {decorator}
    {head}
        "Boom."
        {body or "..."}
        {ways}
"""


BROKEN = {
    "is not there": (None, "No module named"),
    "lacks the name": ("", "has no attribute 'Boom'"),
    "raises while it is imported": ("1 / 0", "ZeroDivisionError: division by zero"),
    "ends the program": ("import sys; sys.exit('enough')", "SystemExit: enough"),
    "raises what is no Exception": ("class Odd(BaseException): ...\nraise Odd('odd')", "Odd: odd"),
    "is written wrongly": ("def (", "SyntaxError"),
    "is no class": ("Boom = 3", "it is not a layer"),
    "is a class of another kind": ("class Boom: ...", "it is not a layer"),
    "is a layer without a dataclass": (layer(decorator=""), "it is not a frozen dataclass"),
    "can be changed": (layer(decorator="@dataclass"), "cannot inherit non-frozen dataclass|not a frozen dataclass"),
    "has no way forward": (LAYER + """
    @dataclass(frozen=True)
    class Boom(Activation):
        "Boom."
""", "forward, backward is missing"),
    "has the kind of one of ours": (layer(body="kind = 'relu'"), "of the kind 'relu' already, of nnstudio's own"),
    "has the kind of another plugin": (layer(body="kind = 'good'"), "'good' already, from the plugin a-good-one"),
    "has a kind that no file could keep": (layer(body="kind = 'Boom! Boom!'"), "its kind 'Boom! Boom!' should be"),
    "has a kind that is no text": (layer(body="kind = 7"), "its kind 7 should be"),
    "has no title": (layer(body="title = ''"), "its title should be"),
    "has a field that is not declared": (layer(body="size: int = 3"), "its field size is not declared"),
    "has a default out of its own range": (layer(body="size: float = real(9.0, 0.0, 1.0, 'x')"), "must be"),
    "has a formula that names no field": (layer(body="formula = 'y = {slope}·a'"), "its formula names slope"),
}  # fmt: skip


@pytest.fixture
def good(tmp_path):
    """A plugin that works."""
    points = "[nnstudio.layers]\ngood = a_good_one.good:Good\n"
    return lay(tmp_path / "good", "a-good-one", points, good=GOOD)


@pytest.mark.parametrize("way", BROKEN)
def test_a_layer_that_fails_is_named_and_left_out(way, tmp_path, installed, good):
    source, reason = BROKEN[way]
    modules = {} if source is None else {"boom": source}
    points = "[nnstudio.layers]\nbang = the_broken_one.boom:Boom\n"
    installed.add(good, lay(tmp_path / "broken", "the-broken-one", points, **modules))
    kinds = layers().kinds()
    assert {"relu", "good"} <= set(kinds)
    assert kinds["relu"].__module__ == "nnstudio.layers.relu"
    assert kinds["good"].__module__ == "a_good_one.good"
    assert "boom" not in kinds
    (failure,) = failures()
    assert failure.sentence.startswith("“bang” of the plugin the-broken-one is left out: ")
    assert any(part in failure.reason for part in reason.split("|")), failure.reason


def test_all_that_is_installed_is_listed_with_what_failed(tmp_path, installed, good):
    points = "[nnstudio.layers]\nbang = the_broken_one.boom:Boom\n[nnstudio.layer]\nx = a:b\n"
    installed.add(good, lay(tmp_path / "broken", "the-broken-one", points, boom="1 / 0"))
    first, second = all_plugins()
    assert (first.name, [each.title for each in first.adds], first.failures) == ("a-good-one", ["Good"], ())
    assert (second.name, second.adds) == ("the-broken-one", ())
    reasons = {failure.point.name: failure.reason for failure in second.failures}
    assert reasons["bang"].startswith("ZeroDivisionError")
    assert reasons["x"] == "there is no group nnstudio.layer; did you mean nnstudio.layers?"
    assert "left out: bang (the_broken_one.boom:Boom): ZeroDivisionError" in as_text([first, second])


def test_a_plugin_for_a_newer_studio_says_so_before_anything_of_it_is_used(tmp_path, installed):
    points = "[nnstudio.layers]\nbang = tomorrow.boom:Boom\n"
    start = f"NNSTUDIO_INTERFACE = {INTERFACE + 1}"
    installed.add(lay(tmp_path / "new", "tomorrow", points, __init__=start, boom="import what_comes_tomorrow"))
    layers().kinds()
    (failure,) = failures()
    assert "made for a newer nnstudio" in failure.reason


def test_what_a_plugin_prints_when_it_is_loaded_is_not_the_output_of_the_job(tmp_path, installed, capsys):
    points = "[nnstudio.layers]\ngood = loud.good:Good\n"
    installed.add(lay(tmp_path / "loud", "loud", points, good="print('hello')\n" + GOOD.replace("\n    ", "\n")))
    assert "good" in layers().kinds()
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "hello\n")


def test_ctrl_c_while_a_plugin_is_loaded_is_heard(tmp_path, installed):
    points = "[nnstudio.layers]\nbang = slow.boom:Boom\n"
    installed.add(lay(tmp_path / "slow", "slow", points, boom="raise KeyboardInterrupt"))
    with pytest.raises(KeyboardInterrupt):
        layers().kinds()


def test_damaged_metadata_of_any_package_hides_no_plugin(tmp_path, installed, good):
    damaged = lay(tmp_path / "damaged", "damaged", "[nnstudio.layers]\nthis is no entry point\n")
    installed.add(damaged, good)
    assert "good" in layers().kinds()
    assert [failure.point.plugin for failure in failures()] == ["damaged"]


def test_a_file_that_names_an_unknown_layer_hears_that_a_plugin_may_be_missing(installed):
    installed.add()
    with pytest.raises(UnknownKind, match=r"knows\. It may come from a plugin that is not installed\. It knows: "):
        layers().from_json({"kind": "maxout"})


def test_a_file_that_names_a_layer_of_a_plugin_that_failed_hears_which_one(tmp_path, installed):
    installed.add(lay(tmp_path / "b", "the-broken-one", "[nnstudio.layers]\nmaxout = the_broken_one.boom:Boom\n"))
    with pytest.raises(UnknownKind, match=r"a plugin that failed \(the-broken-one\) or is not installed"):
        layers().from_json({"kind": "maxout"})


READER = """
    from dataclasses import dataclass
    from nnstudio.data.readers.base import Reader
    @dataclass(frozen=True)
    class Nosy(Reader):
        rank, reads = -1, "anything"
        @classmethod
        def takes(cls, look): raise ValueError("looked")
        def open(self, path, name=""): ...
"""


def test_a_reader_that_fails_when_it_is_asked_keeps_no_other_from_reading(tmp_path, installed):
    installed.add(lay(tmp_path / "n", "nosy-one", "[nnstudio.readers]\nnosy = nosy_one.nosy:Nosy\n", nosy=READER))
    (tmp_path / "it.csv").write_text("a,b,label\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n")
    assert len(open_data(str(tmp_path / "it.csv")).inputs) == 4
    assert [(each.point.plugin, each.reason) for each in failures()] == [("nosy-one", "ValueError: looked.")]


GENERATOR = """
    from dataclasses import dataclass
    from nnstudio.data.generated import Generator
    @dataclass(frozen=True)
    class Cloudy(Generator):
        "Clouds."
        def make(self, rng): raise ValueError("made")
"""


def test_a_data_set_that_fails_is_listed_and_the_error_says_whose_it_is(tmp_path, installed):
    points = "[nnstudio.generators]\nc = cloudy_one.cloudy:Cloudy\n"
    installed.add(lay(tmp_path / "c", "cloudy-one", points, cloudy=GENERATOR))
    assert data_names()["cloudy"] == "Clouds."
    with pytest.raises(ValueError, match="made") as met:
        open_data("cloudy")
    assert blame(met.value).startswith("The plugin cloudy-one failed (ValueError: made).")


def test_a_bug_of_ours_is_nobody_else_s():
    with pytest.raises(ZeroDivisionError) as met:
        _ = 1 / 0
    assert blame(met.value) is None


def test_a_folder_of_plugins_that_may_not_be_read_is_none(monkeypatch, tmp_path):
    def forbid(path, *_, **__):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(plugged, "plugin_folder", lambda: tmp_path / "plugins")
    before = list(sys.path)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(os, "stat", forbid)
        plugged.add_folder()
    assert sys.path == before
