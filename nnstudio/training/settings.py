"""The settings of a training, declared once for forms, files and the command line."""

from dataclasses import dataclass

from nnstudio.core.fields import Configured, choice, flag, part, parts, real, whole
from nnstudio.engine.losses import Loss, losses
from nnstudio.engine.optimizers import Optimizer, optimizers
from nnstudio.engine.penalties import Penalty, penalties
from nnstudio.engine.schedules import Schedule, schedules
from nnstudio.training.stopping import Stop, stops


@dataclass(frozen=True)
class Settings(Configured):
    """How a network is trained."""

    kind = "settings"
    title = "Settings"

    loss: Loss = part("mean_squared_error", losses, "How wrong an answer is")
    optimizer: Optimizer = part("sgd", optimizers, "How the gradient moves the weights")
    schedule: Schedule = part("constant", schedules, "How the learning rate changes on the way")
    penalty: Penalty = part("none", penalties, "What large weights cost")
    batch_size: int = whole(32, 1, 1 << 24, "How many samples each step looks at")
    epochs: int = whole(10, 1, 10_000_000, "How often the training set is passed through")
    seed: int = whole(0, 0, 2**63 - 1, "The same seed gives the same first weights, order and result")
    shuffle: bool = flag(True, "Bring the training set into a new order for each epoch")
    clip: float = real(0.0, 0.0, 1e12, "The greatest length of the gradient; longer ones are shortened; 0: never")
    stops: tuple[Stop, ...] = parts((), stops, "What ends the training before its last epoch")
    precision: str = choice("float32", ("float32", "float64"), "float32 is quick; float64 has twice the digits")

    def batch_of(self, samples: int) -> int:
        """How many samples a step looks at, for a training set of that size."""
        if self.optimizer.single_samples:
            return 1
        return max(1, samples if self.optimizer.whole_set else min(self.batch_size, samples))
