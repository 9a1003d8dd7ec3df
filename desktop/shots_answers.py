"""The pictures of answers with all that comes with them: tool cards, sources, formulas, pictures, files, thoughts."""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPageSize, QPainter, QPdfWriter

from desktop.app import App
from desktop.chat.calls import Call, Passage
from desktop.chat.marks import Mark, doubted
from desktop.chat.turns import Figures, Turn
from desktop.chat.work import WorkItem
from desktop.theme import ui_font
from engine.inference.scripted import ScriptedBackend

_MARK = re.compile(r"【0:\d†source】|sandbox:/mnt/data/[\w.]+")
_CODE = """import pandas as pd

df = pd.read_csv("/mnt/data/mydata.csv")
df["Sales"] = df["Unit price"] * df["Sold"]
df.plot.bar(x="Product", y="Sales")
df.to_excel("/mnt/data/sales.xlsx")
df.head()"""
_SUM = r"\[ \sum_{i=1}^{n} p_i q_i = 12.5 \times 1204 + 89 \times 312 + 45.2 \times 655 \]"
_TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "name": "Guagua",
        "ask": "Who is the AI full-stack engineer course for?",
        "answer": "Two groups: people who **build alone**, taking an AI product from plan to delivery, usually with "
        "one language and real projects behind them【0:0†source】; and people who **build with others**, leading or "
        "working beside someone who knows AI, such as product managers, designers and founders【0:0†source】"
        "【0:1†source】. Most of them study in the evening.",
        "doubt": "Most of them study in the evening.",
        "thought": "The question is about the audience of the course. The handbook has a chapter about it.",
        "query": "who is the course for",
        "passages": (
            "The course is for two groups of people. People who build alone take an AI product from plan to delivery, "
            "usually with one language and real projects behind them.",
            "People who build with others lead a team or work beside someone who knows AI. Product managers, designers "
            "and founders need not write programs themselves.",
        ),
        "title": "Who the course is for",
        "total": "What are the total sales in mydata.csv?",
        "sum": f"Unit price times quantity, summed over all products:\n\n{_SUM}\n\n"
        "So \\( 15050 + 27768 + 29606 = 72424 \\): **total sales are 72,424 yuan**. "
        "The table with all figures: [sales.xlsx](sandbox:/mnt/data/sales.xlsx)",
        "goods": ("Lamp", "Table", "Chair"),
    },
    "zh_CN": {
        "name": "瓜瓜",
        "ask": "AI 大模型全栈工程师适合哪些人？",
        "answer": "适合两类人：**自己干**，能独立完成从策划、开发到落地的全过程，通常会一门编程语言并做过真实项目"
        "【0:0†source】；**合伙干**，领导或配合懂 AI 的人一起完成，可以不懂编程，例如产品经理、设计师、创业者"
        "【0:0†source】【0:1†source】。他们大多在晚上学习。",
        "doubt": "他们大多在晚上学习。",
        "thought": "问题问的是课程面向的人群，手册里有一章专门讲这个。",
        "query": "课程适合哪些人",
        "passages": (
            "课程适合两类人。自己干的人，能独立完成从策划、开发到落地的全过程，通常会一门编程语言并做过真实项目。",
            "合伙干的人，领导或配合懂 AI 的人一起完成。产品经理、设计师、创业者可以不懂编程。",
        ),
        "title": "课程适合哪些人",
        "total": "统计 mydata.csv 中的总销售额",
        "sum": f"把每种产品的单价乘以销售数量再求和：\n\n{_SUM}\n\n所以 \\( 15050 + 27768 + 29606 = 72424 \\)，"
        "**总销售额为 72,424 元**。完整数据见表格：[sales.xlsx](sandbox:/mnt/data/sales.xlsx)",
        "goods": ("台灯", "桌子", "椅子"),
    },
}


def answers(camera: Any) -> None:
    """Work folded and opened, a source beside the conversation, formulas, pictures and files."""
    words = _TEXTS[camera.language]
    with camera.window(ScriptedBackend()) as app, tempfile.TemporaryDirectory(prefix="fireside-shots-") as folder:
        if app.engine is None or app.pages is None:
            raise RuntimeError("the window has no pages yet")
        chat = app.pages.chat
        app.pages.open_thread(app.engine.threads.create(title=words["ask"]).id)
        camera.settle(app)
        turns = _turns(words, *_files(app, words, Path(folder)))
        chat.transcript.show_turns(turns, older=False, newer=False)
        camera.until(lambda: not _waits(chat))
        camera.settle(app)
        camera.take(app, "30-sums")
        chat.transcript.verticalScrollBar().setValue(0)
        chat.transcript.items[2].light(lit=True)
        camera.take(app, "31-tools")
        app.window.resize(720, 560)
        camera.take(app, "32-tools-narrow")
        app.window.resize(1280, 820)
        chat.transcript.items[2].light(lit=False)
        chat.transcript.items[2].body.cite_pressed.emit(1)
        camera.until(lambda: chat.sight.sheet is not None and chat.sight.sheet.page_view.marks)
        camera.take(app, "33-source")
        chat.sight.leave()
        _open_all(chat)
        chat.transcript.verticalScrollBar().setValue(0)
        camera.take(app, "34-tools-open")
        chat.transcript.verticalScrollBar().setValue(chat.transcript.items[4].y() - 40)
        camera.take(app, "35-code-open")


def _open_all(chat: Any) -> None:
    for item in chat.transcript.items:
        if isinstance(item, WorkItem):
            for card in item.cards:
                card.open()


def _waits(chat: Any) -> bool:
    return any(getattr(row.flow, "waits", False) for item in chat.transcript.items[-1:] for row in item.body._rows)


def _files(app: App, words: dict[str, Any], folder: Path) -> tuple[str, str, str]:
    """Store the files the answers speak of: the handbook, a chart, a table."""
    if app.engine is None:
        raise RuntimeError("there is no engine")
    chart, handbook = folder / "figure-1.png", folder / "agiclass_intro.pdf"
    _chart().save(str(chart))
    _handbook(handbook, words)
    files = app.engine.files
    table = files.create(b"0" * 18_432, filename="sales.xlsx", purpose="assistants_output")
    return files.create(handbook).id, files.create(chart, purpose="vision").id, table.id


def _chart() -> QImage:
    image = QImage(640, 400, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    for number, height in enumerate((150, 278, 296)):
        painter.fillRect(120 + number * 150, 350 - height, 90, height, QColor("#c2511b"))
    painter.setPen(QColor("#67625b"))
    painter.drawLine(80, 350, 560, 350)
    painter.end()
    return image


def _handbook(path: Path, words: dict[str, Any]) -> None:
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
    writer.setPageMargins(QMarginsF(18, 18, 18, 18))
    writer.setResolution(96)
    painter = QPainter(writer)
    width = float(writer.width())
    for number, passage in enumerate(words["passages"]):
        if number:
            writer.newPage()
        painter.setFont(ui_font(22))
        painter.drawText(QRectF(0, 0, width, 40), words["title"])
        painter.setFont(ui_font(14))
        painter.drawText(QRectF(0, 60, width, 400), Qt.TextFlag.TextWordWrap, f"{passage}\n\n{words['thought']}")
    painter.end()


def _marks(text: str, handbook: str, table: str) -> tuple[Mark, ...]:
    return tuple(
        Mark(
            start=found.start(),
            stop=found.end(),
            text=found[0],
            file_id=handbook if found[0].startswith("【") else table,
            kind="citation" if found[0].startswith("【") else "file",
        )
        for found in _MARK.finditer(text)
    )


def _passages(words: dict[str, Any], handbook: str) -> tuple[Passage, ...]:
    return tuple(
        Passage(
            marker=f"【0:{number}†source】",
            file_id=handbook,
            filename="agiclass_intro.pdf",
            text=text,
            page=number + 1,
            heading=(words["title"],),
        )
        for number, text in enumerate(words["passages"])
    )


def _calls(words: dict[str, Any], chart: str) -> tuple[Call, ...]:
    rows = "".join(
        f"<tr><th>{n}</th><td>{name}</td><td>{price}</td><td>{sold}</td></tr>"
        for n, (name, price, sold) in enumerate(
            zip(words["goods"], ("12.50", "89.00", "45.20"), (1204, 312, 655), strict=True)
        )
    )
    shown = f"<table><tr><th></th><th>Product</th><th>Unit price</th><th>Sold</th></tr>{rows}</table>"
    return (
        Call(
            id="c",
            kind="code_interpreter",
            state="done",
            given=_CODE,
            output="72424.0",
            table=shown,
            images=(chart,),
            seconds=0.8,
        ),
        Call(
            id="f",
            kind="function",
            state="failed",
            name="book_seat",
            given='{"course": "AI"}',
            output="Error: no seats",
        ),
        Call(id="w", kind="function", state="working", name="list_courses", given='{"topic": "AI"}'),
    )


def _turns(words: dict[str, Any], handbook: str, chart: str, table: str) -> tuple[Turn, ...]:
    at = int(time.time())
    by: dict[str, Any] = {"role": "assistant", "at": at, "name": words["name"], "avatar": "0"}
    passages = _passages(words, handbook)
    search = (
        Call(id="t", kind="thought", state="done", given=words["thought"], seconds=3.2),
        Call(id="s", kind="file_search", state="done", given=words["query"], passages=passages, seconds=0.42),
    )
    code = _calls(words, chart)
    figures = Figures("sample", 1304, 1204, 62, 26.1, 0.3)
    first, second = words["answer"], words["sum"]
    return (
        Turn(id="1", role="user", text=words["ask"], at=at),
        Turn(id="2", text="", kind="work", run_id="a", calls=search, **by),
        Turn(
            id="3",
            text=first,
            marks=doubted(first, _marks(first, handbook, table), [(first.index(words["doubt"]), len(first))]),
            passages=passages,
            doubts=(words["doubt"],),
            run_id="a",
            figures=figures,
            **by,
        ),
        Turn(id="4", role="user", text=words["total"], at=at, attached=(table,)),
        Turn(id="5", text="", kind="work", run_id="b", calls=code, **by),
        Turn(id="6", text=second, marks=_marks(second, handbook, table), images=(chart,), run_id="b", **by),
    )
