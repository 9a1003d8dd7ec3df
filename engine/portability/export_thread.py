"""A thread for reading elsewhere: as Markdown, or as the API's JSON objects, piece by piece and of any length."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.errors import NotFound
from engine.portability.api_objects import message_json, run_json, step_json, thread_json
from engine.service import Engine
from engine.types import ImageFilePart, ImageUrlPart, JsonObject, Message, PageRequest, Part, RefusalPart, TextPart

_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportWords:
    """The few words of an export that nobody in the thread said, in the reader's language."""

    you: str = "You"
    assistant: str = "Assistant"
    untitled: str = "Chat"
    files: str = "Files"


def messages_of(engine: Engine, thread_id: str) -> Iterator[Message]:
    """Yield the messages that are shown, the oldest first. Raises NotFound."""
    after: str | None = None
    while True:
        page = engine.messages.list(thread_id, PageRequest(limit=_PAGE, order="asc", after=after))
        yield from page.items
        if not page.has_more:
            return
        after = page.items[-1].id


def markdown(engine: Engine, thread_id: str, words: ExportWords = ExportWords()) -> Iterator[str]:
    """Yield the thread as Markdown: a title, and each message under the name of who said it. Raises NotFound."""
    thread = engine.threads.get(thread_id)
    yield f"# {_line(thread.title or words.untitled)}\n"
    names: dict[str, str] = {}
    for message in messages_of(engine, thread_id):
        name = words.you if message.role == "user" else _name(engine, message, names) or words.assistant
        at = time.strftime("%Y-%m-%d %H:%M", time.localtime(message.created_at))
        yield f"\n## {_line(name)} · {at}\n\n"
        yield "\n\n".join(filter(None, map(_part, message.content))).rstrip() + "\n"
        if message.attachments:
            attached = ", ".join(_filename(engine, each) for each in message.attachments)
            yield f"\n*{words.files}: {attached}*\n"


def objects(engine: Engine, thread_id: str) -> Iterator[str]:
    """Yield one JSON document: the thread, its messages, runs and steps as the API returns them. Raises NotFound."""
    yield '{"thread": ' + _json(thread_json(engine.threads.get(thread_id)))
    yield ', "messages": ['
    yield from _listed(message_json(message) for message in messages_of(engine, thread_id))
    yield '], "runs": ['
    yield from _listed(_runs(engine, thread_id))
    yield '], "steps": ['
    yield from _listed(_steps(engine, thread_id))
    yield "]}\n"


def _runs(engine: Engine, thread_id: str) -> Iterator[JsonObject]:
    after: str | None = None
    while True:
        page = engine.runs.list(thread_id, PageRequest(limit=_PAGE, order="asc", after=after))
        yield from map(run_json, page.items)
        if not page.has_more:
            return
        after = page.items[-1].id


def _steps(engine: Engine, thread_id: str) -> Iterator[JsonObject]:
    for run in _runs(engine, thread_id):
        after: str | None = None
        while True:
            page = engine.runs.steps(run["id"], PageRequest(limit=_PAGE, order="asc", after=after))
            yield from (step_json(step, with_content=True) for step in page.items)
            if not page.has_more:
                break
            after = page.items[-1].id


def _listed(values: Iterator[JsonObject]) -> Iterator[str]:
    for number, value in enumerate(values):
        yield (",\n" if number else "\n") + _json(value)


def _json(value: JsonObject) -> str:
    return json.dumps(value, ensure_ascii=False)


def _part(part: Part) -> str:
    match part:
        case TextPart(text=text) | RefusalPart(refusal=text):
            return text
        case ImageFilePart(file_id=file_id):
            return f"![{file_id}]({file_id})"
        case ImageUrlPart(url=url):
            return f"![]({url})"


def _name(engine: Engine, message: Message, names: dict[str, str]) -> str:
    assistant_id = message.assistant_id or ""
    if assistant_id not in names:
        try:
            names[assistant_id] = engine.assistants.get(assistant_id).name or ""
        except NotFound:
            names[assistant_id] = ""
    return names[assistant_id]


def _filename(engine: Engine, attachment: Mapping[str, object]) -> str:
    file_id = str(attachment.get("file_id") or "")
    try:
        return engine.files.get(file_id).filename
    except NotFound:
        return file_id


def _line(text: str) -> str:
    return " ".join(text.split())
