"""Values that the tests of the store are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.store import Store
from engine.store.chunks import NewChunk
from engine.store.vector_store_files import Job
from engine.types import (
    Chunk,
    Message,
    NewMessage,
    NewVectorStoreFile,
    PageRequest,
    Run,
    RunStatus,
    StoredFile,
    TextPart,
    VectorStoreFile,
)

FIRST_HUNDRED = PageRequest(limit=100, order="asc")


def said(text: str) -> NewMessage:
    return NewMessage(role="user", content=(TextPart(text=text),))


def texts(messages: Iterable[Message]) -> list[str]:
    return [message.text for message in messages]


def started(store: Store, thread_id: str, **values: Any) -> Run:
    """Return a run that is not finished."""
    return store.runs.create(thread_id, assistant_id="asst_a", model="m", **values)[0]


def finished(store: Store, thread_id: str, **values: Any) -> Run:
    return store.runs.update(started(store, thread_id, **values).id, status=RunStatus.COMPLETED)


def stored(
    store: Store,
    content: bytes,
    *,
    filename: str = "a.txt",
    purpose: str = "assistants",
    expires_after: int | None = None,
) -> StoredFile:
    """Return a new file with this content."""
    with store.files.receive(10_000_000) as incoming:
        incoming.write(content)
        return store.files.create(incoming, filename=filename, purpose=purpose, expires_after=expires_after)


STRATEGY = {"type": "static", "static": {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400}}


def put(store: Store, vector_store_id: str, *file_ids: str, **values: Any) -> tuple[VectorStoreFile, ...]:
    """Put files into a vector store, waiting to be read."""
    batch_id = values.pop("batch_id", None)
    new = [NewVectorStoreFile(**{"file_id": each, "chunking_strategy": STRATEGY, **values}) for each in file_ids]
    return store.vector_store_files.put(vector_store_id, new, batch_id=batch_id)


def kept(store: Store, *texts: str, job: Job | None = None, finish: bool = True) -> Job:
    """Keep passages of the file that waits longest, and let it be searched."""
    job = job or store.vector_store_files.next_job()
    assert job is not None
    store.chunks.add(job, [NewChunk(Chunk(text=text, tokens=1), text) for text in texts], start=0)
    store.chunks.close(job, len(texts))
    if finish:
        store.vector_store_files.complete(job)
    return job
