"""Nothing that a project file says, names, titles or classes, can break out of the code that is made of it."""

import ast
import builtins
import keyword
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnstudio.engine.losses import CategoricalCrossEntropy
from nnstudio.export.identifiers import OF_A_TORCH_MODULE, identifier, names_of
from nnstudio.export.script import Script
from nnstudio.export.text import literal, plain
from nnstudio.export.trained import About, Trained
from nnstudio.graph.edits import chain
from nnstudio.graph.graph import Graph
from nnstudio.layers.dense import Dense
from nnstudio.layers.input import Input
from nnstudio.layers.relu import ReLU
from nnstudio.layers.softmax import Softmax
from tests.export.code_models import samples_for, trained
from tests.export.scripts import by_numpy, by_torch, files_of, namespace_of

BREAKERS = [
    '"""', "'''", '"', "'", "\\", '\\"""', "\n", "\r\nimport os\n", "\u2028boom", '"""\nraise SystemExit(1)\n"""',
    "x\x00y", "${name}", "$title", "{x}", "{0}", "%s", "%(prog)s", "): boom(", "#", "\u202e evil", "\ud800", "名前",
    "__import__('os').system('true')", "a" * 300, "", " ", "class", "None", "self", "forward", "1", "🧠", "x",
    "weights", "add", "load", "train", "state_dict", "\t", "\x1b[31m", "\u0661\u0662", "np", "print", "ﬁ",
    "°", "\ufeff", "'] + [",
]  # fmt: skip
KINDS = ["numpy", "torch", "keras"]


def named(names: list[str], title: str, classes: tuple[str, str, str]) -> Trained:
    """A small network whose layers, title and classes are called as given."""
    graph = chain(Input(shape=(4,)), Dense(units=5), ReLU(), Dense(units=3), Softmax())
    nodes = tuple(replace(node, name=name) for node, name in zip(graph.nodes, names, strict=True))
    about = About(title=title, description=title, data=title)
    model = trained(Graph(nodes, graph.wires), CategoricalCrossEntropy(), about=about)
    return replace(model, class_names=classes)


def check(model: Trained) -> None:
    """Each script has the same statements as that of a well-behaved model, and the classes come back as they are."""
    for kind in KINDS:
        well = files_of(named(["", "", "", "", ""], "A model", ("a", "b", "c")), kind)
        for name, content in files_of(model, kind).items():
            if not name.endswith(".py"):
                continue
            tree, wanted = ast.parse(content), ast.parse(well[name])
            assert [type(each) for each in tree.body] == [type(each) for each in wanted.body]
            assert len(list(ast.walk(tree))) == len(list(ast.walk(wanted)))
            told = [each for each in tree.body if isinstance(each, ast.Assign) and "CLASSES" in ast.unparse(each)]
            assert [ast.literal_eval(each.value) for each in told] == [model.class_names] * len(told)


@pytest.mark.parametrize("text", BREAKERS, ids=ascii)
def test_a_hostile_text_stays_a_text(text: str) -> None:
    check(named([text] * 5, text, (text, f"{text}'", f'{text}"')))


@settings(derandomize=True, deadline=None, database=None, max_examples=60)
@given(st.lists(st.text(max_size=30), min_size=5, max_size=5), st.text(), st.tuples(*[st.text(max_size=20)] * 3))
def test_any_text_stays_a_text(names: list[str], title: str, classes: tuple[str, str, str]) -> None:
    check(named(names, title, classes))


@pytest.mark.parametrize("text", ["forward", "训练", "self", "x", "weights", "load", "np", "train", "answer", "F"])
def test_the_code_with_such_names_still_works(text: str) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed, so there is nothing to run")
    model = named([text] * 5, text, ("a", "b", "c"))
    samples = samples_for(model)
    for by in (by_numpy, by_torch):
        np.testing.assert_allclose(by(model, samples)[0], model.answers(samples).outputs, atol=1e-5)


@given(st.text(max_size=60))
@settings(derandomize=True, deadline=None, database=None)
def test_an_identifier_is_one(text: str) -> None:
    assert identifier(text).isidentifier()
    assert identifier(text).isascii()


def test_names_are_each_their_own_and_nobody_elses() -> None:
    model = named(["forward", "forward", "Forward!", "for", "len"], "", ("a", "b", "c"))
    names = list(names_of(model.plan).values())
    assert len(set(names)) == 5
    assert not set(names) & {*dir(builtins), *keyword.kwlist, *OF_A_TORCH_MODULE}


def test_every_public_name_of_a_pytorch_module_is_reserved() -> None:
    nn = pytest.importorskip("torch.nn", reason="PyTorch is not installed, so its names are not known")
    public = {name for name in dir(nn.Module()) if not name.startswith("_")}
    assert {name for name in public if identifier(name) == name} <= {*OF_A_TORCH_MODULE}


@given(st.lists(st.text(max_size=40), max_size=30))
@settings(derandomize=True, deadline=None, database=None)
def test_a_literal_means_the_very_texts(texts: list[str]) -> None:
    assert ast.literal_eval(literal(texts)) == tuple(texts)


@given(st.text())
@settings(derandomize=True, deadline=None, database=None)
def test_a_plain_text_is_one_line_without_quotes(text: str) -> None:
    found = plain(text)
    assert found.isprintable()
    assert not set(found) & set('"\\\n\r')


@pytest.mark.parametrize("stem", ["my model", "v1.2", "a'b", 'say "hi"', "net-2", "import", "名前", "{x}", "$name"])
def test_the_name_of_the_file_is_no_way_out_either(stem: str) -> None:
    model = named([""] * 5, "A model", ("a", "b", "c"))
    for kind in KINDS:
        for name, content in files_of(model, kind, stem).items():
            if name.endswith(".py"):
                ast.parse(content)
    assert callable(namespace_of(files_of(model, "numpy", stem)[f"{stem}.py"])["answer"])


def test_a_title_that_is_only_noise_is_replaced() -> None:
    assert Script.of(named([""] * 5, "\x00\n\t", ("a", "b", "c")), "model").title == "A neural network"
