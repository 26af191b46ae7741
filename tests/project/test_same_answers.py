"""A model that was saved and opened again gives the same answers, bit by bit."""

import numpy as np
from hypothesis import given, settings

from nnstudio.compiler.compile import compile_graph
from nnstudio.engine.engine import predict
from nnstudio.engine.parameters import Parameters
from nnstudio.project.file import bytes_of_project, project_from_bytes
from nnstudio.project.project import Project
from nnstudio.training.settings import Settings
from tests.compiler.test_any_graph import graphs


def answers(project, inputs):
    plan = compile_graph(project.graph, project.settings.loss, len(inputs))
    parameters = Parameters.initial(plan, 0)
    parameters.fill(project.weights)
    return predict(plan, parameters, inputs)


@settings(derandomize=True, deadline=None, database=None, max_examples=200)
@given(graphs())
def test_any_model_answers_the_same_after_it_was_opened_again(graph_and_loss):
    graph, loss = graph_and_loss
    plan = compile_graph(graph, loss, 4)
    weights = Parameters.initial(plan, 3).named()
    project = Project(graph, Settings(loss=loss), weights=weights)
    again = project_from_bytes(bytes_of_project(project))
    assert again.graph == graph
    inputs = np.random.default_rng(5).normal(size=(4, *plan.input_shape)).astype(np.float32)
    before = answers(project, inputs)
    assert np.isfinite(before).all()
    assert answers(again, inputs).tobytes() == before.tobytes()
