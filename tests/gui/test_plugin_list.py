"""The dialog of plugins: what is installed, what each adds, what failed; and all of it to copy."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.ui.plugin_list import PluginList
from tests.plugins.installing import lay

LEFT = Qt.MouseButton.LeftButton
LAYER = """
from dataclasses import dataclass
from nnstudio.layers.base import Activation
@dataclass(frozen=True)
class Good(Activation):
    "Does <nothing>."
    title = "Good & <bold>"
    def forward(self, at): ...
    def backward(self, at): ...
"""


def test_it_names_what_is_there_and_what_failed_and_why(window, installed, tmp_path, qtbot):
    points = "[nnstudio.layers]\ngood = some_layers.good:Good\nbang = some_layers.boom:Boom\n"
    installed.add(lay(tmp_path / "some", "some-layers", points, good=LAYER, boom="1 / 0"))
    dialog = PluginList(window)
    dialog.open()
    qtbot.waitUntil(lambda: bool(dialog.found))
    lines = dialog.text.toPlainText().splitlines()
    assert lines[0] == "some-layers 0.1"
    assert "Good & <bold>" in lines
    assert "bang is left out: ZeroDivisionError: division by zero." in lines
    QTest.mouseClick(dialog.copy, LEFT)
    copied = QGuiApplication.clipboard().text()
    assert "left out: bang (some_layers.boom:Boom)" in copied
    assert "Traceback" in copied
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_without_plugins_it_says_what_one_is(window, installed, qtbot):
    installed.add()
    dialog = PluginList(window)
    dialog.open()
    qtbot.waitUntil(lambda: "No plugins are installed" in dialog.text.toPlainText())
    assert not dialog.copy.isEnabled()
    dialog.reject()


def test_it_may_be_closed_before_anything_is_known(window, installed, qtbot):
    installed.add()
    dialog = PluginList(window)
    dialog.open()
    dialog.reject()
    qtbot.waitUntil(lambda: not window.background.busy)
    QApplication.processEvents()
    assert not [each for each in window.findChildren(PluginList) if each.isVisible()]
