"""The settings of a training: what each says, what it is at first, and what may stand there."""

from collections.abc import Iterator

from nnstudio.help.page import Page
from nnstudio.help.sections import field_sections, field_words
from nnstudio.training.settings import Settings

EXAMPLES = {
    "loss": "for ten classes [Categorical Cross Entropy](losses/categorical_cross_entropy.md), behind a Softmax; to "
    "predict numbers [Mean Squared Error](losses/mean_squared_error.md). [Cost functions](ideas/cost-functions.md) "
    "tells how they differ.",
    "optimizer": "[SGD](optimizers/sgd.md) with a rate of 0.1 as in the lectures, or [Adam](optimizers/adam.md) with "
    "0.001, which suits most networks as it is.",
    "schedule": "[Cosine](schedules/cosine.md) over 10 epochs begins with the full rate, has half of it after 5 and "
    "ends near 0.",
    "penalty": "[L2](penalties/l2.md) with a strength of 10 and 100 training samples adds 0.3 to the gradient of a "
    "weight of 3.",
    "batch_size": "1,000 training samples in batches of 32 are 32 steps an epoch: 31 whole batches and one of 8. "
    "[More about batches](ideas/mini-batches.md).",
    "epochs": "10 epochs of 32 steps each are 320 steps.",
    "seed": "two trainings with the seed 0 end with the same weights, bit by bit; with the seed 1 others come out, and "
    "how much they differ tells luck from merit.",
    "shuffle": "a file in which all zeros come first, then all ones, teaches one class after another unless it is "
    "shuffled.",
    "clip": "g := g · min(1, clip / |g|). With 1, the gradient (3, 4) of the length 5 becomes (0.6, 0.8).",
    "stops": "[No Improvement](stops/no_improvement.md) with a patience of 5 ends a training whose validation loss has "
    "not become better for five epochs.",
    "precision": "1/3 is 0.3333333 in float32, and 0.3333333333333333 in float64. A weight takes 4 or 8 bytes.",
}
ABOUT = "How a network is trained: the settings that stand in the inspector while nothing is chosen."


def pages(chapter: str, title: str) -> Iterator[Page]:
    """One page, with a section for each setting."""
    words = field_words(Settings)
    yield Page(chapter, "Training settings", ABOUT, lambda: field_sections(Settings, chapter, EXAMPLES, ABOUT), words)
