"""A model told in plain sentences: every layer, every branch, and never a wrong plural."""

import re

import pytest
from hypothesis import given, settings

from nnstudio.core.wording import counted, listed
from nnstudio.graph import edits
from nnstudio.graph.description import describe
from nnstudio.graph.graph import Graph, Wire
from nnstudio.graph.inference import infer_shapes
from nnstudio.graph.table import table_of
from nnstudio.layers.add import Add
from nnstudio.layers.base import layers
from nnstudio.layers.concatenate import Concatenate
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.input import Input
from nnstudio.layers.max_pool import MaxPool
from nnstudio.layers.multiply import Multiply
from nnstudio.layers.relu import ReLU
from nnstudio.layers.softmax import Softmax
from nnstudio.layers.threshold import Threshold
from nnstudio.project.templates import load_template, template_names
from tests.compiler.test_any_graph import graphs

STEADY = settings(derandomize=True, deadline=None, database=None, max_examples=100)
NOUNS = "number|layer|parameter|neuron|filter|group|pixel"


def told(graph: Graph) -> list[str]:
    return describe(graph, infer_shapes(graph)).splitlines()


def wired(graph: Graph, *wires: tuple[str, str]) -> Graph:
    for source, target in wires:
        graph = edits.connect(graph, source, target)
    return graph


def forked() -> Graph:
    """Input, two Dense layers that read it, and an Add that reads both."""
    graph = edits.add(Graph(), Input(shape=(3,)), "input")
    for id in ("left", "right"):
        graph = edits.append(graph, Dense(units=4), "input", id)
    return wired(edits.add(graph, Add(), "add"), ("left", "add"), ("right", "add"))


def test_the_model_of_the_first_lesson_is_told_in_full() -> None:
    assert told(load_template("mnist-mlp").graph) == [
        "The model reads 28×28×1, gives 10 numbers and has 6 layers with 101,770 parameters.",
        "The layers form one chain, from Input to output.",
        "1. Input takes 28×28×1 (height, width, channels).",
        "2. Flatten reads Input and gives 784 numbers.",
        "3. hidden (Dense with 128 neurons) reads Flatten and gives 128 numbers. It has 100,480 parameters.",
        "4. Sigmoid reads hidden and gives 128 numbers.",
        "5. scores (Dense with 10 neurons) reads Sigmoid and gives 10 numbers. It has 1,290 parameters.",
        "6. output (Softmax) reads scores and gives 10 numbers.",
    ]


@pytest.mark.parametrize("name", template_names())
def test_every_layer_of_a_template_has_its_line(name: str) -> None:
    graph = load_template(name).graph
    rows = table_of(graph, infer_shapes(graph))
    lines = told(graph)
    assert f"has {len(rows)} layers with {sum(row.parameters for row in rows):,} parameters." in lines[0]
    numbered = [line for line in lines if re.match(r"\d+\. ", line)]
    assert len(numbered) == len(rows)
    for number, (row, line) in enumerate(zip(rows, numbered, strict=True), 1):
        assert line.startswith(f"{number}. {row.name} ")
        assert (f"It has {row.parameters:,} parameter" in line) == (row.parameters > 0)


def check_plurals(text: str) -> None:
    """One number, two numbers; and a sentence that ends."""
    assert re.findall(rf"(?<![\d,×])1 (?:{NOUNS})s\b", text) == []
    assert re.findall(rf"(?:[02-9]|\d[\d,]*\d) (?:{NOUNS})\b", text) == []
    assert all(line.endswith(".") for line in text.splitlines())
    assert not re.search(r"  |None|\(\)| ,| \.", text)


@pytest.mark.parametrize("name", template_names())
def test_plurals_of_a_template_are_right(name: str) -> None:
    check_plurals("\n".join(told(load_template(name).graph)))


@STEADY
@given(graphs())
def test_any_graph_is_told_with_every_layer(made: tuple[Graph, object]) -> None:
    graph, _ = made
    text = "\n".join(told(graph))
    check_plurals(text)
    assert all(node.label in text for node in graph.nodes)
    parts = [node.label for node in graph.nodes if len({wire.target for wire in graph.out_of(node.id)}) > 1]
    assert ("It branches after " in text) == bool(parts)


def test_an_empty_model_is_empty() -> None:
    assert told(Graph()) == ["The model is empty."]


def test_one_layer_alone_is_one_layer() -> None:
    assert told(edits.add(Graph(), Input(shape=(1,)))) == [
        "The model reads 1 number and has 1 layer without parameters.",
        "1. Input takes 1 number.",
    ]


def test_branches_and_merges_are_said_clearly() -> None:
    assert told(forked()) == [
        "The model reads 3 numbers, gives 4 numbers and has 4 layers with 32 parameters.",
        "It branches after Input.",
        "Branches meet in Add.",
        "1. Input takes 3 numbers. Its output goes to left and right.",
        "2. left (Dense with 4 neurons) reads Input and gives 4 numbers. It has 16 parameters.",
        "3. right (Dense with 4 neurons) reads Input and gives 4 numbers. It has 16 parameters.",
        "4. Add reads left and right and gives 4 numbers.",
    ]


def test_a_layer_that_reads_another_twice_is_no_branch() -> None:
    graph = edits.chain(Input(shape=(3,)), Multiply())
    graph = edits.connect(graph, "input", "multiply")
    assert told(graph)[1:] == [
        "1. Input takes 3 numbers.",
        "2. Multiply reads Input and Input and gives 3 numbers.",
    ]


def test_two_inputs_and_two_outputs_are_told_apart() -> None:
    graph = edits.add(edits.add(Graph(), Input(shape=(3,)), "one"), Input(shape=(2,)), "two")
    graph = wired(edits.add(graph, Concatenate(), "joined"), ("one", "joined"), ("two", "joined"))
    graph = edits.append(edits.append(graph, Softmax(), "joined", "classes"), Dense(units=1), "joined", "size")
    lines = told(graph)
    assert lines[0] == (
        "The model reads 3 numbers at one and 2 numbers at two. It gives 5 numbers at classes and 1 number at size. "
        "It has 5 layers with 6 parameters."
    )
    assert lines[-2:] == [
        "4. classes (Softmax) reads joined and gives 5 numbers. Nothing reads it.",
        "5. size (Dense with 1 neuron) reads joined and gives 1 number. It has 6 parameters. Nothing reads it.",
    ]


def test_layers_count_on_without_a_name_of_their_own() -> None:
    graph = edits.chain(Input(shape=(3,)), Dense(units=4), ReLU(), Dense(units=2))
    assert told(graph)[-1] == "4. Dense 2 with 2 neurons reads ReLU and gives 2 numbers. It has 10 parameters."


def test_a_layer_is_called_by_the_name_the_user_gave_it() -> None:
    graph = edits.rename(edits.chain(Input(shape=(3,)), Dense(units=4)), "dense", "Eyes")
    assert told(graph)[-1] == "2. Eyes (Dense with 4 neurons) reads Input and gives 4 numbers. It has 16 parameters."
    graph = edits.rename(graph, "dense", "Dense of mine")
    assert told(graph)[-1].startswith("2. Dense of mine (Dense with 4 neurons) reads")


def test_frozen_weights_are_said_to_be_frozen() -> None:
    graph = edits.chain(Input(shape=(3,)), Dense(units=1, frozen=True))
    assert told(graph)[-1].endswith("It has 4 parameters, which are frozen.")


def test_what_is_not_wired_is_said() -> None:
    graph = edits.add(forked(), Dense(), "lost")
    assert "lost is not wired." in told(graph)
    assert "2. lost (Dense with 10 neurons) reads nothing yet. Nothing reads it." in told(graph)
    assert "lost and lost too are not wired." in told(edits.add(graph, ReLU(), "lost too"))


def test_what_does_not_fit_gives_nothing_and_neither_does_what_follows() -> None:
    graph = edits.chain(Input(shape=(4, 4, 1)), Dense(units=2), ReLU())
    lines = told(graph)
    assert lines[0] == "The model reads 4×4×1 and has 3 layers without parameters."
    assert lines[-2:] == ["2. Dense with 2 neurons reads Input, which does not fit.", "3. ReLU reads Dense."]


def test_an_endless_circle_is_named() -> None:
    graph = edits.chain(Input(shape=(3,)), Add(), ReLU())
    circling = Graph(graph.nodes, (*graph.wires, Wire("relu", "add", 1)))
    assert "Add and ReLU form an endless circle." in told(circling)
    assert "2. Add reads Input and ReLU." in told(circling)


def test_groups_come_last() -> None:
    graph = edits.group(forked(), ["left", "right"], "Eyes")
    assert told(graph)[-1] == "The group Eyes holds left and right."


def test_very_many_names_are_cut_short() -> None:
    graph = edits.add(Graph(), Input(shape=(3,)), "input")
    for number in range(12):
        graph = edits.append(graph, ReLU(), "input", f"r{number}")
    assert "1. Input takes 3 numbers. Its output goes to r0, r1, r2, r3, r4, r5, r6 and 5 more." in told(graph)


@pytest.mark.parametrize("kind", sorted(layers().kinds()))
def test_a_layer_is_told_by_its_title_first(kind: str) -> None:
    layer = layers().find(kind)()
    assert layer.phrase().startswith(layer.title)
    check_plurals(f"{layer.phrase()}.")


@pytest.mark.parametrize(
    ("layer", "wanted"),
    [
        (Conv2D(filters=1), "Conv2D with 1 filter of 3×3"),
        (Conv2D(size=5, padding="valid"), "Conv2D with 8 filters of 5×5 and no border"),
        (
            Conv2D(stride=2, dilation=(1, 2), padding=1, groups=2),
            "Conv2D with 8 filters of 3×3, a stride of 2×2, a dilation of 1×2, a border of 1 pixel and 2 groups",
        ),
        (MaxPool(), "Max Pool with windows of 2×2"),
        (MaxPool(stride=2), "Max Pool with windows of 2×2"),
        (
            MaxPool(size=3, stride=2, padding="same"),
            "Max Pool with windows of 3×3, a stride of 2×2 and a border for the last windows",
        ),
        (Dense(units=1200), "Dense with 1,200 neurons"),
        (Threshold(), "Threshold with −1 for no"),
    ],
)
def test_a_layer_says_what_sets_it_apart(layer: Conv2D, wanted: str) -> None:
    assert layer.phrase() == wanted


def test_numbers_and_lists_are_written_as_people_do() -> None:
    assert [counted(number, "layer") for number in (0, 1, 1200)] == ["0 layers", "1 layer", "1,200 layers"]
    assert counted(2, "class", "classes") == "2 classes"
    assert [listed("abc"[:number]) for number in range(4)] == ["", "a", "a and b", "a, b and c"]
