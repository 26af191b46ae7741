"""Everything that is wrong with a model is said at once, each on its node, and a repair really mends."""

from dataclasses import dataclass

import pytest

from nnstudio.compiler.compile import InvalidModel, compile_graph
from nnstudio.compiler.problems import Facts, Problem, find_problems
from nnstudio.engine.losses import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Loss,
    MeanSquaredError,
    PerceptronCriterion,
)
from nnstudio.graph import edits
from nnstudio.graph.graph import Graph, Node, Wire
from nnstudio.layers.add import Add
from nnstudio.layers.base import layers
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.global_avg_pool import GlobalAvgPool
from nnstudio.layers.input import Input
from nnstudio.layers.relu import ReLU
from nnstudio.layers.sigmoid import Sigmoid
from nnstudio.layers.softmax import Softmax
from nnstudio.layers.threshold import Threshold

DIGITS = Facts("digits", (8, 8, 1), 10, True)


def _circle() -> Graph:
    nodes = (Node("input", Input()), Node("add", Add()), Node("relu", ReLU()), Node("dense", Dense()))
    wires = (Wire("input", "add"), Wire("relu", "add", 1), Wire("add", "relu"), Wire("relu", "dense"))
    return Graph(nodes, wires)


def _circle_behind_a_circle() -> Graph:
    nodes = (Node("a", ReLU()), Node("b", ReLU()), Node("c", Add()), Node("d", ReLU()))
    wires = (Wire("b", "a"), Wire("a", "b"), Wire("b", "c"), Wire("d", "c", 1), Wire("c", "d"))
    return Graph(nodes, wires)


def _too_many_wires() -> Graph:
    graph = edits.add(edits.chain(Input(), Dense(units=2), ReLU()), Dense(units=2), "other")
    graph = edits.connect(graph, "input", "other")
    return Graph(graph.nodes, (*graph.wires, Wire("other", "relu", 1)))


def _branches() -> Graph:
    graph = edits.chain(Input(), Dense(units=3), ReLU())
    return edits.append(graph, Dense(units=2), "dense", "left over")


@dataclass(frozen=True)
class Case:
    """A model, and the problem that must be found: its kind, its node, a piece of its sentence, its repair's title."""

    kind: str
    node: str | None
    graph: Graph
    words: str
    repair: str | None = None
    loss: Loss | None = None
    facts: Facts | None = None
    warning: bool = False


WIDE = edits.chain(Input(shape=(16_000,)), *[Dense(units=16_000)] * 5)

CASES = [
    Case("empty", None, Graph(), "The model is empty"),
    Case("no input", None, edits.add(Graph(), Dense()), "no Input", "Add an Input"),
    Case("several inputs", "input_2", edits.append(edits.chain(Input(), Dense()), Input()), "second Input"),
    Case("several outputs", "relu", _branches(), "Nobody reads ReLU", "Remove ReLU"),
    Case("circle", "add", _circle(), "endless circle", "Take the wire away"),
    Case("circle", "relu", _circle(), "endless circle", "Take the wire away"),
    Case("circle", "a", _circle_behind_a_circle(), "endless circle", "Take the wire away"),
    Case("circle", "c", _circle_behind_a_circle(), "endless circle", "Take the wire away"),
    Case("circle", "d", _circle_behind_a_circle(), "endless circle", "Take the wire away"),
    Case("inputs", "relu", edits.add(edits.chain(Input(), Dense()), ReLU()), "needs an input, but nothing is wired"),
    Case("inputs", "add", edits.chain(Input(), Add()), "needs at least 2 inputs, but has 1"),
    Case("inputs", "add", edits.add(edits.chain(Input(), Dense()), Add()), "needs at least 2 inputs, but nothing"),
    Case("inputs", "relu", _too_many_wires(), "takes 1 input, but has 2. Take a wire away"),
    Case(
        "shape",
        "dense",
        edits.chain(Input(shape=(4, 4, 2)), Dense()),
        "Dense reads flat data, but gets 4×4×2",
        "Insert Flatten",
    ),
    Case("shape", "conv2d", edits.chain(Input(shape=(4,)), Conv2D()), "Conv2D reads images"),
    Case("room", "dense_5", WIDE, "more than fits in memory"),
    Case(
        "output",
        "conv2d",
        edits.chain(Input(shape=(4, 4, 1)), Conv2D()),
        "the loss reads a list",
        "Append Flatten",
        MeanSquaredError(),
    ),
    Case(
        "loss",
        "dense",
        edits.chain(Input(), Dense()),
        "needs Softmax at the end, but the model ends in Dense",
        "Append Softmax",
        CategoricalCrossEntropy(),
    ),
    Case(
        "loss",
        "dense",
        edits.chain(Input(), Dense()),
        "needs Sigmoid at the end",
        "Append Sigmoid",
        BinaryCrossEntropy(),
    ),
    Case(
        "loss",
        "softmax",
        edits.chain(Input(), Dense(units=1), Softmax()),
        "compares at least 2 outputs",
        None,
        CategoricalCrossEntropy(),
    ),
    Case(
        "no gradient",
        "threshold",
        edits.chain(Input(), Dense(), Threshold(), Dense()),
        "has no gradient",
        None,
        MeanSquaredError(),
        warning=True,
    ),
    Case(
        "data",
        "input",
        edits.chain(Input(shape=(5,)), Dense(), Softmax()),
        "samples of the shape 8×8×1",
        "Set the shape to 8×8×1",
        CategoricalCrossEntropy(),
        DIGITS,
    ),
    Case(
        "data",
        "softmax",
        edits.chain(Input(shape=(64,)), Dense(units=4), Softmax()),
        "10 classes, but Softmax puts out 4",
        "Set Dense to 10",
        CategoricalCrossEntropy(),
        DIGITS,
    ),
    Case(
        "data",
        "global_avg_pool",
        edits.chain(Input(shape=(8, 8, 1)), Conv2D(filters=4), GlobalAvgPool()),
        "Change the number of neurons",
        None,
        MeanSquaredError(),
        DIGITS,
    ),
]

every_case = pytest.mark.parametrize(
    "case", CASES, ids=[f"{case.kind}-{case.node}-{number}" for number, case in enumerate(CASES)]
)


def _found(case: Case) -> Problem:
    (found,) = [
        problem
        for problem in find_problems(case.graph, case.loss, case.facts)
        if (problem.kind, problem.node) == (case.kind, case.node)
    ]
    return found


@every_case
def test_a_problem_is_found_on_its_node_with_a_sentence(case: Case) -> None:
    problem = _found(case)
    assert case.words in problem.sentence
    assert problem.sentence.endswith(".")
    assert problem.warning == case.warning


@every_case
def test_a_problem_has_its_repair(case: Case) -> None:
    repair = _found(case).repair
    assert (repair.title if repair else None) == case.repair


@pytest.mark.parametrize("case", [case for case in CASES if case.repair], ids=lambda case: f"{case.kind}-{case.node}")
def test_a_repair_takes_the_problem_away_and_leaves_the_old_graph(case: Case) -> None:
    repair = _found(case).repair
    assert repair is not None
    before = Graph(case.graph.nodes, case.graph.wires, case.graph.groups)
    mended = repair.apply(case.graph)
    assert case.graph == before
    left = {(problem.kind, problem.node) for problem in find_problems(mended, case.loss, case.facts)}
    assert (case.kind, case.node) not in left


@every_case
def test_a_model_with_a_problem_cannot_be_compiled_and_one_with_a_warning_can(case: Case) -> None:
    if case.warning:
        assert compile_graph(case.graph, case.loss, facts=case.facts).steps
        return
    with pytest.raises(InvalidModel) as refused:
        compile_graph(case.graph, case.loss, facts=case.facts)
    assert _found(case).sentence in str(refused.value)
    assert all(not problem.warning for problem in refused.value.problems)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.node and case.kind != "loss"], ids=lambda case: f"{case.kind}-{case.node}"
)
def test_every_problem_speaks_of_what_the_user_called_the_layer(case: Case) -> None:
    assert case.node is not None
    graph = edits.rename(case.graph, case.node, "Bertha")
    sentences = [
        problem.sentence
        for problem in find_problems(graph, case.loss, case.facts)
        if (problem.kind, problem.node) == (case.kind, case.node)
    ]
    assert ["Bertha" in sentence for sentence in sentences] == [True]


def test_all_problems_are_told_at_once() -> None:
    graph = edits.chain(Input(shape=(6, 6, 1)), Dense(units=3), ReLU())
    graph = edits.add(graph, Conv2D(), "stray")
    graph = edits.append(graph, Conv2D(groups=2), "input", "split")
    graph = edits.add(graph, Add(), "alone")
    graph = edits.connect(graph, "input", "alone")
    graph = edits.add(graph, Input(), "second")
    found = {(problem.kind, problem.node) for problem in find_problems(graph)}
    assert found == {
        ("several inputs", "second"),
        ("several outputs", "relu"),
        ("several outputs", "stray"),
        ("several outputs", "split"),
        ("inputs", "stray"),
        ("inputs", "alone"),
        ("shape", "dense"),
        ("shape", "split"),
    }


def test_a_wrong_last_layer_and_too_few_outputs_are_told_together() -> None:
    problems = find_problems(edits.chain(Input(), Dense(units=1)), CategoricalCrossEntropy())
    assert [problem.kind for problem in problems] == ["loss", "loss"]


def test_wrong_data_at_both_ends_is_told_together() -> None:
    graph = edits.chain(Input(shape=(5,)), Dense(units=4), Softmax())
    problems = find_problems(graph, CategoricalCrossEntropy(), DIGITS)
    assert {problem.node for problem in problems} == {"input", "softmax"}


def test_all_repairs_together_make_a_model_that_trains() -> None:
    graph = edits.chain(Input(shape=(5, 5, 1)), Dense(units=4))
    for _ in range(10):
        repairs = [
            problem.repair for problem in find_problems(graph, CategoricalCrossEntropy(), DIGITS) if problem.repair
        ]
        if not repairs:
            break
        graph = repairs[0].apply(graph)
    assert compile_graph(graph, CategoricalCrossEntropy(), facts=DIGITS).outputs == 10


FINE: list[tuple[str, Graph, Loss | None, Facts | None]] = [
    ("mlp", edits.chain(Input(shape=(8, 8, 1)), Flatten(), Dense(), Softmax()), CategoricalCrossEntropy(), DIGITS),
    (
        "the same numbers as a list",
        edits.chain(Input(shape=(64,)), Dense(), Softmax()),
        CategoricalCrossEntropy(),
        DIGITS,
    ),
    (
        "one output for two classes",
        edits.chain(Input(), Dense(units=1), Sigmoid()),
        BinaryCrossEntropy(),
        Facts("xor", (2,), 2, True),
    ),
    ("threshold unit", edits.chain(Input(), Dense(units=1), Threshold()), PerceptronCriterion(), None),
    ("an Input alone", edits.chain(Input()), None, None),
    ("no loss yet", edits.chain(Input(shape=(4, 4, 1)), Conv2D()), None, None),
]


@pytest.mark.parametrize(("graph", "loss", "facts"), [case[1:] for case in FINE], ids=[case[0] for case in FINE])
def test_a_good_model_has_no_problems(graph: Graph, loss: Loss | None, facts: Facts | None) -> None:
    assert find_problems(graph, loss, facts) == ()


def test_one_output_does_for_two_classes_but_not_for_two_target_values() -> None:
    graph = edits.chain(Input(), Dense(units=1))
    facts = Facts("plane", (2,), 2, False)
    (problem,) = find_problems(graph, MeanSquaredError(), facts)
    assert problem.repair is not None
    assert problem.repair.apply(graph).node("dense").layer == Dense(units=2)


def test_the_encoding_follows_loss_and_last_layer() -> None:
    chain = edits.chain(Input(), Dense(units=1))
    wanted = {
        "tanh": -1.0,
        "sigmoid": 0.0,
        "linear": 0.0,
        "threshold": -1.0,
    }
    for kind, no in wanted.items():
        plan = compile_graph(edits.append(chain, layers().find(kind)()), MeanSquaredError())
        assert plan.encoding.no == no
    heaviside = edits.append(chain, Threshold(no="0"))
    assert compile_graph(heaviside, MeanSquaredError()).encoding.no == 0.0
    assert compile_graph(edits.append(chain, Threshold()), PerceptronCriterion()).encoding.no == -1.0
