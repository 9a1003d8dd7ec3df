"""The life of threads and messages as a user leads it: pinned, filed, found, branched, attached to, queued, binned."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QMenu

from desktop.side.threads_list import FolderRole
from engine.inference.scripted import Reply
from engine.types import NewMessage, TextPart

Open = Callable[..., Any]
LEFT = Qt.MouseButton.LeftButton


def _thread(driver: Any, title: str, *texts: str) -> str:
    new = [NewMessage(role="user", content=(TextPart(text=text),)) for text in texts or (title,)]
    thread = driver.app.engine.threads.create(title=title, messages=new)
    driver.until(lambda: driver.pages.side.threads.row_of(thread.id).isValid())
    return str(thread.id)


def _click(driver: Any, index: Any) -> None:
    view = driver.pages.side.view
    view.scrollTo(index)
    driver.qtbot.mouseClick(view.viewport(), LEFT, pos=view.visualRect(index).center())


def _rows(driver: Any) -> list[str]:
    threads = driver.pages.side.threads
    return [threads.index(number).data() for number in range(threads.rowCount())]


def test_threads_are_pinned_filed_folded_and_named_in_place(open_app: Open) -> None:
    driver = open_app()
    side = driver.pages.side
    tea, rain = _thread(driver, "Tea"), _thread(driver, "Rain")
    side.view.setFocus()
    side.view.setCurrentIndex(side.threads.row_of(tea))
    driver.qtbot.keyClick(side.view, Qt.Key.Key_P)
    driver.until(lambda: _rows(driver) == ["Pinned", "Tea", "Today", "Rain"])

    driver.app.engine.threads.update(rain, folder="Weather")
    driver.until(lambda: _rows(driver) == ["Pinned", "Tea", "Weather", "Rain"])
    _click(driver, side.threads.index(2))
    assert side.threads.index(2).data(FolderRole) == "Weather"
    assert _rows(driver) == ["Pinned", "Tea", "Weather"]
    assert driver.app.window.state.folded == ["Weather"]

    driver.pages.open_thread(rain)
    driver.settle()
    driver.app.window.act("rename_thread")
    editor = QApplication.focusWidget()
    assert editor is not None
    editor.selectAll()  # type: ignore[attr-defined]
    driver.qtbot.keyClicks(editor, "Rain in June")
    driver.qtbot.keyClick(editor, Qt.Key.Key_Return)
    driver.until(lambda: driver.app.engine.threads.get(rain).title == "Rain in June")
    driver.app.window.act("pin_thread")
    driver.until(lambda: _rows(driver)[:2] == ["Pinned", "Rain in June"])


def test_the_menu_moves_a_thread_between_folders(open_app: Open, monkeypatch: Any) -> None:
    driver = open_app()
    side = driver.pages.side
    tea = _thread(driver, "Tea")
    monkeypatch.setattr("desktop.side.panel.QInputDialog.getText", lambda *_: ("Drinks", True))
    opened: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, *_: opened.append(menu))
    side.view.customContextMenuRequested.emit(side.view.visualRect(side.threads.row_of(tea)).center())
    [menu] = opened
    folders = next(action.menu() for action in menu.actions() if action.menu())
    folders.actions()[-1].trigger()

    driver.until(lambda: _rows(driver) == ["Drinks", "Tea"])
    side.view.customContextMenuRequested.emit(side.view.visualRect(side.threads.row_of(tea)).center())
    folders = next(action.menu() for action in opened[-1].actions() if action.menu())
    folders.actions()[-1].trigger()
    driver.until(lambda: _rows(driver) == ["Today", "Tea"])
    for menu in opened:
        menu.deleteLater()


def test_what_was_said_is_found_and_shown_in_its_place(open_app: Open) -> None:
    driver = open_app()
    side = driver.pages.side
    _thread(driver, "Long", *(f"message {n}" for n in range(120)), "六月的降雨量", *(f"later {n}" for n in range(90)))
    _thread(driver, "Other", "nothing here")
    driver.app.window.act("search_threads")
    assert side.search.hasFocus()
    side.search.setText("雨量")  # no keyboard of a test has these keys
    driver.until(lambda: len(side.threads.hits) == 1)
    assert "降雨量" in _rows(driver)[-1]

    driver.qtbot.keyClick(side.search, Qt.Key.Key_Return)
    driver.until(lambda: driver.items)
    driver.settle()
    found = next(item for item in driver.items if item.text() == "六月的降雨量")
    top = driver.chat.transcript.verticalScrollBar().value()
    assert top <= found.y() <= top + driver.chat.transcript.viewport().height()

    driver.qtbot.keyClick(side.search, Qt.Key.Key_Escape)
    assert _rows(driver)[0] == "Today"


def test_an_edited_message_branches_and_the_switch_goes_back(open_app: Open) -> None:
    driver = open_app(["first answer", "other answer"])
    driver.say("First")
    driver.answered()
    driver.qtbot.keyClick(driver.chat.composer.editor, Qt.Key.Key_Up)
    assert driver.chat.editing.isVisible()
    assert driver.chat.composer.text() == "First"
    driver.qtbot.keyClick(driver.chat.composer.editor, Qt.Key.Key_Escape)
    assert not driver.chat.editing.isVisible()

    driver.items[0].acted.emit("edit", driver.items[0].turn)
    driver.chat.composer.set_text("")
    driver.say("Second")
    driver.until(lambda: driver.texts() == ["Second", "other answer"] and not driver.chat.presenter.running)
    driver.until(lambda: driver.items[0].switch is not None)
    assert driver.items[0].switch.text() == "2/2"

    driver.qtbot.mouseClick(driver.items[0].switch.back, LEFT)
    driver.until(lambda: driver.texts() == ["First", "first answer"])
    driver.until(lambda: driver.items[0].switch is not None)
    assert driver.items[0].switch.text() == "1/2"
    assert not driver.items[0].switch.back.isEnabled()


def test_a_message_is_deleted_and_brought_back(open_app: Open) -> None:
    driver = open_app(["an answer"])
    driver.say("A question")
    driver.answered()
    driver.items[1].acted.emit("delete", driver.items[1].turn)
    driver.until(lambda: driver.texts() == ["A question"])
    driver.settle()

    driver.qtbot.mouseClick(driver.app.window.toast.undo, LEFT)
    driver.until(lambda: driver.texts() == ["A question", "an answer"])


def test_the_bin_gives_back_and_forgets(open_app: Open) -> None:
    driver = open_app()
    first, second = _thread(driver, "One"), _thread(driver, "Two")
    for thread in (first, second):
        driver.pages.delete_thread(thread)
    driver.until(lambda: len(driver.app.engine.bin.list()) == 2)
    driver.app.window.act("go_bin")
    page = driver.pages.bin
    driver.until(lambda: len(page.rows) == 2)

    row = next(row for row in page.rows if row.binned.id == first)
    driver.qtbot.mouseClick(row.restore, LEFT)
    driver.until(lambda: "One" in _rows(driver) and len(page.rows) == 1)
    driver.qtbot.mouseClick(page.empty, LEFT)
    assert page.nothing.isVisible()
    driver.qtbot.mouseClick(driver.app.window.toast.undo, LEFT)
    driver.until(lambda: len(page.rows) == 1)
    driver.qtbot.mouseClick(page.rows[0].remove, LEFT)
    driver.app.window.toast.settle()
    driver.until(lambda: driver.app.engine.bin.list() == ())


def test_files_are_attached_dropped_pasted_and_sent(open_app: Open, tmp_path: Path) -> None:
    driver = open_app(["read"])
    composer, attaching = driver.chat.composer, driver.chat.attaching
    report, data = tmp_path / "report.txt", tmp_path / "data.csv"
    report.write_text("tea")
    data.write_text("a,b")
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(report)), QUrl.fromLocalFile(str(tmp_path))])
    composer.take_mime(dropped)
    picture = QImage(8, 8, QImage.Format.Format_RGB32)
    picture.fill(QColor("red"))
    pasted = QMimeData()
    pasted.setImageData(picture)
    composer.editor.insertFromMimeData(pasted)
    attaching.add([data])
    driver.until(lambda: len(attaching.ready) == 3)

    chips = list(composer.files.chips.values())
    assert [chip.file.use for chip in chips] == ["search", "search", "image", "code"]
    assert "folder" in chips[1].toolTip()
    driver.qtbot.mouseClick(chips[1].close_button, LEFT)
    chips[3].setFocus()
    driver.qtbot.keyClick(chips[3], Qt.Key.Key_Delete)
    driver.until(lambda: len(composer.files.chips) == 2)
    driver.say("What is in it?")
    driver.answered()

    [_, said] = driver.app.engine.messages.list(driver.chat.presenter.thread_id).items
    assert [tool["type"] for each in said.attachments for tool in each["tools"]] == ["file_search"]
    assert [type(part).__name__ for part in said.content] == ["TextPart", "ImageFilePart"]
    assert not composer.files.isVisible()
    assert len(driver.app.engine.files.list().items) == 2


def test_a_file_that_cannot_be_used_says_why(open_app: Open, monkeypatch: Any) -> None:
    driver = open_app()
    attaching = driver.chat.attaching
    attaching.add_bytes("song.mp3", b"x", "search")
    monkeypatch.setattr("desktop.chat.attaching.MAX_FILE", 2)
    attaching.add_bytes("big.txt", b"xyz")
    first, second = driver.chat.composer.files.chips.values()

    assert first.file.problem[0] == "unsupported_file"
    assert second.file.problem[0] == "file_too_large"
    assert "song.mp3" in first.accessibleName()
    driver.qtbot.keyClicks(driver.chat.composer.editor, "Hello")
    assert driver.chat.composer.letter().files == ()


def test_messages_wait_in_line_and_survive_going_away(open_app: Open) -> None:
    gate = threading.Event()
    driver = open_app([Reply(text="first answer", gates={1: gate}), "second answer"])
    driver.say("First")
    driver.until(lambda: len(driver.items) == 2)
    for text in ("Second", "Never", "Later"):
        driver.say(text)
    queue = driver.chat.queue
    driver.qtbot.mouseClick(queue.rows[1].remove, LEFT)
    driver.qtbot.mouseClick(queue.rows[1].edit, LEFT)
    assert driver.chat.composer.text() == "Later"
    thread = driver.chat.presenter.thread_id

    driver.app.window.act("new_chat")
    assert not queue.isVisible()
    driver.pages.open_thread(thread)
    driver.until(lambda: [row.letter.text for row in queue.rows] == ["Second"])
    assert driver.chat.composer.text() == "Later"
    gate.set()
    driver.answered(2)
    assert driver.texts() == ["First", "first answer", "Second", "second answer"]


def test_the_context_is_estimated_before_sending(open_app: Open) -> None:
    driver = open_app(["an answer"])
    bar = driver.chat.composer.context
    driver.until(lambda: bar.estimate is not None)
    assert bar.words().startswith("about ")
    before = bar.estimate.used
    driver.qtbot.keyClicks(driver.chat.composer.editor, "How long does tea steep?")
    driver.until(lambda: bar.estimate is not None and bar.estimate.used > before)
    assert bar.estimate.message > 0
    driver.chat.composer.send.click()
    driver.answered()
    driver.until(lambda: bar.estimate is not None and bar.estimate.exact)

    assert not bar.words().startswith("about ")
    assert any(name == "Earlier messages" for name, _ in bar.parts())
    driver.qtbot.mouseClick(bar, LEFT, pos=QPoint(4, 4))
    menu = bar.findChild(QMenu)
    assert menu is not None
    menu.close()


def test_a_chat_is_saved_in_three_forms(open_app: Open, tmp_path: Path, monkeypatch: Any) -> None:
    driver = open_app(["Three minutes. 三分钟。"])
    driver.say("How long?")
    driver.answered()
    for ending, begin in (("md", b"# How long?"), ("json", b'{"thread"'), ("pdf", b"%PDF-")):
        path = tmp_path / f"saved.{ending}"
        monkeypatch.setattr(
            "desktop.chat.exporting.QFileDialog.getSaveFileName", lambda *_, chosen=path: (str(chosen), "")
        )
        driver.app.window.act(f"export_{ending}")
        driver.until(path.exists)
        driver.settle()
        assert path.read_bytes().startswith(begin)
    assert sorted(path.suffix for path in tmp_path.glob("saved.*")) == [".json", ".md", ".pdf"]
    monkeypatch.setattr(
        "desktop.chat.exporting.QFileDialog.getSaveFileName", lambda *_: (str(tmp_path / "no" / "a.md"), "")
    )
    driver.app.window.act("export_md")
    driver.until(lambda: "could not be written" in driver.app.window.toast.text())
