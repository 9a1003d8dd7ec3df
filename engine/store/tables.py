"""Every table of the database; columns carry the names of the fields in `engine.types`.

A change here goes with a step in `migrations/versions`; `tests/migrations` compares the two. `seq` gives each list
its order and is never used twice, so a cursor stays good when the newest row is deleted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    DDL,
    JSON,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    event,
    text,
)

from engine.recipes import recipe_from_json, recipe_to_json
from engine.types import FunctionCall, LastError, RunStatus, Usage, part_from_json, part_to_json

REVISION = "0010"
"""The newest step in `migrations/versions`: what a database must be at to be opened without migrating."""


class _As(TypeDecorator[Any]):
    """A column of `impl` whose values pass through two plain functions; None stays NULL."""

    cache_ok = True

    def __init__(self, to_column: Callable[[Any], Any], from_column: Callable[[Any], Any], **options: Any) -> None:
        super().__init__(**options)
        self.to_column = to_column
        self.from_column = from_column

    def process_bind_param(self, value: Any, _dialect: Dialect) -> Any:
        return None if value is None else self.to_column(value)

    def process_result_value(self, value: Any, _dialect: Dialect) -> Any:
        return None if value is None else self.from_column(value)


class _AsJson(_As):
    impl = JSON
    cache_ok = True

    def __init__(self, to_column: Callable[[Any], Any], from_column: Callable[[Any], Any]) -> None:
        super().__init__(to_column, from_column, none_as_null=True)


class _AsText(_As):
    impl = Text
    cache_ok = True


_JSON = JSON(none_as_null=True)
_TUPLE = _AsJson(list, tuple)
_PARTS = _AsJson(lambda parts: [part_to_json(part) for part in parts], lambda data: tuple(map(part_from_json, data)))
_CALLS = _AsJson(
    lambda calls: [asdict(call) for call in calls], lambda data: tuple(FunctionCall(**call) for call in data)
)
_USAGE = _AsJson(asdict, lambda data: Usage(**data))
_LAST_ERROR = _AsJson(asdict, lambda data: LastError(**data))
_RECIPE = _AsJson(recipe_to_json, recipe_from_json)
_RUN_STATUS = _AsText(str, RunStatus)

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_key",
        "uq": "%(table_name)s_%(column_0_N_name)s_unique",
        "fk": "%(table_name)s_%(column_0_N_name)s_reference",
        "ix": "%(table_name)s_%(column_0_N_name)s",
    }
)


def _table(name: str, *rest: Column[Any] | Index | UniqueConstraint, id_column: Column[Any] | None = None) -> Table:
    return Table(
        name,
        metadata,
        Column("seq", Integer, primary_key=True),
        Column("id", Text, nullable=False, unique=True) if id_column is None else id_column,
        Column("created_at", Integer, nullable=False),
        *rest,
        sqlite_autoincrement=True,
    )


assistants = _table(
    "assistants",
    Column("model", Text, nullable=False),
    Column("name", Text),
    Column("description", Text),
    Column("instructions", Text),
    Column("tools", _TUPLE, nullable=False),
    Column("tool_resources", _JSON, nullable=False),
    Column("metadata", _JSON, nullable=False),
    Column("temperature", Float),
    Column("top_p", Float),
    Column("response_format", _JSON),
    Column("reasoning_effort", Text),
    Column("scratch", Boolean),
)

threads = _table(
    "threads",
    Column("metadata", _JSON, nullable=False),
    Column("tool_resources", _JSON, nullable=False),
    Column("pinned_at", Integer),
    Column("folder", Text),
    Column("deleted_at", Integer),
    Column("title", Text),
    Column("last_used_at", Integer, nullable=False),
    Column("scratch", Boolean),
)

# SQLite uses a partial index only where a query repeats its condition word for word, so both take it from here.
BINNED = text("deleted_at IS NOT NULL")
UNFINISHED = text("status IN ('queued', 'in_progress', 'requires_action', 'cancelling')")

Index("threads_binned", threads.c.deleted_at, sqlite_where=BINNED)

# A thread from position `starts_after` on (a message's `seq`), hanging at the end of branch `parent`, or of the trunk.
# Of those with one parent one is chosen. Its messages are in the thread; the others' have the branch as their `shelf`.
branches = _table(
    "branches",
    Column("thread_id", Text, ForeignKey("threads.id", ondelete="CASCADE"), nullable=False),
    Column("parent", Text),
    Column("starts_after", Integer, nullable=False),
    Column("chosen", Boolean, nullable=False),
    Index("branches_by_thread", "thread_id", "seq"),
)

# `assistant_id` is no foreign key here and below: runs and messages outlive their assistant.
runs = _table(
    "runs",
    Column("thread_id", Text, ForeignKey("threads.id", ondelete="CASCADE"), nullable=False),
    Column("assistant_id", Text, nullable=False),
    Column("status", _RUN_STATUS, nullable=False),
    Column("model", Text, nullable=False),
    Column("instructions", Text, nullable=False),
    Column("tools", _TUPLE, nullable=False),
    Column("metadata", _JSON, nullable=False),
    Column("required_calls", _CALLS, nullable=False),
    Column("last_error", _LAST_ERROR),
    Column("incomplete_reason", Text),
    Column("expires_at", Integer),
    Column("started_at", Integer),
    Column("cancelled_at", Integer),
    Column("failed_at", Integer),
    Column("completed_at", Integer),
    Column("usage", _USAGE),
    Column("temperature", Float),
    Column("top_p", Float),
    Column("max_prompt_tokens", Integer),
    Column("max_completion_tokens", Integer),
    Column("truncation_strategy", _JSON, nullable=False),
    Column("tool_choice", _JSON, nullable=False),
    Column("parallel_tool_calls", Boolean, nullable=False),
    Column("response_format", _JSON),
    Column("reasoning_effort", Text),
    Column("trace", _JSON, nullable=False),
    Index("runs_by_thread", "thread_id", "seq"),
    Index("runs_unfinished", "thread_id", unique=True, sqlite_where=UNFINISHED),
)

messages = _table(
    "messages",
    Column("thread_id", Text, ForeignKey("threads.id", ondelete="CASCADE"), nullable=False),
    Column("role", Text, nullable=False),
    Column("content", _PARTS, nullable=False),
    Column("status", Text, nullable=False),
    Column("assistant_id", Text),
    Column("run_id", Text, ForeignKey("runs.id", ondelete="SET NULL")),
    Column("attachments", _TUPLE, nullable=False),
    Column("metadata", _JSON, nullable=False),
    Column("completed_at", Integer),
    Column("incomplete_at", Integer),
    Column("incomplete_reason", Text),
    Column("shelf", Text),
    Column("deleted_at", Integer),
    Index("messages_by_thread", "thread_id", "seq"),
    # Both equalities of "this thread, this run" and, by its first column, the deletion of a run.
    Index("messages_by_run", "run_id", "thread_id", "seq"),
    Index("messages_by_shelf", "shelf", sqlite_where=text("shelf IS NOT NULL")),
    Index("messages_binned", "deleted_at", sqlite_where=BINNED),
)

# Messages whose words have to be read (again); triggers see to it, so that no way of storing one can forget it.
# `mark` is another one each time: what changed while its words were read stays due.
words_due = Table(
    "words_due",
    metadata,
    Column("message", Integer, ForeignKey("messages.seq", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("mark", Integer, nullable=False),
)
# What was said, by its words; row ids are the messages' `seq`.
MESSAGE_WORDS = "CREATE VIRTUAL TABLE message_words USING fts5(words, tokenize = 'unicode61 remove_diacritics 2')"
_DUE = "BEGIN INSERT OR REPLACE INTO words_due (message, mark) VALUES (new.seq, random()); END"
MESSAGE_TRIGGERS = (
    f"CREATE TRIGGER messages_said AFTER INSERT ON messages {_DUE}",
    f"CREATE TRIGGER messages_changed AFTER UPDATE OF content ON messages {_DUE}",
    "CREATE TRIGGER messages_forget_words AFTER DELETE ON messages"
    " BEGIN DELETE FROM message_words WHERE rowid = old.seq; END",
)
for _statement in (MESSAGE_WORDS, *MESSAGE_TRIGGERS):
    event.listen(words_due, "after_create", DDL(_statement))  # type: ignore[no-untyped-call]

steps = _table(
    "steps",
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("thread_id", Text, nullable=False),
    Column("assistant_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("details", _JSON, nullable=False),
    Column("last_error", _LAST_ERROR),
    Column("completed_at", Integer),
    Column("cancelled_at", Integer),
    Column("failed_at", Integer),
    Column("expired_at", Integer),
    Column("usage", _USAGE),
    Column("metadata", _JSON, nullable=False),
    Index("steps_by_run", "run_id", "seq"),
)

# A blob is named by its SHA-256; `files` and `upload_parts` say which blobs are still needed.
files = _table(
    "files",
    Column("filename", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("expires_at", Integer),
    Index("files_by_purpose", "purpose", "seq"),
    Index("files_by_sha256", "sha256"),
    Index("files_by_expiry", "expires_at", sqlite_where=text("expires_at IS NOT NULL")),
)

PENDING = text("status = 'pending'")

uploads = _table(
    "uploads",
    Column("filename", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("mime_type", Text, nullable=False),
    Column("expires_at", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("expires_after", Integer),
    Column("file_id", Text, ForeignKey("files.id", ondelete="SET NULL")),
    Index("uploads_by_file", "file_id"),
    Index("uploads_pending", "expires_at", sqlite_where=PENDING),
)

upload_parts = _table(
    "upload_parts",
    Column("upload_id", Text, ForeignKey("uploads.id", ondelete="CASCADE"), nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Index("upload_parts_by_upload", "upload_id", "seq"),
    Index("upload_parts_by_sha256", "sha256"),
)

vector_stores = _table(
    "vector_stores",
    Column("last_active_at", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("metadata", _JSON, nullable=False),
    Column("expires_after_days", Integer),
    Column("paused_at", Integer),
)

# `identity` tells the folder from an empty place where its disk was mounted.
live_folders = _table(
    "live_folders",
    Column("vector_store_id", Text, ForeignKey("vector_stores.id", ondelete="CASCADE"), nullable=False),
    Column("path", Text, nullable=False),
    Column("ignored", _TUPLE, nullable=False),
    Column("identity", Text),
    Column("checked_at", Integer),
    UniqueConstraint("vector_store_id", "path"),
)

# What a live folder's files were when they were last taken in; `problem` says why one was not.
live_files = Table(
    "live_files",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("folder_id", Text, ForeignKey("live_folders.id", ondelete="CASCADE"), nullable=False),
    Column("path", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("modified_ns", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("file_id", Text, ForeignKey("files.id", ondelete="SET NULL")),
    Column("problem", Text),
    UniqueConstraint("folder_id", "path"),
    Index("live_files_by_file", "file_id"),
)

file_batches = _table(
    "file_batches",
    Column("vector_store_id", Text, ForeignKey("vector_stores.id", ondelete="CASCADE"), nullable=False),
    Column("cancelled_at", Integer),
    Index("file_batches_by_store", "vector_store_id", "seq"),
)

IN_PROGRESS = text("status = 'in_progress'")

# The id is the file's own, as in the API: it is unique within a store only.
vector_store_files = _table(
    "vector_store_files",
    Column("vector_store_id", Text, ForeignKey("vector_stores.id", ondelete="CASCADE"), nullable=False),
    Column("status", Text, nullable=False),
    Column("chunking_strategy", _JSON, nullable=False),
    Column("attributes", _JSON, nullable=False),
    Column("last_error", _LAST_ERROR),
    Column("usage_bytes", Integer, nullable=False),
    Column("batch_id", Text, ForeignKey("file_batches.id", ondelete="SET NULL")),
    Column("chunk_count", Integer),
    Column("attempts", Integer, nullable=False),
    UniqueConstraint("vector_store_id", "id"),
    Index("vector_store_files_by_file", "id"),
    Index("vector_store_files_by_store", "vector_store_id", "seq"),
    # All that is summed up about a store, or about a batch, without reading the rows.
    Index("vector_store_files_by_status", "vector_store_id", "status", "usage_bytes"),
    Index("vector_store_files_by_batch", "batch_id", "status", "usage_bytes"),
    Index("vector_store_files_waiting", "seq", sqlite_where=IN_PROGRESS),
    id_column=Column("id", Text, ForeignKey("files.id", ondelete="CASCADE"), nullable=False),
)

function_executors = _table(
    "function_executors",
    Column("assistant_id", Text, ForeignKey("assistants.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("config", _JSON, nullable=False),
    Column("approval", Text, nullable=False),
    UniqueConstraint("assistant_id", "name"),
)

assistant_versions = _table(
    "assistant_versions",
    Column("assistant_id", Text, ForeignKey("assistants.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("recipe", _RECIPE, nullable=False),
    UniqueConstraint("assistant_id", "number"),
)

# The id is the assistant's, or says that there is none yet.
assistant_drafts = _table("assistant_drafts", Column("recipe", _RECIPE, nullable=False))

tool_servers = _table(
    "tool_servers",
    Column("name", Text, nullable=False, unique=True),
    Column("command", _TUPLE, nullable=False),
    Column("environment", _JSON, nullable=False),
    Column("call_seconds", Integer, nullable=False),
)

approvals = Table(
    "approvals",
    metadata,
    Column("thread_id", Text, ForeignKey("threads.id", ondelete="CASCADE"), primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("created_at", Integer, nullable=False),
)

# One row each time the model was asked. `prompt` is compressed, and empty once it was let go.
generations = Table(
    "generations",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("created_at", Integer, nullable=False),
    Column("prompt", LargeBinary),
    Column("bytes", Integer, nullable=False),
    Column("measures", _JSON, nullable=False),
    UniqueConstraint("run_id", "number"),
    Index("generations_by_size", "bytes"),
    sqlite_autoincrement=True,
)

run_events = Table(
    "run_events",
    metadata,
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("events", _JSON, nullable=False),
)

# The id is the model's own.
model_cards = _table(
    "model_cards",
    Column("passed", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("parallel", Boolean, nullable=False),
    Column("chinese", Boolean, nullable=False),
    Column("results", _JSON, nullable=False),
)

responses = _table(
    "responses",
    Column("previous_id", Text),
    Column("input", _TUPLE, nullable=False),
    Column("body", _JSON, nullable=False),
)

conversations = _table("conversations", Column("metadata", _JSON, nullable=False))

conversation_items = _table(
    "conversation_items",
    Column("conversation_id", Text, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("body", _JSON, nullable=False),
    Index("conversation_items_by_conversation", "conversation_id", "seq"),
)

# `store_file` is the `seq` of a file in a store: put in again after it was taken out, it is another one.
chunks = Table(
    "chunks",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("store_file", Integer, ForeignKey("vector_store_files.seq", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("page", Integer),
    Column("last_page", Integer),
    Column("line", Integer),
    Column("last_line", Integer),
    Column("heading", _TUPLE, nullable=False),
    Column("start", Integer),
    Column("stop", Integer),
    Column("page_starts", _TUPLE, nullable=False, server_default="[]"),
    UniqueConstraint("store_file", "position"),
    sqlite_autoincrement=True,
)

# Apart from the text, so that another embedder replaces vectors without touching it.
chunk_vectors = Table(
    "chunk_vectors",
    metadata,
    Column("chunk", Integer, ForeignKey("chunks.seq", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("embedder", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),
)

# SQLAlchemy has no word for a full-text table; its row ids are the chunks' `seq`. It goes with its chunks. `place`
# names the store and the file, so that a search in one store does not read the words of all.
CHUNK_WORDS = (
    "CREATE VIRTUAL TABLE chunk_words USING fts5(words, heading, place, tokenize = 'unicode61 remove_diacritics 2')"
)
# How many chunks hold a word.
CHUNK_TERMS = "CREATE VIRTUAL TABLE chunk_words_terms USING fts5vocab(chunk_words, 'row')"
FORGET_WORDS = (
    "CREATE TRIGGER chunks_forget_words AFTER DELETE ON chunks BEGIN DELETE FROM chunk_words WHERE rowid = old.seq; END"
)
for _statement in (CHUNK_WORDS, CHUNK_TERMS, FORGET_WORDS):
    event.listen(chunks, "after_create", DDL(_statement))  # type: ignore[no-untyped-call]
