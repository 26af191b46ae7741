"""What a laboratory tells of the error surface and of the paths on it."""

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.experiments.planes import OF_CHANCE, OF_PATHS, OfChance, OfThePath, OfTwoWeights
from nnstudio.live.laboratory.commands import Lay, Locate, March, StandAt, Survey
from nnstudio.live.laboratory.host import LaboratoryHost
from nnstudio.live.laboratory.messages import LaneBatches, LanePath, Located, NoGround, Surveyed
from nnstudio.live.mailbox import Mailbox
from nnstudio.live.messages import Failed
from nnstudio.project.templates import load_template
from nnstudio.training.settings import Settings

LINE = OfTwoWeights(("line/weights", (0, 0)), ("line/bias", (0,)))
GRID = (17, 17)


def project(template, **settings):
    found = load_template(template)
    return replace(found, settings=Settings.from_fields({**vars(found.settings), **settings}))


class Talk:
    """A laboratory without threads; each order is given after what the one before began has come to its end."""

    def __init__(self):
        self.mailbox = Mailbox()
        self.host = LaboratoryHost(self.mailbox, threads=1)
        self.grounds, self.paths, self.others = [], {}, []

    def say(self, *orders):
        for order in orders:
            self.host.handle(order)
            self.host.work()
            self.listen()
            while self.host.going:
                self.host.work()
                self.listen()

    def listen(self):
        for message in self.mailbox.take():
            if isinstance(message, Surveyed):
                self.grounds.append(message.ground)
            elif isinstance(message, LanePath):
                self.paths[message.lane] = message
            else:
                assert not isinstance(message, Failed)
                self.others.append(message)

    def all(self, kind):
        return [each for each in self.others if isinstance(each, kind)]


@pytest.fixture
def talk():
    talk = Talk()
    yield talk
    talk.host.close()


def descent(rate, **settings):
    optimizer = {"kind": "gradient_descent", "learning_rate": rate}
    return project("linear-regression", optimizer=optimizer, stops=(), precision="float64", **settings)


def parabola(w, b):
    """Of linear regression, by hand: cost, and its derivatives."""
    from nnstudio.api import Model

    data = Model(load_template("linear-regression")).data()
    picks = data.training()
    x, t = (np.asarray(each[picks], np.float64).ravel() for each in (data.inputs, data.targets))
    error = w * x + b - t
    return 0.5 * np.mean(error**2), np.mean(error * x), np.mean(error)


def test_a_path_goes_down_as_it_is_done_by_hand(talk):
    talk.say(Lay(1, {0: descent(0.1)}), Survey(LINE, GRID), March(5))
    w, b = 0.1, 0.0
    assert talk.paths[0].steps.tolist() == list(range(6))
    for place in talk.paths[0].places:
        assert np.allclose(place, (w, b), rtol=1e-9)
        last = w, b
        _, dw, db = parabola(w, b)
        w, b = w - 0.1 * dw, b - 0.1 * db
    assert talk.paths[0].cost == pytest.approx(parabola(*last)[0], rel=1e-9)


def test_the_bottom_of_the_valley_is_seen_before_anybody_walks(talk):
    talk.say(Lay(1, {0: descent(0.1)}), Survey(LINE, GRID))
    costs = talk.grounds[-1].costs
    row, column = np.unravel_index(costs.argmin(), costs.shape)
    assert 0 < row < 16
    assert 0 < column < 16


def test_all_paths_lie_within_the_spans(talk):
    lanes = {0: descent(0.1), 1: project("linear-regression", optimizer="sgd", batch_size=1, epochs=5)}
    talk.say(Lay(1, lanes), Survey(LINE, GRID), March(300))
    spans = np.array(talk.grounds[-1].spans)
    for path in talk.paths.values():
        assert (path.places >= spans[:, 0]).all()
        assert (path.places <= spans[:, 1]).all()


def test_a_lane_that_diverges_leaves_the_picture(talk):
    talk.say(Lay(1, {0: descent(0.1), 1: descent(1.0)}), Survey(LINE, GRID), March(30))
    spans = np.array(talk.grounds[-1].spans)
    assert np.ptp(spans[0]) < 10
    assert np.abs(talk.paths[1].places).max() < 20
    assert len(talk.paths[0].steps) == 31


def test_who_goes_back_has_a_shorter_path_and_walks_the_same_way_again(talk):
    talk.say(Lay(1, {0: descent(0.1)}), Survey(LINE, GRID), March(10))
    before = talk.paths[0]
    talk.say(StandAt(4))
    assert talk.paths[0].steps.tolist() == list(range(5))
    talk.say(March(6))
    assert np.array_equal(talk.paths[0].places, before.places)


def test_lanes_begin_at_a_place_that_was_clicked_and_the_picture_stays(talk):
    talk.say(Lay(1, {0: descent(0.1)}), Survey(LINE, GRID), March(10))
    spans = talk.grounds[-1].spans
    place = spans[0][1] - 0.1, spans[1][0] + 0.1
    talk.say(Locate(place))
    (located,) = talk.all(Located)
    assert located.weights["line/weights"] == [[place[0]]]
    assert located.weights["line/bias"] == [place[1]]
    talk.say(Lay(2, {0: descent(0.1)}, located.weights))
    assert np.allclose(talk.paths[0].places, [place])
    assert talk.grounds[-1].spans == spans


@pytest.mark.parametrize("plane", [OfThePath(), OfChance(2)])
def test_a_place_on_any_plane_can_be_begun_from(talk, plane):
    lanes = {0: project("xor", optimizer="sgd", batch_size=2)}
    talk.say(Lay(1, lanes), Survey(plane, GRID), March(100), Locate((0.3, -0.2)))
    talk.say(Lay(2, lanes, talk.all(Located)[-1].weights))
    assert np.allclose(talk.paths[0].places, [(0.3, -0.2)], atol=1e-5)


def test_the_plane_of_the_paths_is_found_once_there_are_paths(talk):
    talk.say(Lay(1, {0: project("xor")}), Survey(OfThePath(), GRID))
    assert talk.grounds[-1].names == OF_CHANCE
    talk.say(March(200))
    ground = talk.grounds[-1]
    assert ground.names == OF_PATHS
    assert 0.5 < ground.explained <= 1
    assert len(talk.paths[0].steps) == 201


def test_the_surface_through_moving_weights_moves_along(talk):
    plane = OfTwoWeights(("neuron/weights", (0, 0)), ("neuron/bias", (0,)))
    talk.say(Lay(1, {0: project("xor")}), Survey(plane, GRID))
    first = talk.grounds[-1].costs
    talk.say(March(100))
    path, ground = talk.paths[0], talk.grounds[-1]
    assert not np.allclose(first, ground.costs)
    # The surface passes through the cost where the lane stands.
    column, row = (
        np.abs(np.linspace(*span, 17) - at).argmin() for span, at in zip(ground.spans, path.places[-1], strict=True)
    )
    assert ground.costs[row, column] == pytest.approx(path.cost, abs=0.1)


def test_a_plane_of_weights_that_are_not_there_is_refused_in_words(talk):
    talk.say(Lay(1, {0: descent(0.1)}), Survey(OfTwoWeights(("gone/bias", (0,)), LINE.second), GRID), March(3))
    (told,) = talk.all(NoGround)
    assert "gone/bias[0]" in told.sentence
    assert sum(len(each.losses) for each in talk.all(LaneBatches)) == 3


def test_lanes_have_the_same_bits_whether_their_paths_are_followed_or_not(talk):
    lanes = {0: project("xor", epochs=50)}
    talk.say(Lay(1, lanes), March())
    alone = np.concatenate([each.losses for each in talk.all(LaneBatches)])
    talk.others.clear()
    talk.say(Lay(2, lanes), Survey(OfThePath(), GRID), March())
    assert np.array_equal(np.concatenate([each.losses for each in talk.all(LaneBatches)]), alone)


def test_another_network_gets_another_plane(talk):
    talk.say(Lay(1, {0: project("xor")}), Survey(OfChance(), GRID), Lay(2, {0: project("playground")}))
    assert talk.grounds[-1].names == OF_CHANCE
    assert talk.paths[0].run == 2
    assert np.allclose(talk.paths[0].places, 0)
