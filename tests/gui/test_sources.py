"""Where an answer got it from: numbers in the text, the passage under the pointer, the page with its sentence lit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop.chat.chips import FileChip
from engine.types import ImageFilePart, NewMessage, RunStatus, TextPart
from tests.support.documents import pdf

Open = Callable[..., Any]
MARKER = "【0:0†source】"
PASSAGE = "The course has ten lessons. It is for people who build alone. Lunch is at noon."
SAID = f"It is for people who build alone{MARKER}. Kings take it twice."


def cited(driver: Any, content: bytes, filename: str, page: int | None, *, starts: tuple[int, ...] = ()) -> str:
    """Store a thread whose answer cites a file, and return its id; `starts`: where in the passage pages begin."""
    engine = driver.app.engine
    store = engine.history._store
    file = engine.files.create(content, filename=filename)
    said = NewMessage(role="user", content=(TextPart(text="Who is it for?"),))
    thread = engine.threads.create(messages=[said])
    assistant = engine.assistants.list().items[0]
    run, _ = store.runs.create(thread.id, assistant_id=assistant.id, model="default")
    about = {"run_id": run.id, "thread_id": thread.id, "assistant_id": assistant.id, "status": "completed"}
    result = {
        "file_id": file.id, "file_name": filename, "score": 0.9, "marker": MARKER, "page": page, "heading": ["Intro"],
        "page_starts": list(starts), "content": [{"type": "text", "text": PASSAGE}],
    }  # fmt: skip
    call = {"id": "call_1", "type": "file_search", "file_search": {"query": "who", "results": [result]}}
    store.steps.create(**about, type="tool_calls", details={"type": "tool_calls", "tool_calls": [call]})
    message = store.messages.begin(thread.id, assistant.id, run.id)
    at = SAID.index(MARKER)
    note = {
        "type": "file_citation", "text": MARKER, "start_index": at, "end_index": at + len(MARKER),
        "file_citation": {"file_id": file.id},
    }  # fmt: skip
    store.messages.finish(message.id, (TextPart(text=SAID, annotations=(note,)),), "completed")
    details = {"type": "message_creation", "message_creation": {"message_id": message.id}}
    store.steps.create(**about, type="message_creation", details=details)
    quote = {"marker": MARKER, "at": at, "page": page, "start": 28, "stop": 60, "support": 1.0}
    doubted = {"start": SAID.index("Kings"), "stop": len(SAID), "support": 0.0}
    review = {"quotes": [quote], "unsupported": [doubted]}
    store.runs.update(run.id, status=RunStatus.COMPLETED, trace={"citations": review})
    return str(thread.id)


def opened(driver: Any, thread: str) -> Any:
    """Open a thread and return its answer."""
    driver.pages.open_thread(thread)
    driver.until(lambda: len(driver.items) >= 2 and driver.chat.presenter.thread is not None)
    driver.settle()
    return driver.items[-1]


def chip_place(item: Any) -> QPoint:
    """Return the middle of the first number in an answer's text."""
    for y in range(0, item.body.height(), 3):
        for x in range(0, item.body.width(), 3):
            found = item.body.cite_at(QPointF(x, y))
            if found:
                return found[1].center()
    raise AssertionError("there is no number in the text")


def _page(tmp_path: Path) -> bytes:
    lines = [("Nothing here.", 12)], [("Who is it for?", 20), ("It is for people who build alone.", 12)]
    return pdf(tmp_path / "a.pdf", lines).read_bytes()


def test_a_number_in_the_text_leads_to_the_page_with_the_sentence_lit(open_app: Open, tmp_path: Path) -> None:
    driver = open_app()
    item = opened(driver, cited(driver, _page(tmp_path), "intro.pdf", 2))

    driver.qtbot.mouseClick(item.body, Qt.MouseButton.LeftButton, pos=chip_place(item))
    sheet = driver.chat.sight.sheet
    driver.until(lambda: sheet.page_view.marks)

    assert sheet.isVisible()
    assert sheet._where.text() == "Page 2 of 2"
    assert driver.chat.transcript.width() <= driver.chat.width() - sheet.width() or driver.chat.width() < 860
    QTest.keyClick(sheet, Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier)
    driver.qtbot.mouseClick(sheet.back, Qt.MouseButton.LeftButton)
    driver.until(lambda: sheet._where.text() == "Page 1 of 2" and not sheet.page_view.marks)
    driver.qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    driver.settle()


def test_a_sentence_of_a_passage_over_two_pages_has_its_own_page(open_app: Open, tmp_path: Path) -> None:
    driver = open_app()
    item = opened(driver, cited(driver, _page(tmp_path), "intro.pdf", 1, starts=(PASSAGE.index("It is"),)))
    assert item.sources.chips[0].accessibleName() == "Source 1: intro.pdf p. 1–2"

    driver.qtbot.mouseMove(item.body, chip_place(item))
    driver.until(lambda: "intro.pdf · page 2" in driver.chat.sight.popover.text())
    driver.qtbot.mouseMove(item.body, QPoint(item.body.width() - 2, 2))
    driver.qtbot.mouseClick(item.body, Qt.MouseButton.LeftButton, pos=chip_place(item))
    sheet = driver.chat.sight.sheet
    driver.until(lambda: sheet.page_view.marks)

    assert sheet._where.text() == "Page 2 of 2"
    driver.settle()


def test_a_text_file_opens_at_its_sentence(open_app: Open) -> None:
    driver = open_app()
    item = opened(driver, cited(driver, f"# Course\n\n{PASSAGE}\n".encode(), "course.md", None))
    chip = item.sources.chips[0]
    assert chip.accessibleName() == "Source 1: course.md"

    chip.setFocus(Qt.FocusReason.TabFocusReason)
    driver.qtbot.keyClick(chip, Qt.Key.Key_Space)
    sheet = driver.chat.sight.sheet
    driver.until(lambda: sheet.lit_text() == "It is for people who build alone")
    driver.pages.new_chat()
    assert not sheet.isVisible()
    driver.settle()


def test_the_passage_shows_up_under_the_pointer(open_app: Open) -> None:
    driver = open_app()
    item = opened(driver, cited(driver, PASSAGE.encode(), "course.md", 4))
    place = chip_place(item)

    driver.qtbot.mouseMove(item.body, place)
    driver.until(lambda: driver.chat.sight.popover.isVisible())
    assert "course.md · page 4" in driver.chat.sight.popover.text()
    assert PASSAGE in driver.chat.sight.popover.text()

    driver.qtbot.mouseMove(item.body, QPoint(item.body.width() - 2, 2))
    driver.until(lambda: not driver.chat.sight.popover.isVisible())
    driver.settle()


def test_a_sentence_without_a_source_is_told_apart_and_explained(open_app: Open) -> None:
    driver = open_app()
    item = opened(driver, cited(driver, PASSAGE.encode(), "course.md", 4))
    spans = [span for block in item.body.blocks for span in block.spans]
    assert [span.text.strip() for span in spans if span.doubt] == ["Kings take it twice."]
    assert item.sources.doubt.accessibleName() == "1 sentence without a source"

    driver.qtbot.mouseClick(item.sources.doubt, Qt.MouseButton.LeftButton)
    driver.until(lambda: driver.pages.details.run_view.why.isVisible())

    why = driver.pages.details.run_view.why
    driver.until(lambda: any(label.text() == "Kings take it twice." for label in why.findChildren(QLabel)))
    said = [label.text() for label in why.findChildren(QLabel)]
    assert "[1] It is for people who build alone" in said
    assert "course.md p. 4 · 100 % of what was said" in said
    driver.settle()


def test_an_answer_is_copied_with_its_sources(open_app: Open) -> None:
    driver = open_app()
    item = opened(driver, cited(driver, PASSAGE.encode(), "course.md", 4))

    driver.qtbot.mouseClick(item.buttons["copy"], Qt.MouseButton.LeftButton)

    copied = "It is for people who build alone[1]. Kings take it twice.\n\n[1] course.md, page 4"
    assert QGuiApplication.clipboard().text() == copied


def test_pictures_are_shown_scaled_and_enlarged(open_app: Open, tmp_path: Path) -> None:
    driver = open_app()
    engine = driver.app.engine
    image = QImage(1200, 600, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    image.save(str(tmp_path / "a.png"))
    file = engine.files.create(tmp_path / "a.png", purpose="vision")
    part = ImageFilePart(file_id=file.id)
    gone = ImageFilePart(file_id=engine.files.create(b"no picture", filename="b.png", purpose="vision").id)
    said = NewMessage(role="user", content=(TextPart(text="Look"), part))
    answer = NewMessage(role="assistant", content=(part, gone, TextPart(text="Red.")))
    item = opened(driver, engine.threads.create(messages=[said, answer]).id)
    pictures = item.pictures.pictures
    driver.until(lambda: pictures[1].missing)

    assert (pictures[0].width(), pictures[0].height()) == (560, 280)
    pictures[0].setFocus(Qt.FocusReason.TabFocusReason)
    driver.qtbot.keyClick(pictures[0], Qt.Key.Key_Space)
    viewer = driver.chat.sight.viewer
    assert viewer.isVisible()
    assert viewer.size() == driver.app.window.size()
    driver.qtbot.keyClick(viewer, Qt.Key.Key_Escape)
    assert not viewer.isVisible()
    assert driver.items[0].pictures.pictures[0].width() <= 220

    driver.chat.files.save_image(file.id, tmp_path / "copy.png")
    driver.until((tmp_path / "copy.png").exists)
    driver.settle()


def test_offered_files_are_chips_and_links(open_app: Open, tmp_path: Path) -> None:
    driver = open_app()
    engine = driver.app.engine
    file = engine.files.create(b"a,b\n1,2\n", filename="sales.csv")
    path = "sandbox:/mnt/data/sales.csv"
    text = f"[The table]({path})"
    note = {"type": "file_path", "text": path, "start_index": 12, "end_index": 12 + len(path)}
    parts = (TextPart(text=text, annotations=({**note, "file_path": {"file_id": file.id}},)),)
    said = NewMessage(role="user", content=(TextPart(text="?"),), attachments=({"file_id": file.id, "tools": []},))
    answer = NewMessage(role="assistant", content=parts)
    thread = engine.threads.create(messages=[said, answer])
    item = opened(driver, thread.id)
    (chip,) = item.file_chips.chips
    assert isinstance(chip, FileChip)
    driver.until(lambda: chip.accessibleName() == "File sales.csv 8 B")

    menu = chip.offer()
    assert [action.text() for action in menu.actions()] == ["Open", "Save as…"]
    menu.close()
    assert driver.items[0].file_chips.chips[0].file_id == file.id
    driver.chat.files.save_to(file.id, tmp_path / "saved.csv")
    driver.until(lambda: (tmp_path / "saved.csv").exists())
    driver.settle()
    QApplication.processEvents()


def test_formulas_are_drawn_once_they_are_ready(open_app: Open) -> None:
    driver = open_app(["So \\( 9 - 6 = 3 \\) is left.\n\n\\[ \\frac{a}{b} \\]"])
    driver.say("How many?")
    driver.answered()
    body = driver.items[-1].body
    driver.until(lambda: not any(getattr(row.flow, "waits", False) for row in body._rows))

    assert body._rows[0].flow._inlines[0].drawn is not None
    assert body._rows[1].flow._drawn is not None
    assert body.text() == "So \\( 9 - 6 = 3 \\) is left.\n\n\\[ \\frac{a}{b} \\]"
