"""Lays out, in an open home, the objects that the client's own tests ask for by fixed ids."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any

from engine.service import Engine
from engine.store import Store, tables
from engine.store.chunks import NewChunk
from engine.store.records import Records
from engine.types import (
    Assistant,
    Chunk,
    FileBatch,
    FunctionCall,
    Message,
    NewVectorStoreFile,
    Run,
    RunStatus,
    RunStep,
    StoredFile,
    TextPart,
    Thread,
    Upload,
    UploadPart,
    VectorStore,
)

_STATIC = {"type": "static", "static": {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400}}
_CONTENT = b"Example data"
_PARTS_OF = {"vector_store_id": ("file_id", "batch_id"), "vs_abc123": ("file-abc123", "vsfb_abc123")}


class Seeds:
    """Empties the home and fills it again, unless the test before changed nothing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._store = Store(engine.paths.database, engine.paths.blobs)
        self._database = self._store._database
        self._last = ""
        with self._store.files.receive(100) as incoming:
            incoming.write(_CONTENT)
            self._sha256 = self._store.files.create(incoming, filename="x", purpose="assistants").sha256

    def close(self) -> None:
        self._store.close()

    def lay_out(self, test: str) -> None:
        """Make ready for a test, named as pytest names it: what it is about decides a few of the objects."""
        if "_path_params_" in test:
            return  # these never reach the server
        last, self._last = self._last, test
        if last.split("::")[0] == test.split("::")[0] and _reads(last) and _reads(test):
            return
        self._end_runs()
        with self._store.transaction():
            self._clear()
            self._assistants()
            self._talk(waiting="test_runs" in test and ("_cancel" in test or "_submit" in test))
            self._files()
            self._uploads(complete="_complete" in test)
            self._vector_stores()
        self._engine._scheduler.recover()  # as after a start: a run that waits can be answered

    def _end_runs(self) -> None:
        for run in self._store.runs.unfinished():
            if self._engine.runs.wait(run.id, 30).status is RunStatus.REQUIRES_ACTION:
                self._engine.runs.cancel(run.thread_id, run.id)

    def _clear(self) -> None:
        with self._database.transaction() as connection:
            for table in reversed(tables.metadata.sorted_tables):
                connection.execute(table.delete())

    def _insert(self, table: Any, kind: type[Any], values: Sequence[Any]) -> None:
        Records(self._database, table, kind, "seed").insert(values)

    def _assistants(self) -> None:
        self._insert(tables.assistants, Assistant, [Assistant(id="assistant_id", created_at=1, model="gpt-4.1")])

    def _talk(self, *, waiting: bool) -> None:
        common: dict[str, Any] = {"created_at": 1, "thread_id": "thread_id", "assistant_id": "assistant_id"}
        run = Run(
            id="run_id",
            expires_at=2**33,
            status=RunStatus.REQUIRES_ACTION if waiting else RunStatus.COMPLETED,
            required_calls=(FunctionCall(id="tool_call_id", name="f", arguments="{}"),) if waiting else (),
            model="gpt-4.1",
            **common,
        )
        details = {"type": "message_creation", "message_creation": {"message_id": "message_id"}}
        step = RunStep(
            id="step_id", run_id="run_id", type="message_creation", status="completed", details=details, **common
        )
        said = Message(id="message_id", role="assistant", content=(TextPart(text="Hi"),), run_id="run_id", **common)
        self._insert(tables.threads, Thread, [Thread(id="thread_id", created_at=1, last_used_at=1)])
        self._insert(tables.runs, Run, [run])
        self._insert(tables.messages, Message, [said])
        self._insert(tables.steps, RunStep, [step])

    def _files(self) -> None:
        about: dict[str, Any] = {
            "created_at": 1,
            "filename": "note.txt",
            "purpose": "assistants",
            "bytes": len(_CONTENT),
            "sha256": self._sha256,
        }
        files = [StoredFile(id=each, **about) for each in ("file_id", "string", "file-abc123")]
        self._insert(tables.files, StoredFile, files)

    def _uploads(self, *, complete: bool) -> None:
        upload = Upload(
            id="upload_abc123",
            created_at=1,
            filename="note.txt",
            purpose="assistants",
            bytes=len(_CONTENT) if complete else 2 * len(_CONTENT),
            mime_type="text/plain",
            expires_at=int(time.time()) + 3600,
        )
        part = UploadPart(
            id="string", created_at=1, upload_id="upload_abc123", bytes=len(_CONTENT), sha256=self._sha256
        )
        self._insert(tables.uploads, Upload, [upload])
        self._insert(tables.upload_parts, UploadPart, [part])

    def _vector_stores(self) -> None:
        ids = ("vector_store_id", "vs_abc123", "string")
        now = int(time.time())
        stores = [VectorStore(id=store_id, created_at=1, last_active_at=now) for store_id in ids]
        self._insert(tables.vector_stores, VectorStore, stores)
        for store_id, (file_id, batch_id) in _PARTS_OF.items():
            batch = FileBatch(id=batch_id, created_at=1, vector_store_id=store_id)
            self._insert(tables.file_batches, FileBatch, [batch])
            file = NewVectorStoreFile(file_id=file_id, chunking_strategy=_STATIC)
            self._store.vector_store_files.put(store_id, [file], batch_id=batch_id)
            self._read_files()

    def _read_files(self) -> None:
        """Do what reading the files that wait would do."""
        while job := self._store.vector_store_files.next_job():
            chunk = NewChunk(chunk=Chunk(text="Example data", tokens=2), words="example data")
            self._store.chunks.add(job, [chunk], start=0)
            self._store.chunks.close(job, 1)
            self._store.vector_store_files.complete(job)


def _reads(test: str) -> bool:
    """Tell whether a test changes nothing."""
    return re.search(r"_(retrieve|list|content|search|list_files)(_with_all_params)?\[", test) is not None
