"""The look: colours, dark and light and in high contrast, set by ourselves since the system's hint is unreliable."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from nnstudio.ui.sizes import follow_all, scale_to, scaled
from nnstudio.ui.style_sheet import sheet_of

GAP = 8  # The unit of spacing: everything is a multiple or a half of it.
RADIUS = 6


@dataclass(frozen=True)
class Theme:
    """Colours by what they mean. Orange is negative, blue is positive, everywhere."""

    name: str  # Dark or light: what has colours of its own for each looks them up by it.
    window: str
    panel: str
    field: str
    canvas: str
    grid: str
    card: str
    border: str
    text: str
    dim: str
    off: str  # Of letters that can do nothing now.
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
    contrast: bool = False
    """Whether it is for a projector: seen from afar, in a room that is not dark."""

    def color(self, name: str) -> QColor:
        """A colour by its name."""
        return QColor(getattr(self, name))

    def of_group(self, group: str) -> QColor:
        """The colour of a group of layers."""
        return QColor(dict(self.groups).get(group, self.dim))


DARK = Theme(
    name="dark",
    window="#1d1f23", panel="#25282d", field="#1a1c20", canvas="#191b1f", grid="#2b2e34",
    card="#2c3036", border="#434851", text="#e8eaed", dim="#a2a9b3", off="#a2a9b3",
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
    card="#ffffff", border="#c6ccd4", text="#1c2128", dim="#57606a", off="#57606a",
    accent="#0b6bcb", on_accent="#ffffff", hover="#e8ecf1",
    negative="#c85a00", neutral="#1c2128", positive="#0b6bcb",
    problem="#c62828", warning="#8a6100", good="#1b7f3b", wire="#7b8590",
    groups=(
        ("Data", "#68727e"), ("Neurons", "#0b6bcb"), ("Activations", "#0f8a6d"), ("Images", "#7a45c9"),
        ("Shape", "#68727e"), ("Merging", "#a8650a"), ("Regularisation", "#b8386a"),
    ),
)  # fmt: skip
DARK_CONTRAST = Theme(
    name="dark", contrast=True,
    window="#000000", panel="#000000", field="#000000", canvas="#000000", grid="#4a4f57",
    card="#16181c", border="#b4bac2", text="#ffffff", dim="#dfe3e8", off="#8a9099",
    accent="#6cb6ff", on_accent="#000000", hover="#1d2025",
    negative="#ff9d45", neutral="#ffffff", positive="#6cb6ff",
    problem="#ff9a92", warning="#ffd54a", good="#6fe39a", wire="#c3c9d1",
    groups=(
        ("Data", "#c3c9d1"), ("Neurons", "#6cb6ff"), ("Activations", "#5fe0c0"), ("Images", "#cfb0ff"),
        ("Shape", "#c3c9d1"), ("Merging", "#ffc170"), ("Regularisation", "#ff9ebc"),
    ),
)  # fmt: skip
LIGHT_CONTRAST = Theme(
    name="light", contrast=True,
    window="#fefefe", panel="#ffffff", field="#ffffff", canvas="#ffffff", grid="#c3c9d1",
    card="#ffffff", border="#4a4f57", text="#000000", dim="#343a41", off="#6b727b",
    accent="#004a99", on_accent="#ffffff", hover="#eef1f5",
    negative="#853800", neutral="#000000", positive="#004a99",
    problem="#9b0000", warning="#5c4000", good="#0a5226", wire="#4a4f57",
    groups=(
        ("Data", "#40464e"), ("Neurons", "#004a99"), ("Activations", "#00543f"), ("Images", "#58239e"),
        ("Shape", "#40464e"), ("Merging", "#6b3d00"), ("Regularisation", "#8a1247"),
    ),
)  # fmt: skip
THEMES = {theme.name: theme for theme in (DARK, LIGHT)}
CONTRASTS = {theme.name: theme for theme in (DARK_CONTRAST, LIGHT_CONTRAST)}
BY_WINDOW = {theme.window: theme for theme in (*THEMES.values(), *CONTRASTS.values())}
FROM_AFAR = 150  # Percent that letters are large at least, where they are seen from the last row.


def theme_of_system(app: QApplication) -> Theme:
    """Dark where the system says so."""
    return DARK if app.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT


def theme_for(name: str, projector: bool, app: QApplication) -> Theme:
    """The theme that a user asked for: dark, light, or (an empty name) as the system has it; for a projector, maybe."""
    theme = THEMES.get(name) or theme_of_system(app)
    return CONTRASTS[theme.name] if projector else theme


def theme_of(palette: QPalette) -> Theme:
    """The theme that gave a widget its colours, for those that paint themselves."""
    window = palette.color(QPalette.ColorRole.Window)
    known = BY_WINDOW.get(window.name())
    return known or (DARK if window.lightness() < 128 else LIGHT)


def apply(app: QApplication, theme: Theme, text_size: float = 100) -> None:
    """Give the whole application this look, with letters of so many percent of the system's own size, at once."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    larger = max(text_size, FROM_AFAR if theme.contrast else 0) / 100
    if not app.styleSheet():
        # Once: it takes a third of the time of all this.
        app.setStyle("Fusion")
    app.setPalette(_palette(theme))
    app.setFont(scaled(font, larger))
    scale_to(larger)
    app.setStyleSheet(sheet_of(theme))
    follow_all()


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
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.off))
    return palette
