"""A schedule drawn before it runs: the learning rate over the planned epochs, and a mark where the training stands."""

from dataclasses import dataclass
from math import isfinite, log10

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnstudio.engine.schedules import Moment
from nnstudio.training.settings import Settings
from nnstudio.ui.labels import SMALLER
from nnstudio.ui.sizes import follow_font, px
from nnstudio.ui.theme import GAP, Theme, theme_of

HEIGHT = 120
MOST = 240  # Places of the line.
DOT = 4.0
TICK = 3
UNKNOWN_STEPS = 100  # In an epoch, as long as the data is not read: the shape is the same.


@dataclass(frozen=True)
class Course:
    """A rate at some steps of a planned training, and whether steps are known or only epochs."""

    steps: tuple[int, ...]
    rates: tuple[float, ...]
    steps_per_epoch: int
    by_steps: bool

    @property
    def end(self) -> int:
        """The last step."""
        return self.steps[-1]


def course_of(settings: Settings, steps_per_epoch: int | None) -> Course:
    """The rate over the whole training, as the schedule says it; the first and the last step are there."""
    per_epoch = steps_per_epoch or UNKNOWN_STEPS
    last = max(per_epoch * settings.epochs - 1, 1)
    # Right before and after each end of an epoch, where many schedules jump, as far as there are not too many.
    ends = range(per_epoch, last, per_epoch) if settings.epochs <= MOST else ()
    even = {round(last * number / MOST) for number in range(MOST + 1)}
    steps = tuple(sorted(even.union(*((end - 1, end) for end in ends))))
    rates = tuple(rate_at(settings, step, per_epoch) for step in steps)
    return Course(steps, rates, per_epoch, steps_per_epoch is not None)


def rate_at(settings: Settings, step: int, steps_per_epoch: int) -> float:
    """The rate of one step; a schedule that is asked once for an epoch keeps it to its end."""
    schedule = settings.schedule
    asked = step // steps_per_epoch * steps_per_epoch if schedule.by_epoch else step
    return settings.optimizer.learning_rate * schedule.factor(Moment(asked, steps_per_epoch, settings.epochs))


class SchedulePicture(QWidget):
    """Painted by itself: the inspector is there long before any plot."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow_font(self, SMALLER)
        self.course: Course | None = None
        self.mark: tuple[int, float | None] | None = None
        """The step where the training stands, and its rate where that is known."""
        self.remark = ""
        self.setAccessibleName(self.tr("Learning rate over the training"))

    def show_schedule(self, settings: Settings, steps_per_epoch: int | None) -> None:
        """Draw the schedule of other settings."""
        self.remark = self.tr("Drops when the loss has not become better: how often depends on the losses.") if (
            settings.schedule.reads_losses
        ) else ""  # fmt: skip
        self.course = course_of(settings, steps_per_epoch)
        self.setAccessibleDescription(self._words())
        self.setToolTip(self._words())
        self.updateGeometry()
        self.update()

    def show_mark(self, step: int | None, rate: float | None = None) -> None:
        """Mark where the training stands; None before it has begun."""
        mark = None if step is None else (step, rate)
        if mark != self.mark:
            self.mark = mark
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(8 * GAP, px(HEIGHT) + (2 * self.fontMetrics().height() if self.remark else 0))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.course is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, area = theme_of(self.palette()), self._inside()
        self._paint_axes(painter, theme, area)
        painter.setPen(QPen(theme.color("accent"), 1.8))
        painter.drawPolyline(QPolygonF([
            self._place(area, step, rate) for step, rate in zip(self.course.steps, self.course.rates, strict=True)
        ]))  # fmt: skip
        if self.mark is not None:
            self._paint_mark(painter, theme, area, *self.mark)

    def place_of(self, step: int, rate: float) -> QPointF:
        """Where a step with a rate stands."""
        return self._place(self._inside(), step, rate)

    @property
    def top(self) -> float:
        """The rate at the upper end."""
        assert self.course is not None
        greatest = max((rate for rate in self.course.rates if isfinite(rate)), default=0.0)
        return greatest or 1.0

    def _inside(self) -> QRectF:
        words = QFontMetricsF(self.font())
        left = words.horizontalAdvance(_short(self.top)) + GAP if self.course else 0.0
        low = words.height() * (2 if not self.remark else 4) + TICK
        top = words.height() + GAP / 2
        return QRectF(left, top, self.width() - left - GAP, self.height() - low - top)

    def _place(self, area: QRectF, step: int, rate: float) -> QPointF:
        assert self.course is not None
        share = min(step / self.course.end, 1.0)
        return QPointF(area.left() + share * area.width(), area.bottom() - min(rate / self.top, 1.0) * area.height())

    def _paint_axes(self, painter: QPainter, theme: Theme, area: QRectF) -> None:
        course, words = self.course, QFontMetricsF(self.font())
        assert course is not None
        painter.setPen(QPen(theme.color("border"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.drawLine(area.bottomLeft(), area.topLeft())
        painter.drawLine(QPointF(area.left() - TICK, area.top()), area.topLeft())
        painter.setPen(theme.color("dim"))
        for value, y in ((self.top, area.top()), (0.0, area.bottom())):
            box = QRectF(0, y - words.height() / 2, area.left() - GAP / 2, words.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _short(value))
        painter.drawText(QPointF(area.left(), words.ascent()), self.tr("Learning rate"))
        line = QRectF(area.left(), area.bottom() + TICK, area.width(), words.height())
        epochs = course.end // course.steps_per_epoch + 1
        last = f"{course.end + 1:,}" if course.by_steps else f"{epochs:,}"
        what = self.tr("Step") if course.by_steps else self.tr("Epoch")
        for text, where in (("0", "AlignLeft"), (what, "AlignHCenter"), (last, "AlignRight")):
            painter.drawText(line, getattr(Qt.AlignmentFlag, where), text)
        if self.remark:
            box = QRectF(0, line.bottom(), self.width(), self.height() - line.bottom())
            painter.drawText(box, Qt.TextFlag.TextWordWrap, self.remark)

    def _paint_mark(self, painter: QPainter, theme: Theme, area: QRectF, step: int, rate: float | None) -> None:
        assert self.course is not None
        across = self._place(area, step, 0.0).x()
        painter.setPen(QPen(theme.color("dim"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(across, area.top()), QPointF(across, area.bottom()))
        if rate is not None and isfinite(rate):
            painter.setPen(QPen(theme.color("panel"), 1.5))
            painter.setBrush(theme.color("accent"))
            painter.drawEllipse(self._place(area, step, rate), DOT, DOT)

    def _words(self) -> str:
        """The same for those who do not see it."""
        assert self.course is not None
        rates = self.course.rates
        words = self.tr("From {} to {}, at most {}").format(*map(_short, (rates[0], rates[-1], max(rates))))
        return f"{words}. {self.remark}".strip()


def _short(value: float) -> str:
    if value and not 1e-3 <= abs(value) < 1e4:
        exponent = int(log10(abs(value)) // 1)
        return f"{value / 10.0**exponent:.3g}e{exponent}"
    return f"{value:.4g}"
