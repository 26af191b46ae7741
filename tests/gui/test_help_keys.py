"""The help's page of keys, which is written by hand, names the keys that the window has."""

import re

from PySide6.QtGui import QKeySequence

from nnstudio.help.written import written
from nnstudio.ui.key_sheet import CANVAS_KEYS


def keys_of(window):
    """Every key of the menus, as the system writes it, and what is said of the canvas."""
    actions = (window.menus.actions[name] for name in window.menus.actions.names())
    found = {keys.toString() for action in actions for keys in action.shortcuts()}
    return found | {part for _, keys in CANVAS_KEYS for part in re.split(r", | \+ | ", keys)}


def test_every_key_on_the_page_is_a_key_of_the_window(window):
    named = set(re.findall(r"`([^`]+)`", written("ideas/keys")[2]))
    known = keys_of(window)
    assert len(named) > 25
    assert {key for key in named if QKeySequence(key).toString() not in known and key not in known} == set()
