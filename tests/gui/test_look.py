"""Language, theme, size and scale: switched live, with nothing cut off."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.colours import DARK, LIGHT
from desktop.theme import colours

Open = Callable[..., Any]
ROOT = Path(__file__).resolve().parents[2]


def test_the_language_switches_without_a_restart(open_app: Open) -> None:
    driver = open_app(["ok"])
    driver.say("Hi")
    driver.answered()
    engine = driver.app.engine

    engine.settings.set(language="zh_CN")
    driver.until(lambda: driver.pages.side.new.text() == "新对话")
    assert driver.app.window.windowTitle() == "炉边"
    assert driver.chat.composer.editor.placeholderText().startswith("写给")
    assert driver.pages.side.threads.index(0).data() == "今天"

    driver.pages.go("settings")
    engine.settings.set(language="en")
    driver.until(lambda: driver.pages.side.new.text() == "New chat")
    assert driver.pages.settings.fields["theme"].accessibleName() == "Theme"
    driver.settle()


def test_the_theme_switches_without_a_restart(open_app: Open) -> None:
    driver = open_app(["# Title\n\n```python\nx = 1\n```"])
    driver.say("Hi")
    driver.answered()
    body = driver.items[1].body

    driver.app.engine.settings.set(theme="dark")
    driver.until(lambda: colours() is DARK)
    driver.until(lambda: body._style.colours is DARK)
    image = driver.app.window.grab().toImage()
    assert image.pixelColor(4, 4).name() == DARK.backdrop

    driver.app.engine.settings.set(theme="light")
    driver.until(lambda: colours() is LIGHT and body._style.colours is LIGHT)
    assert driver.app.window.grab().toImage().pixelColor(4, 4).name() == LIGHT.backdrop


def test_the_side_panel_gives_way_in_a_narrow_window(open_app: Open) -> None:
    driver = open_app(["A table:\n\n| a | b | c |\n|---|---|---|\n| long words here | more words | and more |\n"])
    driver.say("Hi")
    driver.answered()
    window = driver.app.window

    window.resize(720, 480)
    driver.until(lambda: not driver.pages.side.isVisible())
    item = driver.items[1]
    assert item.width() <= driver.chat.transcript.viewport().width()
    assert driver.chat.composer.isVisible()
    assert driver.chat.composer.geometry().bottom() <= driver.chat.height()

    window.act("toggle_panel")
    assert driver.pages.side.isVisible()
    window.resize(1200, 800)
    driver.until(lambda: driver.pages.side.isVisible())


def test_no_button_is_narrower_than_its_words(open_app: Open) -> None:
    from PySide6.QtWidgets import QPushButton

    driver = open_app()
    for language in ("en", "zh_CN"):
        driver.app.engine.settings.set(language=language)
        for page in ("chat", "models", "assistants", "settings"):
            driver.pages.go(page)
            driver.settle()
            QApplication.processEvents()
            for button in driver.app.window.page(page).findChildren(QPushButton):
                if button.isVisible():
                    assert button.width() >= button.sizeHint().width() - 1, (page, button.text())


def test_the_layout_holds_at_twice_the_scale() -> None:
    script = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "app = QApplication([])\n"
        "from desktop.theme import Theme\n"
        "from desktop.window import Window\n"
        "from desktop.windowstate import WindowState\n"
        "from desktop.chat.render.body import MessageBody\n"
        "from desktop.chat.render.markdown import parse\n"
        "theme = Theme(app)\n"
        "window = Window(WindowState(width=900, height=600))\n"
        "window.show()\n"
        "body = MessageBody()\n"
        "body.set_blocks(parse('text 中文 `code`\\n\\n```python\\nx = 1\\n```'))\n"
        "height = body.lay_out(640)\n"
        "image = window.grab()\n"
        "print(image.width(), image.devicePixelRatio(), int(height))\n"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": "2", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    width, ratio, height = ran.stdout.split()

    assert (int(width), float(ratio)) == (1800, 2.0)
    assert 100 < int(height) < 200


def test_the_command_palette_finds_commands_in_both_languages(open_app: Open) -> None:
    driver = open_app(language="zh_CN")
    palette = driver.app.window.commands
    driver.app.window.act("palette")
    assert palette.isVisible()

    driver.qtbot.keyClicks(palette.field, "settings")
    assert [entry.text for entry in palette.entries] == ["前往设置"]
    driver.qtbot.keyClick(palette.field, Qt.Key.Key_Return)

    assert driver.app.window.current_page == "settings"
    assert not palette.isVisible()
