"""Data that are not on this computer: the window says so, fetches them when asked, and can be told to leave it."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.data.collections.base import collections
from nnstudio.data.home import usual_home
from nnstudio.data.points import Points
from nnstudio.live.known import State
from nnstudio.project.templates import load_template
from tests.data.download_server import PEM, Stall, offers, refuses, remote, running

LEFT = Qt.MouseButton.LeftButton
LACKS = "MNIST is not on this computer yet. It is fetched once."


@pytest.fixture
def server():
    with running() as server:
        yield server


@pytest.fixture
def published(small_mnist, server, monkeypatch, tmp_path):
    """MNIST as a small one, offered by a server of our own, and nothing fetched before."""
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    contents = {remote.name: (small_mnist / remote.name).read_bytes() for remote in collections().find("mnist").files}
    files = [remote(content, server.at(f"/{name}", offers(content)), name=name) for name, content in contents.items()]
    monkeypatch.setattr(collections().find("mnist"), "files", tuple(files))
    return contents


@pytest.fixture
def lacking(published, studio, qtbot):
    """A window whose network is to learn what is not here."""
    window = studio.open(load_template("mnist-mlp"), None)
    qtbot.waitUntil(window.timeline.fetch.isVisible)
    return window


def press(window):
    QTest.mouseClick(window.timeline.fetch.button, LEFT)


def said(window):
    return window.timeline.fetch.words.text()


def test_what_is_lacking_is_offered_before_anything_is_tried(lacking, published):
    assert lacking.run.state is State.WAITING
    assert said(lacking) == LACKS
    size = sum(map(len, published.values())) / 1e6
    assert lacking.timeline.fetch.button.text() == f"Fetch MNIST ({size:.1f} MB)"
    assert not lacking.timeline.steps.isVisible()
    assert not lacking.timeline.words.isVisible()


def test_what_was_fetched_is_learned(lacking, qtbot):
    press(lacking)
    qtbot.waitUntil(lambda: lacking.run.state is State.STANDING)
    assert lacking.run.known.ready.samples == {"train": 30, "validation": 0, "test": 12}
    assert not lacking.timeline.fetch.isVisible()
    assert lacking.timeline.steps.isVisible()
    assert lacking.statusBar().currentMessage() == "MNIST is here."


def test_a_training_that_failed_for_want_of_data_stands_ready_once_they_are_here(lacking, qtbot):
    lacking.menus.actions["train"].trigger()
    qtbot.waitUntil(lambda: lacking.run.state is State.FAILED)
    qtbot.waitUntil(lambda: lacking.timeline.fetch.isVisible() and said(lacking) == LACKS)
    press(lacking)
    qtbot.waitUntil(lambda: lacking.run.state is State.STANDING)


def test_it_is_shown_how_far_it_is_and_what_has_come_is_kept_when_it_is_called_off(lacking, published, server, qtbot):
    name = lacking.fetching.lacking.files[0].name
    content, stall = published[name], Stall()
    server.at(f"/{name}", offers(content, len(content) // 2, stall), offers(content))
    press(lacking)
    assert stall.reached.wait(10)
    row = lacking.timeline.fetch
    share = len(content) / 2 / lacking.fetching.lacking.size
    qtbot.waitUntil(lambda: row.bar.value() == pytest.approx(1000 * share, abs=5))
    assert said(lacking).endswith("from localhost")
    assert row.button.text() == "Cancel"
    press(lacking)
    assert said(lacking) == "Ending…"
    lacking.fetching.cancel()
    qtbot.waitUntil(lambda: said(lacking).startswith(f"The fetching of {name} was cancelled. Fetch it again to go on"))
    press(lacking)
    qtbot.waitUntil(lambda: lacking.run.state is State.STANDING)
    assert server.ranges(f"/{name}") == [None, f"bytes={len(content) // 2}-"]


def test_why_it_could_not_be_had_is_said_and_it_is_offered_again(lacking, published, server, qtbot):
    name = lacking.fetching.lacking.files[1].name
    server.at(f"/{name}", refuses("404 Not Found"), offers(published[name]))
    press(lacking)
    qtbot.waitUntil(lambda: "could not be fetched: localhost" in said(lacking))
    # The first file is here already.
    qtbot.waitUntil(lambda: len(lacking.fetching.lacking.files) == 3)
    press(lacking)
    qtbot.waitUntil(lambda: lacking.run.state is State.STANDING)


def test_the_button_has_the_keys_too(lacking, qtbot):
    lacking.timeline.fetch.button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(lacking.timeline.fetch.button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: lacking.run.state is State.STANDING)


def test_a_window_that_is_closed_meanwhile_leaves_nothing_behind(lacking, published, server, qtbot):
    name = lacking.fetching.lacking.files[0].name
    stall = Stall()
    server.at(f"/{name}", offers(published[name], 100, stall))
    before = set(threading.enumerate())
    press(lacking)
    assert stall.reached.wait(10)
    assert lacking.go()
    qtbot.waitUntil(lambda: not any(each.name.startswith("files") for each in set(threading.enumerate()) - before))


def test_other_data_are_not_waited_for(lacking, qtbot):
    lacking.document.change("Data", data="digits", preparation=None)
    qtbot.waitUntil(lambda: not lacking.timeline.fetch.isVisible())
    lacking.document.undo()
    qtbot.waitUntil(lacking.timeline.fetch.isVisible)


def test_a_fetch_is_left_when_other_data_are_chosen_and_goes_on_when_they_come_back(
    lacking, published, server, qtbot
):
    name = lacking.fetching.lacking.files[0].name
    content, stall = published[name], Stall()
    server.at(f"/{name}", offers(content, len(content) // 2, stall), offers(content))
    press(lacking)
    assert stall.reached.wait(10)
    qtbot.waitUntil(lambda: lacking.timeline.fetch.bar.value() > 0)
    lacking.document.change("Data", data="mnist,validation=0.1")
    assert lacking.timeline.fetch.button.text() == "Cancel"
    lacking.document.change("Data", data="digits", preparation=None)
    assert not lacking.timeline.fetch.isVisible()
    lacking.document.undo()
    qtbot.waitUntil(lambda: lacking.timeline.fetch.isVisible() and said(lacking) == LACKS)
    press(lacking)
    qtbot.waitUntil(lambda: lacking.run.state is State.STANDING)
    assert lacking.run.known.ready.samples["validation"] == 3
    assert server.ranges(f"/{name}") == [None, f"bytes={len(content) // 2}-"]


def test_points_of_ones_own_need_no_data_set(lacking, qtbot):
    lacking.document.change("Points", points=Points(((0.0, 1.0),), (0.0,), (0,), ("a", "b")))
    qtbot.waitUntil(lambda: not lacking.timeline.fetch.isVisible())


def test_what_came_by_other_means_is_noticed_when_it_learns(lacking, small_mnist, qtbot):
    usual_home().mkdir(parents=True)
    small_mnist.rename(usual_home() / "mnist")
    lacking.menus.actions["train"].trigger()
    qtbot.waitUntil(lambda: lacking.run.learned)
    assert not lacking.timeline.fetch.isVisible()
    lacking.run.pause()


def test_another_folder_is_looked_into_at_once(lacking, studio, small_mnist, tmp_path, qtbot):
    other = tmp_path / "other"
    other.mkdir()
    small_mnist.rename(other / "mnist")
    studio.preferring.change(data_folder=str(other))
    qtbot.waitUntil(lambda: not lacking.timeline.fetch.isVisible())


def test_a_network_that_has_learned_already_may_do_without_until_it_is_to_learn(published, studio, qtbot):
    window = studio.open(load_template("mnist-trained"), None)
    qtbot.waitUntil(lambda: window.fetching._lacking is not None)
    assert not window.timeline.fetch.isVisible()
    window.menus.actions["train"].trigger()
    qtbot.waitUntil(window.timeline.fetch.isVisible)
    assert said(window) == "MNIST is not on this computer yet: the network answers, but cannot learn."


def test_data_that_are_here_are_not_offered(window, qtbot):
    assert window.document.project.data == "digits"
    qtbot.waitUntil(lambda: not window.fetching._looks.busy)
    assert not window.timeline.fetch.isVisible()
    assert window.timeline.steps.isVisible()
