"""The Responses API on the wire: requests, and items as the model's messages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from engine.errors import InvalidRequest
from engine.ids import new_id
from engine.inference.port import ChatMessage
from engine.server.wire.body import Body, by_type, text_or
from engine.server.wire.fields import (
    Instructions,
    JsonObjectFormat,
    Metadata,
    ModelName,
    ObjectId,
    ReasoningEffort,
    Temperature,
    TextFormat,
    TopP,
)
from engine.types import JsonObject

_FunctionName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
_IDS = {"message": "msg", "function_call": "fc", "function_call_output": "fco", "reasoning": "rs"}


class Content(Body):
    """Text of an item, as it is sent or as it was answered."""

    type: Literal["input_text", "output_text", "text", "refusal"]
    text: str | None = None
    refusal: str | None = None
    annotations: list[JsonObject] | None = None
    logprobs: list[JsonObject] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Content:
        if (self.refusal if self.type == "refusal" else self.text) is None:
            raise ValueError(f"A part of type '{self.type}' needs its text.")
        return self

    @property
    def words(self) -> str:
        return self.text or self.refusal or ""


class Item(Body):
    """One item of a conversation: a message, a function call, its output, or thoughts, which are left out."""

    type: Literal["message", "function_call", "function_call_output", "reasoning"] = "message"
    id: ObjectId | None = None
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    role: Literal["user", "assistant", "system", "developer"] | None = None
    content: (
        Annotated[
            Annotated[str, Tag("<text>")] | Annotated[list[Content], Tag("<parts>")], Discriminator(text_or("<parts>"))
        ]
        | None
    ) = None
    phase: str | None = None
    call_id: ObjectId | None = None
    name: _FunctionName | None = None
    arguments: str | None = None
    output: (
        Annotated[
            Annotated[str, Tag("<text>")] | Annotated[list[Content], Tag("<parts>")], Discriminator(text_or("<parts>"))
        ]
        | None
    ) = None
    summary: list[JsonObject] | None = None
    encrypted_content: str | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Item:
        needed = {
            "message": ("role", "content"),
            "function_call": ("call_id", "name", "arguments"),
            "function_call_output": ("call_id", "output"),
            "reasoning": (),
        }
        for name in needed[self.type]:
            if getattr(self, name) is None:
                raise ValueError(f"An item of type '{self.type}' needs '{name}'.")
        return self

    def kept(self) -> JsonObject:
        """Return the item as it is stored and listed, under a new id."""
        item: JsonObject = {"id": new_id(_IDS[self.type]), "type": self.type, "status": "completed"}
        match self.type:
            case "message":
                kind = "output_text" if self.role == "assistant" else "input_text"
                extra: JsonObject = {"annotations": [], "logprobs": []} if kind == "output_text" else {}
                parts = [{"type": kind, "text": words, **extra} for words in _texts(self.content)]
                return {**item, "role": self.role, "content": parts}
            case "function_call":
                return {**item, "call_id": self.call_id, "name": self.name, "arguments": self.arguments}
            case "function_call_output":
                return {**item, "call_id": self.call_id, "output": "".join(_texts(self.output))}
            case _:
                return {**item, "summary": self.summary or []}


def _texts(content: str | Sequence[Content] | None) -> list[str]:
    if isinstance(content, str):
        return [content]
    return [part.words for part in content or ()]


def _text_is_a_message(untrusted: Any) -> Any:
    if isinstance(untrusted, str):
        return [{"role": "user", "content": untrusted}]
    return untrusted


Items = Annotated[list[Item], Field(max_length=10_000), BeforeValidator(_text_is_a_message)]


class FunctionDefinition(Body):
    """A function the caller answers."""

    type: Literal["function"]
    name: _FunctionName
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None
    defer_loading: Literal[False] | None = None


class ChosenFunction(Body):
    """The one function that must be called."""

    type: Literal["function"]
    name: _FunctionName


class SchemaFormat(Body):
    """JSON that matches a schema."""

    type: Literal["json_schema"]
    name: _FunctionName
    schema_: Annotated[dict[str, Any], Field(alias="schema")]
    description: str | None = None
    strict: bool | None = None


class TextOptions(Body):
    """The form of the answer."""

    format: (
        Annotated[
            Annotated[TextFormat, Tag("<text>")]
            | Annotated[JsonObjectFormat, Tag("<json_object>")]
            | Annotated[SchemaFormat, Tag("<json_schema>")],
            Discriminator(by_type),
        ]
        | None
    ) = None


class Reasoning(Body):
    """How much a model should think: for its chat template, which may know such a switch."""

    effort: ReasoningEffort | None = None
    summary: Literal["auto", "concise", "detailed"] | None = None


class ConversationRef(Body):
    """A conversation by its id."""

    id: ObjectId


class StreamExtras(Body):
    """What a stream carries besides the answer."""

    include_obfuscation: Literal[False] | None = None


class CreateResponse(Body):
    """Body of `POST /v1/responses`."""

    model: ModelName
    input: Items = []
    instructions: Instructions | None = None
    previous_response_id: ObjectId | None = None
    conversation: (
        Annotated[
            Annotated[ObjectId, Tag("<text>")] | Annotated[ConversationRef, Tag("<object>")],
            Discriminator(text_or("<object>")),
        ]
        | None
    ) = None
    tools: Annotated[list[FunctionDefinition], Field(max_length=128)] = []
    tool_choice: (
        Annotated[
            Annotated[Literal["none", "auto", "required"], Tag("<text>")] | Annotated[ChosenFunction, Tag("<named>")],
            Discriminator(text_or("<named>")),
        ]
        | None
    ) = None
    parallel_tool_calls: bool | None = None
    text: TextOptions | None = None
    temperature: Temperature | None = None
    top_p: TopP | None = None
    max_output_tokens: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    metadata: Metadata = {}
    store: bool | None = None
    stream: bool | None = None
    stream_options: StreamExtras | None = None
    reasoning: Reasoning | None = None
    include: list[Literal["reasoning.encrypted_content"]] | None = None
    truncation: Literal["disabled"] | None = None
    background: Literal[False] | None = None
    top_logprobs: Literal[0] | None = None
    # Accepted because they change nothing here.
    user: str | None = None
    safety_identifier: str | None = None
    prompt_cache_key: str | None = None
    service_tier: Literal["auto", "default"] | None = None

    @model_validator(mode="after")
    def _goes_on_from_one(self) -> CreateResponse:
        if self.previous_response_id is not None and self.conversation is not None:
            raise ValueError("Give either 'previous_response_id' or 'conversation', one of them.")
        names = {tool.name for tool in self.tools}
        if isinstance(self.tool_choice, ChosenFunction) and self.tool_choice.name not in names:
            raise ValueError("'tool_choice' names a function that is not among 'tools'.")
        if self.tool_choice == "required" and not names:
            raise ValueError("'tool_choice' is 'required', but there are no 'tools'.")
        return self

    @property
    def conversation_id(self) -> str | None:
        return self.conversation.id if isinstance(self.conversation, ConversationRef) else self.conversation

    def calling(self) -> dict[str, Any]:
        """Return what this request says about tools and the form of the answer, as `Chat.complete` takes it."""
        given = self.given()
        choice = given.get("tool_choice") or "auto"
        if isinstance(choice, dict):
            choice = {"type": "function", "function": {"name": choice["name"]}}
        return {
            "tools": () if choice == "none" else tuple(map(_nested, given.get("tools", ()))),
            "tool_choice": choice,
            "parallel_tool_calls": self.parallel_tool_calls is not False,
            "response_format": _nested_format((given.get("text") or {}).get("format")),
        }

    def sampling(self) -> dict[str, Any]:
        """Return what this request says about fields of `Sampling`."""
        return {"temperature": self.temperature, "top_p": self.top_p, "max_tokens": self.max_output_tokens}


def _nested(tool: JsonObject) -> JsonObject:
    """Chat completions keep a function one level deeper."""
    function = {key: tool[key] for key in ("name", "description", "parameters", "strict") if tool.get(key) is not None}
    return {"type": "function", "function": function}


def _nested_format(form: JsonObject | None) -> JsonObject | None:
    if form is None or form["type"] != "json_schema":
        return form
    return {"type": "json_schema", "json_schema": {key: value for key, value in form.items() if key != "type"}}


class CreateConversation(Body):
    """Body of `POST /v1/conversations`."""

    items: Annotated[list[Item], Field(max_length=20)] | None = None
    metadata: Metadata = {}


class AddItems(Body):
    """Body of `POST /v1/conversations/{id}/items`."""

    items: Annotated[list[Item], Field(min_length=1, max_length=20)]


def chat_messages(items: Sequence[JsonObject], *, instructions: str | None) -> tuple[ChatMessage, ...]:
    """Return kept items as templates take them. Raises InvalidRequest for none, and an output without its call."""
    messages = [ChatMessage(role="system", content=instructions)] if instructions else []
    calls: dict[str, str] = {}
    for item in items:
        match item["type"]:
            case "message":
                role = "system" if item["role"] == "developer" else item["role"]
                words = "".join(part.get("text", "") for part in item["content"])
                messages.append(ChatMessage(role=role, content=words))
            case "function_call":
                calls[item["call_id"]] = item["name"]
                _add_call(messages, item)
            case "function_call_output":
                if item["call_id"] not in calls:
                    raise InvalidRequest(
                        f"No tool call found for function call output with call_id {item['call_id'][:64]}.",
                        param="input",
                    )
                told = ChatMessage(
                    role="tool", content=item["output"], name=calls[item["call_id"]], tool_call_id=item["call_id"]
                )
                messages.append(told)
    if not messages:
        raise InvalidRequest("There is nothing to answer: 'input' is empty.", param="input")
    return tuple(messages)


def _add_call(messages: list[ChatMessage], item: JsonObject) -> None:
    """Append a call; calls made together belong to one message."""
    try:
        arguments = json.loads(item["arguments"] or "{}")
    except ValueError:
        arguments = item["arguments"]
    call = {"id": item["call_id"], "type": "function", "function": {"name": item["name"], "arguments": arguments}}
    before: tuple[JsonObject, ...] = ()
    if messages and messages[-1].role == "assistant" and messages[-1].tool_calls:
        before = messages.pop().tool_calls
    messages.append(ChatMessage(role="assistant", content="", tool_calls=(*before, call)))
