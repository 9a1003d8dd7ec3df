"""What the engine asks of whatever runs a language model; the worker client and the scripted backend both answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from engine.cancel import CancelToken
from engine.types import JsonObject, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSpec:
    """How to load one GGUF. `context` in tokens, 0 = the model's limit; `gpu_layers` -1 = all; `threads` 0 = auto.

    `kv_cache_bytes`: memory for what was read of several conversations, 0 = by what is free; `kv_folder`: where it
    is kept while the model is not loaded, None = nowhere. `calibrate`: what is fastest is tried out while nobody waits,
    and kept there.
    """

    model_id: str
    path: Path
    context: int = 0
    gpu_layers: int = -1
    threads: int = 0
    batch: int = 512
    kv_cache_bytes: int = 0
    kv_folder: Path | None = None
    calibrate: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel:
    """What loading found out. `context` is the real length in tokens; `template` says where it is from.

    `template_note` says in a few words why it is the fallback; `parallel`: how many answers are written at once.
    """

    model_id: str
    context: int
    vocabulary: int
    template: Literal["gguf", "fallback"]
    description: str
    backend: str
    load_seconds: float
    template_note: str = ""
    parallel: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMessage:
    """One message as templates take it: role system, user, assistant or tool; tool fields as in chat completions."""

    role: str
    content: str
    name: str | None = None
    tool_calls: tuple[JsonObject, ...] = ()
    tool_call_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How tokens are drawn. temperature 0 is greedy; seed -1 draws one; `logprobs`: alternatives to report."""

    temperature: float = 0.7
    top_p: float = 0.95
    top_k: int = 40
    min_p: float = 0.05
    repeat_penalty: float = 1.05
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    seed: int = -1
    max_tokens: int = 2048
    stop: tuple[str, ...] = ()
    logit_bias: dict[int, float] = field(default_factory=dict)
    logprobs: int | None = None
    call_temperature: float = 0.0  # for the arguments of tool calls, and for answers that must be JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """A conversation to continue. `extra` goes to the chat template as further variables.

    `tool_choice` (none, auto, required, or one function), `parallel_tool_calls` and `response_format` are the API's:
    the backend holds the answer to them while it writes. The text that comes back still has the calls in it, in the
    model's own form: `toolcalls.ToolCallParser` reads them. At most `max_calls` calls come in one answer.
    """

    messages: tuple[ChatMessage, ...]
    tools: tuple[JsonObject, ...] = ()
    tool_choice: JsonObject | str = "auto"
    parallel_tool_calls: bool = True
    response_format: JsonObject | str | None = None
    code_fences: bool = False  # a fence of Python is run: the answer ends where it closes
    max_calls: int = 8
    owner: str = ""  # whose conversation it is: `forget` drops what is kept of it
    watched: bool = False  # somebody looks at this answer while it is written: it goes before others
    sampling: Sampling = field(default_factory=Sampling)
    extra: dict[str, Any] = field(default_factory=dict)


def thinking(effort: str | None) -> dict[str, Any]:
    """Return what chat templates are told of `reasoning_effort`; families look for the one name or the other."""
    return {} if effort is None else {"reasoning_effort": effort, "enable_thinking": effort != "none"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Progress of reading the prompt, in tokens; `cached` of them were still in the KV cache."""

    done: int
    total: int
    cached: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDelta:
    """Newly written text; `tokens` of them; `logprobs` per token if asked for.

    `words`: the model was asked for words, so whatever looks like a call is none.
    """

    text: str
    tokens: int
    logprobs: tuple[JsonObject, ...] = ()
    words: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """How a generation ended. Seconds of reading the prompt and of writing; `cancelled` keeps what was written.

    `prompt` is the text the model read, exactly; "" where it was stopped before it had any.
    """

    finish: Literal["stop", "length", "cancelled"]
    usage: Usage
    read_seconds: float
    write_seconds: float
    seed: int
    prompt: str = ""


GenerationEvent = Reading | TextDelta


class InferencePort(Protocol):
    """Runs models. Methods block and may be called from any thread; several may work on one model at the same time.

    All raise Unavailable (file gone, not enough memory, not a model), WorkerFailed (crash, hang) or
    InvalidRequest (template refuses the messages, prompt longer than the context, code "context_exceeded").
    """

    def load(
        self,
        spec: LoadSpec,
        on_progress: Callable[[float], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> LoadedModel:
        """Make sure the model is loaded as specified; quick if it is. `on_progress` hears 0 to 1.

        Raises Cancelled if `cancel` was set before it is.
        """

    def count(self, spec: LoadSpec, texts: list[str]) -> list[int]:
        """Return the number of tokens of each text, without special tokens."""

    def render(self, spec: LoadSpec, request: ChatRequest) -> tuple[str, int]:
        """Return the exact prompt and its length in tokens."""

    def chat(
        self, spec: LoadSpec, request: ChatRequest, on_event: Callable[[GenerationEvent], None], cancel: CancelToken
    ) -> Generation:
        """Generate an answer; `on_event` is called in the calling thread, in order."""

    def leaning(self, spec: LoadSpec, question: str, cancel: CancelToken) -> float:
        """Return how much likelier "yes" is than "no" as the answer to a question of its own, as a difference of
        logarithms; 0 where the model thinks of neither, or when it was stopped."""

    def unload(self, model_id: str) -> None:
        """Free the memory of a model; nothing happens if it is not loaded."""

    def unload_idle(self, seconds: float) -> tuple[str, ...]:
        """Unload what nobody has used for that long; return the ids. Models at work are never touched."""

    def forget(self, owner: str, folder: Path) -> None:
        """Drop what is kept of an owner's conversations, in memory and in that folder."""

    def loaded(self) -> tuple[LoadedModel, ...]:
        """Return the models in memory now."""

    def close(self) -> None:
        """Stop all children."""
