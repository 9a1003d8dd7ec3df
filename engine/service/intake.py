"""Objects of an export at the front door: checked, stored under their own ids, announced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from engine.bus import Bus
from engine.errors import InvalidRequest
from engine.events import AssistantChanged, Event, FileChanged, MessageChanged, ThreadChanged, VectorStoreChanged
from engine.service.file_limits import MAX_FILE, checked_chunking
from engine.service.limits import MAX_TEXT, check_assistant, check_metadata
from engine.service.vector_stores import VectorStores
from engine.store import Store
from engine.store.intake import Kept
from engine.types import Assistant, Message, Run, StoredFile, Thread, VectorStore

_PIECE = 1024 * 1024


class Intake:
    """What an import may store."""

    def __init__(self, store: Store, bus: Bus, vector_stores: VectorStores) -> None:
        self._store = store
        self._bus = bus
        self._vector_stores = vector_stores

    def has(self, kind: type[Kept], object_id: str) -> bool:
        """Tell whether an object of that kind has that id."""
        return self._store.intake.has(kind, object_id)

    def add(self, value: Kept) -> bool:
        """Store a value that passed `check`; False when its id is taken."""
        return self.add_together([[value]])[0] == 1

    def add_together(self, groups: Sequence[Sequence[Kept]]) -> list[int]:
        """Store values in their order, all or nothing; return for each group how many are new.

        One whose id is taken is passed over. Each must have passed `check`, and what it refers to must be here or
        come before it.
        """
        with self._store.transaction():
            added = [[value for value in group if self._store.intake.add(value)] for group in groups]
        for group in added:
            for value in group:
                if event := _created(value):
                    self._bus.publish(event)
        return [len(group) for group in added]

    def add_file(self, file: StoredFile, source: BinaryIO) -> bool:
        """Store a file; its size and hash are taken from the content. Raises InvalidRequest when it is too large."""
        if self.has(StoredFile, file.id):
            return False
        with self._store.files.receive(MAX_FILE) as incoming:
            while piece := source.read(_PIECE):
                incoming.write(piece)
            sha256 = incoming.finish()
            stored = StoredFile(
                id=file.id,
                created_at=file.created_at,
                filename=file.filename,
                purpose=file.purpose,
                bytes=incoming.size,
                sha256=sha256,
            )
            added = self._store.intake.add(stored, incoming)
        if added:
            self._bus.publish(FileChanged(what="created", file=stored))
        return added

    def put_into_store(self, vector_store_id: str, file_id: str) -> None:
        """Have a file read into a vector store; both must be here. Raises NotFound, InvalidRequest."""
        self._vector_stores.files.create(vector_store_id, file_id, chunking_strategy=checked_chunking(None))


def check(value: Kept) -> None:
    """Raises InvalidRequest for a value beyond the API's bounds."""
    if isinstance(value, Assistant):
        check_assistant({name: getattr(value, name) for name in value.__slots__})
    elif isinstance(value, Message) and len(value.text) > MAX_TEXT:
        raise InvalidRequest(f"it has more than {MAX_TEXT} characters", param="content")
    if isinstance(value, Thread | Message | Run | VectorStore):
        check_metadata(value.metadata)


def _created(value: Kept) -> Event | None:
    """Return what listeners hear; runs and steps of the past are found with their thread."""
    match value:
        case Assistant():
            return AssistantChanged(assistant_id=value.id, assistant=value)
        case Thread():
            return ThreadChanged(thread_id=value.id, what="created", thread=value)
        case Message():
            return MessageChanged(thread_id=value.thread_id, what="created", message=value)
        case VectorStore():
            return VectorStoreChanged(what="created", vector_store_id=value.id, vector_store=value)
        case _:
            return None
