"""The test cases in a strip: each as a small picture with what became of it, and how many are right."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QListView, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from nnstudio.classify.cases import Case
from nnstudio.ui.drawing import image_of
from nnstudio.ui.labels import SMALLER, Quiet
from nnstudio.ui.sizes import follow, follow_font, follow_size, px
from nnstudio.ui.theme import GAP, theme_of

SIDE = 36
HIGH = 72
FRAME = 3


class CaseStrip(QWidget):
    """Shows the cases and their answers; runs nothing itself."""

    run_asked = Signal()
    folder_asked = Signal()
    opened = Signal(int)
    """The number of a case that is to be seen on the pad."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cases: Sequence[Case] = ()
        self._names: Sequence[str] = ()
        self._answers: Mapping[int, int] = {}
        self.words = Quiet(self.tr("No test cases yet"), self)
        self.words.setAccessibleName(self.tr("Test cases"))
        self.again = QPushButton(self.tr("Run again"), self)
        self.folder = QPushButton(self.tr("Folder…"), self)
        self.folder.setToolTip(self.tr("Choose the folder in which the test cases of this project are"))
        self.strip = _Strip(self)
        self.strip.setAccessibleName(self.tr("Test cases"))
        row = QHBoxLayout()
        row.addWidget(self.words, 1)
        row.addWidget(self.again)
        row.addWidget(self.folder)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP // 2)
        column.addLayout(row)
        column.addWidget(self.strip)
        self.again.clicked.connect(self.run_asked)
        self.folder.clicked.connect(self.folder_asked)
        self.strip.itemActivated.connect(self._open)
        self.strip.itemClicked.connect(self._open)
        self._say()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._paint()

    def show_cases(self, cases: Sequence[Case], names: Sequence[str]) -> None:
        """Other cases; nothing is known of their answers."""
        self._cases, self._names, self._answers = cases, names, {}
        self.strip.clear()
        for case in cases:
            self.strip.addItem(QListWidgetItem(case.label))
        self._paint()
        self._say()

    def show_answers(self, answers: Mapping[int, int]) -> None:
        """What the network takes each case for, by the number of the case."""
        self._answers = dict(answers)
        self._paint()
        self._say()

    @property
    def right(self) -> int:
        """How many are classified as they should be."""
        return sum(self._is_right(number) for number in self._answers)

    def _is_right(self, number: int) -> bool:
        return self._names[self._answers[number]] == self._cases[number].label

    def _say(self) -> None:
        count = len(self._cases)
        self.strip.setVisible(bool(count))
        self.again.setEnabled(bool(count))
        if not count:
            self.words.setText(self.tr("No test cases yet: draw something, say what it is, and save it."))
        elif len(self._answers) < count:
            self.words.setText(self.tr("1 test case") if count == 1 else self.tr("{} test cases").format(count))
        else:
            self.words.setText(self.tr("{} of {} right").format(self.right, count))

    def _paint(self) -> None:
        theme = theme_of(self.palette())
        for number, case in enumerate(self._cases):
            item = self.strip.item(number)
            answered = number in self._answers
            good = answered and self._is_right(number)
            item.setIcon(_icon(case, theme.color("good" if good else "problem") if answered else None))
            if answered and not good:
                answer = self._names[self._answers[number]]
                item.setText(f"{case.label} → {answer}")
                item.setToolTip(self.tr("{} is taken for {}: {}").format(case.label, answer, case.path.name))
            else:
                item.setText(case.label)
                item.setToolTip(case.path.name)

    def _open(self, item: QListWidgetItem) -> None:
        self.opened.emit(self.strip.row(item))


class _Strip(QListWidget):
    """One line of pictures."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        follow_size(self.setIconSize, SIDE, SIDE)
        self.setGridSize(QSize(px(SIDE) + 2 * GAP, px(SIDE) + self.fontMetrics().height() + GAP))
        follow_font(self, SMALLER)
        follow(self.setFixedHeight, HIGH)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentItem() is not None:
            self.itemActivated.emit(self.currentItem())
        else:
            super().keyPressEvent(event)


def _icon(case: Case, frame: QColor | None) -> QIcon:
    """The picture in a frame that says whether the answer is right."""
    picture = QPixmap(px(SIDE), px(SIDE))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    area = picture.rect().adjusted(FRAME, FRAME, -FRAME, -FRAME)
    image = image_of(case.pixels)
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    image = image.scaled(area.size(), keep, smooth)
    area = image.rect().translated(area.center() - image.rect().center())
    painter.drawImage(area, image)
    if frame is not None:
        painter.setPen(QPen(frame, FRAME - 1))
        painter.drawRect(area.adjusted(-1, -1, 1, 1))
    painter.end()
    return QIcon(picture)
