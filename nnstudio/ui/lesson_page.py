"""One page of a lesson: text, the goal with its tick, and the way on."""

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QTextBrowser, QToolButton, QVBoxLayout, QWidget

from nnstudio.lessons.base import Step
from nnstudio.ui.labels import QUIET, Heading, Name, Quiet, Words
from nnstudio.ui.sizes import follow_font
from nnstudio.ui.theme import GAP, theme_of

OPEN, REACHED = "○", "✓"


class LessonPage(QWidget):
    """Shows what it is given, and says what was pressed."""

    turned = Signal(int)
    restart_asked = Signal()
    left = Signal()
    """The list of lessons is wanted."""
    panel_asked = Signal(str)
    help_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step = Step("", "")
        self.lesson, self.where, self.title = Name(parent=self), Name(parent=self), Heading(parent=self)
        self.where.setForegroundRole(QUIET)
        self.text = QTextBrowser(self)
        self.text.setAccessibleName(self.tr("Text of the lesson"))
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        # As running text in the panel, not as a field.
        self.text.setStyleSheet("QTextBrowser { border: none; background: transparent; padding: 0 }")
        self.text.document().setDocumentMargin(0)
        self.text.setOpenLinks(False)
        self.mark, self.goal, self.answer = QLabel(self), Words(parent=self), Words(parent=self)
        follow_font(self.mark, 1.15)
        self.fault = Quiet(parent=self)
        self.back, self.next = QPushButton(self.tr("&Back"), self), QPushButton(self.tr("Ne&xt"), self)
        self.look = QPushButton(self)
        self.restart, self.others = QToolButton(self), QToolButton(self)
        self.restart.setText(self.tr("Restart"))
        self.restart.setToolTip(self.tr("The project as it was at the beginning; undo takes it back"))
        self.others.setText(self.tr("Lessons"))
        self.others.setToolTip(self.tr("All lessons"))
        self.remark = Quiet(self.tr("Goals stay ticked while this window is open."), self)
        self._lay_out()
        self._connect()

    def show_step(self, lesson: str, step: Step, place: int, count: int, panel: str) -> None:
        """Show a page: the first has the place 0. `panel` is what the one is called that it speaks of."""
        self._step = step
        self.where.setText(self.tr("Page {} of {}").format(place + 1, count))
        self.lesson.setText(lesson)
        self.title.setText(step.title)
        more = f"\n\n[{self.tr('Read more')}]({step.topic})" if step.topic else ""
        self.text.document().setMarkdown(step.text.strip() + more, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
        self.text.moveCursor(self.text.textCursor().MoveOperation.Start)
        self.goal.setText(step.goal)
        self.answer.setText(step.answer)
        self._box.setVisible(bool(step.goal))
        self.back.setEnabled(place > 0)
        self.next.setEnabled(place + 1 < count)
        self.look.setText(self.tr("Show {}").format(panel))
        self.look.setVisible(bool(panel))
        self.remark.setVisible(place == 0)

    def show_goal(self, reached: bool, fault: str = "") -> None:
        """Tick the goal or not; a fault of a plugin's lesson is told in its place."""
        theme = theme_of(self.palette())
        self.mark.setText(REACHED if reached else OPEN)
        self.mark.setStyleSheet(f"color: {theme.good if reached else theme.dim}")
        self.mark.setAccessibleName(self.tr("Goal reached") if reached else self.tr("Goal not reached yet"))
        self.answer.setVisible(reached and bool(self._step.answer))
        self.fault.setText(fault)
        self.fault.setVisible(bool(fault))
        self.next.setDefault(reached)

    def _lay_out(self) -> None:
        self._box = QFrame(self)
        self._box.setObjectName("offer")
        words = QVBoxLayout()
        words.setSpacing(GAP // 2)
        for each in (self.goal, self.answer, self.fault):
            words.addWidget(each)
        row = QHBoxLayout(self._box)
        row.setContentsMargins(GAP, GAP, GAP, GAP)
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        top, way = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.where, 1)
        for button in (self.restart, self.others):
            top.addWidget(button)
        for step, share in ((self.back, 0), (self.look, 1), (self.next, 0)):
            way.addWidget(step, share)
        way.setSpacing(GAP)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        column.addWidget(self.lesson)
        column.addLayout(top)
        column.addWidget(self.title)
        column.addWidget(self.text, 1)
        column.addWidget(self._box)
        column.addWidget(self.remark)
        column.addLayout(way)

    def _connect(self) -> None:
        self.back.clicked.connect(self._turn_back)
        self.next.clicked.connect(self._turn_on)
        self.restart.clicked.connect(self.restart_asked)
        self.others.clicked.connect(self.left)
        self.look.clicked.connect(self._ask_for_panel)
        self.text.anchorClicked.connect(self._ask_for_help)

    def _turn_back(self) -> None:
        self.turned.emit(-1)

    def _turn_on(self) -> None:
        self.turned.emit(1)

    def _ask_for_panel(self) -> None:
        self.panel_asked.emit(self._step.panel)

    def _ask_for_help(self, link: QUrl) -> None:
        self.help_asked.emit(link.toString())
