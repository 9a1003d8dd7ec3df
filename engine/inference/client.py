"""Runs models in child processes, one per loaded model, and speaks for them to the engine."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.cancel import CancelToken
from engine.errors import Cancelled, FiresideError, Unavailable, WorkerFailed
from engine.inference import diagnosis, kvowners, leaning
from engine.inference.failures import unloadable
from engine.inference.port import (
    ChatRequest,
    Generation,
    GenerationEvent,
    LoadedModel,
    LoadSpec,
    Reading,
    TextDelta,
)
from engine.inference.residents import Residents, Seat
from engine.types import JsonObject, Usage
from engine.workers.supervisor import Supervisor

log = logging.getLogger(__name__)
_LOAD_SILENCE = 600.0  # a file on a slow disk, read without a word
_WORK_SILENCE = 600.0  # one chunk of a large model on a slow processor
_QUICK = 120.0
_TEMPLATE = 20.0
_PUT_AWAY = 20.0
# Failures of the child itself, as opposed to errors it reports.
_CRASHES = frozenset({"worker_died", "worker_protocol"})


class InferenceClient:
    """Implements `InferencePort`. `max_loaded` is asked each time a model has to be loaded."""

    def __init__(self, supervisor: Supervisor, max_loaded: Callable[[], int] = lambda: 1) -> None:
        self._supervisor = supervisor
        self._residents = Residents(max_loaded, self._keep_cache)
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._seats: dict[str, Seat] = {}
        self._endless_templates: set[LoadSpec] = set()
        self._taught: dict[LoadSpec, bool] = {}
        self._closed = threading.Event()

    def load(
        self,
        spec: LoadSpec,
        on_progress: Callable[[float], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> LoadedModel:
        with self._using(spec, cancel or CancelToken(), on_progress) as (_, model):
            return model

    def count(self, spec: LoadSpec, texts: list[str]) -> list[int]:
        with self._using(spec, CancelToken()) as (seat, _):
            untrusted = seat.worker.call("count", {"texts": texts}, timeout=_QUICK)
            counts = untrusted.get("counts")
            if not isinstance(counts, list) or len(counts) != len(texts):
                raise _nonsense(spec)
            return [_whole(count, spec) for count in counts]

    def render(self, spec: LoadSpec, request: ChatRequest) -> tuple[str, int]:
        with self._prepared(spec, request, CancelToken()) as (_, found):
            return found.text, found.tokens

    def leaning(self, spec: LoadSpec, question: str, cancel: CancelToken) -> float:
        tokens: list[JsonObject] = []

        def hear(event: GenerationEvent) -> None:
            if isinstance(event, TextDelta):
                tokens.extend(event.logprobs)

        self.chat(spec, leaning.asked(question), hear, cancel)
        return leaning.read(tokens)

    def chat(
        self, spec: LoadSpec, request: ChatRequest, on_event: Callable[[GenerationEvent], None], cancel: CancelToken
    ) -> Generation:
        tally = _Tally(spec, on_event)
        sampling = dataclasses.asdict(request.sampling)
        sampling["logit_bias"] = {str(token): bias for token, bias in request.sampling.logit_bias.items()}
        try:
            with self._prepared(spec, request, cancel) as (seat, found):
                tally.prompt = found.tokens
                untrusted = seat.worker.stream(
                    "generate",
                    {
                        "number": found.number,
                        "sampling": sampling,
                        "special": bool(request.tools),
                        "demand": _demand(request),
                        "code_fences": request.code_fences,
                        "first": request.watched,
                        "owner": request.owner,
                    },
                    on_event=tally.take,
                    cancel=cancel,
                    idle_timeout=_WORK_SILENCE,
                )
                return _generation(untrusted, spec)
        except Cancelled:
            # Stopped before it began, or by force: what was heard so far is what there is.
            return tally.cancelled(request.sampling.seed)

    def unload(self, model_id: str) -> None:
        seat = self._seats.get(model_id)
        if seat is not None:
            with seat.turns.take():
                self._residents.leave(seat)

    def unload_idle(self, seconds: float) -> tuple[str, ...]:
        limit = time.monotonic() - seconds
        idle = [seat for seat in self._residents.inside() if seat.used <= limit and seat.model is not None]
        return tuple(seat.model_id for seat in idle if self._residents.leave_if_idle(seat))

    def forget(self, owner: str, folder: Path) -> None:
        for seat in self._residents.inside():
            with seat.turns.take(wait=False, shared=True) as mine, contextlib.suppress(FiresideError):
                if mine and seat.model is not None and seat.worker.alive:
                    seat.worker.call("forget", {"owner": owner}, timeout=_QUICK)
        kvowners.forget(folder, owner)

    def loaded(self) -> tuple[LoadedModel, ...]:
        return tuple(seat.model for seat in self._residents.inside() if seat.model is not None and seat.worker.alive)

    def close(self) -> None:
        self._closed.set()
        with self._lock:
            seats = tuple(self._seats.values())
        for seat in seats:
            with seat.turns.take(wait=False) as idle:
                if idle and seat.model is not None and seat.worker.alive:
                    self._keep_cache(seat)
            seat.worker.close()

    @contextlib.contextmanager
    def _turn(self, spec: LoadSpec, cancel: CancelToken, *, shared: bool) -> Iterator[Seat]:
        """Hold the model's turn; failures of the child leave here as failures of the model."""
        with self._lock:
            seat = self._seats.get(spec.model_id)
            if seat is None:
                seat = Seat(spec.model_id, self._supervisor.worker("inference", spec.model_id))
                self._seats[spec.model_id] = seat
        # A seat that has to leave is not shared by newcomers, or it might never be free.
        with seat.turns.take(cancel, shared=shared and not seat.wanted_out) as mine:
            if not mine or cancel.is_set():
                raise Cancelled("Stopped before it began.")
            try:
                yield seat
            except WorkerFailed as error:
                if error.code not in _CRASHES:
                    raise
                raise _crashed(spec, error) from error
            finally:
                if not seat.worker.alive:
                    seat.model = None
                self._residents.done(seat)

    @contextlib.contextmanager
    def _using(
        self, spec: LoadSpec, cancel: CancelToken, on_progress: Callable[[float], None] | None = None
    ) -> Iterator[tuple[Seat, LoadedModel]]:
        """Hold the model, loaded as specified, together with all others who use it."""
        if self._closed.is_set():
            raise WorkerFailed("Fireside is closing.", code="worker_stopped")
        with self._turn(spec, cancel, shared=True) as seat:
            if (model := self._as_specified(seat, spec)) is not None:
                yield seat, model
                return
        with self._turn(spec, cancel, shared=False) as seat:
            model = self._as_specified(seat, spec) or self._bring_in(seat, spec, cancel, on_progress)
            seat.turns.share()
            yield seat, model

    @staticmethod
    def _as_specified(seat: Seat, spec: LoadSpec) -> LoadedModel | None:
        return seat.model if seat.spec == spec and seat.worker.alive else None

    def _bring_in(
        self, seat: Seat, spec: LoadSpec, cancel: CancelToken, on_progress: Callable[[float], None] | None
    ) -> LoadedModel:
        if self._closed.is_set():
            raise WorkerFailed("Fireside is closing.", code="worker_stopped")
        if not spec.path.exists():
            raise _missing(spec)
        if seat.spec is not None:
            self._residents.leave(seat)
        self._residents.enter(seat, cancel)
        with contextlib.ExitStack() as undo:
            undo.callback(self._residents.leave, seat)
            model = self._load(seat, spec, cancel, on_progress or (lambda _fraction: None))
            undo.pop_all()
        return model

    def _load(
        self, seat: Seat, spec: LoadSpec, cancel: CancelToken, on_progress: Callable[[float], None]
    ) -> LoadedModel:
        log.info("loading %s", spec.model_id)
        args: JsonObject = {**dataclasses.asdict(spec), "path": str(spec.path)}
        args["kv_folder"] = str(spec.kv_folder) if spec.kv_folder is not None else ""

        def listen(untrusted: JsonObject) -> None:
            on_progress(min(1.0, max(0.0, _number(untrusted.get("loading"), spec))))

        try:
            found = seat.worker.stream("load", args, on_event=listen, cancel=cancel, idle_timeout=_LOAD_SILENCE)
        except WorkerFailed as error:
            if error.code not in _CRASHES | {"worker_hung", "worker_error"}:
                raise
            reason = diagnosis.why(seat.worker.last_words, exit_code=error.details.get("exit_code"))
            raise unloadable(spec.model_id, reason) from error
        template = self._template(seat, spec)
        if template is None:  # it never ended, and took the process with it
            return self._load(seat, spec, cancel, on_progress)
        seat.spec, seat.model = spec, _loaded_model(spec, found, template)
        return seat.model

    def _template(self, seat: Seat, spec: LoadSpec) -> JsonObject | None:
        """Return which template is used and why, or None if the file's own cost the process its life."""
        use = spec not in self._endless_templates
        try:
            template = seat.worker.call("template", {"use": use}, timeout=_TEMPLATE)
        except WorkerFailed as error:
            if not use or error.code not in _CRASHES | {"worker_hung"}:
                raise
            self._endless_templates.add(spec)
            log.info("the chat template of %s does not end and is not used", spec.model_id)
            return None
        return template if use else {**template, "note": "the file's chat template does not end"}

    @contextlib.contextmanager
    def _prepared(
        self, spec: LoadSpec, request: ChatRequest, cancel: CancelToken
    ) -> Iterator[tuple[Seat, _PreparedPrompt]]:
        """Hold the model with the request's prompt rendered in it."""
        with self._using(spec, cancel) as (seat, _):
            if (found := self._prepare(seat, spec, request)) is not None:
                yield seat, found
                return
        with self._using(spec, cancel) as (seat, _):  # loaded again, and now without that template
            found = self._prepare(seat, spec, request)
            if found is None:
                raise _nonsense(spec)
            yield seat, found

    def _prepare(self, seat: Seat, spec: LoadSpec, request: ChatRequest) -> _PreparedPrompt | None:
        """Render the request; None if the file's own template never ended, and took the process with it."""
        number = next(self._numbers)
        args: JsonObject = {
            "number": number,
            "messages": [_message(message) for message in request.messages],
            "tools": list(request.tools) if request.tool_choice != "none" else [],
            "extra": request.extra,
            "plain": not self._knows_calls(seat, spec, request),
        }
        try:
            untrusted = seat.worker.call("prepare", args, timeout=_TEMPLATE)
        except WorkerFailed as error:
            if spec in self._endless_templates or error.code != "worker_hung":
                raise
            self._endless_templates.add(spec)
            log.info("the chat template of %s does not end and is not used", spec.model_id)
            return None
        return _PreparedPrompt(number, str(untrusted.get("prompt", "")), _whole(untrusted.get("tokens"), spec))

    @staticmethod
    def _keep_cache(seat: Seat) -> None:
        """Let the model put away what it has read, before it loses its memory."""
        if seat.spec is None or seat.spec.kv_folder is None:
            return
        try:
            seat.worker.call("put_away", {}, timeout=_PUT_AWAY)
        except FiresideError as error:
            log.info("the cache of %s was not kept: %s", seat.model_id, error.code)

    def _knows_calls(self, seat: Seat, spec: LoadSpec, request: ChatRequest) -> bool:
        """Return whether the model was trained to write its template's calls; asked of it once, when it matters."""
        if not request.tools and not any(message.tool_calls for message in request.messages):
            return True
        if spec not in self._taught:
            self._taught[spec] = bool(seat.worker.call("taught", {}, timeout=_WORK_SILENCE).get("taught"))
            log.info("%s %s its template's calls", spec.model_id, "knows" if self._taught[spec] else "does not know")
        return self._taught[spec]


@dataclasses.dataclass(frozen=True, slots=True)
class _PreparedPrompt:
    """A rendered prompt and its length in tokens; `number` names it to the child."""

    number: int
    text: str
    tokens: int


class _Tally:
    """Turns a child's events into the port's and remembers what was heard."""

    def __init__(self, spec: LoadSpec, on_event: Callable[[GenerationEvent], None]) -> None:
        self._spec, self._on_event = spec, on_event
        self.prompt = self._cached = self._tokens = 0

    def take(self, untrusted: JsonObject) -> None:
        if "text" in untrusted:
            tokens = _whole(untrusted.get("tokens"), self._spec)
            self._tokens += tokens
            logprobs = untrusted.get("logprobs")
            given = tuple(logprobs) if isinstance(logprobs, list) else ()
            self._on_event(
                TextDelta(
                    text=str(untrusted["text"]), tokens=tokens, logprobs=given, words=bool(untrusted.get("words"))
                )
            )
            return
        done, total, self._cached = (_whole(untrusted.get(key), self._spec) for key in ("read", "total", "cached"))
        self._on_event(Reading(done=done, total=total, cached=self._cached))

    def cancelled(self, seed: int) -> Generation:
        usage = Usage(prompt_tokens=self.prompt, completion_tokens=self._tokens, cached_tokens=self._cached)
        return Generation(finish="cancelled", usage=usage, read_seconds=0.0, write_seconds=0.0, seed=seed)


def _demand(request: ChatRequest) -> JsonObject | None:
    """Return what the answer is held to; None when it is free text and nothing else."""
    if not request.tools and not isinstance(request.response_format, dict):
        return None
    return {
        "tools": list(request.tools),
        "tool_choice": request.tool_choice,
        "parallel": request.parallel_tool_calls,
        "response_format": request.response_format,
        "most": request.max_calls,
    }


def _message(message: object) -> JsonObject:
    """Return a message without the fields that are not set, as templates ask whether they are."""
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in dataclasses.asdict(message).items()  # type: ignore[call-overload]
        if key in ("role", "content") or value
    }


def _generation(untrusted: JsonObject, spec: LoadSpec) -> Generation:
    finish = untrusted.get("finish")
    if finish not in ("stop", "length", "cancelled"):
        raise _nonsense(spec)
    usage = Usage(
        **{key: _whole(untrusted.get(key), spec) for key in ("prompt_tokens", "completion_tokens", "cached_tokens")}
    )
    return Generation(
        finish=finish,
        usage=usage,
        read_seconds=_number(untrusted.get("read_seconds"), spec),
        write_seconds=_number(untrusted.get("write_seconds"), spec),
        seed=_whole(untrusted.get("seed"), spec),
        prompt=str(untrusted.get("prompt", "")),
    )


def _loaded_model(spec: LoadSpec, untrusted: JsonObject, template: JsonObject) -> LoadedModel:
    return LoadedModel(
        model_id=spec.model_id,
        context=_whole(untrusted.get("context"), spec),
        vocabulary=_whole(untrusted.get("vocabulary"), spec),
        template="gguf" if template.get("origin") == "gguf" else "fallback",
        description=str(untrusted.get("description", ""))[:200],
        backend=str(untrusted.get("backend", ""))[:50],
        load_seconds=_number(untrusted.get("load_seconds"), spec),
        template_note=str(template.get("note", ""))[:200],
        parallel=max(1, _whole(untrusted.get("parallel", 1), spec)),
    )


def _whole(untrusted: object, spec: LoadSpec) -> int:
    if not isinstance(untrusted, int) or isinstance(untrusted, bool) or untrusted < 0:
        raise _nonsense(spec)
    return untrusted


def _number(untrusted: object, spec: LoadSpec) -> float:
    if not isinstance(untrusted, int | float) or isinstance(untrusted, bool):
        raise _nonsense(spec)
    return float(untrusted)


def _nonsense(spec: LoadSpec) -> FiresideError:
    return WorkerFailed(
        f"The process of the model '{spec.model_id}' sent something that makes no sense. Try again.",
        code="worker_protocol",
        model_id=spec.model_id,
    )


def _crashed(spec: LoadSpec, error: WorkerFailed) -> WorkerFailed:
    return WorkerFailed(
        f"The model '{spec.model_id}' crashed. It is loaded again with the next message; if it goes on crashing, "
        "choose a shorter context, fewer GPU layers or another model.",
        code="model_crashed",
        model_id=spec.model_id,
        **{key: value for key, value in error.details.items() if key == "exit_code"},
    )


def _missing(spec: LoadSpec) -> Unavailable:
    return Unavailable(
        f"The file of the model '{spec.model_id}' is gone. Fetch it again on the Models page or choose another model.",
        code="model_missing",
        model_id=spec.model_id,
    )
