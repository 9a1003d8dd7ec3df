"""Chooses the language, installs its translations and switches them while the window is open."""

from __future__ import annotations

import logging
from typing import Any, Literal

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

from desktop import resources
from desktop.words import Words

log = logging.getLogger(__name__)
Language = Literal["en", "zh_CN"]
NAMES: dict[Language, str] = {"en": "English", "zh_CN": "简体中文"}


def system_language() -> Language:
    """Return the language the system asks for, as far as we speak it."""
    for name in QLocale.system().uiLanguages():
        if name.startswith("zh"):
            return "zh_CN"
        if name.startswith("en"):
            return "en"
    return "en"


def resolve(setting: str) -> Language:
    """Return the language for the setting's value: "system", "en" or "zh_CN"."""
    return setting if setting in ("en", "zh_CN") else system_language()  # type: ignore[return-value]


def say(words: Words, **values: Any) -> str:
    """Return marked words in the current language with their places filled."""
    text = QCoreApplication.translate(words.context, words.source)
    filled = {**words.values, **values}
    shown = {k: say(v) if isinstance(v, Words) else v for k, v in filled.items()}
    return text.format(**shown) if shown else text


class Translations(QObject):
    """Holds the installed translators; `use` swaps them and Qt tells every widget."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._installed: list[QTranslator] = []
        self.language: Language = "en"

    def use(self, setting: str) -> Language:
        """Install the translations for the setting's value; returns the language now in use."""
        language = resolve(setting)
        if language == self.language and (self._installed or language == "en"):
            return language
        self.clear()
        self.language = language
        QLocale.setDefault(QLocale(language))
        if language != "en":
            self._install("fireside_" + language, str(resources.path("translations")), must=True)
            own = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
            self._install("qtbase_" + language, own, must=False)
        return language

    def clear(self) -> None:
        """Take the translators out again; the next window of this process begins with its own."""
        for translator in self._installed:
            QCoreApplication.removeTranslator(translator)
            translator.deleteLater()
        self._installed = []
        self.language = "en"

    def _install(self, name: str, folder: str, *, must: bool) -> None:
        translator = QTranslator(self)
        if translator.load(name, folder):
            QCoreApplication.installTranslator(translator)
            self._installed.append(translator)
        elif must:
            log.error("the translation %s is missing in %s", name, folder)
