"""The closed union of what the engine tells its listeners; the window and the API get the same events.

Every event carries `seq`, which grows by one per event in an engine, and, where it belongs to one, `thread_id` and
`run_id`. An event about stored data is published after its transaction is committed. Events survive pickling.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from engine.types import (
    Assistant,
    FunctionCall,
    FunctionExecutor,
    JsonObject,
    Message,
    Run,
    RunStep,
    StoredFile,
    Thread,
    VectorStore,
    VectorStoreFile,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    seq: int = 0
    thread_id: str | None = None
    run_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantChanged(_Event):
    """An assistant was created, updated or deleted (`assistant` is None)."""

    assistant_id: str
    assistant: Assistant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadChanged(_Event):
    """A thread was created, updated (title, metadata, last use) or deleted (`thread` is None)."""

    what: Literal["created", "updated", "deleted"]
    thread: Thread | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageChanged(_Event):
    """A message reached a new state; "deleted" carries the last known value."""

    what: Literal["created", "in_progress", "completed", "incomplete", "updated", "deleted"]
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesMoved(_Event):
    """Another branch of the thread is shown, or a message came back into it: it has to be read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BinChanged(_Event):
    """Something was put into the bin, taken out, or deleted for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDelta(_Event):
    """Text was appended to part `index` of a message; `annotations` in the API's delta shape, each sent once.

    With `image_file_id` the part is that picture, and there is no text.
    """

    message_id: str
    index: int
    text: str
    annotations: tuple[JsonObject, ...] = ()
    image_file_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThoughtDelta(_Event):
    """A model that thinks before it speaks or acts wrote more of its thoughts; no part of any message.

    `number` counts a run's stretches of thought from 0, as its trace does; `seconds` is how long this one has taken.
    """

    number: int
    text: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChanged(_Event):
    """A run entered `run.status` ("created" comes once, before "queued"), or only its metadata changed ("updated")."""

    what: Literal[
        "created",
        "queued",
        "in_progress",
        "requires_action",
        "cancelling",
        "cancelled",
        "failed",
        "completed",
        "incomplete",
        "expired",
        "updated",
    ]
    run: Run


@dataclass(frozen=True, slots=True, kw_only=True)
class StepChanged(_Event):
    """A run step reached a new state."""

    what: Literal["created", "in_progress", "completed", "failed", "cancelled", "expired"]
    step: RunStep


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDelta(_Event):
    """A tool call grew; `tool_calls` in the API's delta shape (ids and names once)."""

    step_id: str
    tool_calls: tuple[JsonObject, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionAsked(_Event):
    """A person has to decide on a call, until `expires_at`: allow it, or say what the function returns.

    A call to allow is of an executor, or of a tool of Fireside's own, as `call.kind` says; of a code_interpreter
    `call.arguments` is the code itself. `number` is its place among the calls the run waits for.
    """

    call: FunctionCall
    executor: FunctionExecutor | None
    why: Literal["approval", "answer"]
    expires_at: int | None = None
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProgress(_Event):
    """What a waiting user wants to know: loading the model, reading (tokens done of total), writing."""

    phase: Literal["loading", "reading", "writing"]
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelState(_Event):
    """A model is being loaded, is ready, was unloaded, or failed to load (`error` says why)."""

    model_id: str
    state: Literal["loading", "ready", "unloaded", "failed"]
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadChanged(_Event):
    """A model download moved. Bytes; `speed` in bytes/s; `eta` in seconds or None; `error_code` when failed."""

    model_id: str
    state: Literal["queued", "running", "verifying", "paused", "done", "cancelled", "failed"]
    done: int
    total: int
    speed: float = 0.0
    eta: float | None = None
    error_code: str = ""
    error: str = ""
    error_details: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryChanged(_Event):
    """The set of installed models changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingChanged(_Event):
    """A setting has a new value."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiChanged(_Event):
    """The local API is served at `url`, is off (all empty), or could not start (`error`, filled from `details`)."""

    url: str = ""
    error_code: str = ""
    error: str = ""
    details: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChanged(_Event):
    """A file was stored or deleted; "deleted" carries the last known value."""

    what: Literal["created", "deleted"]
    file: StoredFile


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorStoreChanged(_Event):
    """A vector store was created, updated (also: its file counts moved) or deleted (`vector_store` is None)."""

    what: Literal["created", "updated", "deleted"]
    vector_store_id: str
    vector_store: VectorStore | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorStoreFileChanged(_Event):
    """A file of a vector store reached a new state, or moved on: `done` of `total` chunks, 0 of 0 while it is read.

    First its chunks are kept ("reading"), then they get their vectors ("embedding").
    """

    what: Literal["created", "in_progress", "completed", "failed", "cancelled", "updated", "deleted"]
    file: VectorStoreFile
    done: int = 0
    total: int = 0
    phase: Literal["reading", "embedding"] = "reading"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFolderChanged(_Event):
    """A folder that a store follows: how that goes now (None: it is not followed any more), and what came of it."""

    folder_id: str
    vector_store_id: str
    state: Literal["looking", "following", "missing", "unreadable", "full"] | None
    files: int = 0
    problems: int = 0


Event = (
    AssistantChanged
    | ThreadChanged
    | MessageChanged
    | MessagesMoved
    | BinChanged
    | MessageDelta
    | ThoughtDelta
    | RunChanged
    | StepChanged
    | StepDelta
    | FunctionAsked
    | RunProgress
    | ModelState
    | DownloadChanged
    | LibraryChanged
    | SettingChanged
    | ApiChanged
    | FileChanged
    | VectorStoreChanged
    | VectorStoreFileChanged
    | LiveFolderChanged
)
