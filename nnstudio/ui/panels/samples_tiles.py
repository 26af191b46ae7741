"""How one sample is painted: as a picture with a caption, or as a row of numbers."""

from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QStaticText

from nnstudio.ui.panels.samples_album import Album
from nnstudio.ui.panels.samples_known import Known
from nnstudio.ui.panels.samples_words import captions, row_of, tr
from nnstudio.ui.plots.numbers import rounded
from nnstudio.ui.sizes import px
from nnstudio.ui.theme import GAP, Theme

WIDEST_CAPTION = 116
MOST_CAPTIONS = 4000
EDGE = GAP // 2  # Around a tile.
CELL = 76  # Pixels of a number in a row.
MARK = 3  # Pixels of the line that marks what is wrong.
AVERAGE = "8 → 8 (88 %)"
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
CUT = Qt.TextElideMode.ElideRight


@dataclass(frozen=True)
class Brush:
    """What a sample is painted with."""

    painter: QPainter
    theme: Theme
    metrics: QFontMetrics
    ratio: float

    @cached_property
    def wrong(self) -> QColor:
        """Of what is misclassified."""
        return self.theme.color("negative")

    @cached_property
    def dim(self) -> QColor:
        """Of a caption."""
        return self.theme.color("dim")

    @cached_property
    def text(self) -> QColor:
        """Of numbers."""
        return self.theme.color("text")

    @cached_property
    def ground(self) -> QColor:
        """Of a picture that is not there yet."""
        return self.theme.color("hover")


class Look:
    """Knows how large a sample is, and paints it. The album may still be without its picture."""

    title_height = 0

    def __init__(self, known: Known, album: Album, size: QSize) -> None:
        self.known, self.album, self.size = known, album, size
        self._captions: dict[tuple[str, ...], tuple[QStaticText, int]] = {}

    def keep_captions(self, before: "Look") -> None:
        """What is laid out for tiles of the same size need not be laid out again."""
        self._captions = before._captions

    def tile(self, width: int) -> QSize:
        """The size of a tile in a grid of that width."""
        return self.size

    def paint(self, brush: Brush, where: QRect, number: int) -> None:
        """Paint a sample."""

    def paint_title(self, brush: Brush, where: QRect) -> None:
        """Paint what stands above all."""

    def paint_mark(self, brush: Brush, where: QRect, strong: bool) -> None:
        """Outline the chosen one."""
        brush.painter.setPen(QPen(brush.theme.color("accent" if strong else "text"), 2))
        brush.painter.drawRect(where.adjusted(1, 1, -1, -1))

    def fitting(self, words: tuple[str, ...], metrics: QFontMetrics, width: int) -> str:
        """The longest that has room, or the shortest with its end cut off."""
        room = (each for each in words if metrics.horizontalAdvance(each) <= width)
        return next(room, "") or metrics.elidedText(words[-1], CUT, width)


class PictureLook(Look):
    """A picture, and under it the class; what is wrong is orange."""

    def paint(self, brush: Brush, where: QRect, number: int) -> None:
        painter, wide, high = brush.painter, self.album.size.width(), self.album.size.height()
        left, top = where.left() + (where.width() - wide) // 2, where.top() + EDGE
        picture = self.album.picture(number, brush.ratio)
        if picture is None:
            painter.fillRect(left, top, wide, high, brush.ground)
        else:
            painter.drawImage(left, top, picture)
        wrong = self.known.is_right(number) is False
        if wrong:
            painter.fillRect(left, top + high, wide, px(MARK), brush.wrong)
        painter.setPen(brush.wrong if wrong else brush.dim)
        caption, room = self._caption(captions(self.known, number), brush.metrics, where.width() - EDGE)
        painter.drawStaticText(where.left() + (where.width() - room) // 2, top + high + px(MARK), caption)

    def _caption(self, words: tuple[str, ...], metrics: QFontMetrics, width: int) -> tuple[QStaticText, int]:
        """Words that are laid out once, for they stand under many pictures; and how wide they are."""
        if words not in self._captions:
            if len(self._captions) >= MOST_CAPTIONS:
                self._captions.clear()
            text = self.fitting(words, metrics, width)
            caption = QStaticText(text)
            caption.setTextFormat(Qt.TextFormat.PlainText)
            self._captions[words] = caption, metrics.horizontalAdvance(text)
        return self._captions[words]


class RowLook(Look):
    """A line with the sample's numbers; its class, or the numbers to predict, stand before them."""

    def __init__(self, known: Known, album: Album, size: QSize) -> None:
        super().__init__(known, album, size)
        self.title_height = size.height()

    def tile(self, width: int) -> QSize:
        return QSize(max(width - GAP, px(CELL)), self.size.height())

    def paint(self, brush: Brush, where: QRect, number: int) -> None:
        painter = brush.painter
        wrong = self.known.is_right(number) is False
        if wrong:
            painter.fillRect(QRect(where.topLeft(), QSize(px(MARK), where.height() - 1)), brush.wrong)
        painter.setPen(brush.wrong if wrong else brush.text)
        painter.drawText(self._first(where), LEFT, self._answer(brush, number))
        painter.setPen(brush.text)
        for cell, word in zip(self._cells(where), row_of(self.album.values(number) or []), strict=False):
            painter.drawText(cell, RIGHT, word)

    def paint_title(self, brush: Brush, where: QRect) -> None:
        roll = self.known.roll
        brush.painter.fillRect(where, brush.theme.color("panel"))
        brush.painter.setPen(brush.theme.color("dim"))
        inside = where.adjusted(GAP // 2, 0, -GAP // 2, 0)
        first = tr("class") if roll.classifies else ", ".join(roll.target_names) or tr("wanted")
        brush.painter.drawText(self._first(inside), LEFT, brush.metrics.elidedText(first, CUT, px(WIDEST_CAPTION)))
        names = roll.input_names or tuple(f"x{place + 1}" for place in range(roll.shape[0] if roll.shape else 0))
        for cell, name in zip(self._cells(inside), names, strict=False):
            brush.painter.drawText(cell, RIGHT, brush.metrics.elidedText(name, CUT, px(CELL) - GAP))

    def _answer(self, brush: Brush, number: int) -> str:
        if not self.known.roll.classifies:
            targets = ", ".join(map(rounded, self.album.targets(number)))
            return brush.metrics.elidedText(targets, CUT, px(WIDEST_CAPTION))
        return self.fitting(captions(self.known, number), brush.metrics, px(WIDEST_CAPTION))

    def _first(self, where: QRect) -> QRect:
        return QRect(where.left() + GAP, where.top(), px(WIDEST_CAPTION), where.height())

    def _cells(self, where: QRect) -> list[QRect]:
        """As many as there is room for."""
        left = where.left() + GAP + px(WIDEST_CAPTION)
        count = max(0, (where.right() - left) // px(CELL))
        return [QRect(left + place * px(CELL), where.top(), px(CELL), where.height()) for place in range(count)]


def look_for(known: Known, metrics: QFontMetrics, before: Look | None = None) -> Look:
    """How the samples of this data look. What was known of their pictures and captions stays known."""
    look = _look_for(known, metrics, before.album if before is not None else Album())
    if before is not None and before.size == look.size:
        look.keep_captions(before)
    return look


def _look_for(known: Known, metrics: QFontMetrics, album: Album) -> Look:
    if not known.roll.pictured:
        return RowLook(known, album, QSize(px(CELL), metrics.height() + GAP))
    album.show_shape(*known.roll.shape[:2])
    longest = max((metrics.horizontalAdvance(f"{name} → {name} (88 %)") for name in known.roll.class_names), default=0)
    caption = min(max(metrics.horizontalAdvance(AVERAGE), longest), px(WIDEST_CAPTION))
    wide = max(album.size.width(), caption) + GAP + EDGE
    return PictureLook(known, album, QSize(wide, album.size.height() + px(MARK) + metrics.height() + 2 * EDGE))
