"""The generated data sets: their shapes, their classes, and that noise 0 is exact."""

import numpy as np
import pytest

from nnstudio.core.errors import FieldError
from nnstudio.core.fields import rules_of
from nnstudio.data.dataset import DataSet
from nnstudio.data.generated import Circle, Gauss, LinearRegression, Moons, Plane, Separable, Spiral, Xor, generators

TWO_CLASSES = ["circle", "gauss", "moons", "separable", "spiral", "xor"]
REGRESSIONS = {"plane": 2, "linear-regression": 1}
TABLES = {"xor-table": [0, 1, 1, 0], "and-table": [0, 0, 0, 1], "or-table": [0, 1, 1, 1]}
ALL = [*TWO_CLASSES, *REGRESSIONS, *TABLES]


def made(kind: str, seed: int = 0, **options: float) -> DataSet:
    return generators().find(kind).from_fields(options).make(np.random.default_rng(seed))


def test_the_family_knows_every_set_by_the_name_users_type():
    assert sorted(generators().kinds()) == sorted(ALL)


@pytest.mark.parametrize("kind", ALL)
def test_inputs_are_float32(kind):
    assert made(kind).inputs.dtype == np.float32


@pytest.mark.parametrize("kind", ALL)
def test_a_set_carries_its_kind_as_name(kind):
    assert made(kind).name == kind


@pytest.mark.parametrize("kind", ALL)
def test_the_same_seed_gives_the_same_bits(kind):
    one, two = made(kind, seed=7), made(kind, seed=7)
    assert one.inputs.tobytes() == two.inputs.tobytes()
    assert one.targets.tobytes() == two.targets.tobytes()


@pytest.mark.parametrize("kind", [*TWO_CLASSES, *REGRESSIONS])
def test_another_seed_gives_other_samples(kind):
    assert made(kind, seed=1).inputs.tobytes() != made(kind, seed=2).inputs.tobytes()


@pytest.mark.parametrize("kind", ALL)
def test_every_field_has_a_help_text(kind):
    assert all(rule.help for rule in rules_of(generators().find(kind)).values())


@pytest.mark.parametrize("kind", ALL)
def test_a_set_survives_the_way_through_json(kind):
    generator = generators().find(kind)()
    assert generators().from_json(generator.to_json()) == generator


@pytest.mark.parametrize("kind", TWO_CLASSES)
@pytest.mark.parametrize("samples", [2, 3, 17, 500])
def test_as_many_points_as_asked_for(kind, samples):
    assert made(kind, samples=samples).inputs.shape == (samples, 2)


@pytest.mark.parametrize("kind", TWO_CLASSES)
def test_two_classes_of_equal_size(kind):
    data = made(kind, samples=200)
    assert data.class_names == ("negative", "positive")
    assert np.bincount(data.targets).tolist() == [100, 100]


@pytest.mark.parametrize("kind", TWO_CLASSES)
def test_classes_are_mixed_and_not_one_after_the_other(kind):
    half = made(kind, samples=400).targets[:200].mean()
    assert 0.3 < half < 0.7


@pytest.mark.parametrize("kind", ["circle", "moons", "separable", "spiral", "xor", "plane"])
def test_points_lie_where_the_playground_draws_them(kind):
    inputs = made(kind, **({} if kind == "separable" else {"noise": 0})).inputs
    assert 2.5 < np.abs(inputs).max() <= 6.1


@pytest.mark.parametrize(("kind", "inputs"), REGRESSIONS.items())
def test_a_regression_predicts_one_float(kind, inputs):
    data = made(kind, samples=50)
    assert not data.classifies
    assert data.targets.dtype == np.float32
    assert (data.inputs.shape, data.targets.shape) == ((50, inputs), (50, 1))


@pytest.mark.parametrize(("kind", "answers"), TABLES.items())
def test_a_truth_table_lists_its_four_points_in_order(kind, answers):
    data = made(kind)
    assert data.inputs.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert data.targets.tolist() == answers


def test_without_noise_the_circle_is_decided_by_the_radius():
    data = Circle().make(np.random.default_rng(3))
    radius = np.hypot(*data.inputs.T)
    assert radius[data.targets == 1].max() <= 2.5
    assert radius[data.targets == 0].min() >= 3.5 - 1e-6


def test_without_noise_xor_is_decided_by_the_signs():
    data = Xor().make(np.random.default_rng(3))
    assert np.array_equal(data.targets == 1, data.inputs[:, 0] * data.inputs[:, 1] > 0)


def test_xor_keeps_clear_of_the_axes():
    assert np.abs(Xor().make(np.random.default_rng(3)).inputs).min() >= 0.3


def test_without_noise_gauss_has_the_variance_of_the_playground():
    data = Gauss(samples=40_000).make(np.random.default_rng(3))
    cloud = data.inputs[data.targets == 1]
    assert cloud.mean(axis=0) == pytest.approx([2, 2], abs=0.03)
    assert cloud.var(axis=0) == pytest.approx([0.5, 0.5], abs=0.02)


def test_noise_widens_the_clouds_of_gauss():
    data = Gauss(noise=0.5, samples=40_000).make(np.random.default_rng(3))
    assert data.inputs[data.targets == 0].var(axis=0) == pytest.approx([4, 4], abs=0.15)


def test_without_noise_a_spiral_point_has_the_angle_of_its_radius():
    data = Spiral().make(np.random.default_rng(3))
    x, y = data.inputs.astype(np.float64).T
    angle = 3.5 * np.pi * np.hypot(x, y) / 5 + np.where(data.targets == 1, 0, np.pi)
    assert np.allclose(np.hypot(x, y) * np.sin(angle), x, atol=1e-5)
    assert np.allclose(np.hypot(x, y) * np.cos(angle), y, atol=1e-5)


def test_without_noise_moons_lie_on_half_circles_of_radius_four():
    data = Moons(noise=0).make(np.random.default_rng(3))
    centres = np.where(data.targets[:, None] == 1, (2.0, 1.0), (-2.0, -1.0))
    assert np.allclose(np.hypot(*(data.inputs - centres).T), 4, atol=1e-5)


@pytest.mark.parametrize("seed", range(5))
def test_a_line_with_the_promised_margin_separates_separable(seed):
    data = Separable(margin=1.0).make(np.random.default_rng(seed))
    angles = np.linspace(0, 2 * np.pi, 3601)
    across = data.inputs @ np.stack([np.sin(angles), np.cos(angles)])
    gap = across[data.targets == 1].min(axis=0) - across[data.targets == 0].max(axis=0)
    assert gap.max() >= 1.99


@pytest.mark.parametrize("seed", range(5))
def test_the_perceptron_rule_converges_on_separable(seed):
    data = Separable().make(np.random.default_rng(seed))
    x = np.column_stack([np.ones(len(data.inputs)), data.inputs])
    w = np.zeros(3)
    for _ in range(1000):
        wrong = np.flatnonzero((x @ w > 0) != data.targets)
        if not wrong.size:
            break
        w += (2 * data.targets[wrong[0]] - 1) * x[wrong[0]]
    assert np.array_equal(x @ w > 0, data.targets == 1)


def test_without_noise_plane_is_a_tenth_of_the_sum():
    data = Plane().make(np.random.default_rng(3))
    assert np.allclose(data.targets[:, 0], data.inputs.sum(axis=1) / 10, atol=1e-6)


def test_noise_moves_the_target_of_plane():
    data = Plane(noise=0.5).make(np.random.default_rng(3))
    assert np.abs(data.targets[:, 0] - data.inputs.sum(axis=1) / 10).max() > 0.2


@pytest.mark.parametrize("kind", ["circle", "xor"])
def test_noise_lets_points_near_the_border_change_their_class(kind):
    clean, noisy = made(kind, seed=4), made(kind, seed=4, noise=0.5)
    changed = (clean.targets != noisy.targets).mean()
    assert np.array_equal(clean.inputs, noisy.inputs)
    assert 0.05 < changed < 0.5


def test_linear_regression_has_the_lecture_s_hundred_points():
    assert LinearRegression().make(np.random.default_rng(0)).inputs.shape == (100, 1)


def test_without_noise_linear_regression_is_the_line_itself():
    data = LinearRegression(noise=0).make(np.random.default_rng(3))
    assert np.array_equal(data.inputs, data.targets)


def test_without_noise_linear_regression_has_the_slope_and_offset_asked_for():
    data = LinearRegression(slope=-3, offset=2, noise=0).make(np.random.default_rng(3))
    assert np.array_equal(data.targets, (2 - 3 * data.inputs.astype(np.float64)).astype(np.float32))


def test_the_two_in_the_lecture_s_normal_distribution_is_the_deviation():
    x = LinearRegression(samples=50_000).make(np.random.default_rng(3)).inputs
    assert x.std() == pytest.approx(2, abs=0.03)


def test_the_noise_of_linear_regression_is_a_deviation():
    data = LinearRegression(noise=0.25, samples=50_000).make(np.random.default_rng(3))
    assert (data.targets - data.inputs).std() == pytest.approx(0.25, abs=0.01)


def test_too_much_noise_is_refused_with_the_range():
    with pytest.raises(FieldError, match=r"noise must be a number from 0 to 1, but is 3"):
        Circle(noise=3)
