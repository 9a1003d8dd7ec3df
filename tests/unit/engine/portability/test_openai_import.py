"""Leaving the cloud: objects, pages and lines with contents beside them, twice, broken, hostile."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InvalidRequest
from engine.events import VectorStoreFileChanged
from engine.portability.openai_import import import_openai
from engine.service import Engine
from engine.types import PageRequest, RunStatus, TextPart

_ASCENDING = PageRequest(order="asc", limit=100)


def _message(number: int, text: str, role: str = "user", **more: Any) -> dict[str, Any]:
    return {
        "id": f"msg_{number}",
        "object": "thread.message",
        "created_at": 1_700_000_000 + number,
        "thread_id": "thread_1",
        "role": role,
        "content": [{"type": "text", "text": {"value": text, "annotations": []}}],
        "attachments": [],
        "metadata": {},
        **more,
    }


_ASSISTANT: dict[str, Any] = {
    "id": "asst_1",
    "object": "assistant",
    "created_at": 1_700_000_000,
    "name": "Math Tutor",
    "model": "gpt-4o",
    "instructions": "Help with equations.",
    "tools": [{"type": "retrieval"}, {"type": "code_interpreter"}],
    "tool_resources": {"file_search": {"vector_store_ids": ["vs_1"]}, "code_interpreter": {"file_ids": ["file-9"]}},
    "metadata": {"team": "a"},
    "temperature": 0.5,
    "response_format": "auto",
}
_RUN: dict[str, Any] = {
    "id": "run_1",
    "object": "thread.run",
    "created_at": 1_700_000_001,
    "thread_id": "thread_1",
    "assistant_id": "asst_1",
    "status": "in_progress",
    "model": "gpt-4o",
    "usage": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12},
}
_STEP: dict[str, Any] = {
    "id": "step_1",
    "object": "thread.run.step",
    "created_at": 1_700_000_001,
    "run_id": "run_1",
    "thread_id": "thread_1",
    "assistant_id": "asst_1",
    "type": "message_creation",
    "status": "completed",
    "step_details": {"type": "message_creation", "message_creation": {"message_id": "msg_2"}},
}


def _export(folder: Path) -> Path:
    """Write an export as several tools would have written it."""
    folder.mkdir()
    (folder / "assistants.json").write_text(json.dumps({"object": "list", "data": [_ASSISTANT], "has_more": False}))
    (folder / "threads").mkdir()
    page = [_message(2, "x = 3", "assistant", run_id="run_1", assistant_id="asst_1"), _message(1, "Solve 3x = 9")]
    (folder / "threads" / "thread_1.json").write_text(json.dumps({"object": "list", "data": page}))
    thread = {"id": "thread_1", "object": "thread", "created_at": 1_700_000_000, "metadata": {"user": "u1"}}
    lines = [thread, _RUN, _STEP]
    (folder / "rest.jsonl").write_text("\n".join(map(json.dumps, lines)))
    described = [
        {"id": "file-1", "object": "file", "created_at": 1, "filename": "notes.txt", "purpose": "assistants"},
        {"id": "file-2", "object": "file", "created_at": 1, "filename": "lost.txt", "purpose": "assistants"},
        {"id": "vs_1", "object": "vector_store", "created_at": 1, "name": "Notes"},
        {"id": "file-1", "object": "vector_store.file", "vector_store_id": "vs_1", "status": "completed"},
    ]
    (folder / "files.json").write_text(json.dumps(described))
    (folder / "notes.txt").write_text("The kettle is in the green cupboard.")
    (folder / "file-abcdefgh12.csv").write_text("a,b\n1,2\n")
    return folder


def test_an_export_is_taken_with_its_ids(engine: Engine, tmp_path: Path) -> None:
    read = threading.Event()

    def heard(event: object) -> None:
        if isinstance(event, VectorStoreFileChanged) and event.what == "completed":
            read.set()

    engine.subscribe(heard)
    summary = import_openai(engine, _export(tmp_path / "export"))

    assert summary.taken == {
        **{"assistants": 1, "threads": 1, "messages": 2, "runs": 1, "steps": 1},
        **{"files": 2, "vector_stores": 1},
    }
    reasons = {left.what: left.why for left in summary.left}
    assert set(reasons) == {"file-2", "asst_1"}
    assert "file-9" in reasons["asst_1"]
    assistant = engine.assistants.get("asst_1")
    assert (assistant.name, assistant.created_at, assistant.temperature) == ("Math Tutor", 1_700_000_000, 0.5)
    assert [tool["type"] for tool in assistant.tools] == ["file_search", "code_interpreter"]
    assert assistant.tool_resources == {"file_search": {"vector_store_ids": ["vs_1"]}}
    thread = engine.threads.get("thread_1")
    assert (thread.metadata, thread.title, thread.last_used_at) == ({"user": "u1"}, "Solve 3x = 9", 1_700_000_002)
    messages = engine.messages.list("thread_1", _ASCENDING).items
    assert [(m.id, m.role, m.run_id) for m in messages] == [("msg_1", "user", None), ("msg_2", "assistant", "run_1")]
    assert messages[1].content == (TextPart(text="x = 3"),)
    run = engine.runs.get("thread_1", "run_1")
    assert run.status is RunStatus.EXPIRED
    assert run.usage is not None
    assert run.usage.total_tokens == 12
    assert engine.runs.steps("run_1").items[0].id == "step_1"
    assert b"".join(engine.files.read("file-1")[1]) == b"The kettle is in the green cupboard."
    assert engine.files.get("file-abcdefgh12").filename == "file-abcdefgh12.csv"
    assert read.wait(30)
    assert engine.vector_stores.search("vs_1", ["kettle"]).hits[0].file_id == "file-1"


def test_what_was_taken_is_answered_further(engine: Engine, tmp_path: Path) -> None:
    import_openai(engine, _export(tmp_path / "export"))

    _, run = engine.runs.say("thread_1", "asst_1", "And 4x = 8?")

    assert engine.runs.wait(run.id, 30).status is RunStatus.COMPLETED
    assert len(engine.messages.list("thread_1").items) == 4


def test_a_second_import_adds_nothing_and_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    export = _export(tmp_path / "export")
    first = import_openai(engine, export)
    engine.assistants.update("asst_1", name="Mine")

    second = import_openai(engine, export)

    assert not any(second.taken.values())
    assert second.known == first.taken
    assert engine.assistants.get("asst_1").name == "Mine"


def test_messages_without_their_thread_make_one(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "page.json").write_text(json.dumps([_message(3, "Third"), _message(2, "Second"), _message(1, "First")]))

    import_openai(engine, tmp_path / "page.json")

    assert engine.threads.get("thread_1").created_at == 1_700_000_001
    assert [m.text for m in engine.messages.list("thread_1", _ASCENDING).items] == ["First", "Second", "Third"]


def test_a_thread_may_hold_its_messages(engine: Engine, tmp_path: Path) -> None:
    inside = {key: value for key, value in _message(1, "Inside").items() if key not in ("object", "thread_id")}
    thread = {"id": "thread_1", "object": "thread", "created_at": 1, "messages": [inside]}
    (tmp_path / "one.json").write_text(json.dumps(thread))

    assert import_openai(engine, tmp_path / "one.json").taken == {"threads": 1, "messages": 1, "runs": 0, "steps": 0}


@pytest.mark.parametrize(
    ("untrusted", "why"),
    [
        ({"object": "assistant", "id": "../x", "created_at": 1}, "'id' is not an id"),
        ({"object": "assistant", "id": "a"}, "'created_at' is missing"),
        ({"object": "assistant", "id": "a", "created_at": 1, "tools": ["x"]}, "'tools' are not objects"),
        ({"object": "assistant", "id": "a", "created_at": 1, "tools": [{"type": "oven"}]}, "tools[0].type"),
        ({"object": "assistant", "id": "a", "created_at": 1, "metadata": {"k": 1}}, "'metadata'"),
        ({"object": "assistant", "id": "a", "created_at": 1, "temperature": 9}, "'temperature'"),
        ({"object": "assistant", "id": "a", "created_at": 1, "name": "n" * 257}, "'name'"),
        (_message(1, "x", role="system"), "'role'"),
        (_message(1, "x", content=[{"type": "video"}]), "'content'"),
        (_message(1, "x" * 256_001), "256000"),
        ({**_RUN, "status": "dreaming"}, "'status'"),
        ({**_STEP, "step_details": {}}, "'step_details'"),
        (_STEP, "its run is not in the export"),
        ({"object": "poem", "id": "p"}, "'poem' is not a kind"),
        ({"id": "p"}, "not a kind"),
    ],
)
def test_what_is_not_understood_is_named(engine: Engine, tmp_path: Path, untrusted: Any, why: str) -> None:
    (tmp_path / "one.json").write_text(json.dumps(untrusted))

    summary = import_openai(engine, tmp_path / "one.json")

    assert [why in left.why for left in summary.left] == [True]
    assert not summary.taken["assistants"] + summary.taken["messages"] + summary.taken["steps"]


def test_nothing_there_is_an_error_with_a_next_step(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest) as refused:
        import_openai(engine, tmp_path / "nowhere")
    assert refused.value.code == "import_not_found"
