"""The builder assistant: hears in plain words what an assistant should be like and writes its form, field by field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.cancel import CancelToken
from engine.errors import Unavailable
from engine.inference.port import ChatMessage, GenerationEvent, TextDelta
from engine.recipes import Recipe
from engine.service.chat import Chat
from engine.types import JsonObject

FIELDS = ("name", "description", "instructions", "starters", "tools")
OnField = Callable[[str, Any], None]
_TOOLS = ("code_interpreter", "file_search")
_LONGEST = {"name": 40, "description": 160, "instructions": 4000}
_MOST_STARTERS = 4
_STARTER = 120
_REMEMBERED = 6  # earlier turns
_MOST_TOKENS = 900

_WORDS = """You set up assistants. The user says in plain words what an assistant should do; you write its form as JSON:
- name: one to three words.
- description: one sentence for people who choose an assistant.
- instructions: addressed to the assistant as "you": who it is, what it does, how it answers, what it must not do. \
Several concrete lines, each on its own line.
- starters: up to four short messages that a user may begin with, in the user's voice.
- tools: code_interpreter if it must compute, read tables or draw; file_search if it answers from the user's files; \
an empty list otherwise.
- reply: one or two sentences to the user: what you wrote, and one question about what is still open.
Write every field in the language of the user's message. Change only what the user asks for; leave other fields out.

The form so far:
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One earlier turn of the talk with the builder."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What the builder answered: its words, and the fields it wrote (names as in `FIELDS`; lists are tuples)."""

    reply: str
    changes: dict[str, Any] = field(default_factory=dict)


class Builder:
    """Fills the form of an assistant; nothing is stored."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    def turn(
        self,
        recipe: Recipe,
        said: Sequence[Said],
        text: str,
        *,
        model: str = "default",
        on_field: OnField = lambda _name, _value: None,
        cancel: CancelToken | None = None,
    ) -> Built:
        """Answer a wish; `on_field` hears of each field while it is written, in this thread.

        Raises what `Chat.complete` raises, and Unavailable when nothing came of it.
        """
        written: list[str] = []
        heard: dict[str, Any] = {}

        def hear(event: GenerationEvent) -> None:
            if not isinstance(event, TextDelta):
                return
            written.append(event.text)
            for name, value in _fields(_read("".join(written))).items():
                if heard.get(name) != value:
                    heard[name] = value
                    on_field(name, value)

        self._chat.complete(
            model,
            [
                ChatMessage(role="system", content=_WORDS + _form(recipe)),
                *(ChatMessage(role=each.role, content=each.text) for each in said[-_REMEMBERED:]),
                ChatMessage(role="user", content=text),
            ],
            response_format={"type": "json_schema", "json_schema": {"name": "form", "schema": _schema(recipe)}},
            sampling=self._chat.sampling(temperature=0.4, call_temperature=0.4, max_tokens=_MOST_TOKENS),
            on_event=hear,
            cancel=cancel,
        )
        untrusted = _read("".join(written))
        changes = _fields(untrusted)
        reply = untrusted.get("reply")
        if not changes and not reply:
            raise Unavailable("The model wrote no form. Say it in other words, or fill it in.")
        return Built(reply=reply.strip() if isinstance(reply, str) else "", changes=changes)


def applied(recipe: Recipe, changes: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a recipe that these changes make different, in the recipe's own shape."""
    fields: dict[str, Any] = {key: changes[key] for key in ("name", "description", "instructions") if key in changes}
    if "starters" in changes:
        kept = {key: value for key, value in recipe.metadata.items() if not key.startswith("starter_")}
        fields["metadata"] = {**kept, **{f"starter_{n}": text for n, text in enumerate(changes["starters"], 1)}}
    if "tools" in changes:
        functions = tuple(tool for tool in recipe.tools if tool.get("type") == "function")
        fields["tools"] = (*({"type": kind} for kind in changes["tools"]), *functions)
    return fields


def _read(text: str) -> JsonObject:
    """Return what can be read of an object that is still being written."""
    from pydantic_core import from_json  # here: only who lets a model build an assistant needs it

    try:
        found = from_json(text, allow_partial="trailing-strings")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _fields(untrusted: JsonObject) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, longest in _LONGEST.items():
        value = untrusted.get(name)
        if isinstance(value, str) and value.strip():
            fields[name] = value.strip()[:longest]
    starters = untrusted.get("starters")
    if isinstance(starters, list):
        texts = [text.strip()[:_STARTER] for text in starters if isinstance(text, str) and text.strip()]
        fields["starters"] = tuple(dict.fromkeys(texts))[:_MOST_STARTERS]
    tools = untrusted.get("tools")
    if isinstance(tools, list):
        fields["tools"] = tuple(kind for kind in _TOOLS if kind in tools)
    return fields


def _form(recipe: Recipe) -> str:
    starters = [recipe.metadata[key] for key in sorted(recipe.metadata) if key.startswith("starter_")]
    tools = [tool["type"] for tool in recipe.tools if tool.get("type") in _TOOLS]
    rows = (
        ("name", recipe.name),
        ("description", recipe.description),
        ("instructions", recipe.instructions),
        ("starters", "; ".join(starters)),
        ("tools", ", ".join(tools)),
    )
    return "\n".join(f"{key}: {(value or '(empty)')[:2000]}" for key, value in rows)


def _schema(recipe: Recipe) -> JsonObject:
    """Return the form's schema; an empty form has to be filled whole, a written one may be changed in part."""
    properties: JsonObject = {name: {"type": "string", "maxLength": most} for name, most in _LONGEST.items()}
    starter = {"type": "string", "maxLength": _STARTER}
    properties["starters"] = {"type": "array", "items": starter, "maxItems": _MOST_STARTERS}
    properties["tools"] = {"type": "array", "items": {"enum": list(_TOOLS)}, "maxItems": len(_TOOLS)}
    properties["reply"] = {"type": "string", "maxLength": 400}
    whole = not recipe.instructions
    required = list(properties) if whole else ["reply"]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
