"""Progress in words: where a training stands, how fast it is, and how long it will take."""

from math import inf

from nnstudio.live.messages import Progress, Ready
from nnstudio.training.history import Epoch

SMOOTH = 0.2  # How much the last look counts for the speed that is shown.


class Pace:
    """Batches a second of training, smoothed so that the number can be read; `most` holds it back."""

    def __init__(self) -> None:
        self.most = inf
        self._speed: float | None = None
        self._step = 0
        self._seconds = 0.0

    @property
    def speed(self) -> float | None:
        """Batches a second, as far as it is known."""
        return None if self._speed is None else min(self._speed, self.most)

    def notice(self, step: int, seconds: float) -> None:
        """The training stood at a step after so many seconds of training."""
        if step < self._step:
            self._speed = None
        elif step > self._step and seconds > self._seconds:
            now = (step - self._step) / (seconds - self._seconds)
            self._speed = now if self._speed is None else self._speed + SMOOTH * (now - self._speed)
        self._step, self._seconds = step, seconds


def words_of(
    progress: Progress, ready: Ready, epochs: int, last: Epoch | None, pace: Pace, going: bool, reason: str | None
) -> str:
    """One line: epoch, batch, loss, what is right, and speed with the time left, or why it ended."""
    if not progress.step:
        return f"Ready: {ready.samples.get('train', 0):,} samples, {ready.steps_per_epoch:,} batches in an epoch"
    # The epoch that the next batch belongs to, or where it stands still, the last one.
    epoch = progress.epoch + 1 if going else -(-progress.step // ready.steps_per_epoch)
    said = [f"epoch {min(epoch, max(epochs, progress.epoch))} of {epochs}", f"step {progress.step:,}"]
    if progress.loss is not None:
        said.append(f"loss {progress.loss:#.4g}")
    if last is not None and last.validation_loss is not None:
        said.append(f"validation {last.validation_loss:#.4g}")
    accuracy = last.watched_accuracy if last is not None else progress.accuracy
    if accuracy is not None:
        said.append(f"{accuracy:.1%} right")
    if going and pace.speed:
        said.append(f"{_rounded(pace.speed * ready.batch)} samples/s")
        said.append(f"{_time(max(epochs * ready.steps_per_epoch - progress.step, 0) / pace.speed)} left")
    if reason:
        said.append(reason)
    text = " · ".join(said)
    return text[0].upper() + text[1:]


def _rounded(number: float) -> str:
    return f"{float(f'{number:.2g}'):,.0f}"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
