"""The other pages: models, assistants, settings, threads, each used with real clicks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from engine.events import ApiChanged, DownloadChanged
from engine.types import PageRequest

Open = Callable[..., Any]


def test_the_models_page_shows_fit_and_a_downloads_progress(open_app: Open, smollm2: Path) -> None:
    driver = open_app()
    driver.pages.go("models")
    driver.until(lambda: driver.pages.models.cards)
    cards = driver.pages.models.cards
    starter = next(card for card in cards.values() if card.card.entry and card.card.entry.starter)
    assert "tokens/s" in starter._fit.text()
    assert "Apache-2.0" in starter._facts.text()
    installed = [card for card in cards.values() if card.card.installed]
    assert [card.card.installed.path.name for card in installed] == [smollm2.name]

    publish = driver.app.engine.bus.publish
    size = starter.card.size
    publish(DownloadChanged(model_id=starter.card.id, state="running", done=size // 2, total=size, speed=5e6, eta=10.0))
    driver.until(starter._bar.isVisible)
    assert starter.main.text() == "Pause"
    publish(DownloadChanged(model_id=starter.card.id, state="paused", done=size // 2, total=size))
    driver.until(lambda: starter.main.text() == "Resume")
    assert "Paused" in starter._state.text()
    publish(
        DownloadChanged(
            model_id=starter.card.id, state="failed", done=1, total=size, error_code="source_unreachable", error="x"
        )
    )
    driver.until(lambda: "does not answer" in starter._state.text())
    publish(DownloadChanged(model_id=starter.card.id, state="cancelled", done=0, total=size))
    driver.until(lambda: not starter._bar.isVisible())
    assert driver.pages.network.text().startswith("Offline")


def test_a_model_file_is_imported_and_removed_with_undo(open_app: Open, smollm2: Path) -> None:
    driver = open_app(model=False)
    driver.pages.go("models")
    driver.settle()
    page = driver.pages.models

    page.import_path(smollm2)
    driver.until(lambda: any(card.card.installed for card in page.cards.values()))
    driver.settle()
    card = next(card for card in page.cards.values() if card.card.installed)
    assert card.card.default

    card.wanted.emit("remove", card.card.id)
    assert not card.isVisible()
    driver.qtbot.mouseClick(driver.app.window.toast.undo, Qt.MouseButton.LeftButton)
    assert card.isVisible()

    card.wanted.emit("remove", card.card.id)
    driver.app.window.toast.settle()
    driver.until(lambda: not any(c.card.installed for c in page.cards.values()))


def test_a_file_that_is_no_model_is_refused_with_a_sentence(open_app: Open, tmp_path: Path) -> None:
    driver = open_app()
    driver.pages.go("models")
    driver.settle()
    page_file = tmp_path / "page.gguf"
    page_file.write_text("<html>not found</html>")

    driver.pages.models.import_path(page_file)
    driver.settle()

    assert driver.app.window.toast.text() == "This file is not a model."
    assert driver.pages.models.importing.isEnabled()


def test_an_assistant_is_made_used_changed_and_deleted(open_app: Open) -> None:
    driver = open_app(["Yes, Ada here."])
    driver.pages.go("assistants")
    driver.settle()
    page = driver.pages.assistants
    builder, form = page.builder, page.builder.form

    driver.qtbot.mouseClick(page.gallery.new, Qt.MouseButton.LeftButton)
    driver.until(lambda: page.currentWidget() is builder)
    driver.qtbot.mouseClick(builder.tabs[1], Qt.MouseButton.LeftButton)
    driver.qtbot.keyClicks(form.identity.name, "Ada")
    driver.qtbot.keyClicks(form.identity.instructions, "Be exact.")
    driver.qtbot.mouseClick(builder.save, Qt.MouseButton.LeftButton)
    driver.until(lambda: len(page.cards) == 2)
    driver.qtbot.mouseClick(builder.back, Qt.MouseButton.LeftButton)
    driver.settle()
    ada = page.cards[1]

    driver.qtbot.mouseClick(ada.chat, Qt.MouseButton.LeftButton)
    driver.say("Are you Ada?")
    driver.answered()
    assert driver.items[1].turn.name == "Ada"
    assert driver.backend.requests[0].messages[0].content.startswith("Be exact.")

    driver.pages.go("assistants")
    driver.settle()
    page.delete(ada.assistant.id)
    driver.app.window.toast.settle()
    driver.until(lambda: len(page.cards) == 1)
    driver.settle()
    assert [a.name for a in driver.app.engine.assistants.list().items] == ["Fireside"]


def test_settings_take_effect_at_once_and_bad_ones_are_put_back(open_app: Open) -> None:
    driver = open_app()
    driver.pages.go("settings")
    page, settings = driver.pages.settings, driver.app.engine.settings

    page.fields["max_answer_tokens"].setValue(512)
    page.fields["network_allowed"].setChecked(False)
    driver.settle()
    assert settings.current.max_answer_tokens == 512
    assert settings.current.network_allowed is False

    page._set("api_port", 99_999_999)
    assert driver.app.window.toast.text() == "This value is not allowed here."
    assert page.fields["api_port"].value() == settings.current.api_port

    settings.set(temperature=1.25)
    driver.until(lambda: page.fields["temperature"].value() == pytest.approx(1.25))


def test_a_thread_is_renamed_searched_and_deleted_with_undo(open_app: Open) -> None:
    driver = open_app(["one", "two"])
    side, engine = driver.pages.side, driver.app.engine
    driver.say("About apples")
    driver.answered()
    driver.app.window.act("new_chat")
    driver.say("About pears")
    driver.answered()
    assert [t.title for t in side.threads.threads] == ["About pears", "About apples"]

    pears = side.threads.threads[0].id
    side.threads.setData(side.threads.row_of(pears), "Quinces")
    driver.until(lambda: side.threads.threads[0].title == "Quinces")
    assert engine.threads.get(pears).title == "Quinces"
    driver.qtbot.keyClicks(side.search, "quin")
    assert [t.id for t in side.threads.threads] == [pears]
    side.search.clear()

    driver.pages.delete_thread(pears)
    assert pears not in [t.id for t in side.threads.threads]
    assert driver.chat.presenter.thread_id is None
    driver.qtbot.mouseClick(driver.app.window.toast.undo, Qt.MouseButton.LeftButton)
    driver.settle()
    assert driver.chat.presenter.thread_id == pears

    driver.pages.delete_thread(pears)
    driver.app.window.close()
    again = open_app()
    assert [t.title for t in again.app.engine.threads.list(PageRequest(limit=10)).items] == ["About apples"]


def test_the_rooms_to_come_say_so(open_app: Open) -> None:
    driver = open_app()
    driver.pages.go("discussions")
    shown = driver.app.window.page("discussions")
    assert "on " in shown.title.text()
    assert shown.button.isVisible()


def test_the_local_api_says_where_it_is_served(open_app: Open) -> None:
    driver = open_app()
    driver.pages.go("settings")
    page, engine = driver.pages.settings, driver.app.engine
    assert page.api.text() == "Not served now"

    engine.paths.api_key.write_text("secret-key\n")
    engine.bus.publish(ApiChanged(url="http://127.0.0.1:8321/v1"))
    driver.until(lambda: "8321" in page.api.text())
    driver.qtbot.mouseClick(page.api.key, Qt.MouseButton.LeftButton)
    driver.settle()
    assert QGuiApplication.clipboard().text() == "secret-key"

    engine.bus.publish(ApiChanged(error_code="port_busy", error="Port 8321 is used."))
    driver.until(lambda: "Another program uses this port" in page.api.text())
    assert not page.api.key.isVisible()


def test_the_end_of_the_settings_says_what_this_is_and_what_it_is_made_of(open_app: Open) -> None:
    driver = open_app(language="zh_CN")
    driver.pages.go("settings")
    about = driver.pages.settings.about
    assert about._name.text().startswith("炉边 ")

    driver.qtbot.mouseClick(about.changes, Qt.MouseButton.LeftButton)
    driver.until(lambda: about.sheet is not None)
    assert "首个版本" in about.sheet.text.toPlainText()
    driver.qtbot.mouseClick(about.sheet.done_button, Qt.MouseButton.LeftButton)
    about.sheet = None
    driver.qtbot.mouseClick(about.licences, Qt.MouseButton.LeftButton)
    driver.until(lambda: about.sheet is not None)
    assert "SQLAlchemy" in about.sheet.text.toPlainText()
    about.sheet.accept()
