"""The tools of the pad: brush, eraser, the brush's size, undo, redo, and new paper."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from nnstudio.ui.forms.controls import Slider
from nnstudio.ui.icons import icon_of
from nnstudio.ui.panels.draw_pad import Pad
from nnstudio.ui.sizes import follow
from nnstudio.ui.theme import theme_of

THINNEST, THICKEST, STEP = 6, 48, 4


class ToolButton(QToolButton):
    """A small button with a drawing, which follows the theme."""

    def __init__(self, drawing: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawing = drawing
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setStyleSheet("padding: 2px;")
        follow(self._show_icon)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._show_icon()

    def _show_icon(self) -> None:
        self.setIcon(icon_of(self._drawing, theme_of(self.palette())))


class DrawTools(QWidget):
    """Follows the pad, which can be worked with keys alone."""

    def __init__(self, pad: Pad, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pad = pad
        self.brush = ToolButton("brush", self.tr("Brush"), self)
        self.eraser = ToolButton("eraser", self.tr("Eraser (E, or the right mouse button)"), self)
        self.undo = ToolButton("undo", self.tr("Take the last stroke back (Ctrl+Z)"), self)
        self.redo = ToolButton("redo", self.tr("Draw it again (Ctrl+Shift+Z)"), self)
        self.clear = ToolButton("clear", self.tr("New paper (Delete)"), self)
        self.thickness = Slider(self)
        self.thickness.setRange(THINNEST, THICKEST)
        self.thickness.setPageStep(STEP)
        self.thickness.setValue(round(pad.brush.width))
        self.thickness.setAccessibleName(self.tr("Size of the brush"))
        self.thickness.setToolTip(self.tr("Size of the brush ([ and ])"))
        self._hands = QButtonGroup(self)
        for hand in (self.brush, self.eraser):
            hand.setCheckable(True)
            self._hands.addButton(hand)
        self._arrange()
        self._connect()
        self._follow()
        self._show_hand(pad.brush.erases)

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for control in (self.brush, self.eraser, self.thickness, self.undo, self.redo, self.clear):
            row.addWidget(control, 1 if control is self.thickness else 0)

    def _connect(self) -> None:
        pad = self._pad
        pad.drawing.changed.connect(self._follow)
        pad.erasing_changed.connect(self._show_hand)
        pad.width_asked.connect(self._step)
        self._hands.buttonClicked.connect(self._take)
        self.thickness.valueChanged.connect(self._resize)
        self.undo.clicked.connect(pad.drawing.undo)
        self.redo.clicked.connect(pad.drawing.redo)
        self.clear.clicked.connect(pad.drawing.clear)

    def _follow(self) -> None:
        drawing = self._pad.drawing
        self.undo.setEnabled(drawing.can_undo)
        self.redo.setEnabled(drawing.can_redo)

    def _show_hand(self, erases: bool) -> None:
        (self.eraser if erases else self.brush).setChecked(True)

    def _take(self, button: QToolButton) -> None:
        self._pad.erase(button is self.eraser)

    def _resize(self, width: int) -> None:
        self._pad.take_width(float(width))

    def _step(self, by: int) -> None:
        self.thickness.setValue(self.thickness.value() + by * STEP)
