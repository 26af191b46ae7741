"""A typed data set is taken apart, changed in one place, and put together again."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnstudio.core.errors import DataError, StudioError
from nnstudio.core.rules import Choice, Flag, Real, Text, Whole
from nnstudio.data.bundled import BUNDLED
from nnstudio.data.collections.base import collections
from nnstudio.data.dataset import PARTS
from nnstudio.data.generated import generators
from nnstudio.data.readers.base import readers
from nnstudio.data.sources import open_data
from nnstudio.data.typed_source import TypedSource, named_source, source_of

NAMES = [*BUNDLED, *generators().kinds(), *collections().kinds()]


def changed(text, **values):
    source = named_source(text)
    for name, value in values.items():
        source = source.with_value(name, value)
    return source.text


def a_value(rule):
    """Any value that a rule accepts and a text can hold."""
    match rule:
        case Whole():
            return st.integers(rule.low, rule.high)
        case Real():
            return st.floats(rule.low, rule.high)
        case Choice():
            return st.sampled_from(rule.options)
        case Flag():
            return st.booleans()
        case Text():
            letters = st.characters(codec="utf-8", exclude_characters=",")
            return st.text(letters, max_size=rule.longest).map(str.strip).filter(bool)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_alone_has_no_option_written(name):
    source = named_source(name)
    assert source.text == name
    assert source.values().keys() == source.rules.keys()


def test_a_field_that_differs_is_written_behind_the_name():
    assert changed("spiral", noise=0.2) == "spiral,noise=0.2"


def test_a_field_that_is_as_usual_again_is_not_written():
    assert changed("spiral,noise=0.2,samples=300", noise=0.0) == "spiral,samples=300"


def test_a_changed_option_keeps_its_place():
    assert changed("spiral,noise=0.2,samples=300", noise=0.4) == "spiral,noise=0.4,samples=300"


def test_steps_that_were_typed_stay_where_they_were():
    assert changed("digits,scale=off,test=0.3", test=0.1) == "digits,scale=off,test=0.1"


def test_blanks_and_capital_letters_are_tidied():
    assert changed(" Linear_Regression , slope = 2", offset=1.0) == "linear-regression,slope=2,offset=1"


def test_the_seed_of_generated_samples_is_usually_the_seed_of_the_project():
    source = named_source("circle", seed=7)
    assert source.values()["seed"] == 7
    assert source.with_value("seed", 0).text == "circle,seed=0"
    assert source.with_value("seed", 0).with_value("seed", 7).text == "circle"


@pytest.mark.parametrize("name", ["linear-regression", "linear-regression,validation=0.3", "circle,test=50"])
def test_the_shares_that_are_shown_are_those_of_the_data(name):
    source, data = named_source(name), open_data(name)
    shown = source.values()
    everything = np.unique(np.concatenate([data.part(part) for part in PARTS]))
    for part in ("validation", "test"):
        share = shown[part] if shown[part] < 1 else shown[part] / len(everything)
        kept = len(data.part(part)) if len(data.part(part)) < len(everything) else 0
        assert kept == pytest.approx(share * len(everything), abs=1)


def test_both_shares_of_an_undivided_set_are_written_or_none():
    assert changed("linear-regression", validation=0.3) == "linear-regression,validation=0.3,test=0"
    assert changed("linear-regression,validation=0.3,test=0", validation=0.0) == "linear-regression"
    assert changed("linear-regression,validation=0,test=0.2", validation=0.2) == (
        "linear-regression,validation=0.2,test=0.2"
    )


def test_a_truth_table_has_nothing_to_choose():
    assert named_source("xor-table").rules == {}


def test_a_published_set_keeps_its_own_test_part():
    assert "test" not in named_source("mnist").rules
    assert changed("mnist", validation=5000) == "mnist,validation=5000"
    assert changed("mnist,validation=5000", validation=0.0) == "mnist"


def test_a_file_is_not_looked_at_by_its_name_alone(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("a,b\n1,2\n")
    assert named_source(str(path)) is None
    source = source_of(str(path))
    assert source.own is readers().kinds()["table"]
    assert source.with_value("header", "yes").text == f"{path},header=yes"


def test_a_file_with_a_comma_in_its_name_keeps_it(tmp_path):
    path = tmp_path / "a,b.csv"
    path.write_text("a,b\n1,2\n")
    assert source_of(str(path)).with_value("task", "numbers").start == str(path)


@pytest.mark.parametrize("text", ["", "nothing-of-the-kind", "/no/such/file.csv"])
def test_what_is_not_there_has_no_options(text):
    assert source_of(text) is None


def test_the_options_of_a_file_are_read_again_from_another_text():
    source = TypedSource("my.csv", (), readers().kinds()["table"])
    assert source.again("my.csv,header=no").values()["header"] == "no"
    assert source.again("my.csv").written == ()
    assert source.again("your.csv") is None
    assert source.again("my.csv.csv") is None


def test_a_text_with_a_comma_is_refused():
    with pytest.raises(DataError, match="comma"):
        TypedSource("my.csv", (), readers().kinds()["table"]).with_value("target", "a,b")


@pytest.mark.parametrize(("text", "name", "value"), [
    ("circle", "validation", 1.5), ("circle", "noise", 7.0), ("circle,noise=loud", "samples", 5),
])  # fmt: skip
def test_what_cannot_be_is_refused_with_a_sentence(text, name, value):
    with pytest.raises(StudioError, match="must be"):
        named_source(text).with_value(name, value)


def test_it_can_be_sent_elsewhere():
    source = named_source("spiral,noise=0.2")
    assert pickle.loads(pickle.dumps(source)) == source


@pytest.mark.parametrize("own", [
    *generators().kinds().values(), *collections().kinds().values(), *readers().kinds().values(), None,
])  # fmt: skip
@given(data=st.data())
def test_whatever_is_chosen_is_found_again_in_the_text(own, data):
    source = TypedSource("it", (), own, seed=3)
    if not source.rules:
        return
    # The shares of two parts can be refused together; the other fields are chosen at will.
    rules = {name: rule for name, rule in source.rules.items() if name not in ("validation", "test")}
    rules["validation"] = Real(0.0, 0.4, "")
    name = data.draw(st.sampled_from(sorted(set(rules) & set(source.rules))))
    value = data.draw(a_value(rules[name]))
    text = source.with_value(name, value).text
    assert source.again(text).values() == source.values() | {name: value}
    assert source.again(text).with_value(name, source.values()[name]).text == "it"
