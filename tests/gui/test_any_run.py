"""Random hands on a training: starts, pauses, stops, edits, rewinds and closings. Nothing is lost and nothing is left.

NNSTUDIO_RUNS says how many runs, 200 for the full count.
"""

import os
import random
import threading
from dataclasses import replace

import numpy as np

from nnstudio.graph import edits
from nnstudio.live.known import State
from nnstudio.live.messages import Batches, EpochDone
from nnstudio.live.probes.activations import Answer
from nnstudio.live.probes.health import Healthy
from nnstudio.live.probes.weights import Weights
from tests.gui.test_run import Desk, project

RUNS = int(os.environ.get("NNSTUDIO_RUNS", "40"))
TEMPLATES = ("playground", "xor", "neuron", "linear-regression", "digits")


class Heard:
    """Listens to the lossless lane of a run, and finds holes in it."""

    def __init__(self, run):
        self.batches, self.epochs = {}, {}
        self._take = run._take
        run._take = self.take

    def take(self, message):
        if isinstance(message, Batches):
            known = self.batches.setdefault(message.run, message.first)
            assert message.first == known, "a hole in the curve"
            self.batches[message.run] = message.first + len(message.losses)
        if isinstance(message, EpochDone):
            before = self.epochs.get(message.run)
            assert before is None or message.number == before + 1, "an epoch is missing"
            self.epochs[message.run] = message.number
        return self._take(message)


def hands(desk, hand):
    """What a hand may do next."""
    run, document = desk.run, desk.document
    settings = document.project.settings

    def rate():
        optimizer = replace(settings.optimizer, learning_rate=hand.choice([0.001, 0.01, 0.05]))
        document.change("Rate", settings=replace(settings, optimizer=optimizer))

    def batch():
        document.change("Batch", settings=replace(settings, batch_size=hand.choice([4, 10, 32])))

    def units():
        wide = [node.id for node in document.graph.nodes if node.layer.kind == "dense"][:-1]
        if wide:
            document.edit("Units", edits.set_fields(document.graph, hand.choice(wide), units=hand.randint(2, 9)))

    def watch():
        node = hand.choice(document.graph.nodes).id
        run.want("panel", {"w": Weights(node), "a": Answer(hand.randint(0, 50)), "h": Healthy()})

    return [
        run.train, run.train, run.pause, run.stop, desk.again.reset, desk.again.new_weights, rate, batch, units, watch,
        lambda: run.train(steps=hand.randint(1, 5)), lambda: run.train(epochs=1), lambda: run.want("panel", {}),
        lambda: run.go_to(hand.randint(0, max(run.known.furthest, 1))), document.undo, document.redo,
        lambda: run.collect(lambda: None),
    ]  # fmt: skip


def test_any_hand_on_a_training(qtbot):
    for seed in range(RUNS):
        hand = random.Random(seed)
        desk = Desk(project(hand.choice(TEMPLATES), epochs=hand.choice([2, 50, 100_000])), qtbot)
        desk.answer = hand.random() < 0.8
        bugs = []
        desk.run.bug_met.connect(bugs.append)
        heard = Heard(desk.run)
        for _ in range(hand.randint(1, 12)):
            hand.choice(hands(desk, hand))()
            qtbot.wait(hand.choice([0, 1, 5, 40, 200]))
        if hand.random() < 0.5:
            desk.run.pause()
            desk.until(lambda desk=desk: desk.run.state is not State.GOING and not desk.run._worker.busy)
            qtbot.wait(40)
            check(desk, heard)
        assert desk.run.close(), f"the worker of seed {seed} did not end"
        assert bugs == [], seed
        desk.document.deleteLater()
    assert [thread for thread in threading.enumerate() if thread.name == "training"] == []


def check(desk, heard):
    """What the window knows is what was told."""
    record, number = desk.run.record, desk.run._number
    if number in heard.batches:
        assert len(record.history) == heard.batches[number]
        # Only the last batch of a run that diverged is no number.
        assert np.isfinite(np.asarray(record.history.losses)[:-1]).all()
