"""Answers without a thread: nothing is stored; what `/v1/chat/completions` is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.cancel import CancelToken
from engine.errors import InvalidRequest
from engine.inference.port import (
    ChatMessage,
    ChatRequest,
    Generation,
    GenerationEvent,
    InferencePort,
    Sampling,
)
from engine.service.loader import Loader
from engine.service.models import Models
from engine.settings import Settings
from engine.types import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """How it ended, and the local model that answered; the text went to `on_event`."""

    generation: Generation
    model_id: str


class Chat:
    """One request, one answer; waits its turn behind the runs on the same model."""

    def __init__(
        self, backend: InferencePort, models: Models, loader: Loader, settings: Callable[[], Settings]
    ) -> None:
        self._backend = backend
        self._models = models
        self._loader = loader
        self._settings = settings

    def sampling(self, **changes: Any) -> Sampling:
        """Return the user's sampling settings, with `changes` to fields of `Sampling`; None keeps a setting."""
        settings = self._settings()
        own: dict[str, Any] = {
            "temperature": settings.temperature,
            "top_p": settings.top_p,
            "top_k": settings.top_k,
            "min_p": settings.min_p,
            "repeat_penalty": settings.repeat_penalty,
            "seed": settings.seed,
            "call_temperature": settings.call_temperature,
            "max_tokens": settings.max_answer_tokens,
        }
        return Sampling(**{**own, **{key: value for key, value in changes.items() if value is not None}})

    def complete(
        self,
        model: str,
        messages: Sequence[ChatMessage],
        *,
        tools: Sequence[JsonObject] = (),
        tool_choice: JsonObject | str = "auto",
        parallel_tool_calls: bool = True,
        response_format: JsonObject | str | None = None,
        sampling: Sampling | None = None,
        extra: Mapping[str, Any] | None = None,
        on_event: Callable[[GenerationEvent], None],
        cancel: CancelToken | None = None,
    ) -> Completion:
        """Let the model that answers for `model` continue the conversation; blocks until it has.

        `on_event` hears of reading and of every piece of text, in this thread. Raises InvalidRequest (nothing said,
        context exceeded, the template refuses), Unavailable, WorkerFailed.
        """
        if not messages:
            raise InvalidRequest("'messages' must not be empty.", param="messages")
        spec, _ = self._loader.open(self._models.resolve(model).id)
        request = ChatRequest(
            messages=tuple(messages),
            tools=tuple(tools),
            tool_choice=tool_choice,
            parallel_tool_calls=parallel_tool_calls,
            response_format=response_format,
            max_calls=self._settings().max_calls,
            sampling=sampling or self.sampling(),
            extra=dict(extra or {}),
        )
        generation = self._backend.chat(spec, request, on_event, cancel or CancelToken())
        return Completion(generation=generation, model_id=spec.model_id)
