"""What tools work on: the files and vector stores that assistants, threads and messages name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from engine.errors import InvalidRequest, NotFound
from engine.service.file_limits import AUTO_CHUNKING, no_file, no_vector_store
from engine.service.vector_stores import VectorStores
from engine.store import Store
from engine.types import ImageFilePart, JsonObject, NewMessage, NewVectorStoreFile

MAX_CODE_FILES = 20
_THREAD_STORE_DAYS = 7


class Resources:
    """Checks what is named and makes what is asked for.

    `settled` and `attach` belong into the transaction that stores their assistant or thread: vector stores are made
    in it, announced and read after it.
    """

    def __init__(self, store: Store, vector_stores: VectorStores) -> None:
        self._store = store
        self._vector_stores = vector_stores

    def settled(self, resources: JsonObject | None) -> JsonObject:
        """Return tool resources with inline vector stores made and named by id. Raises InvalidRequest."""
        settled = dict(resources or {})
        if code := settled.get("code_interpreter"):
            self._check_code_files(code.get("file_ids") or [])
        if search := settled.get("file_search"):
            settled["file_search"] = self._settled_search(search)
        return settled

    def check_messages(self, messages: Sequence[NewMessage], param: str = "messages") -> None:
        """Check that every file a message names exists. Raises InvalidRequest."""
        ids = [file_id for message in messages for file_id, _ in _named(message)]
        for missing in self._store.files.missing(ids):
            where = next(name for message in messages for each, name in _named(message) if each == missing)
            raise no_file(missing, where if len(messages) == 1 else f"{param}.{where}")

    def attach(self, thread_id: str, messages: Sequence[NewMessage]) -> None:
        """Give the files attached to new messages to the thread's tools. Raises InvalidRequest."""
        code, search = _attached(messages, "code_interpreter"), _attached(messages, "file_search")
        if not code and not search:
            return
        resources = dict(self._store.threads.get(thread_id).tool_resources)
        if code:
            held = (resources.get("code_interpreter") or {}).get("file_ids") or []
            file_ids = list(dict.fromkeys([*held, *code]))
            self._check_code_files(file_ids, "attachments")
            resources["code_interpreter"] = {"file_ids": file_ids}
        if search:
            vector_store_id = self._thread_store(resources)
            new = [NewVectorStoreFile(file_id=each, chunking_strategy=AUTO_CHUNKING) for each in search]
            self._store.vector_store_files.put(vector_store_id, new)
            resources["file_search"] = {"vector_store_ids": [vector_store_id]}
            self._store.after_commit(partial(self._vector_stores.announce_filled, vector_store_id))
        self._store.threads.update(thread_id, tool_resources=resources)

    def _settled_search(self, search: Mapping[str, Any]) -> JsonObject:
        ids, inline = search.get("vector_store_ids") or [], search.get("vector_stores") or []
        if ids and inline:
            raise InvalidRequest(
                "Give either 'vector_store_ids' or 'vector_stores', one of them.",
                param="tool_resources.file_search.vector_stores",
            )
        if len(ids) + len(inline) > 1:
            raise InvalidRequest(
                "One vector store is the most that can be attached.",
                param=f"tool_resources.file_search.{'vector_stores' if inline else 'vector_store_ids'}",
                code="array_above_max_length",
            )
        for each in ids:
            self._check_store(each)
        return {"vector_store_ids": [*ids, *map(self._make, inline)]}

    def _make(self, given: Mapping[str, Any]) -> str:
        made = self._vector_stores.store_new(
            file_ids=given.get("file_ids") or (),
            chunking_strategy=given.get("chunking_strategy"),
            metadata=given.get("metadata"),
            param="tool_resources.file_search.vector_stores[0].",
        )
        self._store.after_commit(partial(self._vector_stores.announce_new, made.id))
        return made.id

    def _check_store(self, vector_store_id: str) -> None:
        try:
            self._store.vector_stores.get(vector_store_id)
        except NotFound:
            raise no_vector_store(vector_store_id, "tool_resources.file_search.vector_store_ids[0]") from None

    def _check_code_files(
        self, file_ids: Sequence[str], param: str = "tool_resources.code_interpreter.file_ids"
    ) -> None:
        if len(file_ids) > MAX_CODE_FILES:
            raise InvalidRequest(
                f"The code interpreter takes up to {MAX_CODE_FILES} files; these are {len(file_ids)}.",
                param=param,
                code="array_above_max_length",
            )
        if missing := self._store.files.missing(file_ids):
            raise no_file(missing[0], f"{param}[{list(file_ids).index(missing[0])}]")

    def _thread_store(self, resources: Mapping[str, Any]) -> str:
        """Return the id of the thread's vector store, made if it has none or if it is gone."""
        for each in (resources.get("file_search") or {}).get("vector_store_ids") or []:
            try:
                return self._store.vector_stores.get(each).id
            except NotFound:
                continue
        made = self._store.vector_stores.create(expires_after_days=_THREAD_STORE_DAYS)
        self._store.after_commit(partial(self._vector_stores.announce_new, made.id))
        return made.id


def _named(message: NewMessage) -> Iterator[tuple[str, str]]:
    """Yield the files a message names, and where."""
    for index, part in enumerate(message.content):
        if isinstance(part, ImageFilePart):
            yield part.file_id, f"content[{index}].image_file.file_id"
    for index, attachment in enumerate(message.attachments):
        if (file_id := attachment.get("file_id")) is not None:
            yield file_id, f"attachments[{index}].file_id"


def _attached(messages: Sequence[NewMessage], tool: str) -> list[str]:
    """Return the ids of the files attached for a tool, each once."""
    return list(
        dict.fromkeys(
            attachment["file_id"]
            for message in messages
            for attachment in message.attachments
            if attachment.get("file_id") and any(each.get("type") == tool for each in attachment.get("tools") or ())
        )
    )
