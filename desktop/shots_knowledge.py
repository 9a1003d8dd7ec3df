"""The pictures of the knowledge pages: an empty shelf, reading, errors, search with scores."""

from __future__ import annotations

import dataclasses
import itertools
import tempfile
from pathlib import Path
from typing import Any

from desktop.app import App
from engine.events import VectorStoreFileChanged
from engine.inference.scripted import ScriptedBackend
from engine.service.live_folders import FolderState
from engine.service.vector_stores import Cut, SearchResults
from engine.types import Chunk, LiveFile, SearchHit

_WORDS = {
    "en": {
        "stores": ("Course handbook", "Rental contract 2024", "Lab notes"),
        "files": ("Handbook.md", "Timetable.csv", "Scan of the certificate.pdf", "Fees and refunds.docx", "Empty.txt"),
        "more": ("Minutes of March.md", "Minutes of April.md", "Minutes of May.md"),
        "text": "# Fees\n\nThe fee is 2,800 yuan. It is returned in full until seven days after the course begins.\n",
        "question": "Until when is the fee returned?",
        "assistant": "Guagua",
        "folder": "Lab",
        "hits": (
            (
                ("Fees", "Returning the fee"),
                "The fee is returned in full until seven days after the course begins. Write "
                "to the office with your number; the money arrives within ten working days.",
                0.94,
                0.61,
                0.62,
            ),
            (
                ("Fees",),
                "The fee is 2,800 yuan, books included. Groups of five or more pay 2,400 yuan each.",
                0.41,
                0.58,
                0.61,
            ),
            (
                ("Calendar",),
                "The course begins on 23 January and ends on 14 May, twice a week at eight in the evening.",
                0.12,
                None,
                0.51,
            ),
        ),
    },
    "zh_CN": {
        "stores": ("课程手册", "2024 年租房合同", "实验记录"),
        "files": ("课程手册.md", "课程表.csv", "结业证书扫描件.pdf", "学费与退费.docx", "空文件.txt"),
        "more": ("三月会议纪要.md", "四月会议纪要.md", "五月会议纪要.md"),
        "text": "# 学费\n\n学费为 2800 元。开课七天内可以全额退费。\n",
        "question": "多久之内可以退学费？",
        "assistant": "瓜瓜",
        "folder": "实验室",
        "hits": (
            (
                ("学费", "退费"),
                "开课七天内可以全额退费。请写明学号发邮件给教务，款项在十个工作日内退回原账户。",
                0.94,
                0.61,
                0.62,
            ),
            (("学费",), "学费为 2800 元，含教材。五人以上团报，每人 2400 元。", 0.41, 0.58, 0.61),
            (("日程",), "课程于 1 月 23 日开课，5 月 14 日结课，每周两次，晚上八点开始。", 0.12, None, 0.51),
        ),
    },
}


def knowledge(camera: Any) -> None:
    """Everything a collection goes through."""
    words: dict[str, Any] = _WORDS[camera.language]
    with camera.window(ScriptedBackend()) as app, tempfile.TemporaryDirectory(prefix="fireside-shots-") as folder:
        page, engine = app.pages.knowledge, app.engine
        app.pages.go("knowledge")
        camera.settle(app)
        camera.take(app, "30-knowledge-empty")
        main, rent, lab = [engine.vector_stores.create(name=name).id for name in words["stores"]]
        _fill(app, main, Path(folder), words)
        for name in words["more"]:
            _add(app, lab, Path(folder), name, words["text"] * 40)
        engine.vector_stores.wait([main, rent], 60)
        resources = {"file_search": {"vector_store_ids": [main]}}
        engine.assistants.create(
            model="default",
            name=words["assistant"],
            tools=[{"type": "file_search"}],
            tool_resources=resources,
            metadata={"avatar": "1"},
        )
        _follow(camera, app, lab, Path(folder) / words["folder"])
        page.back()
        camera.settle(app)
        camera.until(lambda: len(page.shelf.cards) == 3)
        _work(app, lab, 120, 340)
        camera.take(app, "31-knowledge-shelf")
        page.open(rent)
        camera.until(lambda: page.store.contents is not None)
        camera.take(app, "32-knowledge-new")
        page.open(main)
        camera.until(lambda: page.store.contents.store.id == main and len(page.store.files.rows) == 5)
        camera.take(app, "33-knowledge-files")
        page.open(lab)
        camera.until(lambda: page.store.contents.store.id == lab and len(page.store.files.rows) == 3)
        _work(app, lab, 212, 340)
        camera.take(app, "34-knowledge-paused")
        page.store.folders.show_folders(_folders(page, words["folder"]))
        camera.take(app, "37-knowledge-folders")
        page.store.show_store(dataclasses.replace(page.store.contents.store, paused_at=None))
        camera.take(app, "34-knowledge-reading")
        page.open(main)
        camera.until(lambda: page.store.contents.store.id == main)
        page.store.passages.field.setText(words["question"])
        page.store.show_results(_found(words, main))
        camera.take(app, "35-knowledge-search")
        app.window.resize(720, 560)
        camera.take(app, "36-knowledge-narrow")


def _follow(camera: Any, app: App, store_id: str, folder: Path) -> None:
    if app.engine is None:
        raise RuntimeError("the engine is not open")
    engine = app.engine
    folder.mkdir()
    engine.live_folders.follow(store_id, folder)
    camera.until(lambda: engine.live_folders.of(store_id)[0].state == "following")


def _folders(page: Any, name: str) -> tuple[FolderState, ...]:
    """Return what following may come to, all of it at once."""
    [real] = (row.folder_state for row in page.store.folders.rows.values())
    folder = dataclasses.replace(real.folder, path=str(Path.home() / "Documents" / name))
    away = dataclasses.replace(folder, id="away", path=f"/media/usb/{name}")
    large = LiveFile(path="film.txt", size=1, modified_ns=0, problem="file_too_large")
    return (
        dataclasses.replace(real, folder=folder, files=1284, problems=(large, large)),
        dataclasses.replace(real, folder=away, state="missing"),
    )


def _fill(app: App, store_id: str, folder: Path, words: dict[str, Any]) -> None:
    good, table, scan, letter, void = words["files"]
    _add(app, store_id, folder, good, words["text"] * 30)
    _add(app, store_id, folder, table, "day,hour\n23 Jan,20:00\n")
    _add(app, store_id, folder, scan, "%PDF-1.4 broken")
    _add(app, store_id, folder, letter, "not a document")
    _add(app, store_id, folder, void, "")


def _add(app: App, store_id: str, folder: Path, name: str, text: str) -> None:
    if app.engine is None:
        raise RuntimeError("the engine is not open")
    if name.startswith(("Minutes", "三月", "四月", "五月")):
        app.engine.vector_stores.pause(store_id)
    (folder / name).write_text(text, "utf-8")
    app.engine.knowledge.add(store_id, folder / name)


def _work(app: App, store_id: str, done: int, total: int) -> None:
    """Show a file at work that is in truth paused."""
    if app.pages is None or app.engine is None:
        raise RuntimeError("the window has no pages yet")
    held = app.engine.knowledge.files(store_id)[0]
    moments = itertools.count(0, 4.1)
    app.pages.knowledge.store.pace._clock = lambda: next(moments)
    for step in (0, done // 2, done):
        event = VectorStoreFileChanged(what="in_progress", file=held.place, done=step, total=total, phase="embedding")
        app.engine.bus.publish(event)


def _found(words: dict[str, Any], store_id: str) -> SearchResults:
    hits = tuple(
        SearchHit(
            vector_store_id=store_id,
            file_id="file-sample",
            filename=words["files"][0] if number != 1 else words["files"][3],
            attributes={},
            chunk=Chunk(text=text, tokens=40, page=3 - number, last_page=3 - number, heading=heading),
            position=number,
            score=rerank,
            keyword_score=keyword,
            keyword_rank=None if keyword is None else number + 1,
            vector_score=vector,
            vector_rank=number + 1,
            rerank_score=rerank,
            fused_score=round(0.7 * (keyword or 0) + 0.3 * vector, 2),
        )
        for number, (heading, text, rerank, keyword, vector) in enumerate(words["hits"])
    )
    cut = tuple(Cut(hit=hits[-1], why=why) for why in ("beyond_limit", "beyond_limit", "same_text"))
    return SearchResults(queries=(words["question"],), hits=hits, cut=cut)
