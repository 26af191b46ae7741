"""History: one entry a batch, one an epoch, and means that weigh every sample alike."""

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.engine.engine import predict
from nnstudio.layers.dense import Dense
from nnstudio.training.evaluation import evaluate
from nnstudio.training.history import Epoch, History

from .networks import MIXED, NEURON, line, session_of, three_classes, two_classes


def test_every_batch_has_a_loss_a_rate_and_a_length() -> None:
    with session_of(MIXED, three_classes(), batch_size=8, epochs=3) as session:
        session.run()
        history = session.history
        assert (len(history.losses), len(history.rates), len(history.lengths)) == (9, 9, 9)


def test_every_epoch_has_an_entry_that_counts_the_steps_so_far() -> None:
    with session_of(MIXED, three_classes(), batch_size=8, epochs=3) as session:
        session.run()
        assert session.history.column("steps") == [3, 6, 9]


def test_a_step_gives_back_the_loss_that_it_records() -> None:
    with session_of(NEURON, two_classes(), batch_size=4) as session:
        returned = [session.step() for _ in range(5)]
        assert list(session.history.losses) == returned


def test_the_last_smaller_batch_weighs_by_its_samples_in_the_mean_of_the_epoch() -> None:
    """Ten samples in batches of 4, 4 and 2: J = (4·J₁ + 4·J₂ + 2·J₃)/10."""
    with session_of(NEURON, two_classes(), batch_size=4, epochs=1, precision="float64") as session:
        session.run()
        first, second, third = session.history.losses
        mean = (4 * first + 4 * second + 2 * third) / 10
        assert session.history.epochs[0].train_loss == pytest.approx(mean, rel=1e-14)


def test_the_last_smaller_batch_has_a_mean_of_its_own() -> None:
    """y = 2x, x = 0 to 4 in batches of 3 and 2, answered with 0: (0 + 4 + 16)/3, and (36 + 64)/2."""
    settings = {"optimizer": {"kind": "sgd", "learning_rate": 0}, "batch_size": 3, "shuffle": False}
    with session_of([Dense(units=1, weights_start="zeros")], line(5), **settings) as session:
        assert [session.step(), session.step()] == pytest.approx([20 / 3, 50])


def test_the_accuracy_of_an_epoch_counts_right_answers_before_each_step() -> None:
    """With a learning rate of 0 it is the accuracy of the weights themselves."""
    data = two_classes(train=10)
    with session_of(NEURON, data, batch_size=4, epochs=1, optimizer={"kind": "sgd", "learning_rate": 0}) as session:
        session.run()
        answers = predict(session.plan, session.parameters, data.inputs)[:, 0] > 0.5
        assert session.history.epochs[0].train_accuracy == np.mean(answers == data.targets)


def test_the_validation_part_is_judged_with_the_weights_at_the_end_of_the_epoch() -> None:
    data = three_classes()
    with session_of(MIXED, data, batch_size=8, epochs=2) as session:
        session.run()
        judged = evaluate(session.plan, session.parameters, data, "validation")
        assert session.history.epochs[-1].validation_loss == pytest.approx(judged.loss, rel=1e-6)
        assert session.history.epochs[-1].validation_accuracy == judged.accuracy


def test_without_a_validation_part_its_figures_are_absent() -> None:
    with session_of(NEURON, two_classes(validation=0), epochs=1) as session:
        session.run()
        epoch = session.history.epochs[0]
        assert (epoch.validation_loss, epoch.validation_accuracy) == (None, None)


def test_the_watched_figures_fall_back_to_the_training() -> None:
    epoch = Epoch(1, 0.0, 0.1, train_loss=3.0, train_accuracy=0.5)
    assert (epoch.watched_loss, epoch.watched_accuracy) == (3.0, 0.5)


def test_the_watched_figures_are_those_of_the_validation() -> None:
    epoch = Epoch(1, 0.0, 0.1, 3.0, 0.5, validation_loss=4.0, validation_accuracy=0.25)
    assert (epoch.watched_loss, epoch.watched_accuracy) == (4.0, 0.25)


def test_numbers_that_are_predicted_have_no_accuracy() -> None:
    with session_of([Dense(units=1)], line(), epochs=1, optimizer="adam") as session:
        session.run()
        assert session.history.epochs[0].train_accuracy is None


def test_the_length_of_the_gradient_is_that_of_all_its_numbers() -> None:
    """x = 1, y = 2, answer 0: J = (0 − 2)²; ∂J/∂w = ∂J/∂b = −4; √(16 + 16) = 5.656854."""
    with session_of([Dense(units=1, weights_start="zeros")], line(2), batch_size=1, shuffle=False) as session:
        session.step()
        session.step()
        assert session.history.lengths[1] == pytest.approx(5.656854, rel=1e-6)


def test_the_accuracy_of_a_batch_is_the_share_that_the_weights_before_it_answered_rightly() -> None:
    data = three_classes()
    with session_of(MIXED[:1] + MIXED[2:3] + MIXED[4:], data, batch_size=8, epochs=2, shuffle=False) as session:
        expected = []
        for first, last in ((0, 8), (8, 16), (16, 22)):
            answers = predict(session.plan, session.parameters, data.inputs[first:last]).argmax(axis=1)
            expected.append((answers == data.targets[first:last]).mean())
            session.step()
        assert list(session.history.accuracies) == pytest.approx(expected, abs=1e-12)
        assert session.history.epochs[0].train_accuracy == pytest.approx(np.dot(expected, [8, 8, 6]) / 22)


def test_numbers_have_no_accuracies() -> None:
    with session_of([Dense(units=1)], line(), epochs=1) as session:
        session.run()
        assert session.history.accuracies is None
        assert len(session.history.since(0)) == 3


def test_a_file_without_accuracies_is_resumed_without() -> None:
    with session_of(NEURON, two_classes(), batch_size=4, epochs=2) as session:
        session.run(3)
        kept = session.checkpoint()
        arrays = {name: array for name, array in kept.arrays.items() if "accuracies" not in name}
        session.restore(replace(kept, arrays=arrays))
        session.run()
        assert session.history.accuracies is None
        assert len(session.history.losses) == 6


def test_a_history_comes_back_from_its_arrays_to_the_last_bit() -> None:
    with session_of(MIXED, three_classes(), batch_size=8, epochs=2) as session:
        session.run()
        assert History.of(session.history.arrays(), session.history.epochs, 6) == session.history


def test_the_order_is_new_in_every_epoch_and_holds_every_sample_once() -> None:
    """Answers of 0 to y = 2x, one by one: the losses 4x² tell which sample it was."""
    settings = {"optimizer": {"kind": "sgd", "learning_rate": 0}, "batch_size": 1, "epochs": 2}
    with session_of([Dense(units=1, weights_start="zeros")], line(10), **settings) as session:
        session.run()
        seen = np.sqrt(np.array(session.history.losses) / 4).round().astype(int).reshape(2, 10)
    assert sorted(seen[0]) == sorted(seen[1]) == list(range(10))
    assert list(seen[0]) != list(range(10))
    assert list(seen[0]) != list(seen[1])


def test_the_order_is_that_of_the_data_when_it_is_not_to_be_shuffled() -> None:
    settings = {"optimizer": {"kind": "sgd", "learning_rate": 0}, "batch_size": 1, "epochs": 1, "shuffle": False}
    with session_of([Dense(units=1, weights_start="zeros")], line(4), **settings) as session:
        session.run()
        assert list(session.history.losses) == [0, 4, 16, 36]
