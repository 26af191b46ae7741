"""Why a network answers so: maps against hand calculation, PyTorch, and differences."""

import numpy as np
import pytest

from nnstudio import api
from nnstudio.classify.network import Network
from nnstudio.classify.why import by_differences, by_going_back, gradient_map, occlusion, occlusion_map
from nnstudio.engine.parameters import Parameters
from nnstudio.graph.edits import chain
from nnstudio.layers.batch_norm import BatchNorm
from nnstudio.layers.dense import Dense
from nnstudio.layers.dropout import Dropout
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.input import Input
from nnstudio.layers.sigmoid import Sigmoid
from nnstudio.layers.softmax import Softmax
from nnstudio.layers.tanh import Tanh

TEN = tuple("0123456789")


def network(*layers, names=TEN, precision="float64", loss="categorical_cross_entropy", template=""):
    """A network with its first weights, all moved a little so that no bias is zero."""
    model = api.new(template) if template else api.model(chain(*layers), precision=precision, loss=loss)
    if template:
        model.configure(precision=precision)
    plan = model.plan()
    parameters = Parameters.initial(plan, 3)
    parameters.vector[:] += np.random.default_rng(5).normal(0, 0.02, parameters.vector.shape)
    return Network.alone(plan, parameters, (), names)


def noise(shape, seed=0):
    return np.random.default_rng(seed).uniform(0, 1, shape)


def test_occlusion_of_a_weighted_sum_is_the_weight_of_what_is_covered():
    """P = Σ w·x: covering a patch with zeros takes Σ w·x of the patch away."""
    weights, picture = noise((6, 6, 1), 1), noise((6, 6, 1))
    found = occlusion(lambda some: (some * weights).sum(axis=(1, 2, 3)), picture, (2, 2), (2, 2), 0.0)
    patches = (weights * picture)[..., 0].reshape(3, 2, 3, 2).sum(axis=(1, 3))
    assert np.allclose(found, np.repeat(np.repeat(patches, 2, axis=0), 2, axis=1))


def test_where_patches_overlap_a_pixel_has_their_mean():
    picture = np.ones((1, 3, 1))
    found = occlusion(lambda some: some[:, 0, 0, 0] + 10 * some[:, 0, 2, 0], picture, (1, 2), (1, 1), 0.0)
    assert found.tolist() == [[1.0, 5.5, 10.0]]


def test_patches_reach_the_last_row_and_column():
    found = occlusion(lambda some: some[:, -1, -1, 0], np.ones((7, 7, 1)), (2, 2), (4, 4), 0.0)
    assert found[-1, -1] == 1
    assert found[0, 0] == 0


def test_occlusion_is_the_drop_of_the_probability():
    """A patch by hand, at the upper left corner, which only one patch covers."""
    asked = network(Input((14, 14, 1)), Flatten(), Dense(10), Softmax())
    sample = np.rint(noise((14, 14, 1)) * 255).astype(np.uint8)
    found = occlusion_map(asked, sample, 4)
    covered = sample.copy()
    covered[:2, :2] = 0
    before, now = (asked.answer(each).probabilities[4] for each in (sample, covered))
    assert found.map.shape == (14, 14)
    assert found.map[0, 0] == pytest.approx(before - now, abs=1e-12)


@pytest.mark.parametrize("of_class", [0, 7])
def test_going_back_finds_what_small_differences_find(of_class):
    asked = network(Input((8, 8, 1)), Flatten(), Dense(12), Tanh(), Dense(10), Softmax())
    inputs = noise((1, 64))
    back, apart = by_going_back(asked, inputs, of_class), by_differences(asked, inputs, of_class)
    assert np.abs(back).max() > 0.01
    assert np.allclose(back, apart, atol=1e-5)


def test_the_gradient_of_convolutions_is_that_of_pytorch():
    torch = pytest.importorskip("torch")
    asked = network(template="mnist-lenet")
    picture = noise((1, 784))
    named = {name: torch.from_numpy(array.copy()) for name, array in asked.parameters.named().items()}
    x = torch.from_numpy(picture.reshape(1, 1, 28, 28)).requires_grad_()
    y = x
    for number in (1, 2):
        kernel = named[f"conv_{number}/weights"]
        if kernel.shape[2:] != (5, 5):
            kernel = kernel.permute(3, 2, 0, 1) if kernel.shape[:2] == (5, 5) else kernel.permute(0, 3, 1, 2)
        y = torch.nn.functional.conv2d(y, kernel, named[f"conv_{number}/bias"], padding=2)
        y = torch.nn.functional.max_pool2d(torch.relu(y), 2)
    flat = y.permute(0, 2, 3, 1).reshape(1, -1)
    hidden = torch.relu(flat @ named["hidden/weights"].T + named["hidden/bias"])
    scores = hidden @ named["scores/weights"].T + named["scores/bias"]
    scores[0, 3].backward()
    found = by_going_back(asked, picture, 3)
    assert np.allclose(found, x.grad.numpy().reshape(-1), atol=1e-12)
    assert np.allclose(asked.ask(picture, "scores"), scores.detach().numpy(), atol=1e-12)


def test_a_single_output_speaks_for_yes_and_against_no():
    """∂a/∂x of one neuron is its weights."""
    asked = network(Input((8, 8, 1)), Flatten(), Dense(1), Sigmoid(), names=("no", "yes"), loss="binary_cross_entropy")
    sample = np.zeros((8, 8, 1), np.uint8)
    weights = next(array for name, array in asked.parameters.named().items() if name.endswith("/weights"))
    yes, no = (gradient_map(asked, sample, number).map for number in (1, 0))
    assert np.allclose(yes, weights.reshape(8, 8))
    assert np.allclose(no, -weights.reshape(8, 8))


def test_colours_are_added_up():
    asked = network(Input((8, 8, 3)), Flatten(), Dense(10), Softmax())
    found = gradient_map(asked, np.zeros((8, 8, 3), np.uint8), 2).map
    weights = next(array for name, array in asked.parameters.named().items() if name.endswith("weights"))
    assert np.allclose(found, weights[2].reshape(8, 8, 3).sum(axis=2))


@pytest.mark.parametrize("layer", [BatchNorm(), Dropout(0.5)])
@pytest.mark.parametrize("kind", [gradient_map, occlusion_map])
def test_asking_changes_no_number_of_the_network_and_draws_no_lots(layer, kind):
    asked = network(Input((8, 8, 1)), Flatten(), Dense(12), layer, Tanh(), Dense(10), Softmax())
    before = asked.parameters.vector.tobytes()
    sample = np.rint(noise((8, 8, 1)) * 255).astype(np.uint8)
    first, second = (kind(asked, sample, 1).map for _ in range(2))
    assert asked.parameters.vector.tobytes() == before
    assert np.array_equal(first, second)
    assert np.abs(first).max() > 0


def test_where_samples_of_a_batch_hang_together_differences_are_taken():
    """With the gathered statistics, as the network answers: those of a batch of one would leave nothing."""
    asked = network(Input((8, 8, 1)), Flatten(), BatchNorm(), Dense(10), Softmax())
    named = asked.parameters.named()
    scale = next(array for name, array in named.items() if name.endswith("/scale"))
    variance = next(array for name, array in named.items() if name.endswith("/variance"))
    weights = next(array for name, array in named.items() if name.endswith("/weights"))
    found = gradient_map(asked, np.zeros((8, 8, 1), np.uint8), 6).map
    assert np.allclose(found, (weights[6] * scale / np.sqrt(variance + 1e-5)).reshape(8, 8), atol=1e-8)
