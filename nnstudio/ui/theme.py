"""The look: colours, type scale and spacing, dark and light, set by ourselves since the system's hint is unreliable."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from nnstudio.core.resources import resource

GAP = 8  # The unit of spacing: everything is a multiple or a half of it.
RADIUS = 6


@dataclass(frozen=True)
class Theme:
    """Colours by what they mean. Orange is negative, blue is positive, everywhere."""

    name: str
    window: str
    panel: str
    field: str
    canvas: str
    grid: str
    card: str
    border: str
    text: str
    dim: str
    accent: str
    on_accent: str
    hover: str
    negative: str
    neutral: str
    positive: str
    problem: str
    warning: str
    good: str
    wire: str
    groups: tuple[tuple[str, str], ...]

    def color(self, name: str) -> QColor:
        """A colour by its name."""
        return QColor(getattr(self, name))

    def of_group(self, group: str) -> QColor:
        """The colour of a group of layers."""
        return QColor(dict(self.groups).get(group, self.dim))


DARK = Theme(
    name="dark",
    window="#1d1f23", panel="#25282d", field="#1a1c20", canvas="#191b1f", grid="#2b2e34",
    card="#2c3036", border="#434851", text="#e8eaed", dim="#a2a9b3",
    accent="#5aa2ee", on_accent="#0d1620", hover="#343941",
    negative="#f28e3c", neutral="#e8eaed", positive="#4a9be8",
    problem="#ff7b72", warning="#e3b341", good="#56c271", wire="#7d8691",
    groups=(
        ("Data", "#8d96a3"), ("Neurons", "#5aa2ee"), ("Activations", "#56c2a8"), ("Images", "#b58cf0"),
        ("Shape", "#8d96a3"), ("Merging", "#e0a458"), ("Regularisation", "#e07a9b"),
    ),
)  # fmt: skip
LIGHT = Theme(
    name="light",
    window="#f3f4f6", panel="#ffffff", field="#ffffff", canvas="#f8f9fb", grid="#dfe3e8",
    card="#ffffff", border="#c6ccd4", text="#1c2128", dim="#57606a",
    accent="#0b6bcb", on_accent="#ffffff", hover="#e8ecf1",
    negative="#c85a00", neutral="#1c2128", positive="#0b6bcb",
    problem="#c62828", warning="#8a6100", good="#1b7f3b", wire="#7b8590",
    groups=(
        ("Data", "#68727e"), ("Neurons", "#0b6bcb"), ("Activations", "#0f8a6d"), ("Images", "#7a45c9"),
        ("Shape", "#68727e"), ("Merging", "#a8650a"), ("Regularisation", "#b8386a"),
    ),
)  # fmt: skip
THEMES = {theme.name: theme for theme in (DARK, LIGHT)}


def theme_of_system(app: QApplication) -> Theme:
    """Dark where the system says so."""
    return DARK if app.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT


def theme_of(palette: QPalette) -> Theme:
    """The theme that gave a widget its colours, for those that paint themselves."""
    window = palette.color(QPalette.ColorRole.Window)
    known = next((theme for theme in THEMES.values() if window == QColor(theme.window)), None)
    return known or (DARK if window.lightness() < 128 else LIGHT)


def apply(app: QApplication, theme: Theme) -> None:
    """Give the whole application this look."""
    app.setStyle("Fusion")
    app.setPalette(_palette(theme))
    app.setStyleSheet(_sheet(theme))


def _palette(theme: Theme) -> QPalette:
    roles = {
        QPalette.ColorRole.Window: theme.window,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Base: theme.field,
        QPalette.ColorRole.AlternateBase: theme.panel,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.dim,
        QPalette.ColorRole.Button: theme.panel,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.ToolTipBase: theme.panel,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.on_accent,
        QPalette.ColorRole.Link: theme.accent,
        QPalette.ColorRole.Light: theme.hover,
        QPalette.ColorRole.Mid: theme.border,
        QPalette.ColorRole.Dark: theme.border,
        QPalette.ColorRole.BrightText: theme.problem,
    }
    palette = QPalette()
    for role, color in roles.items():
        palette.setColor(role, QColor(color))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.dim))
    return palette


def _sheet(theme: Theme) -> str:
    return f"""
    QToolTip {{ color: {theme.text}; background: {theme.panel}; border: 1px solid {theme.border}; padding: 4px 6px; }}
    QLabel#reason {{
        color: {theme.text}; background: {theme.panel}; border: 1px solid {theme.problem}; border-radius: 4px;
        padding: 4px 8px;
    }}
    QLabel#invitation {{ color: {theme.dim}; background: transparent; }}
    QFrame#finder, QFrame#offer {{
        background: {theme.panel}; border: 1px solid {theme.border}; border-radius: {RADIUS}px;
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
    QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus {{
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
    QPushButton:disabled {{ color: {theme.dim}; background: {theme.window}; border-color: {theme.border}; }}
    {_small_controls(theme)}
    QToolBar {{
        background: {theme.panel}; border: 0; border-bottom: 1px solid {theme.border}; spacing: 4px; padding: 4px;
    }}
    QToolButton {{ border: 1px solid transparent; border-radius: 4px; padding: 4px 8px; }}
    QToolButton:hover {{ background: {theme.hover}; }}
    QToolButton:checked {{ background: {theme.hover}; border-color: {theme.accent}; }}
    QToolButton[primary="yes"] {{ background: {theme.accent}; color: {theme.on_accent}; font-weight: 600; }}
    QToolButton[primary="yes"]:hover {{ border-color: {theme.text}; }}
    QToolButton[primary="yes"]:disabled {{
        background: {theme.window}; color: {theme.dim}; border-color: {theme.border};
    }}
    QToolButton[primary="going"] {{ border-color: {theme.accent}; font-weight: 600; }}
    QToolButton:focus {{ border-color: {theme.accent}; }}
    QFileDialog QToolButton, QToolButton#qt_toolbar_ext_button {{ padding: 2px; }}
    QToolButton#qt_toolbar_ext_button {{ qproperty-icon: url("{_icon("down", theme)}"); }}
    QMenuBar {{ background: {theme.panel}; }}
    QMenuBar::item:selected {{ background: {theme.hover}; }}
    QMenu {{ background: {theme.panel}; border: 1px solid {theme.border}; padding: 4px; }}
    QMenu::item {{ padding: 5px 24px 5px 12px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {theme.accent}; color: {theme.on_accent}; }}
    QMenu::separator {{ height: 1px; background: {theme.border}; margin: 4px 8px; }}
    QTreeView, QListView, QTableView {{
        background: {theme.panel}; border: 0; outline: 0; alternate-background-color: {theme.window};
    }}
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
    QScrollBar::handle {{ background: {theme.border}; border-radius: 5px; min-width: 24px; min-height: 24px; }}
    QScrollBar::handle:hover {{ background: {theme.dim}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    """


def _small_controls(theme: Theme) -> str:
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
    QCheckBox::indicator:disabled {{ border-color: {theme.border}; }}
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


def _icon(name: str, theme: Theme) -> str:
    return resource("icons", "controls", f"{name}-{theme.name}.svg").as_posix()
