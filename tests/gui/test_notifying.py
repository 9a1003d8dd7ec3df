"""Messages while nobody looks, and closing the window into the tray; without a tray nothing of it happens."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop import autostart, tray
from engine.events import DownloadChanged

Open = Callable[..., Any]
# The offscreen screen has no tray, which these tests pretend there is.
pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", "This plugin does not support")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """Pretend that there is a tray, and keep what it is told."""
    messages: list[tuple[str, str, str]] = []
    monkeypatch.setattr(tray, "there_is_one", lambda: True)
    monkeypatch.setattr(tray.Tray, "tell", lambda _self, *words: messages.append(words))
    return messages


def test_long_work_is_told_while_the_window_is_not_in_front(
    open_app: Open, told: list[tuple[str, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = open_app()
    driver.pages.notifying.refresh()
    driver.app.window.isActiveWindow = lambda: True
    done = DownloadChanged(model_id="m", state="done", done=1, total=1)
    driver.pages.notifying.take((done,))
    assert told == []

    driver.app.window.isActiveWindow = lambda: False
    driver.pages.notifying.take((done,))
    assert told == [("The model is downloaded", "m", "")]
    driver.app.engine.settings.set(notify=False, keep_in_tray=True)
    driver.settle()
    driver.pages.notifying.take((done,))
    assert len(told) == 1


def test_a_message_leads_to_its_chat(open_app: Open, told: list[tuple[str, str, str]]) -> None:
    driver = open_app()
    thread = driver.app.engine.threads.create()
    driver.pages.notifying.refresh()
    icon = driver.pages.notifying.tray
    driver.pages.go("models")
    icon._subject = thread.id
    icon._pressed()

    assert driver.app.window.current_page == "chat"
    driver.until(lambda: driver.chat.presenter.thread_id == thread.id)


def test_closing_hides_the_window_only_where_a_tray_brings_it_back(
    open_app: Open, told: list[tuple[str, str, str]]
) -> None:
    driver = open_app()
    window = driver.app.window
    driver.app.engine.settings.set(keep_in_tray=True)
    driver.until(lambda: driver.pages.notifying.tray is not None)

    window.close()
    assert not window.isVisible()
    assert driver.app.engine is not None
    icon = driver.pages.notifying.tray
    icon._open.trigger()
    assert window.isVisible()

    driver.app.engine.settings.set(language="zh_CN")
    driver.until(lambda: icon._quit.text() == "退出炉边")
    icon._quit.trigger()
    driver.until(lambda: driver.app.engine is None)


def test_without_a_tray_closing_ends_fireside(open_app: Open) -> None:
    driver = open_app()
    driver.app.engine.settings.set(keep_in_tray=True)
    driver.settle()
    assert driver.pages.notifying.tray is None

    driver.app.window.close()

    assert driver.app.engine is None


def test_opening_at_login_is_written_down_and_taken_away(
    open_app: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "XDG_CONFIG_HOME", str(tmp_path))
    driver = open_app()
    path = autostart.entry(platform="linux")
    monkeypatch.setattr(autostart, "put", lambda _argv: path.write_text("x"))
    monkeypatch.setattr(autostart, "take_away", path.unlink)
    path.parent.mkdir()

    driver.app.engine.settings.set(start_at_login=True)
    driver.until(path.exists)
    driver.app.engine.settings.set(start_at_login=False)
    driver.until(lambda: not path.exists())
