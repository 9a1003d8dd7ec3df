"""Chat completions on the wire: requests."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from engine.inference.port import ChatMessage, thinking
from engine.server.wire.body import Body, by_type, text_or
from engine.server.wire.fields import (
    FunctionTool,
    Metadata,
    ModelName,
    NamedFunction,
    ReasoningEffort,
    StructuredFormat,
    Temperature,
    TopP,
)
from engine.types import JsonObject

_Penalty = Annotated[float, Field(ge=-2.0, le=2.0, allow_inf_nan=False)]
_Tokens = Annotated[int, Field(ge=1, le=2**31 - 1)]
_Stop = Annotated[str, Field(min_length=1, max_length=1000)]


class TextContent(Body):
    """Text of a message."""

    type: Literal["text"]
    text: str


class RefusalContent(Body):
    """Words of refusal in an earlier answer."""

    type: Literal["refusal"]
    refusal: str


def _text_is_one_part(untrusted: Any) -> Any:
    return [{"type": "text", "text": untrusted}] if isinstance(untrusted, str) else untrusted


_Content = Annotated[
    list[
        Annotated[
            Annotated[TextContent, Tag("<text>")] | Annotated[RefusalContent, Tag("<refusal>")], Discriminator(by_type)
        ]
    ],
    BeforeValidator(_text_is_one_part),
]


class CalledFunction(Body):
    """The function of an earlier call, with its arguments as JSON text."""

    name: Annotated[str, Field(min_length=1, max_length=64)]
    arguments: str


class EarlierCall(Body):
    """A tool call of an earlier answer."""

    id: Annotated[str, Field(min_length=1, max_length=256)]
    type: Literal["function"] = "function"
    function: CalledFunction


class MessageIn(Body):
    """One message of the conversation so far; which fields it may have depends on its role."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: _Content | None = None
    name: Annotated[str, Field(max_length=256)] | None = None
    tool_calls: list[EarlierCall] | None = None
    tool_call_id: str | None = None
    refusal: str | None = None
    reasoning_content: str | None = None
    annotations: list[JsonObject] | None = None
    audio: None = None
    function_call: None = None

    @model_validator(mode="after")
    def _fits_its_role(self) -> MessageIn:
        if self.content is None and not (self.role == "assistant" and (self.tool_calls or self.refusal)):
            raise ValueError("'content' is needed, except in an assistant's message with tool calls.")
        if self.tool_calls and self.role != "assistant":
            raise ValueError("'tool_calls' belong to an assistant's message.")
        if (self.role == "tool") != (self.tool_call_id is not None):
            raise ValueError("'tool_call_id' is needed in a tool's message, and only there.")
        return self

    def to_chat(self) -> ChatMessage:
        """Return the message as templates take it; "developer" is the newer name of "system"."""
        texts = [part.text if isinstance(part, TextContent) else part.refusal for part in self.content or ()]
        return ChatMessage(
            role="system" if self.role == "developer" else self.role,
            content="".join(texts) or (self.refusal or ""),
            name=self.name,
            tool_calls=tuple(_call_for_template(call) for call in self.tool_calls or ()),
            tool_call_id=self.tool_call_id,
        )


def _call_for_template(call: EarlierCall) -> JsonObject:
    """Templates write arguments with `tojson`, so they take the object, not its text."""
    try:
        arguments = json.loads(call.function.arguments or "{}")
    except ValueError:
        arguments = call.function.arguments
    return {"id": call.id, "type": "function", "function": {"name": call.function.name, "arguments": arguments}}


class StreamOptions(Body):
    """What a stream carries besides the answer."""

    include_usage: bool | None = None
    include_obfuscation: Literal[False] | None = None


class ChosenFunction(Body):
    """The one function that must be called."""

    type: Literal["function"]
    function: NamedFunction


def _one_is_a_list(untrusted: Any) -> Any:
    return [untrusted] if isinstance(untrusted, str) else untrusted


class CreateCompletion(Body):
    """Body of `POST /v1/chat/completions`; top_k, min_p and repeat_penalty are ours."""

    model: ModelName
    messages: Annotated[list[MessageIn], Field(min_length=1, max_length=10_000)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    stop: Annotated[list[_Stop], Field(max_length=16), BeforeValidator(_one_is_a_list)] | None = None
    seed: Annotated[int, Field(ge=-(2**63), le=2**63 - 1)] | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    max_tokens: _Tokens | None = None
    max_completion_tokens: _Tokens | None = None
    n: Literal[1] | None = None
    temperature: Temperature | None = None
    top_p: TopP | None = None
    presence_penalty: _Penalty | None = None
    frequency_penalty: _Penalty | None = None
    logit_bias: (
        dict[
            Annotated[str, Field(pattern=r"^[0-9]{1,9}$")],
            Annotated[float, Field(ge=-100, le=100, allow_inf_nan=False)],
        ]
        | None
    ) = None
    top_k: Annotated[int, Field(ge=0, le=1000)] | None = None
    min_p: Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)] | None = None
    repeat_penalty: Annotated[float, Field(ge=0.5, le=2.0, allow_inf_nan=False)] | None = None
    tools: Annotated[list[FunctionTool], Field(max_length=128)] | None = None
    tool_choice: (
        Annotated[
            Annotated[Literal["none", "auto", "required"], Tag("<text>")] | Annotated[ChosenFunction, Tag("<named>")],
            Discriminator(text_or("<named>")),
        ]
        | None
    ) = None
    parallel_tool_calls: bool | None = None
    response_format: StructuredFormat | None = None
    reasoning_effort: ReasoningEffort | None = None
    # Accepted because they change nothing here: nothing is sent, billed, cached elsewhere or kept.
    user: str | None = None
    safety_identifier: str | None = None
    prompt_cache_key: str | None = None
    metadata: Metadata = {}
    store: Literal[False] | None = None
    service_tier: Literal["auto", "default"] | None = None
    modalities: list[Literal["text"]] | None = None

    @model_validator(mode="after")
    def _choice_fits_tools(self) -> CreateCompletion:
        names = {tool.function.name for tool in self.tools or ()}
        if isinstance(self.tool_choice, ChosenFunction) and self.tool_choice.function.name not in names:
            raise ValueError("'tool_choice' names a function that is not among 'tools'.")
        if self.tool_choice == "required" and not names:
            raise ValueError("'tool_choice' is 'required', but there are no 'tools'.")
        return self

    @model_validator(mode="after")
    def _logprobs_are_asked_for(self) -> CreateCompletion:
        if self.top_logprobs and not self.logprobs:
            raise ValueError("'top_logprobs' needs 'logprobs' to be true.")
        return self

    def sampling(self) -> dict[str, Any]:
        """Return what this request says about fields of `Sampling`; None where it leaves them open."""
        return {
            "temperature": self.temperature,
            "top_p": self.top_p,
            "top_k": self.top_k,
            "min_p": self.min_p,
            "repeat_penalty": self.repeat_penalty,
            "presence_penalty": self.presence_penalty,
            "frequency_penalty": self.frequency_penalty,
            "seed": None if self.seed is None else self.seed % 2**31,
            "max_tokens": self.max_completion_tokens or self.max_tokens,
            "stop": None if self.stop is None else tuple(self.stop),
            "logit_bias": None if self.logit_bias is None else {int(k): v for k, v in self.logit_bias.items()},
            "logprobs": (self.top_logprobs or 0) if self.logprobs else None,
        }

    def calling(self) -> dict[str, Any]:
        """Return what this request says about tools and the form of the answer, as `Chat.complete` takes it."""
        given = self.given()
        choice = given.get("tool_choice") or "auto"
        return {
            "tools": () if choice == "none" else tuple(given.get("tools") or ()),
            "tool_choice": choice,
            "parallel_tool_calls": self.parallel_tool_calls is not False,
            "response_format": given.get("response_format"),
        }

    def extra(self) -> dict[str, Any]:
        """Return what the chat template is told besides."""
        return thinking(self.reasoning_effort)
