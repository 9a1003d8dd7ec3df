"""The room of assistants, used with real clicks and keys: samples, the form, the talk, versions, files."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from engine.inference.port import ChatRequest
from engine.recipes import Binding, Recipe
from engine.service import Engine
from tests.support.accessibility import nameless_and_unreachable

Open = Callable[..., Any]
LEFT = Qt.MouseButton.LeftButton
TOOL = {
    "type": "function",
    "function": {"name": "clock", "parameters": {"type": "object", "properties": {}}},
}


def _room(driver: Any) -> Any:
    driver.pages.go("assistants")
    page = driver.pages.assistants
    driver.until(lambda: page.cards)
    driver.settle()
    return page


def _edit(driver: Any, page: Any, assistant_id: str | None) -> Any:
    page.edit(assistant_id)
    driver.until(lambda: page.currentWidget() is page.builder and page.builder.assistant_id == assistant_id)
    driver.settle()
    return page.builder


def _saved(engine: Engine, **fields: Any) -> str:
    return engine.recipes.save(Recipe(**fields)).id


def test_a_sample_is_one_click_away_and_answers(open_app: Open) -> None:
    def script(request: ChatRequest) -> str:
        told = [message.content for message in request.messages if message.role == "tool"]
        call = {"name": "course_info", "arguments": {"query": "SELECT count(*) FROM Courses"}}
        return told[0] if told else f"<tool_call>\n{json.dumps(call)}\n</tool_call>"

    driver = open_app(script, language="zh_CN")
    page = _room(driver)
    assert page.gallery.samples[0].sample.name == "瓜瓜"

    driver.qtbot.mouseClick(page.gallery.samples[0].take, LEFT)
    driver.until(lambda: driver.app.window.current_page == "chat" and driver.chat.presenter.assistant is not None)
    driver.until(lambda: driver.chat.presenter.assistant.name == "瓜瓜")
    thread = driver.app.engine.threads.create()
    _, run = driver.app.engine.runs.say(thread.id, driver.chat.presenter.assistant_id, "一共几节课？")
    driver.until(lambda: driver.app.engine.runs.get(thread.id, run.id).status.terminal)
    assert driver.app.engine.messages.list(thread.id).items[0].text == "[(22,)]"

    page = _room(driver)
    assert "瓜瓜" not in [card.sample.name for card in page.gallery.samples]
    hats = next(card for card in page.gallery.samples if card.sample.members)
    driver.qtbot.mouseClick(hats, LEFT)
    driver.until(lambda: len(page.cards) == 8)
    assert len({card.assistant.metadata["avatar"] for card in page.cards[2:]}) == 6


def test_the_form_is_written_saved_and_comes_back_whole(open_app: Open, tmp_path: Path) -> None:
    driver = open_app()
    page = _room(driver)
    driver.qtbot.mouseClick(page.gallery.new, LEFT)
    driver.until(lambda: page.currentWidget() is page.builder)
    builder, form = page.builder, page.builder.form
    driver.qtbot.mouseClick(builder.tabs[1], LEFT)
    driver.qtbot.keyClicks(form.identity.name, "Ada")
    driver.qtbot.keyClicks(form.identity.instructions, "Be exact.")
    driver.qtbot.keyClicks(form.identity.starters[0], "What is a proof?")
    form.identity.picker.picked.emit("3", "compass")
    driver.qtbot.mouseClick(form.abilities.code, LEFT)
    csv = tmp_path / "data.csv"
    csv.write_text("a,b\n1,2\n")
    form.abilities.files_wanted.emit([csv])
    driver.settle()
    form.answering.temperature.own.setChecked(True)
    form.answering.temperature.slider.setValue(4)
    assert builder._state.text() == "not saved yet"

    driver.qtbot.mouseClick(builder.save, LEFT)
    driver.until(lambda: builder.assistant_id is not None)
    driver.settle()
    made = driver.app.engine.recipes.of(builder.assistant_id)
    assert (made.name, made.instructions, made.temperature) == ("Ada", "Be exact.", 0.2)
    assert made.metadata == {"avatar": "3", "glyph": "compass", "starter_1": "What is a proof?"}
    assert made.tools == ({"type": "code_interpreter"},)
    assert len(made.tool_resources["code_interpreter"]["file_ids"]) == 1
    assert not builder.changed
    assert not builder.save.isEnabled()


def test_what_the_form_does_not_touch_stays_as_it_was(open_app: Open) -> None:
    driver = open_app()
    assistant_id = _saved(
        driver.app.engine,
        name=" Ada ",
        temperature=0.33,
        reasoning_effort="low",
        response_format="auto",
        metadata={"mine": "1", "starter_3": "late"},
        tools=(
            {"type": "file_search", "file_search": {"max_num_results": 3}},
            {"type": "function", "function": {"name": "f"}},
        ),
    )
    page = _room(driver)
    builder = _edit(driver, page, assistant_id)
    assert not builder.changed

    driver.qtbot.keyClicks(builder.form.identity.about, "x")
    driver.qtbot.mouseClick(builder.save, LEFT)
    driver.until(lambda: not builder.changed)
    driver.settle()
    now = driver.app.engine.recipes.of(assistant_id)
    assert (now.reasoning_effort, now.response_format, now.description) == ("low", "auto", "x")
    assert now.metadata["mine"] == "1"
    assert now.tools[0]["file_search"] == {"max_num_results": 3}


def test_a_function_is_written_checked_and_bound(open_app: Open, tmp_path: Path) -> None:
    driver = open_app()
    database = tmp_path / "tea.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript("CREATE TABLE tea (name TEXT, degrees INTEGER);")
    page = _room(driver)
    builder = _edit(driver, page, _saved(driver.app.engine, name="Ada"))
    functions = builder.form.functions
    driver.qtbot.mouseClick(functions.new, LEFT)
    [card] = functions.cards
    driver.qtbot.keyClicks(card.name, "teas")
    card.schema.edit.selectAll()
    driver.qtbot.keyClicks(card.schema.edit, '{"type": "object", "properties": {"q": {"type": "text"}}}')
    driver.until(lambda: "Line 1" in card.schema.verdict.text())
    assert "is no type" in card.schema.verdict.text()

    driver.qtbot.mouseClick(builder.save, LEFT)
    assert "not complete" in driver.app.window.toast.text()
    assert driver.app.engine.recipes.of(builder.assistant_id).tools == ()

    card.schema.set_text('{"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]}')
    card.strict.setChecked(True)
    assert "additionalProperties" in card.schema.verdict.text()
    card.strict.setChecked(False)
    card.kind.setCurrentIndex(card.kind.findData("sqlite"))
    card.database_wanted.emit(str(database))
    driver.until(lambda: "tea (name, degrees)" in card.database.text())
    card.approval.setCurrentIndex(card.approval.findData("allow"))
    driver.qtbot.mouseClick(builder.save, LEFT)
    driver.until(lambda: not builder.changed)
    driver.settle()
    [binding] = driver.app.engine.recipes.of(builder.assistant_id).bindings
    assert binding == Binding(name="teas", kind="sqlite", config={"path": str(database)}, approval="allow")

    card.kind.setCurrentIndex(card.kind.findData("python"))
    assert card.code.toPlainText().startswith("def teas(q):")
    driver.qtbot.mouseClick(card.remove, LEFT)
    assert functions.cards == []


def test_nothing_is_lost_when_one_leaves_without_saving(open_app: Open) -> None:
    driver = open_app()
    page = _room(driver)
    assistant_id = _saved(driver.app.engine, name="Ada", instructions="One.")
    builder = _edit(driver, page, assistant_id)
    driver.qtbot.keyClicks(builder.form.identity.instructions, "Two. ")
    driver.qtbot.mouseClick(builder.back, LEFT)
    driver.until(lambda: page.gallery.card(assistant_id) is not None)
    driver.settle()
    driver.until(lambda: driver.app.engine.recipes.drafted() == {assistant_id})
    driver.app.window.close()

    again = open_app()
    page = _room(again)
    builder = _edit(again, page, assistant_id)
    assert builder.form.identity.instructions.text() == "Two. One."
    assert again.app.engine.recipes.of(assistant_id).instructions == "One."
    again.qtbot.mouseClick(builder.discard, LEFT)
    assert builder.form.identity.instructions.text() == "One."
    again.qtbot.mouseClick(again.app.window.toast.undo, LEFT)
    assert builder.form.identity.instructions.text() == "Two. One."
    builder.form.identity.instructions.undo()
    assert builder.form.identity.instructions.text() == "One."


def test_the_preview_answers_as_the_form_says_and_leaves_nothing(open_app: Open) -> None:
    def script(request: ChatRequest) -> str:
        told = [message.content for message in request.messages if message.role == "tool"]
        if told:
            return f"It is {told[0]}."
        if request.tools:
            return '<tool_call>\n{"name": "clock", "arguments": {}}\n</tool_call>'
        return request.messages[0].content.partition("\n")[0]

    driver = open_app(script)
    engine = driver.app.engine
    page = _room(driver)
    noon = Binding(name="clock", kind="fixed", config={"text": "noon"})
    builder = _edit(driver, page, _saved(engine, name="Ada", tools=(TOOL,), bindings=(noon,)))
    preview = builder.preview
    before = [thread.id for thread in engine.threads.list().items]
    preview.composer.editor.setFocus()
    driver.qtbot.keyClicks(preview.composer.editor, "What time is it?")
    driver.qtbot.keyClick(preview.composer.editor, Qt.Key.Key_Return)
    driver.until(preview.bar.isVisible)
    assert "clock" in preview.bar.text.text()
    driver.qtbot.mouseClick(preview.bar.allow, LEFT)
    driver.until(lambda: not preview.running and any("noon" in item.text() for item in preview.transcript.items))
    driver.settle()

    driver.qtbot.mouseClick(builder.form.functions.cards[0].remove, LEFT)
    driver.qtbot.keyClicks(builder.form.identity.instructions, "Be Grace.")
    preview.send("Who are you?")
    driver.until(lambda: not preview.running and "Be Grace." in preview.transcript.items[-1].text())
    driver.settle()
    assert [thread.id for thread in engine.threads.list().items] == before
    thread = preview._thread
    driver.qtbot.mouseClick(preview.again, LEFT)
    driver.settle()
    assert preview.transcript.items == []
    with pytest.raises(Exception, match=thread):
        engine.threads.get(thread)
    assert not driver.pages.side.threads.threads


def test_talking_fills_the_form_and_can_be_taken_back(open_app: Open) -> None:
    form = {
        "name": "Tea master",
        "description": "Brews.",
        "instructions": "You are a tea master.",
        "starters": ["How hot?"],
        "tools": ["file_search"],
        "reply": "Done. Green tea only?",
    }
    driver = open_app([json.dumps(form), '{"reply": "Shorter.", "instructions": "Brew."}'])
    page = _room(driver)
    builder = _edit(driver, page, None)
    create, identity = builder.talk, builder.form.identity
    create.composer.editor.setFocus()
    driver.qtbot.keyClicks(create.composer.editor, "Somebody who brews tea")
    driver.qtbot.keyClick(create.composer.editor, Qt.Key.Key_Return)
    driver.until(lambda: not create.running)
    driver.settle()
    assert identity.name.text() == "Tea master"
    assert identity.starters[0].text() == "How hot?"
    assert builder.form.abilities.search.isChecked()
    assert create.bubbles[-1].words.text() == "Done. Green tea only?"
    assert "instructions" in create.bubbles[-1].done.text()

    create.send("Shorter")
    driver.until(lambda: not create.running)
    driver.settle()
    assert identity.instructions.text() == "Brew."
    driver.qtbot.mouseClick(create.bubbles[-1].undo, LEFT)
    assert identity.instructions.text() == "You are a tea master."
    assert identity.name.text() == "Tea master"


def test_versions_show_what_changed_and_lead_back(open_app: Open) -> None:
    driver = open_app()
    engine = driver.app.engine
    page = _room(driver)
    assistant_id = _saved(engine, name="Ada", instructions="One.")
    engine.recipes.save(Recipe(name="Ada", instructions="Two."), assistant_id)
    driver.settle()
    page.show_versions(assistant_id)
    driver.until(lambda: getattr(page, "versions", None) is not None)
    dialog = page.versions
    assert "One." in dialog.text.toPlainText()
    assert "Two." in dialog.text.toPlainText()
    driver.qtbot.mouseClick(dialog.restore, LEFT)
    driver.until(lambda: engine.recipes.of(assistant_id).instructions == "One.")
    driver.settle()

    page.duplicate(assistant_id)
    driver.until(lambda: "Ada (copy)" in [card.assistant.name for card in page.cards])
    page.delete(assistant_id)
    driver.app.window.toast.settle()
    driver.until(lambda: page.gallery.card(assistant_id) is None)
    driver.settle()


def test_a_file_is_looked_into_before_anything_is_taken_in(open_app: Open, tmp_path: Path) -> None:
    driver = open_app()
    engine = driver.app.engine
    page = _room(driver)
    code = "def clock():\n    return 'noon'\n"
    binding = Binding(name="clock", kind="python", config={"code": code}, approval="allow")
    assistant_id = _saved(engine, name="Ada", instructions="Be exact.", tools=(TOOL,), bindings=(binding,))
    path = tmp_path / "ada.fireside"
    page.export_to(assistant_id, path)
    driver.until(path.exists)
    driver.settle()
    engine.assistants.delete(assistant_id)

    page.open_file(path)
    driver.until(lambda: page.currentWidget() is page.importing)
    shown = "\n".join(edit.toPlainText() for edit in page.importing.findChildren(QPlainTextEdit))
    assert "Be exact." in shown
    assert "return 'noon'" in shown
    assert "Ada" not in [a.name for a in engine.assistants.list().items]

    driver.qtbot.mouseClick(page.importing.take, LEFT)
    driver.until(lambda: "Ada" in [card.assistant.name for card in page.cards])
    driver.settle()
    ada = next(card.assistant for card in page.cards if card.assistant.name == "Ada")
    assert [(b.kind, b.approval) for b in engine.recipes.of(ada.id).bindings] == [("python", "ask")]

    path.write_bytes(b"nothing")
    page.open_file(path)
    driver.settle()
    assert page.currentWidget() is page.gallery
    assert driver.app.window.toast.text()


def test_everything_in_the_builder_has_a_name_and_a_place_in_the_tab_order(open_app: Open) -> None:
    driver = open_app()
    page = _room(driver)
    builder = _edit(driver, page, driver.app.engine.samples.courses().id)
    for tab in builder.tabs:
        driver.qtbot.mouseClick(tab, LEFT)
        for card in builder.form.functions.cards:
            card.set_open(True)
        QApplication.processEvents()
        assert nameless_and_unreachable(driver.app.window) == ([], [])


def test_a_model_is_graded_with_progress_and_can_be_stopped(open_app: Open) -> None:
    driver = open_app(lambda _request: "No.")
    driver.pages.go("models")
    page = driver.pages.models
    driver.until(lambda: any(card.card.installed for card in page.cards.values()))
    driver.settle()
    card = next(card for card in page.cards.values() if card.card.installed)
    model_id = card.card.id

    card.wanted.emit("grade", model_id)
    driver.until(lambda: driver.app.engine.grading.card(model_id) is not None)
    driver.settle()
    driver.until(lambda: "right" in page.cards[model_id]._grade.text())
    assert not page.gradings.running

    page.gradings.moved.emit(model_id, 3, 44)
    card = page.cards[model_id]
    assert "case 3 of 44" in card._state.text()
    assert card.second.isVisible()
    page.gradings.moved.emit(model_id, 0, 0)
    assert not card._progress.isVisible()
