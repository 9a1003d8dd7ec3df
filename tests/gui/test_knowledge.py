"""The knowledge pages, used as a person would: collections made, filled, searched, paused, emptied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu

from engine.events import VectorStoreFileChanged
from engine.types import FileCounts

Open = Callable[..., Any]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "Tea notes"
    folder.mkdir()
    (folder / "tea.md").write_text("# Making\n\nTea steeps three minutes.")
    (folder / "coffee.md").write_text("# Making\n\nCoffee drips.")
    (folder / "empty.md").write_text("")
    return folder


def _click(driver: Any, widget: Any) -> None:
    driver.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def _drop(widget: Any, *paths: Path) -> None:
    widget, data = widget.viewport(), QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    at, none, copy = QPointF(200, 200), Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(at.toPoint(), copy, data, Qt.MouseButton.LeftButton, none)
    QApplication.sendEvent(widget, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(widget, QDropEvent(at, copy, data, Qt.MouseButton.LeftButton, none))


def _choose(driver: Any, page: Any, button: Any, words: str) -> None:
    """Press a button and choose a row of its menu."""
    _click(driver, button)
    menu = page.store.findChild(QMenu)
    next(action for action in menu.actions() if action.text() == words).trigger()
    menu.close()


def _filled(driver: Any, notes: Path) -> Any:
    """Return the page with the folder dropped onto the shelf, and read."""
    driver.pages.go("knowledge")
    driver.settle()
    page = driver.pages.knowledge
    _drop(page.shelf, notes)
    driver.until(lambda: len(page.store.files.rows) == 3)
    store_id = page.open_store
    driver.until(lambda: driver.app.engine.vector_stores.get(store_id).file_counts.in_progress == 0)
    driver.until(lambda: all(row.held.place.status != "in_progress" for row in page.store.files.rows.values()))
    driver.settle()
    return page


def _row(page: Any, name: str) -> Any:
    return next(row for row in page.store.files.rows.values() if row.held.filename == name)


def _card_text(page: Any) -> str:
    return " ".join(card.accessibleDescription() for card in page.shelf.cards.values())


def test_a_collection_is_made_named_and_filled_by_button(
    open_app: Open, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = open_app()
    driver.pages.go("knowledge")
    driver.settle()
    page = driver.pages.knowledge
    assert page.shelf.empty.isVisible()

    _click(driver, page.shelf.empty.button)
    driver.until(lambda: page.store.isVisible() and page.store.name.hasFocus())
    driver.qtbot.keyClicks(page.store.name, "Drinks")
    driver.qtbot.keyClick(page.store.name, Qt.Key.Key_Return)
    driver.until(lambda: [s.name for s in driver.app.engine.knowledge.all()] == ["Drinks"])

    chosen = ([str(notes / "tea.md")], "")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args: chosen)
    _choose(driver, page, page.store.empty.button, "Files…")
    driver.until(lambda: len(page.store.files.rows) == 1 and "1 passage" in _row(page, "tea.md").text)
    driver.until(lambda: page.store.facts.startswith("1 file · ") and page.store.facts.endswith("found by words"))

    _click(driver, page.store.back)
    driver.until(lambda: [card.accessibleName() for card in page.shelf.cards.values()] == ["Drinks"])
    [card] = page.shelf.cards.values()
    card.setFocus()
    driver.qtbot.keyClick(card, Qt.Key.Key_Return)
    driver.until(lambda: page.store.isVisible())


def test_a_dropped_folder_becomes_a_collection_and_errors_are_told(open_app: Open, notes: Path) -> None:
    driver = open_app()
    page = _filled(driver, notes)

    assert driver.app.engine.vector_stores.get(page.open_store).name == "Tea notes"
    failed = _row(page, "empty.md")
    assert failed.text == "The file is empty."
    assert failed.retry.isVisible()
    assert not _row(page, "tea.md").retry.isVisible()
    _click(driver, page.store.files.chips["failed"])
    assert [row.held.filename for row in page.store.files.rows.values()] == ["empty.md"]
    _click(driver, page.store.files.chips["all"])

    _drop(page.store, notes / "tea.md")
    driver.until(lambda: driver.app.window.toast.text() == "All of it was here already.")
    before = _row(page, "empty.md").held.place.created_at
    _click(driver, _row(page, "empty.md").retry)
    driver.until(lambda: _row(page, "empty.md").held.place.attempts == 1 and _row(page, "empty.md").text)
    assert before <= _row(page, "empty.md").held.place.created_at
    driver.app.window.act("go_chat")
    driver.app.window.act("go_knowledge")
    driver.until(lambda: page.shelf.cards and "1 file could not be read" in _card_text(page))


def test_a_search_shows_passages_with_scores_and_why(open_app: Open, notes: Path) -> None:
    driver = open_app()
    page = _filled(driver, notes)
    passages = page.store.passages

    driver.qtbot.keyClicks(passages.field, "How long does tea steep?")
    driver.qtbot.keyClick(passages.field, Qt.Key.Key_Return)
    driver.until(lambda: passages.cards)
    best = passages.cards[0]
    assert best.hit.filename == "tea.md"
    assert best.accessibleName() == "1. tea.md lines 1–3 · Making"
    assert "Found by its words (no. 1)" in best.accessibleDescription()
    assert not page.store.files.isVisible()

    _click(driver, passages.field.clear_button)
    assert page.store.files.isVisible()
    assert passages.cards == []


def test_reading_is_paused_and_goes_on(open_app: Open, notes: Path) -> None:
    driver = open_app()
    engine = driver.app.engine
    store = engine.vector_stores.create(name="Drinks")
    engine.vector_stores.pause(store.id)
    driver.pages.go("knowledge")
    page = driver.pages.knowledge
    page.open(store.id)
    driver.settle()
    _drop(page.store, notes)
    driver.until(lambda: len(page.store.files.rows) == 3)
    driver.until(lambda: page.store.reading.isVisible() and page.store.reading.text == "Paused · 3 files wait")
    held = engine.knowledge.files(store.id)[0]
    engine.bus.publish(
        VectorStoreFileChanged(what="in_progress", file=held.place, done=10, total=40, phase="embedding")
    )
    driver.until(lambda: page.store.files.rows[held.place.id].text == "Learning its meaning: 10 of 40 passages")
    assert page.store.reading.bar.fraction > 0

    _click(driver, page.store.reading.pause)
    driver.until(lambda: engine.vector_stores.get(store.id).file_counts == FileCounts(completed=2, failed=1))
    driver.until(lambda: not page.store.reading.isVisible())


def test_a_file_and_a_collection_go_with_undo(open_app: Open, notes: Path) -> None:
    driver = open_app()
    page = _filled(driver, notes)
    engine, toast = driver.app.engine, driver.app.window.toast
    store_id = page.open_store

    _click(driver, _row(page, "tea.md").remove)
    driver.until(lambda: len(page.store.files.rows) == 2)
    _click(driver, toast.undo)
    driver.until(lambda: len(page.store.files.rows) == 3)
    _click(driver, _row(page, "tea.md").remove)
    toast.settle()
    driver.until(lambda: len(engine.knowledge.files(store_id)) == 2 and len(engine.files.list().items) == 2)

    _click(driver, page.store.back)
    driver.until(lambda: page.shelf.cards)
    _click(driver, page.shelf.cards[store_id].more)
    menu = page.shelf.cards[store_id].findChild(QMenu)
    next(action for action in menu.actions() if action.text() == "Delete").trigger()
    menu.close()
    driver.until(lambda: not page.shelf.cards)
    toast.settle()
    driver.until(lambda: engine.knowledge.all() == () and engine.files.list().items == ())


def test_who_uses_it_is_shown_and_everything_speaks_chinese(open_app: Open, notes: Path) -> None:
    driver = open_app()
    page = _filled(driver, notes)
    resources = {"file_search": {"vector_store_ids": [page.open_store]}}
    driver.app.engine.assistants.create(
        model="default", name="Ada", tools=[{"type": "file_search"}], tool_resources=resources
    )
    driver.until(lambda: page.store._users.isVisible())

    driver.app.engine.settings.set(language="zh_CN")
    driver.until(lambda: _row(page, "empty.md").text == "文件是空的。")
    _click(driver, page.store.back)
    driver.until(lambda: page.shelf.cards)
    assert "Ada" in _card_text(page)
    assert page.shelf.new.text() == "新建知识库"


def test_a_folder_is_followed_and_left_with_undo(open_app: Open, notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = open_app()
    engine = driver.app.engine
    store = engine.vector_stores.create(name="Drinks")
    driver.pages.go("knowledge")
    page = driver.pages.knowledge
    page.open(store.id)
    driver.until(lambda: page.store.empty.isVisible())
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(notes))
    _choose(driver, page, page.store.empty.button, "A folder, kept in step…")

    driver.until(lambda: len(page.store.files.rows) == 2)
    [row] = page.store.folders.rows.values()
    driver.until(lambda: row.text == "In step · 2 files")
    (notes / "more.md").write_text("Mate.")
    driver.until(lambda: len(page.store.files.rows) == 3)
    driver.until(lambda: next(iter(page.store.folders.rows.values())).text == "In step · 3 files")

    driver.until(lambda: engine.vector_stores.get(store.id).file_counts.completed == 3)
    away = notes.rename(notes.with_name("away"))
    _click(driver, row.look)
    driver.until(lambda: next(iter(page.store.folders.rows.values())).text.startswith("Not there now"))
    assert len(page.store.files.rows) == 3
    away.rename(notes)

    _click(driver, row.end)
    driver.until(lambda: not page.store.folders.rows)
    driver.app.window.toast.settle()
    driver.until(lambda: engine.knowledge.files(store.id) == ())
    assert (notes / "more.md").exists()
