"""The nouns of the Assistants API as frozen values; field names and meanings are the API's own.

Times are Unix seconds. JSON-shaped fields (`tools`, `tool_resources`, `response_format`, `tool_choice`) keep the
API's shape unchanged. Source of fields: the OpenAPI description of the Assistants API v2.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, Literal, TypeVar

JsonObject = dict[str, Any]
T = TypeVar("T")


class _Unset:
    """Marks "not given" where None means "set to null"."""

    def __repr__(self) -> str:
        return "UNSET"

    def __bool__(self) -> bool:
        return False


UNSET: Any = _Unset()


class RunStatus(StrEnum):
    """Where a run stands; see `engine.runs.machine` for the moves between them."""

    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    REQUIRES_ACTION = "requires_action"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    FAILED = "failed"
    COMPLETED = "completed"
    INCOMPLETE = "incomplete"
    EXPIRED = "expired"

    @property
    def terminal(self) -> bool:
        return self in _TERMINAL


_TERMINAL = frozenset(
    {RunStatus.CANCELLED, RunStatus.FAILED, RunStatus.COMPLETED, RunStatus.INCOMPLETE, RunStatus.EXPIRED}
)

MessageStatus = Literal["in_progress", "incomplete", "completed"]
IncompleteReason = Literal["content_filter", "max_tokens", "run_cancelled", "run_expired", "run_failed"]
StepStatus = Literal["in_progress", "cancelled", "failed", "completed", "expired"]
Role = Literal["user", "assistant"]
UploadStatus = Literal["pending", "completed", "cancelled", "expired"]
VectorStoreStatus = Literal["in_progress", "completed", "expired"]
VectorStoreFileStatus = Literal["in_progress", "completed", "cancelled", "failed"]
AttributeValue = str | float | bool
ExecutorKind = Literal["sqlite", "python", "fixed", "person", "server"]
Approval = Literal["ask", "allow", "never"]


def _derived(default: Any) -> Any:
    """Declare a field that the store works out when it reads, and does not keep."""
    return field(default=default, metadata={"derived": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPart:
    """Text of a message; `annotations` keep the API's JSON shape."""

    text: str
    annotations: tuple[JsonObject, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFilePart:
    """A stored file shown as an image."""

    file_id: str
    detail: str = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageUrlPart:
    """An image given by URL; only data URLs can be read offline."""

    url: str
    detail: str = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalPart:
    """The model's words of refusal."""

    refusal: str


Part = TextPart | ImageFilePart | ImageUrlPart | RefusalPart


def part_to_json(part: Part) -> JsonObject:
    """Return the part in the API's shape; also how the store keeps it."""
    match part:
        case TextPart(text=text, annotations=annotations):
            return {"type": "text", "text": {"value": text, "annotations": list(annotations)}}
        case ImageFilePart(file_id=file_id, detail=detail):
            return {"type": "image_file", "image_file": {"file_id": file_id, "detail": detail}}
        case ImageUrlPart(url=url, detail=detail):
            return {"type": "image_url", "image_url": {"url": url, "detail": detail}}
        case RefusalPart(refusal=refusal):
            return {"type": "refusal", "refusal": refusal}


def part_from_json(data: JsonObject) -> Part:
    """Inverse of `part_to_json`. Raises KeyError or ValueError on anything else."""
    match data["type"]:
        case "text":
            return TextPart(text=data["text"]["value"], annotations=tuple(data["text"].get("annotations", ())))
        case "image_file":
            return ImageFilePart(**data["image_file"])
        case "image_url":
            return ImageUrlPart(**data["image_url"])
        case "refusal":
            return RefusalPart(refusal=data["refusal"])
        case other:
            raise ValueError(f"unknown message part {other!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assistant:
    """Instructions, a model, tools and sampling under one name. `scratch`: made to try something, in no list."""

    id: str
    created_at: int
    model: str
    name: str | None = None
    description: str | None = None
    instructions: str | None = None
    tools: tuple[JsonObject, ...] = ()
    tool_resources: JsonObject = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    temperature: float | None = None
    top_p: float | None = None
    response_format: JsonObject | str | None = None
    reasoning_effort: str | None = None
    scratch: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A conversation without an end; `title`, `last_used_at` and `scratch` are Fireside's own."""

    id: str
    created_at: int
    metadata: dict[str, str] = field(default_factory=dict)
    tool_resources: JsonObject = field(default_factory=dict)
    pinned_at: int | None = None  # this and the rest are Fireside's own
    folder: str | None = None
    deleted_at: int | None = None  # since when it is in the bin
    title: str | None = None
    last_used_at: int = 0
    scratch: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One turn; an assistant's message belongs to the run that wrote it."""

    id: str
    created_at: int
    thread_id: str
    role: Role
    content: tuple[Part, ...]
    status: MessageStatus = "completed"
    assistant_id: str | None = None
    run_id: str | None = None
    attachments: tuple[JsonObject, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)
    completed_at: int | None = None
    incomplete_at: int | None = None
    incomplete_reason: IncompleteReason | None = None

    @property
    def text(self) -> str:
        """All text parts joined, without annotations applied."""
        return "".join(part.text for part in self.content if isinstance(part, TextPart))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """What a caller gives to add a message."""

    role: Role
    content: tuple[Part, ...]
    attachments: tuple[JsonObject, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens read and written; `cached_tokens` of the prompt were reused, not read again."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0

    @property
    def total_tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LastError:
    """Why a run or step failed: `code` is the API's (server_error, rate_limit_exceeded, invalid_prompt)."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionCall:
    """A call the model asks for; `arguments` is JSON text as the model wrote it (untrusted); `output` once answered.

    A `kind` other than "function" is a call of Fireside's own that waits for a person's leave.
    """

    id: str
    name: str
    arguments: str
    output: str | None = None
    kind: Literal["function", "file_search", "code_interpreter"] = "function"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What a caller may set for one run; None means "as the assistant has it"."""

    assistant_id: str
    model: str | None = None
    instructions: str | None = None
    additional_instructions: str | None = None
    additional_messages: tuple[NewMessage, ...] = ()
    tools: tuple[JsonObject, ...] | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    temperature: float | None = None
    top_p: float | None = None
    max_prompt_tokens: int | None = None
    max_completion_tokens: int | None = None
    truncation_strategy: JsonObject | None = None
    tool_choice: JsonObject | str | None = None
    parallel_tool_calls: bool = True
    response_format: JsonObject | str | None = None
    reasoning_effort: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One assistant answering on one thread; `trace` holds what Fireside adds (see `engine.runs.runner`)."""

    id: str
    created_at: int
    thread_id: str
    assistant_id: str
    status: RunStatus
    model: str
    instructions: str = ""
    tools: tuple[JsonObject, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)
    required_calls: tuple[FunctionCall, ...] = ()
    last_error: LastError | None = None
    incomplete_reason: Literal["max_completion_tokens", "max_prompt_tokens"] | None = None
    expires_at: int | None = None
    started_at: int | None = None
    cancelled_at: int | None = None
    failed_at: int | None = None
    completed_at: int | None = None
    usage: Usage | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_prompt_tokens: int | None = None
    max_completion_tokens: int | None = None
    truncation_strategy: JsonObject = field(default_factory=lambda: {"type": "auto", "last_messages": None})
    tool_choice: JsonObject | str = "auto"
    parallel_tool_calls: bool = True
    response_format: JsonObject | str | None = None
    reasoning_effort: str | None = None
    trace: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStep:
    """One piece of a run: writing a message, or a set of tool calls. `details` keeps the API's `step_details`."""

    id: str
    created_at: int
    run_id: str
    thread_id: str
    assistant_id: str
    type: Literal["message_creation", "tool_calls"]
    status: StepStatus
    details: JsonObject
    last_error: LastError | None = None
    completed_at: int | None = None
    cancelled_at: int | None = None
    failed_at: int | None = None
    expired_at: int | None = None
    usage: Usage | None = None
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRecord:
    """One time the model was asked in a run. `prompt` is what it read, exactly; "" where it was let go.

    `measures`: tokens and seconds of this generation, as the keys say.
    """

    number: int
    created_at: int
    prompt: str
    measures: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """A cursor into a list; `after`/`before` are ids, newest first unless `order` is "asc". limit 1-100."""

    limit: int = 20
    order: Literal["asc", "desc"] = "desc"
    after: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list in its order."""

    items: tuple[T, ...]
    has_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file somebody uploaded or a tool made; its content is the blob named by `sha256`."""

    id: str
    created_at: int
    filename: str
    purpose: str
    bytes: int
    sha256: str
    expires_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A large file that arrives in parts; `expires_after` are seconds of the file it becomes."""

    id: str
    created_at: int
    filename: str
    purpose: str
    bytes: int
    mime_type: str
    expires_at: int
    status: UploadStatus = "pending"
    expires_after: int | None = None
    file_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadPart:
    """One piece of an upload, not yet in any order."""

    id: str
    created_at: int
    upload_id: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCounts:
    """How many files of a vector store or batch are in which status."""

    in_progress: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0

    @property
    def total(self) -> int:
        return self.in_progress + self.completed + self.failed + self.cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorStore:
    """Files that can be searched together; it expires `expires_after_days` after it was last used.

    With `paused_at` its files wait to be read until somebody says otherwise; what has been read is searched.
    """

    id: str
    created_at: int
    last_active_at: int
    name: str = ""
    description: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    expires_after_days: int | None = None
    paused_at: int | None = None
    file_counts: FileCounts = _derived(FileCounts())
    usage_bytes: int = _derived(0)
    status: VectorStoreStatus = _derived("completed")

    @property
    def expires_at(self) -> int | None:
        return None if self.expires_after_days is None else self.last_active_at + self.expires_after_days * 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorStoreFile:
    """A file in a vector store, under the file's own id. `chunk_count` is None until the file has been read.

    `usage_bytes` counts what was kept for searching. `attempts` counts beginnings since it got further.
    """

    id: str
    created_at: int
    vector_store_id: str
    status: VectorStoreFileStatus
    chunking_strategy: JsonObject
    attributes: dict[str, AttributeValue] = field(default_factory=dict)
    last_error: LastError | None = None
    usage_bytes: int = 0
    batch_id: str | None = None
    chunk_count: int | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVectorStoreFile:
    """What a caller gives to put a file into a vector store."""

    file_id: str
    chunking_strategy: JsonObject
    attributes: dict[str, AttributeValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFile:
    """A file in a vector store together with what it is called; `place` says how far reading it has come."""

    place: VectorStoreFile
    filename: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFolder:
    """A folder on the disk that a vector store follows; `path` is absolute, `ignored` are patterns of names and paths.

    `checked_at` is when what is in it was last compared with the store.
    """

    id: str
    created_at: int
    vector_store_id: str
    path: str
    ignored: tuple[str, ...] = ()
    identity: str | None = None
    checked_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFile:
    """A file of a live folder as it was last taken in; `path` is below the folder, with slashes.

    `file_id` is the file in the store; None where it could not be taken in, and `problem` says why.
    """

    path: str
    size: int
    modified_ns: int
    sha256: str = ""
    file_id: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileBatch:
    """Files that were put into a vector store together."""

    id: str
    created_at: int
    vector_store_id: str
    cancelled_at: int | None = None
    file_counts: FileCounts = _derived(FileCounts())
    status: VectorStoreFileStatus = _derived("in_progress")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A passage of a file: what is searched, found and cited. Pages and lines count from 1, the last included.

    `start` and `stop` are its place in the text of the whole file, without the table header that may be repeated in it.
    `page_starts`: where in `text` each page after the first begins; empty if it is on one page.
    """

    text: str
    tokens: int
    page: int | None = None
    last_page: int | None = None
    line: int | None = None
    last_line: int | None = None
    heading: tuple[str, ...] = ()
    start: int | None = None
    stop: int | None = None
    page_starts: tuple[int, ...] = ()

    def page_at(self, place: int) -> int | None:
        """Return the page that a place in `text` is on."""
        return None if self.page is None else self.page + bisect_right(self.page_starts, place)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """A passage that answers a query. `score` is from 0 to 1, the best first; `position` counts the file's chunks.

    The other scores are from 0 to 1 too, and None where that kind of search did not find it; ranks count from 1.
    `fused_score` is what words and meaning say together: `score`, unless the passage was reranked.
    """

    vector_store_id: str
    file_id: str
    filename: str
    attributes: dict[str, AttributeValue]
    chunk: Chunk
    position: int
    score: float
    keyword_score: float | None = None
    vector_score: float | None = None
    rerank_score: float | None = None
    keyword_rank: int | None = None
    vector_rank: int | None = None
    fused_score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionExecutor:
    """What answers the calls of one function of an assistant when no API client does; `config` depends on `kind`.

    sqlite: {"path"}; python: {"code"}; fixed: {"text"}; person: {}; server: {"server_id", "tool"}.
    """

    id: str
    created_at: int
    assistant_id: str
    name: str
    kind: ExecutorKind
    config: JsonObject = field(default_factory=dict)
    approval: Approval = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolServer:
    """A local program that offers tools over its standard streams; started only for an approved call or listing."""

    id: str
    created_at: int
    name: str
    command: tuple[str, ...]
    environment: JsonObject = field(default_factory=dict)
    call_seconds: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """How well a model calls functions by the built-in suite; `id` is the model's, `results` maps cases to verdicts."""

    id: str
    created_at: int
    passed: int
    total: int
    parallel: bool
    chinese: bool
    results: JsonObject = field(default_factory=dict)
