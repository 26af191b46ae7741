"""The numbers on the pages are right: worked out again by hand."""

import re
from math import exp, log, sqrt

import numpy as np
import pytest

from nnstudio.help.at_work import judged, moved, worked
from nnstudio.help.book import book
from nnstudio.help.numbers import shown, written_out
from nnstudio.layers.base import layers


def text_of(topic: str) -> str:
    return book().pages[topic].text


def rows_of(topic: str) -> list[list[str]]:
    """The rows of the tables of a page, without heads."""
    lines = [line for line in text_of(topic).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def number(text: str) -> float:
    return float(text.replace("−", "-"))


EXAMPLES = [(kind, each.example) for kind, each in layers().kinds().items() if each.example is not None]
BY_HAND = [(kind, example) for kind, example in EXAMPLES if example.by_hand]


@pytest.mark.parametrize(("kind", "example"), BY_HAND, ids=[kind for kind, _ in BY_HAND])
def test_what_is_worked_out_by_hand_is_what_the_engine_gives(kind, example) -> None:
    result = re.split(r"= |is |by ", example.by_hand)[-1].rstrip(".")
    if not re.fullmatch(r"−?[\d.]+", result):
        assert kind == "dropout"
        return
    output = worked(layers().find(kind), example).output
    assert result in {shown(float(each)) for each in output.reshape(-1)}


def test_dense_adds_up_what_it_weighs() -> None:
    assert "a = (0.5, 1.5)" in text_of("layers/dense")
    assert 1 * 1 - 1 * 2 + 2 * 0.5 + 0.5 == 0.5
    assert 0.5 * 1 + 0 * 2 + 4 * 0.5 - 1 == 1.5


def test_sigmoid_and_its_slope() -> None:
    for a, y, slope in rows_of("layers/sigmoid")[2:7]:
        value = 1 / (1 + exp(-number(a)))
        assert y == shown(value)
        assert slope == shown(value * (1 - value))


def test_dropout_drops_and_enlarges() -> None:
    found = worked(layers().find("dropout"), layers().find("dropout").example)
    kept = found.output[0] != 0
    assert 0 < kept.sum() < len(kept)
    np.testing.assert_array_equal(found.output[0][kept], 2 * found.inputs[0][0][kept])


def test_batch_norm_is_shown_as_in_training() -> None:
    found = worked(layers().find("batch_norm"), layers().find("batch_norm").example)
    np.testing.assert_allclose(found.output.mean(0), 0, atol=1e-12)
    assert found.output[2, 0] == pytest.approx(2 / sqrt(8 / 3), rel=1e-5)


def test_binary_cross_entropy_by_hand() -> None:
    a, y, t, cost, slope = rows_of("losses/binary_cross_entropy")[2]
    answer = 1 / (1 + exp(-number(a)))
    assert (y, t) == (shown(answer), "1")
    assert cost == shown(-log(answer))
    assert slope == shown(answer - 1)


def test_categorical_cross_entropy_by_hand() -> None:
    _, y, _, cost, slope = rows_of("losses/categorical_cross_entropy")[2]
    powers = [exp(2), exp(1), exp(0)]
    shares = [each / sum(powers) for each in powers]
    assert y == f"({', '.join(map(shown, shares))})"
    assert cost == shown(-log(shares[0]))
    assert slope.startswith(f"({shown(shares[0] - 1)}, {shown(shares[1])}")


def test_the_squared_error_by_hand() -> None:
    answer, total, slope = judged(_loss("mean_squared_error"), np.array([[2.0]]), np.array([[0.5]]))
    assert (answer.item(), total, slope.item()) == (2.0, 2.25, 3.0)


def test_hinge_and_perceptron_by_hand() -> None:
    assert rows_of("losses/hinge")[4] == ["0.5", "1", "1", "0.5", "−1"]
    assert rows_of("losses/perceptron_criterion")[4] == ["0.5", "1", "1", "0", "0"]


def test_momentum_by_hand() -> None:
    # v = 2, then 0.9·2 + 1 = 2.8, each times 0.1.
    assert rows_of("optimizers/momentum")[2:4] == [["1", "2", "−0.2", "2.8"], ["2", "1", "−0.28", "2.52"]]


def test_adam_by_hand() -> None:
    mean, squares, w = 0.0, 0.0, 3.0
    for step, g in enumerate((2.0, 1.0), 1):
        mean, squares = 0.9 * mean + 0.1 * g, 0.999 * squares + 0.001 * g * g
        w -= 0.1 * (mean / (1 - 0.9**step)) / (sqrt(squares / (1 - 0.999**step)) + 1e-8)
    assert rows_of("optimizers/adam")[3][3] == shown(w)


def test_the_other_optimizers_by_hand() -> None:
    # Gradients 2 and 1, a rate of 0.1, from w = 3.
    after = {
        "sgd": 3 - 0.2 - 0.1,
        "nesterov": 3 - 0.1 * (2 + 0.9 * 2) - 0.1 * (1 + 0.9 * 2.8),
        "adagrad": 3 - 0.1 * 2 / sqrt(4) - 0.1 * 1 / sqrt(5),
        "rmsprop": 3 - 0.1 * 2 / sqrt(0.04) - 0.1 * 1 / sqrt(0.99 * 0.04 + 0.01),
    }
    assert {kind: rows_of(f"optimizers/{kind}")[3][3] for kind in after} == {k: shown(w) for k, w in after.items()}


def test_adamw_shrinks_first_and_then_goes_adams_way() -> None:
    adam = [number(row[2]) for row in rows_of("optimizers/adam")[2:4]]
    first = 3 - 0.1 * 0.01 * 3 + adam[0]
    second = first - 0.1 * 0.01 * first + adam[1]
    assert [number(row[3]) for row in rows_of("optimizers/adamw")[2:4]] == pytest.approx([first, second], abs=1e-3)


def test_steps_of_an_optimizer_begin_where_it_is_told() -> None:
    from nnstudio.engine.optimizers import SGD

    assert moved(SGD(learning_rate=0.5), 1.0, (1.0, -1.0)) == [1.0, 0.5, 1.0]


def test_a_penalty_by_hand() -> None:
    # 10 / 200 · (9 + 4 + 0.25), and 10 / 100 · w.
    assert rows_of("penalties/l2")[2] == ["(3, −2, 0.5)", "0.6625", "(0.3, −0.2, 0.05)"]
    assert rows_of("penalties/l1")[2] == ["(3, −2, 0.5)", "0.55", "(0.1, −0.1, 0.1)"]


def test_a_schedule_by_hand() -> None:
    rates = [number(row[1]) for row in rows_of("schedules/step")[2:12]]
    assert rates == [0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.0125]


def test_what_an_initialiser_draws_is_as_wide_as_its_formula_says() -> None:
    for kind, deviation in {"glorot": sqrt(2 / 150), "he": sqrt(2 / 100), "lecun": sqrt(1 / 100)}.items():
        assert number(rows_of(f"initialisers/{kind}")[3][4]) == pytest.approx(deviation, rel=0.02)


def test_a_step_of_preparation_by_hand() -> None:
    # Mean 2, deviation √(2/3); mean 30, deviation √(1400/3).
    assert "−1.225  −0.926" in text_of("preparation/standardise")
    assert "after = (0, 0.2, 1)" in text_of("preparation/scale")


def test_numbers_are_written_as_students_do() -> None:
    written = [shown(each) for each in (0.0, -0.0, 1.0, -0.5, 1 / 3, 1234.0)]
    assert written == ["0", "0", "1", "−0.5", "0.3333", "1234"]
    assert written_out("W", [[1, -2], [30, 4]]) == "W =  1  −2\n    30   4"
    assert written_out("x", np.zeros((1, 2, 2))).splitlines() == ["x, channel 1 = 0  0", "x, channel 2 = 0  0"]


def _loss(kind: str):
    from nnstudio.engine.losses import losses

    return losses().find(kind)()
