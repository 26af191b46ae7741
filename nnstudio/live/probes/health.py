"""The figures that tell a sound training from a sick one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from nnstudio.live.probes.base import Probe, Sight

if TYPE_CHECKING:
    from nnstudio.training.health import Health


@dataclass(frozen=True)
class Healthy(Probe):
    """Activations, gradients and updates of every layer on a few training samples that are always the same."""

    period: ClassVar[float] = 0.3
    wants_before: ClassVar[bool] = True

    def take(self, sight: Sight) -> "Health":
        """Measured now; what the last step did is known only while the training goes on."""
        from nnstudio.training.health_check import HealthCheck

        return sight.remembered("health", lambda: HealthCheck(sight.session)).measure(sight.before)
