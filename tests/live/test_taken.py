"""Several pictures at once: the same answers as one by one."""

import numpy as np

from nnstudio.api import Model
from nnstudio.live.probes.drawn import Classified, Sample
from nnstudio.live.probes.taken import TakenFor
from nnstudio.project.templates import load_template


def test_many_at_once_are_answered_as_each_alone():
    network = Model(load_template("mnist-trained")).network()
    samples = np.random.default_rng(0).integers(0, 256, (70, 28, 28, 1), np.uint8)
    samples = tuple(map(Sample.of, samples))
    assert TakenFor(samples).ask(network) == tuple(Classified(each).ask(network).answer for each in samples)


def test_a_sample_of_another_size_has_no_answer():
    network = Model(load_template("mnist-trained")).network()
    fitting, other = (Sample.of(np.zeros(shape, np.uint8)) for shape in ((28, 28, 1), (8, 8, 1)))
    found = TakenFor((other, fitting)).ask(network)
    assert found[0] is None
    assert found[1] is not None
