"""From messages to the prompt a model was trained on: its own chat template in a sandbox, or a plain one instead.

Templates come with the file and are untrusted programs. The sandbox takes away everything but text; their output is
bounded here, their time by the supervisor, which ends the process that renders.
"""

from __future__ import annotations

import datetime
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension, LoopControlExtension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.inference.formats import FALLBACK, fallback_prompt, flatten_calls, learn
from engine.types import JsonObject

log = logging.getLogger(__name__)
MAX_SOURCE = 1_000_000
_MAX_GROWTH = 4_000_000
_PROBE_SYSTEM, _PROBE_USER = "probe of a system message", "probe of a question"


class TemplateFailed(Exception):
    """The template cannot render these messages; the text says why and holds nothing of the messages."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model reads; `stops` end its answer like its own end tokens; `note`: why the template is not used."""

    text: str
    stops: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Style:
    """A fallback: how a turn is written, how an answer starts, what ends it; `system`: whether that role is known."""

    marker: str
    turn: str
    answer: str
    stops: tuple[str, ...]
    assistant: str = "assistant"
    system: bool = True


# The first whose marker is one token of the vocabulary is what the model most likely knows.
_STYLES = (
    _Style("<|im_start|>", "<|im_start|>{role}\n{content}<|im_end|>\n", "<|im_start|>assistant\n", ("<|im_end|>",)),
    _Style(
        "<start_of_turn>",
        "<start_of_turn>{role}\n{content}<end_of_turn>\n",
        "<start_of_turn>model\n",
        ("<end_of_turn>", "<start_of_turn>"),
        assistant="model",
        system=False,
    ),
    _Style(
        "<|start_header_id|>",
        "<|start_header_id|>{role}<|end_header_id|>\n\n{content}<|eot_id|>",
        "<|start_header_id|>assistant<|end_header_id|>\n\n",
        ("<|eot_id|>",),
    ),
)
_PLAIN = _Style("", "{role}: {content}\n\n", "Assistant:", ("\nUser:", "\nSystem:", "\nAssistant:"))


class ChatTemplate:
    """Renders conversations. `origin`: "gguf" when the file's own template works, else "fallback"; `note` says why."""

    def __init__(
        self,
        source: str | None,
        *,
        tokens: Mapping[str, str],
        knows: Callable[[str], bool],
        now: Callable[[], datetime.datetime] = datetime.datetime.now,
    ) -> None:
        """`tokens` are bos_token, eos_token …; `knows` tells whether a text is one token of the vocabulary."""
        self._style = next((style for style in _STYLES if knows(style.marker)), _PLAIN)
        self._tokens = dict(tokens)
        self._template: jinja2.Template | None = None
        self._typed = self._system_merged = False
        try:
            self._template = _compile(source, now)
            self._probe()
        except TemplateFailed as error:
            self._template, self.note = None, str(error)
        else:
            self.note = ""
        self.form = FALLBACK if self._template is None else learn(self._probe_calls)

    @property
    def origin(self) -> str:
        return "fallback" if self._template is None else "gguf"

    def render(
        self,
        messages: Sequence[JsonObject],
        tools: Sequence[JsonObject] = (),
        *,
        extra: Mapping[str, Any] | None = None,
        open_turn: bool = True,
    ) -> Prompt:
        """Return the prompt. A template that refuses gets the messages rearranged, and is not used if it goes on."""
        if self._template is None:
            return self._fallback(messages, tools, self.note)
        if tools and not self.form.described:
            messages = _with_system(messages, fallback_prompt(tools))
        if not self.form.written:
            messages = flatten_calls(messages)
        reason = ""
        for variant in self._variants(messages):
            try:
                return Prompt(self.run(variant, tools, extra=extra, open_turn=open_turn))
            except TemplateFailed as error:
                reason = reason or str(error)
        log.info("the model's chat template is not used for this conversation: %s", reason)
        return self._fallback(messages, tools, reason)

    def run(
        self,
        messages: Sequence[JsonObject],
        tools: Sequence[JsonObject] = (),
        *,
        extra: Mapping[str, Any] | None = None,
        open_turn: bool = True,
    ) -> str:
        """Return what the template makes of exactly these messages. Raises TemplateFailed."""
        if self._template is None:
            raise TemplateFailed(self.note)
        given = [self._shape(message) for message in messages]
        limit = _MAX_GROWTH + 20 * sum(len(str(message.get("content"))) for message in messages)
        variables = {
            **self._tokens,
            **(extra or {}),
            "messages": given,
            "tools": list(tools) or None,
            "add_generation_prompt": open_turn,
        }
        parts: list[str] = []
        try:
            for part in self._template.generate(variables):
                parts.append(part)
                limit -= len(part)
                if limit < 0:
                    raise TemplateFailed("the template writes without end")
        except jinja2.TemplateError as error:
            raise TemplateFailed(f"the template refuses ({type(error).__name__})") from None
        except (
            TypeError,
            ValueError,
            LookupError,
            AttributeError,
            ArithmeticError,
            RecursionError,
            MemoryError,
        ) as error:
            raise TemplateFailed(f"the template fails ({type(error).__name__})") from None
        return "".join(parts)

    def _probe(self) -> None:
        """Find out how the template wants its messages. Raises TemplateFailed if it shows no user's words at all."""
        user = {"role": "user", "content": _PROBE_USER}
        for typed in (False, True):
            self._typed = typed
            if _PROBE_USER in self._try([user]):
                break
        else:
            self.run([user])
            raise TemplateFailed("the template does not show the messages")
        self._system_merged = _PROBE_SYSTEM not in self._try([{"role": "system", "content": _PROBE_SYSTEM}, user])

    def _probe_calls(self, messages: list[JsonObject], tools: list[JsonObject], open_turn: bool) -> str:
        return self.run(messages, tools, open_turn=open_turn)

    def _try(self, messages: Sequence[JsonObject]) -> str:
        try:
            return self.run(messages)
        except TemplateFailed:
            return ""

    def _variants(self, messages: Sequence[JsonObject]) -> Iterator[list[JsonObject]]:
        """Yield the messages as they are, then rearranged for templates that want turns to alternate."""
        first = _merge_system(messages) if self._system_merged else list(messages)
        yield first
        yield _alternate(first)
        yield _alternate(_merge_system(messages))
        yield _alternate(_merge_system(flatten_calls(messages)))

    def _shape(self, message: JsonObject) -> JsonObject:
        shaped = dict(message)
        if self._typed and isinstance(shaped.get("content"), str):
            shaped["content"] = [{"type": "text", "text": shaped["content"]}]
        if calls := shaped.get("tool_calls"):
            shaped["tool_calls"] = [_with_object(call) for call in calls]
        return shaped

    def _fallback(self, messages: Sequence[JsonObject], tools: Sequence[JsonObject], note: str) -> Prompt:
        style, flat = self._style, flatten_calls(messages)
        if tools:
            flat.insert(0, {"role": "system", "content": fallback_prompt(tools)})
        flat = _alternate(flat if style.system else _merge_system(flat), anywhere=True)
        text = ""
        for message in flat:
            role = style.assistant if message["role"] == "assistant" else message["role"]
            named = role.capitalize() if style is _PLAIN else role
            text += style.turn.replace("{role}", named).replace("{content}", message["content"], 1)
        return Prompt(text + style.answer, style.stops, note)


def _compile(source: str | None, now: Callable[[], datetime.datetime]) -> jinja2.Template:
    if not source:
        raise TemplateFailed("the file has no chat template")
    if len(source) > MAX_SOURCE:
        raise TemplateFailed("the file's chat template is too long")
    environment = _Sandbox(trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, LoopControlExtension])
    environment.filters["tojson"] = _to_json
    environment.globals.update(raise_exception=_refuse, strftime_now=lambda form: now().strftime(str(form)[:100]))
    try:
        return environment.from_string(source)
    except (jinja2.TemplateError, RecursionError, ValueError, OverflowError, SyntaxError) as error:
        raise TemplateFailed(f"the file's chat template is not valid ({type(error).__name__})") from None


class _Sandbox(ImmutableSandboxedEnvironment):
    """Also stops one expression from filling the memory: repetition and powers are bounded."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "**":
            raise SecurityError("no powers")
        if operator == "%" and isinstance(left, str) and any(c.isdigit() or c == "*" for c in left):
            raise SecurityError("no widths")
        for value, times in ((left, right), (right, left)):
            if isinstance(value, str | list | tuple) and isinstance(times, int) and len(value) * times > _MAX_GROWTH:
                raise SecurityError("too long")
        return super().call_binop(context, operator, left, right)


class _Generation(Extension):
    """`{% generation %}` marks what training looks at; for reading it is just its content."""

    tags = {"generation"}

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _to_json(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """Jinja's own filter escapes for HTML and sorts keys; templates are written for this one."""
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def _refuse(message: str = "") -> NoReturn:
    raise jinja2.TemplateError(str(message)[:200])


def _with_object(call: JsonObject) -> JsonObject:
    """Return the call with its arguments as an object, as templates expect; text that is no object stays text."""
    function = call.get("function")
    if not isinstance(function, dict) or not isinstance(function.get("arguments"), str):
        return call
    try:
        arguments = json.loads(function["arguments"] or "{}")
    except ValueError:
        return call
    return {**call, "function": {**function, "arguments": arguments}} if isinstance(arguments, dict) else call


def _with_system(messages: Sequence[JsonObject], words: str) -> list[JsonObject]:
    """Add words to the system message, or begin with one that holds them."""
    if messages and messages[0]["role"] == "system":
        return [{**messages[0], "content": f"{messages[0]['content']}\n\n{words}"}, *messages[1:]]
    return [{"role": "system", "content": words}, *messages]


def _merge_system(messages: Sequence[JsonObject]) -> list[JsonObject]:
    """Move the words of system messages to the beginning of the first user message."""
    system = "\n\n".join(str(message["content"]) for message in messages if message["role"] == "system")
    rest = [dict(message) for message in messages if message["role"] != "system"]
    if not system:
        return rest
    first = next((message for message in rest if message["role"] == "user"), None)
    if first is None:
        return [{"role": "user", "content": system}, *rest]
    first["content"] = f"{system}\n\n{first['content']}"
    return rest


def _alternate(messages: Sequence[JsonObject], *, anywhere: bool = False) -> list[JsonObject]:
    """Join neighbours of one role, and let the conversation begin with the user, unless `anywhere` is fine."""
    joined: list[JsonObject] = []
    for message in messages:
        last = joined[-1] if joined else None
        if last is not None and last["role"] == message["role"] and not _has_calls(last) and not _has_calls(message):
            last["content"] = f"{last['content']}\n\n{message['content']}"
        else:
            joined.append(dict(message))
    opening = next((index for index, message in enumerate(joined) if message["role"] != "system"), None)
    if not anywhere and opening is not None and joined[opening]["role"] == "assistant":
        joined.insert(opening, {"role": "user", "content": "…"})
    return joined


def _has_calls(message: JsonObject) -> bool:
    return bool(message.get("tool_calls")) or message["role"] == "tool"
