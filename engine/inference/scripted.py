"""A backend that plays written answers: for tests, the bench and demonstrations, with nothing to load.

A token is a word or a sign with the space before it, or one CJK character; joined they are the text again.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from engine.cancel import CancelToken
from engine.errors import Cancelled, FiresideError, WorkerFailed
from engine.inference.failures import context_exceeded
from engine.inference.port import (
    ChatRequest,
    Generation,
    GenerationEvent,
    LoadedModel,
    LoadSpec,
    Reading,
    TextDelta,
)
from engine.inference.stops import StopFilter
from engine.inference.turns import Turns
from engine.types import JsonObject, Usage

_TOKEN = re.compile(
    r"\s*[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\s*[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+|\s*\S|\s+"
)
Finish = Literal["stop", "length", "cancelled"]
_BATCH = 64
_POLL = 0.02


def split(text: str) -> list[str]:
    """Cut text into tokens; joining them gives the text back."""
    return _TOKEN.findall(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One written answer. Before token `n` (from 0) it waits for `gates[n]`; at token `fail_at` it raises `failure`.

    `reading` is waited for before the prompt is read. `pieces`, if given, are the tokens instead of `split(text)`.
    """

    text: str = ""
    pieces: tuple[str, ...] = ()
    gates: Mapping[int, threading.Event] = field(default_factory=dict)
    reading: threading.Event | None = None
    failure: FiresideError | None = None
    fail_at: int = 0

    @property
    def tokens(self) -> list[str]:
        return list(self.pieces) if self.pieces else split(self.text)


Script = Callable[[ChatRequest], "Reply | str | list[str]"]


@dataclass(slots=True)
class _Slot:
    """A "loaded" model: its turns, what it was loaded as, and the tokens its cache would hold."""

    turns: Turns = field(default_factory=Turns)
    spec: LoadSpec | None = None
    model: LoadedModel | None = None
    cache: list[str] = field(default_factory=list)
    used: float = 0.0


class ScriptedBackend:
    """Implements `InferencePort` from a list of replies or a function of the request.

    A list is used up in order and then fails with code "script_exhausted"; with neither, it repeats the last message.
    `requests` and `loads` record what was asked. `broken` maps model ids to what loading them raises.
    """

    def __init__(
        self,
        replies: Iterable[Reply | str | list[str]] | Script | None = None,
        *,
        context: int = 4096,
        max_loaded: Callable[[], int] = lambda: 8,
        broken: Mapping[str, FiresideError] | None = None,
    ) -> None:
        self._script: Script = replies if callable(replies) else _echo if replies is None else _playlist(replies)
        self._context = context
        self._max_loaded = max_loaded
        self._broken = dict(broken or {})
        self._lock = threading.Lock()
        self._slots: dict[str, _Slot] = {}
        self._closed = threading.Event()
        self._seeds = 0
        self.requests: list[ChatRequest] = []
        self.loads: list[LoadSpec] = []
        self.leanings: Callable[[str], float] = lambda _question: 0.0

    def load(
        self,
        spec: LoadSpec,
        on_progress: Callable[[float], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> LoadedModel:
        slot = self._slot(spec.model_id)
        with slot.turns.take(cancel) as mine:
            if not mine or (cancel is not None and cancel.is_set()):
                raise Cancelled("Stopped before it was loaded.")
            return self._ensure(slot, spec, on_progress)

    def count(self, spec: LoadSpec, texts: list[str]) -> list[int]:
        self.load(spec)
        return [len(split(text)) for text in texts]

    def render(self, spec: LoadSpec, request: ChatRequest) -> tuple[str, int]:
        self.load(spec)
        prompt = _render(request)
        return prompt, len(split(prompt))

    def chat(
        self, spec: LoadSpec, request: ChatRequest, on_event: Callable[[GenerationEvent], None], cancel: CancelToken
    ) -> Generation:
        slot = self._slot(spec.model_id)
        with slot.turns.take(cancel) as mine:
            if not mine:
                return _Answer(self._closed, cancel, on_event, request).end("cancelled", seed=request.sampling.seed)
            model = self._ensure(slot, spec, None)
            # Nothing is to be written: it only reads ahead, and no reply is used up.
            reply = self._next(request) if request.sampling.max_tokens else Reply(text="")
            prompt = split(_render(request))
            if len(prompt) >= model.context:
                raise context_exceeded(len(prompt), model.context)
            answer = _Answer(self._closed, cancel, on_event, request)
            try:
                finish = answer.write(reply, model.context) if answer.read(prompt, slot.cache, reply) else "cancelled"
            except WorkerFailed:
                slot.model = None
                raise
            finally:
                slot.cache = prompt + answer.written
                slot.used = time.monotonic()
            return answer.end(finish, seed=self._seed(request))

    def leaning(self, spec: LoadSpec, question: str, cancel: CancelToken) -> float:  # noqa: ARG002 - none has said yes
        self.load(spec)
        return self.leanings(question)

    def unload(self, model_id: str) -> None:
        slot = self._slot(model_id)
        with slot.turns.take():
            slot.model = None

    def unload_idle(self, seconds: float) -> tuple[str, ...]:
        deadline = time.monotonic() - seconds
        with self._lock:
            idle = [
                name for name, slot in self._slots.items() if slot.model and slot.turns.idle and slot.used <= deadline
            ]
        for name in idle:
            self.unload(name)
        return tuple(idle)

    def forget(self, owner: str, folder: Path) -> None:
        """Nothing is kept here."""

    def loaded(self) -> tuple[LoadedModel, ...]:
        with self._lock:
            return tuple(slot.model for slot in self._slots.values() if slot.model is not None)

    def close(self) -> None:
        self._closed.set()
        with self._lock:
            for slot in self._slots.values():
                slot.model = None

    def _slot(self, model_id: str) -> _Slot:
        with self._lock:
            return self._slots.setdefault(model_id, _Slot())

    def _ensure(self, slot: _Slot, spec: LoadSpec, on_progress: Callable[[float], None] | None) -> LoadedModel:
        if self._closed.is_set():
            raise WorkerFailed("The backend was closed.", code="worker_stopped")
        slot.used = time.monotonic()
        if slot.model is not None and slot.spec == spec:
            return slot.model
        if (failure := self._broken.get(spec.model_id)) is not None:
            raise failure
        for fraction in (0.0, 1.0):
            if on_progress is not None:
                on_progress(fraction)
        self._make_room(slot)
        self.loads.append(spec)
        slot.spec, slot.cache = spec, []
        slot.model = LoadedModel(
            model_id=spec.model_id,
            context=min(spec.context, self._context) if spec.context else self._context,
            vocabulary=0,
            template="fallback",
            description="written answers",
            backend="scripted",
            load_seconds=0.0,
        )
        return slot.model

    def _make_room(self, newcomer: _Slot) -> None:
        with self._lock:
            others = [slot for slot in self._slots.values() if slot.model and slot is not newcomer and slot.turns.idle]
            others.sort(key=lambda slot: slot.used)
            for slot in others[: max(0, len(others) + 1 - self._max_loaded())]:
                slot.model = None

    def _next(self, request: ChatRequest) -> Reply:
        with self._lock:
            self.requests.append(request)
            said = self._script(request)
        if isinstance(said, Reply):
            return said
        return Reply(text=said) if isinstance(said, str) else Reply(pieces=tuple(said))

    def _seed(self, request: ChatRequest) -> int:
        if request.sampling.seed >= 0:
            return request.sampling.seed
        with self._lock:
            self._seeds += 1
            return self._seeds


class _Answer:
    """One generation: reads, writes, counts."""

    def __init__(
        self,
        closed: threading.Event,
        cancel: CancelToken,
        on_event: Callable[[GenerationEvent], None],
        request: ChatRequest,
    ) -> None:
        self._closed, self._cancel, self._on_event, self._sampling = closed, cancel, on_event, request.sampling
        self.written: list[str] = []
        self.prompt = ""
        self._prompt = self._cached = 0
        self._started = self._read = time.monotonic()

    def read(self, prompt: list[str], cache: list[str], reply: Reply) -> bool:
        """Report progress in batches; return False when cancelled."""
        shared = next((i for i, (a, b) in enumerate(zip(prompt, cache, strict=False)) if a != b), None)
        common = min(len(prompt), len(cache)) if shared is None else shared
        self.prompt = "".join(prompt)
        self._prompt, self._cached = len(prompt), max(0, min(common, len(prompt) - 1))
        for done in [*range(self._cached, len(prompt), _BATCH), len(prompt)]:
            self._on_event(Reading(done=done, total=len(prompt), cached=self._cached))
            if not self._pass(reply.reading):
                return False
        self._read = time.monotonic()
        return True

    def write(self, reply: Reply, context: int) -> Finish:
        """Emit the tokens one by one; return how it ended."""
        stops = StopFilter(self._sampling.stop)
        room = min(self._sampling.max_tokens, context - self._prompt)
        finish: Finish = "stop"
        for index, token in enumerate([*reply.tokens, None]):
            if reply.failure is not None and index == reply.fail_at:
                raise reply.failure
            if not self._pass(reply.gates.get(index)):
                finish = "cancelled"
                break
            if token is None:
                break
            if index >= room:
                finish = "length"
                break
            self.written.append(token)
            self._emit(stops.feed(token), token)
            if stops.hit:
                return "stop"
        rest = stops.flush()
        if rest:
            self._on_event(TextDelta(text=rest, tokens=0))
        return finish

    def end(self, finish: Finish, *, seed: int) -> Generation:
        usage = Usage(prompt_tokens=self._prompt, completion_tokens=len(self.written), cached_tokens=self._cached)
        now = time.monotonic()
        return Generation(
            finish=finish,
            usage=usage,
            read_seconds=self._read - self._started,
            write_seconds=now - self._read,
            seed=seed,
            prompt=self.prompt,
        )

    def _emit(self, text: str, token: str) -> None:
        logprobs: tuple[JsonObject, ...] = ()
        if self._sampling.logprobs is not None:
            certain: JsonObject = {"token": token, "logprob": 0.0, "bytes": list(token.encode())}
            logprobs = ({**certain, "top_logprobs": [certain] if self._sampling.logprobs else []},)
        self._on_event(TextDelta(text=text, tokens=1, logprobs=logprobs))

    def _pass(self, gate: threading.Event | None) -> bool:
        """Wait at a gate; return False when cancelled. Short waits, as one cannot wait for two events."""
        while not self._cancel.is_set():
            if gate is None or gate.wait(_POLL):
                return not self._cancel.is_set()
            if self._closed.is_set():
                raise WorkerFailed("The backend was closed.", code="worker_stopped")
        return False


def _render(request: ChatRequest) -> str:
    lines = [f"tool: {json.dumps(tool, ensure_ascii=False, sort_keys=True)}" for tool in request.tools]
    for message in request.messages:
        lines.append(f"{message.role}: {message.content}")
        lines += [f"call: {json.dumps(call, ensure_ascii=False, sort_keys=True)}" for call in message.tool_calls]
    return "\n".join([*lines, "assistant:"])


def _echo(request: ChatRequest) -> str:
    said = [message.content for message in request.messages if message.role == "user"]
    return said[-1] if said else "…"


def _playlist(replies: Iterable[Reply | str | list[str]]) -> Script:
    rest = iter(replies)

    def script(_request: ChatRequest) -> Reply | str | list[str]:
        try:
            return next(rest)
        except StopIteration:
            raise WorkerFailed("The script has no answer left.", code="script_exhausted") from None

    return script
