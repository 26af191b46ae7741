"""The list of problems: what keeps the model from being trained, where, and a button where there is a repair."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from nnstudio.compiler.problems import Problem
from nnstudio.graph.room import with_room
from nnstudio.ui.document import Document, Findings
from nnstudio.ui.labels import Quiet, Words, breakable
from nnstudio.ui.panel import Panel
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import GAP, theme_of

MOST = 50  # Rows that are shown; nobody mends more at once.
DISC = 18
NARROW = 420  # Where the button has no room beside the sentence.
GOING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class Badge(QWidget):
    """The mark of a problem, or of a note, as on the cards."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._warning = False
        self.setFixedSize(DISC, DISC)

    def show_warning(self, warning: bool) -> None:
        """Be the mark of a note, or of a problem."""
        self._warning = warning
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("warning" if self._warning else "problem"))
        painter.drawEllipse(QPointF(DISC / 2, DISC / 2), DISC / 2 - 1, DISC / 2 - 1)
        font = QFont(self.font())
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(theme.color("panel"))
        painter.drawText(QRectF(self.rect()), int(Qt.AlignmentFlag.AlignCenter), "i" if self._warning else "!")


class ProblemRow(QFrame):
    """One problem. A click, Enter or the space bar goes to its layer; the button mends it."""

    went = Signal(object)
    mended = Signal(object)
    stepped = Signal(int)

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self.problem: Problem | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.badge = Badge(self)
        self.sentence = Words(parent=self)
        self.where = Quiet(parent=self)
        self.button = QPushButton(self)
        self.button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.button.clicked.connect(self._mend)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.sentence)
        words.addWidget(self.where)
        self._beside = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._beside.setSpacing(6)
        self._beside.addLayout(words, 1)
        self._beside.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP + 4, 6, GAP + 4, 6)
        row.setSpacing(GAP + 2)
        row.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._beside, 1)

    def show_problem(self, problem: Problem, where: str) -> None:
        """Show a problem and the name of its layer."""
        self.problem = problem
        kind = self.tr("Note") if problem.warning else self.tr("Problem")
        self.setAccessibleName(f"{kind}: {problem.sentence}")
        self.setAccessibleDescription(self.tr("Press Enter to go to {}").format(where) if where else "")
        self.badge.show_warning(problem.warning)
        self.sentence.setText(breakable(problem.sentence))
        self.where.setText(breakable(where))
        self.where.setVisible(bool(where))
        self.button.setVisible(problem.repair is not None)
        self.button.setText(problem.repair.title.replace("&", "&&") if problem.repair else "")
        self.setCursor(Qt.CursorShape.PointingHandCursor if where else Qt.CursorShape.ArrowCursor)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < NARROW
        way = QBoxLayout.Direction
        self._beside.setDirection(way.TopToBottom if narrow else way.LeftToRight)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.problem is not None:
            self.went.emit(self.problem)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in GOING and self.problem is not None:
            self.went.emit(self.problem)
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.stepped.emit(self._place + (1 if event.key() == Qt.Key.Key_Down else -1))
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.setBackgroundRole(QPalette.ColorRole.Light)

    def leaveEvent(self, event: object) -> None:
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(theme_of(self.palette()).color("accent"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _mend(self) -> None:
        if self.problem is not None:
            self.mended.emit(self.problem)


class ProblemList(Panel):
    """Every problem of the model, those that keep it from being trained first."""

    go_to = Signal(str)
    """The id of a layer that should be brought into sight."""
    counted = Signal(int, int)
    """How many problems there are, and how many notes; told even while the list is hidden."""

    def __init__(self, document: Document, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(document, selection, parent)
        self.setAccessibleName(self.tr("Problems"))
        self._seen: Findings | None = None
        self._count = (-1, -1)
        self.rows: list[ProblemRow] = []
        self.nothing = Quiet(self.tr("No problems. The model can be trained."), self)
        self.more = Quiet(parent=self)
        for words in (self.nothing, self.more):
            words.setContentsMargins(GAP + 4, GAP, GAP + 4, GAP)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.area = self._scrolling()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.area)
        document.project_changed.connect(self._count_them)
        self._count_them()
        self.refresh()

    @property
    def count(self) -> tuple[int, int]:
        """How many problems there are, and how many notes."""
        return self._count

    def refresh(self) -> None:
        """Show the problems as they are now."""
        if self.document.findings is self._seen:
            return
        self._seen = self.document.findings
        problems = sorted(self._seen.problems, key=lambda problem: problem.warning)
        while len(self.rows) < min(len(problems), MOST):
            self._add_row()
        for row, problem in zip(self.rows, problems, strict=False):
            row.show_problem(problem, self._where(problem))
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(problems))
        self.nothing.setVisible(not problems)
        self.more.setVisible(len(problems) > MOST)
        self.more.setText(self.tr("… and {} more").format(f"{len(problems) - MOST:,}"))

    def _where(self, problem: Problem) -> str:
        if problem.node is None or problem.node not in self.document.graph:
            return ""
        node = self.document.graph.node(problem.node)
        return node.label if node.label.startswith(node.layer.title) else f"{node.label} · {node.layer.title}"

    def _add_row(self) -> None:
        row = ProblemRow(len(self.rows), self)
        row.went.connect(self._go)
        row.mended.connect(self._mend)
        row.stepped.connect(self._step)
        self._column.insertWidget(len(self.rows), row)
        self.rows.append(row)

    def _go(self, problem: Problem) -> None:
        if problem.node is not None and problem.node in self.document.graph:
            self.selection.choose([problem.node])
            self.go_to.emit(problem.node)

    def _mend(self, problem: Problem) -> None:
        if problem.repair is not None:
            before = self.document.graph
            self.document.edit(problem.repair.title, with_room(before, problem.repair.apply(before)))

    def _step(self, place: int) -> None:
        if 0 <= place < len(self.rows) and self.rows[place].isVisible():
            self.rows[place].setFocus(Qt.FocusReason.TabFocusReason)
            self.area.ensureWidgetVisible(self.rows[place])

    def _count_them(self) -> None:
        problems = self.document.findings.problems
        notes = sum(problem.warning for problem in problems)
        count = (len(problems) - notes, notes)
        if count != self._count:
            self._count = count
            self.counted.emit(*count)

    def _scrolling(self) -> QScrollArea:
        content = QWidget()
        content.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        content.setAutoFillBackground(True)
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.more)
        self._column.addWidget(self.nothing, 1)
        self._column.addStretch(0)
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(content)
        return area
