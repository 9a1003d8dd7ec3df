"""The states of this room for the picture book: gallery, form, function, talk, file, versions, narrow."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.portability.assistant_file import export_assistant

_WORDS = {
    "en": {
        "question": "Who teaches the most?",
        "answer": "Wang Zhuoran teaches the most: 9 lessons. Sun Zhigang follows with 6.",
        "wish": "An assistant that teaches people to brew tea",
        "more": "Answer in three sentences at most.",
        "form": {
            "name": "Tea master",
            "description": "Helps you brew a good cup, from temperature to time.",
            "instructions": "You are a tea master.\nAsk first which tea it is, and which pot.\n"
            "Give temperature, amount and time, one line each.\nDo not speak of health, and recommend no brands.",
            "starters": ["How hot for green tea?", "Do I pour the first brew away?"],
            "tools": ["file_search"],
            "reply": "The form is filled in: it asks for the tea and the pot, then gives temperature, amount and time. "
            "Should it also speak of snacks?",
        },
    },
    "zh_CN": {
        "question": "谁上的课最多？",
        "answer": "王卓然讲得最多，一共 9 节课；其次是孙志岗，6 节。",
        "wish": "一个教人泡茶的助手",
        "more": "回答最多三句话。",
        "form": {
            "name": "茶师",
            "description": "教人泡好一杯茶，从水温到时间。",
            "instructions": "你是一位茶师。\n先问清楚是什么茶、有什么器具。\n给出水温、用量和时间，每样一行。\n"
            "不谈功效，不推荐品牌。",
            "starters": ["绿茶用多少度的水？", "第一泡要不要倒掉？"],
            "tools": ["file_search"],
            "reply": "表单写好了：茶师会先问茶和器具，再给水温、用量和时间。要不要也谈茶点？",
        },
    },
}
_SQL = "SELECT instructor, count(*) FROM Courses GROUP BY 1 ORDER BY 2 DESC"


def script(language: str) -> Callable[[Any], str]:
    """Return what the model of these pictures says."""
    words: dict[str, Any] = _WORDS[language]

    def answer(request: Any) -> str:
        if any(message.role == "tool" for message in request.messages):
            return str(words["answer"])
        if request.response_format:
            return json.dumps(words["form"], ensure_ascii=False)
        if request.tools:
            call = {"name": "course_info", "arguments": {"query": _SQL}}
            return f"<tool_call>\n{json.dumps(call)}\n</tool_call>"
        return str(words["answer"])

    return answer


def take_pictures(camera: Any, app: Any) -> None:
    """Walk through the room of an open window."""
    page, words, engine = app.pages.assistants, _WORDS[camera.language], app.engine
    app.pages.go("assistants")
    camera.until(lambda: page.gallery.samples)
    camera.take(app, "40-assistants-samples")
    for sample in ("hats", "courses", "analyst"):
        page.take_sample(sample)
        camera.settle(app)
    app.window.toast.settle()
    app.pages.go("assistants")
    camera.take(app, "41-assistants-gallery")
    guagua = engine.samples.courses()
    _edit(camera, app, guagua.id)
    camera.take(app, "42-assistant-form")
    _try_out(camera, app, str(words["question"]))
    page.builder.form.set_recipe(engine.recipes.of(guagua.id))
    _edit(camera, app, None)
    camera.take(app, "45-assistant-create")
    page.builder.talk.send(str(words["wish"]))
    camera.until(lambda: not page.builder.talk.running)
    camera.take(app, "46-assistant-created")
    page.builder.store()
    camera.until(lambda: page.builder.assistant_id)
    app.window.toast.settle()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "guagua.fireside"
        export_assistant(engine, guagua.id, path)
        page.open_file(path)
        camera.until(lambda: page.currentWidget() is page.importing)
    camera.take(app, "47-assistant-import")
    recipe = engine.recipes.of(guagua.id)
    more = f"{recipe.instructions}\n{words['more']}"
    engine.recipes.save(replace(recipe, instructions=more, temperature=0.2), guagua.id)
    page.show_versions(guagua.id)
    camera.until(lambda: page.versions is not None)
    page.versions.setParent(app.window)  # a picture of the window holds what is inside it
    page.versions.move((app.window.width() - page.versions.width()) // 2, 120)
    page.versions.show()
    camera.take(app, "48-assistant-versions")
    page.versions.close()
    _edit(camera, app, guagua.id)
    app.window.resize(720, 560)
    camera.take(app, "49-assistant-narrow")


def _edit(camera: Any, app: Any, assistant_id: str | None) -> None:
    builder = app.pages.assistants.builder
    app.pages.assistants.edit(assistant_id)
    camera.settle(app)
    camera.until(lambda: builder.assistant_id == assistant_id and app.pages.assistants.currentWidget() is builder)


def _try_out(camera: Any, app: Any, question: str) -> None:
    """Ask in the preview, then write a mistake into the function's schema."""
    builder = app.pages.assistants.builder
    preview = builder.preview
    preview.send(question)
    camera.until(lambda: not preview.running and len(preview.transcript.items) > 2)
    card = builder.form.functions.cards[0]
    card.set_open(True)
    card.schema.set_text(card.schema.edit.toPlainText().replace('"string"', '"text"'))
    camera.settle(app)
    builder.area.ensureWidgetVisible(card.schema, 0, 260)
    camera.take(app, "43-assistant-function")
    bar = builder.area.verticalScrollBar()
    bar.setValue(bar.maximum())
    camera.take(app, "44-assistant-answers")
