"""The contract of every registered schedule: numbers worked out by hand, and PyTorch's where they are the same."""

from typing import Any

import pytest

from nnstudio.engine.schedules import (
    ConstantRate,
    Cosine,
    Exponential,
    Moment,
    OneCycle,
    OnPlateau,
    Schedule,
    StepRate,
    WarmUp,
    schedules,
)

STEPS, EPOCHS = 5, 8  # Steps in an epoch, epochs planned.

# The factor at some steps of 8 epochs of 5 steps. A new schedule gets lines here.
BY_HAND: list[tuple[Schedule, dict[int, float]]] = [
    (ConstantRate(), {0: 1, 17: 1, 39: 1, 400: 1}),
    (StepRate(every=3, share=0.5), {0: 1, 14: 1, 15: 0.5, 29: 0.5, 30: 0.25, 39: 0.25}),
    (StepRate(every=1, share=0.0), {0: 1, 4: 1, 5: 0}),
    (Exponential(share=0.9), {0: 1, 4: 1, 5: 0.9, 10: 0.81, 39: 0.9**7}),
    (Cosine(), {0: 1, 13: 0.75, 26: 0.25, 39: 0, 80: 0}),
    (Cosine(last=0.2), {0: 1, 13: 0.8, 26: 0.4, 39: 0.2}),
    (WarmUp(epochs=2), {0: 0.1, 4: 0.5, 9: 1, 10: 1, 39: 1}),
    (WarmUp(epochs=0), {0: 1, 1: 1}),
    (OneCycle(rise=1 / 3, start=0.04, last=0.0), {0: 0.04, 13: 1, 26: 0.5, 39: 0}),
    (OnPlateau(), {0: 1, 39: 1}),
]

every_hand = pytest.mark.parametrize(("schedule", "wanted"), BY_HAND, ids=[str(schedule) for schedule, _ in BY_HAND])


@pytest.mark.parametrize("kind", sorted(schedules().kinds()))
def test_a_schedule_has_numbers_by_hand(kind: str) -> None:
    assert kind in {schedule.kind for schedule, _ in BY_HAND}, f"Give {kind} a line in test_schedules.py."


@every_hand
def test_the_factor_is_what_a_hand_works_out(schedule: Schedule, wanted: dict[int, float]) -> None:
    found = {step: schedule.factor(Moment(step, STEPS, EPOCHS)) for step in wanted}
    assert found == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("kind", sorted(schedules().kinds()))
def test_a_factor_is_between_zero_and_one_whatever_is_planned(kind: str) -> None:
    schedule = schedules().find(kind)()
    for steps, epochs in ((1, 1), (1, 3), (7, 2)):
        for step in range(2 * steps * epochs):
            losses = [1.0 / (epoch + 1) for epoch in range(step // steps)]
            assert 0.0 <= schedule.factor(Moment(step, steps, epochs, losses)) <= 1.0


@pytest.mark.parametrize(
    ("losses", "wanted"),
    [
        ([], 1), ([1.0], 1), ([1, 1], 1), ([1, 1, 1], 0.1), ([1, 1, 1, 1, 1], 0.01), ([1, 1, 0.5, 1, 0.4], 1),
        ([1, 0.99999, 0.99998], 0.1), ([1, 2, 0.5, 0.5, 0.5, 0.4, 0.4, 0.4], 0.01), ([float("inf"), 1.0, 0.5], 1),
        ([float("nan")] * 3, 0.1),
    ],
)  # fmt: skip
def test_the_rate_drops_after_two_epochs_without_a_better_loss(losses: list[float], wanted: float) -> None:
    schedule = OnPlateau(patience=2, share=0.1)
    assert schedule.factor(Moment(39, STEPS, EPOCHS, losses)) == pytest.approx(wanted)


def _rates(torch: Any, make: Any, count: int) -> list[float]:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 1.0)
    scheduler = make(torch.optim.lr_scheduler, optimizer)
    rates = []
    for _ in range(count):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


@pytest.mark.parametrize(
    ("schedule", "make", "steps"),
    [
        (StepRate(every=3, share=0.5), lambda module, optimizer: module.StepLR(optimizer, 3, 0.5), 1),
        (Exponential(share=0.9), lambda module, optimizer: module.ExponentialLR(optimizer, 0.9), 1),
        (Cosine(last=0.1), lambda module, optimizer: module.CosineAnnealingLR(optimizer, 39, 0.1), 5),
        (WarmUp(epochs=2), lambda module, optimizer: module.LinearLR(optimizer, 0.1, 1.0, 9), 5),
    ],
    ids=["step", "exponential", "cosine", "warm-up"],
)
def test_the_rate_is_that_of_pytorch(schedule: Schedule, make: Any, steps: int) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed, so there is nothing to compare with")
    count = steps * EPOCHS
    ours = [schedule.factor(Moment(step, steps, EPOCHS)) for step in range(count)]
    assert ours == pytest.approx(_rates(torch, make, count), abs=1e-12)


def test_one_cycle_begins_and_ends_like_pytorch() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed, so there is nothing to compare with")
    theirs = _rates(torch, lambda module, optimizer: module.OneCycleLR(optimizer, 1.0, 41, cycle_momentum=False), 40)
    ours = [OneCycle().factor(Moment(step, STEPS, EPOCHS)) for step in range(40)]
    assert ours[0] == pytest.approx(theirs[0])
    assert max(ours) == pytest.approx(max(theirs), abs=0.02)
    assert OneCycle().factor(Moment(39, STEPS, EPOCHS)) == pytest.approx(4e-6)
