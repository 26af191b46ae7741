"""The style sheet of the application, in the colours of a theme and the lengths of the present size of the text."""

import re
from typing import TYPE_CHECKING

from nnstudio.core.resources import resource
from nnstudio.ui.sizes import px

if TYPE_CHECKING:
    from nnstudio.ui.theme import Theme

LENGTH = re.compile(r"\b([2-9]|\d{2,})px")  # All but hairlines.


def sheet_of(theme: "Theme") -> str:
    """What the palette does not say; written for the usual size of the text."""
    return LENGTH.sub(lambda length: f"{px(int(length[1]))}px", _in_usual_size(theme))


def _in_usual_size(theme: "Theme") -> str:
    return f"""
    QToolTip {{ color: {theme.text}; background: {theme.panel}; border: 1px solid {theme.border}; padding: 4px 6px; }}
    QLabel#reason {{
        color: {theme.text}; background: {theme.panel}; border: 1px solid {theme.problem}; border-radius: 4px;
        padding: 4px 8px;
    }}
    QLabel#invitation {{ color: {theme.dim}; background: transparent; }}
    QFrame#finder, QFrame#offer {{
        background: {theme.panel}; border: 1px solid {theme.border}; border-radius: 6px;
    }}
    QMainWindow::separator {{ background: {theme.border}; width: 1px; height: 1px; }}
    QMainWindow::separator:hover {{ background: {theme.accent}; }}
    QDockWidget {{
        font-weight: 600; titlebar-close-icon: url("{_icon("close", theme)}");
        titlebar-normal-icon: url("{_icon("float", theme)}");
    }}
    QDockWidget::close-button, QDockWidget::float-button {{
        border: 1px solid transparent; border-radius: 4px; padding: 0;
    }}
    QDockWidget::close-button:hover, QDockWidget::float-button:hover {{ background: {theme.hover}; }}
    QTabBar::tab {{
        background: {theme.window}; color: {theme.dim}; border: 0; border-top: 2px solid transparent; padding: 5px 14px;
    }}
    QTabBar::tab:hover {{ color: {theme.text}; background: {theme.hover}; }}
    QTabBar::tab:selected {{ color: {theme.text}; background: {theme.panel}; border-top-color: {theme.accent}; }}
    QTabBar::tab:selected:focus {{ border-color: {theme.accent}; text-decoration: underline; }}
    QDockWidget::title {{ background: {theme.panel}; padding: 7px 10px; text-align: left; }}
    QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit {{
        background: {theme.field}; border: 1px solid {theme.border}; border-radius: 4px; padding: 3px 6px;
        selection-background-color: {theme.accent}; selection-color: {theme.on_accent};
    }}
    QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus {{
        border-color: {theme.accent};
    }}
    QLineEdit[refused="true"], QAbstractSpinBox[refused="true"] {{ border-color: {theme.problem}; }}
    QPushButton {{
        background: {theme.panel}; border: 1px solid {theme.border}; border-radius: 4px; padding: 5px 12px;
    }}
    QPushButton:hover {{ background: {theme.hover}; }}
    QPushButton:focus {{ border-color: {theme.accent}; }}
    QPushButton:default, QPushButton[primary="true"] {{
        background: {theme.accent}; color: {theme.on_accent}; border-color: {theme.accent}; font-weight: 600;
    }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QPushButton:disabled {{ color: {theme.off}; background: {theme.window}; border-color: {theme.border}; }}
    {_small_controls(theme)}
    QToolBar {{
        background: {theme.panel}; border: 0; border-bottom: 1px solid {theme.border}; spacing: 4px; padding: 4px;
    }}
    QToolButton {{ border: 1px solid transparent; border-radius: 4px; padding: 4px 8px; }}
    QToolButton, QPushButton {{ icon-size: 16px; }}
    QToolButton:hover {{ background: {theme.hover}; }}
    QToolButton:checked {{ background: {theme.hover}; border-color: {theme.accent}; }}
    QToolButton[primary="yes"] {{ background: {theme.accent}; color: {theme.on_accent}; font-weight: 600; }}
    QToolButton[primary="yes"]:hover {{ border-color: {theme.text}; }}
    QToolButton[primary="yes"]:disabled {{
        background: {theme.window}; color: {theme.off}; border-color: {theme.border};
    }}
    QToolButton[primary="going"] {{ border-color: {theme.accent}; font-weight: 600; }}
    QToolButton:focus {{ border-color: {theme.accent}; }}
    QToolButton:checked:focus {{ border-color: {theme.text}; }}
    CanvasView {{ border: 1px solid {theme.canvas}; }}
    SampleGrid {{ border: 1px solid {theme.panel}; }}
    CanvasView:focus, SampleGrid:focus {{ border-color: {theme.accent}; }}
    QFileDialog QToolButton, QToolButton#qt_toolbar_ext_button {{ padding: 2px; }}
    QToolButton#qt_toolbar_ext_button {{ qproperty-icon: url("{_icon("down", theme)}"); }}
    QMenuBar {{ background: {theme.panel}; }}
    QMenuBar::item:selected {{ background: {theme.hover}; }}
    QMenu {{ background: {theme.panel}; border: 1px solid {theme.border}; padding: 4px; }}
    QMenu::item {{ padding: 5px 24px 5px 12px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {theme.accent}; color: {theme.on_accent}; }}
    QMenu::separator {{ height: 1px; background: {theme.border}; margin: 4px 8px; }}
    QTreeView, QListView, QTableView {{
        background: {theme.panel}; border: 1px solid transparent; outline: 0;
        alternate-background-color: {theme.window};
    }}
    QTreeView:focus, QListView:focus, QTableView:focus {{ border-color: {theme.accent}; }}
    CardList, CardList:focus {{ border: 0; }}
    QTreeView::item, QListView::item {{ padding: 3px 4px; border-radius: 4px; }}
    QTreeView::item:hover, QListView::item:hover {{ background: {theme.hover}; }}
    QTreeView::item:selected, QListView::item:selected, QTableView::item:selected {{
        background: {theme.accent}; color: {theme.on_accent};
    }}
    QTableView::item {{ padding: 0 4px; }}
    QHeaderView::section {{
        background: {theme.panel}; color: {theme.dim}; border: 0; border-bottom: 1px solid {theme.border};
        padding: 4px 6px;
    }}
    ModelTable QHeaderView::section:first {{ padding-left: 18px; }}
    QStatusBar {{ background: {theme.panel}; border-top: 1px solid {theme.border}; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
    QScrollBar::handle {{ background: {theme.border}; border-radius: 4px; min-width: 24px; min-height: 24px; }}
    QScrollBar::handle:hover {{ background: {theme.dim}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    """


def _small_controls(theme: "Theme") -> str:
    """Check boxes and little arrows, which Fusion draws too dark to be seen on dark."""
    check, dash, up, down = (_icon(name, theme) for name in ("check", "dash", "up", "down"))
    return f"""
    QLabel[tone="problem"] {{ color: {theme.problem}; }}
    QLabel[tone="warning"] {{ color: {theme.warning}; }}
    QLabel[tone="good"] {{ color: {theme.good}; }}
    QCheckBox {{ spacing: 8px; }}
    QCheckBox::indicator {{
        width: 14px; height: 14px; border: 1px solid {theme.dim}; border-radius: 3px; background: {theme.field};
    }}
    QCheckBox::indicator:focus, QCheckBox::indicator:hover {{ border-color: {theme.accent}; }}
    QCheckBox::indicator:checked {{ background: {theme.accent}; border-color: {theme.accent}; image: url("{check}"); }}
    QCheckBox::indicator:indeterminate {{
        background: {theme.dim}; border-color: {theme.dim}; image: url("{dash}");
    }}
    QCheckBox::indicator:checked:focus, QCheckBox::indicator:indeterminate:focus {{ border-color: {theme.text}; }}
    QCheckBox::indicator:disabled {{ border-color: {theme.border}; }}
    QSlider:horizontal {{ min-height: 16px; }}
    QSlider::groove:horizontal {{ background: {theme.border}; height: 4px; border-radius: 2px; }}
    QSlider::sub-page:horizontal {{ background: {theme.accent}; height: 4px; border-radius: 2px; }}
    QSlider::handle:horizontal {{
        background: {theme.text}; border: 1px solid {theme.panel}; width: 10px; margin: -4px 0; border-radius: 5px;
    }}
    QSlider::handle:horizontal:focus, QSlider::handle:horizontal:hover {{ background: {theme.accent}; }}
    QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled {{ background: {theme.off}; }}
    QComboBox::drop-down {{ border: 0; width: 20px; }}
    QComboBox::down-arrow {{ image: url("{down}"); width: 12px; height: 12px; }}
    QComboBox QAbstractItemView {{ background: {theme.panel}; border: 1px solid {theme.border}; padding: 4px; }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: 0; width: 18px; background: transparent; }}
    QAbstractSpinBox::up-arrow {{ image: url("{up}"); width: 10px; height: 10px; }}
    QAbstractSpinBox::down-arrow {{ image: url("{down}"); width: 10px; height: 10px; }}
    QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover {{ background: {theme.hover}; }}
    QPushButton::menu-indicator {{ image: url("{down}"); width: 12px; height: 12px; right: 6px; }}
    QToolBar#timeline QToolButton {{ padding: 1px 8px; }}
    QToolBar#timeline QToolButton[popupMode="2"] {{ padding-right: 22px; }}
    QToolButton::menu-indicator {{
        image: url("{down}"); width: 12px; height: 12px; right: 6px; subcontrol-position: right center;
    }}
    """


def _icon(name: str, theme: "Theme") -> str:
    return resource("icons", "controls", f"{name}-{theme.name}.svg").as_posix()
