"""Applies palette, font and style sheet to the application; follows the system and switches live."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QLocale, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from desktop.colours import DARK, LIGHT, Colours
from desktop.stylesheet import build

UI_PIXELS = 14
TEXT_PIXELS = 15
CODE_PIXELS = 13

# Chinese glyphs must come from a Simplified Chinese font before any Japanese or Korean one is tried.
_CHINESE = ("PingFang SC", "Microsoft YaHei UI", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei")
_LATIN = ("Segoe UI Variable Text", "Segoe UI", "Inter", "Noto Sans", "Ubuntu", "Cantarell", "DejaVu Sans")
_CODE = ("Cascadia Mono", "SF Mono", "Menlo", "JetBrains Mono", "Consolas", "DejaVu Sans Mono", "Liberation Mono")
_CODE_CHINESE = ("Noto Sans Mono CJK SC",)
_PLACEHOLDERS = ("", "Sans Serif", "Sans", "sans-serif", "monospace", "Monospace")


class Theme(QObject):
    """Keeps the application's look in step with the setting "system", "light" or "dark"."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._choice: Literal["system", "light", "dark"] = "system"
        app.setStyle("Fusion")
        app.setFont(ui_font())
        app.styleHints().colorSchemeChanged.connect(self._follow)
        self._apply()

    def use_language(self) -> None:
        """Take the fonts of the language that was just installed."""
        self._app.setFont(ui_font())

    def use(self, choice: str) -> None:
        """Take "system", "light" or "dark"."""
        self._choice = choice if choice in ("light", "dark") else "system"  # type: ignore[assignment]
        self._apply()

    @property
    def dark(self) -> bool:
        """Whether the dark palette is in use."""
        return colours() is DARK

    def _follow(self) -> None:
        if self._choice == "system":
            self._apply()

    def _apply(self) -> None:
        dark = self._choice == "dark" or (
            self._choice == "system" and self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        )
        colours = DARK if dark else LIGHT
        if self._app.property("fireside_colours") == colours.name:
            return
        self._app.setProperty("fireside_colours", colours.name)
        self._app.setPalette(qt_palette(colours))
        self._app.setStyleSheet(build(colours))
        self.changed.emit()


def colours() -> Colours:
    """Return the tokens in use now."""
    app = QGuiApplication.instance()
    return DARK if app is not None and app.property("fireside_colours") == "dark" else LIGHT


def colour(value: str, alpha: float = 1.0) -> QColor:
    """Return a token as QColor, `alpha` from 0 to 1."""
    result = QColor(value)
    result.setAlphaF(alpha)
    return result


def qt_palette(c: Colours) -> QPalette:
    """Return the Qt palette for what the style sheet leaves to Fusion."""
    palette = QPalette(QColor(c.hover), QColor(c.backdrop))
    roles = QPalette.ColorRole
    for role, value in (
        (roles.Window, c.backdrop),
        (roles.WindowText, c.ink),
        (roles.Base, c.sheet),
        (roles.AlternateBase, c.bubble),
        (roles.Text, c.ink),
        (roles.PlaceholderText, c.muted),
        (roles.Button, c.sheet),
        (roles.ButtonText, c.ink),
        (roles.ToolTipBase, c.raised),
        (roles.ToolTipText, c.ink),
        (roles.Highlight, c.selection),
        (roles.HighlightedText, c.ink),
        (roles.Accent, c.accent),
        (roles.Link, c.accent_ink),
        (roles.LinkVisited, c.accent_ink),
        (roles.Mid, c.line),
        (roles.Midlight, c.hover),
        (roles.Dark, c.line_strong),
        (roles.Light, c.raised),
        (roles.Shadow, c.shadow),
    ):
        palette.setColor(role, QColor(value))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(c.faint))
    return palette


def ui_font(pixels: int = UI_PIXELS, *, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the interface font in a size and weight."""
    return QFont(_ui_font(pixels, weight, QLocale().language() == QLocale.Language.Chinese))


@lru_cache(maxsize=64)
def _ui_font(pixels: int, weight: QFont.Weight, mainly_chinese: bool) -> QFont:
    """Return the interface font: the system's own and one that has Chinese, in the order of the language in use."""
    latin, chinese = _families(QFontDatabase.SystemFont.GeneralFont, _LATIN), _available(_CHINESE)
    # In Chinese its own font comes first: quotes and ellipses of a Latin one stand in the wrong place.
    font = QFont(chinese[:1] + latin if mainly_chinese else latin + chinese[:1])
    font.setPixelSize(pixels)
    font.setWeight(weight)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def code_font(pixels: int = CODE_PIXELS) -> QFont:
    """Return a real monospace font."""
    font = QFont(_families(QFontDatabase.SystemFont.FixedFont, _CODE) + _available(_CODE_CHINESE + _CHINESE))
    font.setPixelSize(pixels)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def _families(kind: QFontDatabase.SystemFont, otherwise: tuple[str, ...]) -> list[str]:
    own = QFontDatabase.systemFont(kind).family()
    known = _available(otherwise)
    if own in _PLACEHOLDERS or own.startswith("."):
        # Qt answers with a generic name where no desktop chose a font; macOS with a private one that works as it is.
        return ([own] if own.startswith(".") else []) + known[:1]
    return [own]


def _available(names: tuple[str, ...]) -> list[str]:
    known = _installed()
    return [name for name in names if name in known]


@lru_cache(maxsize=1)
def _installed() -> frozenset[str]:
    return frozenset(QFontDatabase.families())
