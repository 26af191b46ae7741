"""What is painted on the cards of the welcome: a template, a data set, a recent project, a lesson."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from nnstudio.ui.labels import SMALLER
from nnstudio.ui.sizes import factor, px, scaled
from nnstudio.ui.template_picture import paint_model
from nnstudio.ui.theme import GAP, RADIUS
from nnstudio.ui.welcome_cards import OFFER, WRAPPED, CardDelegate, Index
from nnstudio.ui.welcome_glimpse import paint_glimpse
from nnstudio.ui.welcome_offers import Here, Recent, Starting, Taught

PICTURE = 68.0  # Pixels that the picture of a template is high.
TILE = 46.0  # The side of a data set's picture.
LINES = 3  # Of a template's description.


class TemplateFace(CardDelegate):
    """The network as a picture, beside it its data; title and what it is for below."""

    narrowest = 200

    def height(self, metrics: QFontMetricsF) -> float:
        return px(PICTURE) + metrics.lineSpacing() * (1 + LINES * SMALLER) + 2.5 * GAP

    def paint_card(self, painter: QPainter, room: QRectF, index: Index) -> None:
        starting = index.data(OFFER)
        assert isinstance(starting, Starting)
        picture = QRectF(room.left() + 1, room.top() + 1, room.width() - 2, px(PICTURE))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.color("canvas"))
        painter.drawRoundedRect(picture, RADIUS - 1, RADIUS - 1)
        self._paint_picture(painter, picture, starting)
        words = room.adjusted(GAP + 2, px(PICTURE) + GAP, -GAP, -GAP / 2)
        used = paint_line(painter, words, starting.project.title, self.theme.text, QFont.Weight.DemiBold)
        self._paint_about(painter, words.adjusted(0, used, 0, 0), starting)

    def _paint_picture(self, painter: QPainter, area: QRectF, starting: Starting) -> None:
        model = area.adjusted(GAP / 2, 0, -GAP / 2, 0)
        if starting.glimpse is not None:
            side = area.height()
            glimpse = QRectF(area.right() - side - GAP / 2, area.top(), side, side)
            paint_glimpse(painter, glimpse.adjusted(4, 4, -4, -4), starting.glimpse, self.theme)
            model.setRight(glimpse.left())
        painter.save()
        painter.translate(model.topLeft())
        # The picture is made of discs of a fixed size, which grow with the letters.
        fit = factor() * min(1.0, model.height() / factor() / (PICTURE + GAP))
        painter.scale(fit, fit)
        room = QRectF(0, 0, model.width() / fit, model.height() / fit)
        paint_model(painter, room, starting.project.graph, self.theme)
        painter.restore()

    def _paint_about(self, painter: QPainter, room: QRectF, starting: Starting) -> None:
        painter.setFont(scaled(painter.font(), SMALLER))
        about, colour = starting.project.description, "dim"
        if starting.missing:
            about = tr("One click fetches {} first").format(starting.missing)
            colour = "accent"
        painter.setPen(self.theme.color(colour))
        painter.drawText(room, WRAPPED, shortened(about, room, painter.font()))


class DataFace(CardDelegate):
    """A data set: what it looks like, and its name."""

    narrowest = 70

    def height(self, metrics: QFontMetricsF) -> float:
        return px(TILE) + metrics.lineSpacing() * SMALLER + 1.5 * GAP

    def paint_card(self, painter: QPainter, room: QRectF, index: Index) -> None:
        here = index.data(OFFER)
        assert isinstance(here, Here)
        side = px(TILE)
        picture = QRectF(room.center().x() - side / 2, room.top() + GAP / 2, side, side)
        painter.setFont(scaled(painter.font(), SMALLER))
        if here.glimpse is not None:
            paint_glimpse(painter, picture, here.glimpse, self.theme)
        else:
            painter.setPen(self.theme.color("dim"))
            painter.drawText(picture, int(Qt.AlignmentFlag.AlignCenter), "…")
        words = room.adjusted(4, side + GAP / 2, -4, 0)
        painter.setPen(self.theme.color("text"))
        name = painter.fontMetrics().elidedText(here.name, Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter), name)


class RecentFace(CardDelegate):
    """A project that was open lately: its name and when it was written, its folder below."""

    narrowest = 0

    def height(self, metrics: QFontMetricsF) -> float:
        return metrics.lineSpacing() * (1 + SMALLER) + 1.25 * GAP

    def paint_card(self, painter: QPainter, room: QRectF, index: Index) -> None:
        recent = index.data(OFFER)
        assert isinstance(recent, Recent)
        line = room.adjusted(GAP, GAP / 2, -GAP, 0)
        small = scaled(painter.font(), SMALLER)
        when = when_of(recent.written)
        taken = QFontMetricsF(small).horizontalAdvance(when) + GAP
        colour = self.theme.text
        used = paint_line(painter, line.adjusted(0, 0, -taken, 0), recent.path.stem, colour, QFont.Weight.DemiBold)
        painter.setFont(small)
        painter.setPen(self.theme.color("dim"))
        painter.drawText(line, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop), when)
        folder = at_home(recent.path.parent)
        fitting = painter.fontMetrics().elidedText(folder, Qt.TextElideMode.ElideMiddle, int(line.width()))
        painter.drawText(line.adjusted(0, used, 0, 0), int(Qt.AlignmentFlag.AlignLeft), fitting)


class LessonFace(CardDelegate):
    """A lesson: its title."""

    narrowest = 190

    def height(self, metrics: QFontMetricsF) -> float:
        return metrics.lineSpacing() + 1.5 * GAP

    def paint_card(self, painter: QPainter, room: QRectF, index: Index) -> None:
        taught = index.data(OFFER)
        assert isinstance(taught, Taught)
        line = room.adjusted(GAP, 0.75 * GAP - 1, -GAP, 0)
        paint_line(painter, line, taught.title, self.theme.text, QFont.Weight.Normal)


def paint_line(painter: QPainter, room: QRectF, text: str, colour: str, weight: QFont.Weight) -> float:
    """Paint one line, cut off where it is too long; gives back how high it is."""
    painter.save()
    painter.setFont(scaled(painter.font(), 1.0, weight))
    painter.setPen(colour)
    letters = painter.fontMetrics()
    fitting = letters.elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
    painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop), fitting)
    painter.restore()
    return float(letters.lineSpacing())


def shortened(text: str, room: QRectF, font: QFont) -> str:
    """As many words as there are lines for."""
    letters, words = QFontMetricsF(font), text.split()

    def fits(count: int) -> bool:
        tried = " ".join(words[:count]) + ("…" if count < len(words) else "")
        return letters.boundingRect(room, WRAPPED, tried).height() <= LINES * letters.lineSpacing() + 1

    count = next((each for each in range(len(words), 0, -1) if fits(each)), 1)
    return " ".join(words[:count]).rstrip(",:;") + "…" if count < len(words) else text


def when_of(written: float) -> str:
    """The time of today, or the day, as the user's country writes it."""
    moment = QDateTime.fromSecsSinceEpoch(int(written))
    here, short = QLocale(), QLocale.FormatType.ShortFormat
    if moment.date() == QDate.currentDate():
        # Where no country is set, even the short form has seconds.
        return tr("today {}").format(here.toString(moment.time(), here.timeFormat(short).replace(":ss", "")))
    return here.toString(moment.date(), short)


def at_home(folder: Path) -> str:
    """A folder as people write it, with ~ for their own."""
    home = Path.home()
    return str(Path("~") / folder.relative_to(home)) if folder.is_relative_to(home) else str(folder)


def tr(text: str) -> str:
    """A text of these cards in the user's language."""
    return QCoreApplication.translate("", text)
