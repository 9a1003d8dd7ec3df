"""Vector stores: their life with files and batches, polled to an end, expired, searched, attached to what uses them."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from openai import OpenAI

from tests.api.conftest import Live

_TEXT = b"# Fire\n\nA fireside is the part of a room beside a fireplace.\n"


def _file(client: OpenAI, data: bytes = _TEXT, name: str = "fire.md") -> str:
    return client.files.create(file=(name, data), purpose="assistants").id


def test_a_store_is_made_changed_listed_and_deleted(client: OpenAI) -> None:
    made = client.beta.vector_stores.create(
        name="docs", metadata={"k": "v"}, expires_after={"anchor": "last_active_at", "days": 3}
    )
    assert (made.object, made.name, made.status, made.metadata) == ("vector_store", "docs", "completed", {"k": "v"})
    assert made.file_counts.total == made.usage_bytes == 0
    assert made.expires_at == made.created_at + 3 * 86_400

    changed = client.beta.vector_stores.update(made.id, name="more", expires_after=None)
    assert (changed.name, changed.expires_after, changed.expires_at, changed.metadata) == (
        "more",
        None,
        None,
        {"k": "v"},
    )
    assert client.beta.vector_stores.retrieve(made.id) == changed
    assert [s.id for s in client.beta.vector_stores.list()] == [made.id]
    assert client.beta.vector_stores.delete(made.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.beta.vector_stores.retrieve(made.id)


def test_a_file_is_read_and_polled_to_its_end(client: OpenAI) -> None:
    store = client.beta.vector_stores.create()
    file_id = _file(client)

    file = client.beta.vector_stores.files.create_and_poll(file_id, vector_store_id=store.id)

    assert (file.id, file.status, file.last_error) == (file_id, "completed", None)
    assert file.usage_bytes > 0
    assert file.chunking_strategy is not None
    assert file.chunking_strategy.type == "static"
    assert [f.id for f in client.beta.vector_stores.files.list(store.id)] == [file_id]
    counts = client.beta.vector_stores.retrieve(store.id).file_counts
    assert (counts.completed, counts.in_progress, counts.total) == (1, 0, 1)
    assert client.beta.vector_stores.files.delete(file_id, vector_store_id=store.id).deleted
    assert client.files.retrieve(file_id).id == file_id


def test_content_and_attributes_are_there_for_newer_clients(live: Live) -> None:
    client = live.client()
    store = client.beta.vector_stores.create(file_ids=[file_id := _file(client)])
    path = f"/v1/vector_stores/{store.id}/files/{file_id}"
    live.engine.vector_stores.wait([store.id], 30)

    content = live.ask("GET", f"{path}/content").json()
    assert content["object"] == "vector_store.file_content.page"
    assert "beside a fireplace" in content["data"][0]["text"]
    assert (content["has_more"], content["next_page"]) == (False, None)

    kept = live.ask("POST", path, json={"attributes": {"year": 2024, "ok": True, "who": "李"}}).json()
    assert kept["attributes"] == {"year": 2024, "ok": True, "who": "李"}
    assert live.ask("POST", path, json={"attributes": None}).json()["attributes"] == {}
    assert live.ask("POST", path, json={}).json()["error"]["param"] == "attributes"


def test_a_batch_counts_down_to_zero(client: OpenAI) -> None:
    store = client.beta.vector_stores.create()

    batch = client.beta.vector_stores.file_batches.upload_and_poll(
        store.id, files=[(f"{i}.md", _TEXT) for i in range(3)]
    )

    assert (batch.object, batch.status) == ("vector_store.files_batch", "completed")
    assert (batch.file_counts.completed, batch.file_counts.in_progress, batch.file_counts.total) == (3, 0, 3)
    files = client.beta.vector_stores.file_batches.list_files(batch.id, vector_store_id=store.id, filter="completed")
    assert len(list(files)) == 3
    assert client.beta.vector_stores.file_batches.retrieve(batch.id, vector_store_id=store.id) == batch
    assert client.beta.vector_stores.file_batches.cancel(batch.id, vector_store_id=store.id).status == "completed"


def test_files_of_a_batch_may_have_settings_of_their_own(live: Live) -> None:
    client = live.client()
    store = client.beta.vector_stores.create()
    sizes = {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 10}
    entry = {
        "file_id": _file(client),
        "attributes": {"n": 1},
        "chunking_strategy": {"type": "static", "static": sizes},
    }

    batch = live.ask("POST", f"/v1/vector_stores/{store.id}/file_batches", json={"files": [entry]}).json()

    assert batch["file_counts"]["total"] == 1
    (file,) = live.ask("GET", f"/v1/vector_stores/{store.id}/files").json()["data"]
    assert (file["attributes"], file["chunking_strategy"]["static"]) == ({"n": 1}, sizes)


def test_what_cannot_be_read_fails_with_a_reason(client: OpenAI) -> None:
    store = client.beta.vector_stores.create()

    file = client.beta.vector_stores.files.create_and_poll(
        _file(client, b"\x00\x01\x02" * 100, "photo.xyz"), vector_store_id=store.id
    )

    assert file.status == "failed"
    assert file.last_error is not None
    assert file.last_error.message
    assert client.beta.vector_stores.retrieve(store.id).file_counts.failed == 1


def test_search_answers_as_newer_clients_expect(live: Live) -> None:
    client = live.client()
    store = client.beta.vector_stores.create(file_ids=[file_id := _file(client)])
    live.engine.vector_stores.wait([store.id], 30)

    path = f"/v1/vector_stores/{store.id}/search"
    page = live.ask("POST", path, json={"query": "fireplace", "max_num_results": 3}).json()

    assert (page["object"], page["search_query"]) == ("vector_store.search_results.page", ["fireplace"])
    assert (page["has_more"], page["next_page"]) == (False, None)
    assert [hit["file_id"] for hit in page["data"]] == [file_id]
    assert page["data"][0]["filename"] == "fire.md"
    assert 0 <= page["data"][0]["score"] <= 1
    assert "fireplace" in page["data"][0]["content"][0]["text"]
    none = {"query": "fireplace", "filters": {"type": "eq", "key": "year", "value": 1}}
    assert live.ask("POST", path, json=none).json()["data"] == []


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("", {"expires_after": {"anchor": "created_at", "days": 1}}, "expires_after.anchor"),
        ("", {"expires_after": {"anchor": "last_active_at", "days": 366}}, "expires_after.days"),
        ("", {"file_ids": ["file_none"]}, "file_ids[0]"),
        ("/{id}/files", {"file_id": "file_none"}, "file_id"),
        ("/{id}/files", {}, "file_id"),
        ("/{id}/file_batches", {"file_ids": []}, "file_ids"),
        ("/{id}/file_batches", {}, "file_ids"),
        ("/{id}/search", {}, "query"),
        ("/{id}/search", {"query": "x", "max_num_results": 51}, "max_num_results"),
        ("/{id}/search", {"query": "x", "filters": {"type": "like", "key": "a", "value": 1}}, "filters.type"),
    ],
)
def test_bad_requests_are_named(shared: Live, path: str, body: Any, param: str) -> None:
    store = shared.ask("POST", "/v1/vector_stores", json={}).json()["id"]

    answer = shared.ask("POST", f"/v1/vector_stores{path.format(id=store)}", json=body)

    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["param"] == param


def test_an_unknown_filter_is_named(shared: Live) -> None:
    store = shared.ask("POST", "/v1/vector_stores", json={}).json()["id"]

    answer = shared.ask("GET", f"/v1/vector_stores/{store}/files?filter=done")

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "filter")


def test_assistants_and_threads_hold_stores(client: OpenAI) -> None:
    store = client.beta.vector_stores.create()
    file_id = _file(client)
    resources: Any = {"file_search": {"vector_store_ids": [store.id]}, "code_interpreter": {"file_ids": [file_id]}}

    assistant = client.beta.assistants.create(model="gpt-4o", tools=[{"type": "file_search"}], tool_resources=resources)
    assert assistant.tool_resources is not None
    assert assistant.tool_resources.model_dump(exclude_unset=True) == resources
    inline: Any = {"file_search": {"vector_stores": [{"file_ids": [file_id], "metadata": {"a": "b"}}]}}
    thread = client.beta.threads.create(tool_resources=inline)
    assert thread.tool_resources is not None
    assert thread.tool_resources.file_search is not None
    (made,) = thread.tool_resources.file_search.vector_store_ids or []
    assert client.beta.vector_stores.retrieve(made).metadata == {"a": "b"}
    with pytest.raises(openai.BadRequestError, match="vs_none"):
        client.beta.threads.update(thread.id, tool_resources={"file_search": {"vector_store_ids": ["vs_none"]}})
    with pytest.raises(openai.BadRequestError, match="file_none"):
        client.beta.assistants.update(assistant.id, tool_resources={"code_interpreter": {"file_ids": ["file_none"]}})


def test_an_attached_file_joins_the_thread(client: OpenAI) -> None:
    thread = client.beta.threads.create()
    file_id = _file(client)
    attachments: Any = [{"file_id": file_id, "tools": [{"type": "file_search"}, {"type": "code_interpreter"}]}]

    message = client.beta.threads.messages.create(thread.id, role="user", content="Look", attachments=attachments)

    assert message.attachments is not None
    assert [a.model_dump(exclude_unset=True) for a in message.attachments] == attachments
    resources = client.beta.threads.retrieve(thread.id).tool_resources
    assert resources is not None
    assert resources.code_interpreter is not None
    assert resources.code_interpreter.file_ids == [file_id]
    assert resources.file_search is not None
    (store,) = resources.file_search.vector_store_ids or []
    expiry = client.beta.vector_stores.retrieve(store).expires_after
    assert expiry is not None
    assert expiry.days == 7
    missing: Any = [{"file_id": "file_none", "tools": [{"type": "file_search"}]}]
    with pytest.raises(openai.BadRequestError, match="file_none"):
        client.beta.threads.messages.create(thread.id, role="user", content="Look", attachments=missing)
