"""How a model's chat template writes tool calls, learned from the template itself by rendering probes; pure.

Templates are many and change; nearly all can render an assistant turn with tool calls, so the literal text around
names and arguments is read off such a rendering instead of being kept in a table. The idea is llama.cpp's differential
analysis of templates (common/chat-diff-analyzer.cpp). Where a template has no tools, `FALLBACK` and `fallback_prompt`
serve.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from engine.types import JsonObject

# messages, tools, whether to open the assistant's turn -> the template's text; may raise anything
Render = Callable[[list[JsonObject], list[JsonObject], bool], str]
ArgumentStyle = Literal["json", "xml", "glm", "python", "gemma"]

_NAMES = ("probe_alpha", "probe_beta")
_KEY = "probe_key"
_VALUES = ("probe value one", "probe value two")
_PROBE_TOOLS: list[JsonObject] = [
    {
        "type": "function",
        "function": {
            "name": name,
            "description": "probe description",
            "parameters": {"type": "object", "properties": {_KEY: {"type": "string"}}, "required": [_KEY]},
        },
    }
    for name in _NAMES
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFormat:
    """The literal text of calls: before NAME middle ARGUMENTS (between NAME middle ARGUMENTS)* end.

    `marker` is what surely starts a call when it appears in an answer; "" when nothing does (bare JSON).
    `style` is how arguments are written; only "json" is one JSON object. `between` is None when the template
    knows one call a turn. `described` is False when the template does not tell the model of its tools, `written`
    is False when it cannot render calls: Fireside's own words stand in for what is missing.
    """

    before: str
    middle: str
    between: str | None
    end: str
    marker: str
    style: ArgumentStyle = "json"
    described: bool = True
    written: bool = True


FALLBACK = CallFormat(
    before='<tool_call>\n{"name": "',
    middle='", "arguments": ',
    between='}\n</tool_call>\n<tool_call>\n{"name": "',
    end="}\n</tool_call>",
    marker="<tool_call>",
    described=False,
    written=False,
)


def learn(render: Render) -> CallFormat:
    """Return the format of a template, whatever it is: `FALLBACK` when its renderings show none."""
    question: JsonObject = {"role": "user", "content": "probe question"}
    tools = _PROBE_TOOLS if "probe description" in (_try(render, [question], _PROBE_TOOLS) or "") else []
    for encode in (dict, json.dumps):  # some templates take arguments as an object, some as JSON text
        one = _calls(render, question, tools, 1, encode)
        if one is None:
            continue
        found = _dissect(one, _calls(render, question, tools, 2, encode))
        if found:
            return dataclasses.replace(found, described=bool(tools))
    return FALLBACK


def _try(render: Render, messages: list[JsonObject], tools: list[JsonObject], *, open_turn: bool = False) -> str | None:
    try:
        return render(messages, tools, open_turn)
    except Exception:  # noqa: BLE001 - templates are untrusted programs and may raise anything
        return None


def _calls(
    render: Render, question: JsonObject, tools: list[JsonObject], count: int, encode: Callable[[Any], Any]
) -> str | None:
    """Return an assistant turn that makes so many calls, without what the template puts around any turn."""
    calls = [
        {
            "id": f"call{i:05d}",
            "type": "function",
            "function": {"name": _NAMES[i], "arguments": encode({_KEY: _VALUES[i]})},
        }
        for i in range(count)
    ]
    base = _try(render, [question], tools, open_turn=True)
    whole = _try(render, [question, {"role": "assistant", "content": "", "tool_calls": calls}], tools)
    plain = _try(render, [question, {"role": "assistant", "content": "probe answer"}], tools)
    if base is None or whole is None:
        return None
    start = next((i for i, (a, b) in enumerate(zip(base, whole, strict=False)) if a != b), min(len(base), len(whole)))
    opening = whole.rfind("<", 0, start)  # a tag that both renderings begin belongs to the call as a whole
    start = opening if opening > whole.rfind(">", 0, start) else start
    tail = (plain or "").rpartition("probe answer")[2] if plain and "probe answer" in plain else ""
    return re.sub(r"\A\s*(<think>)?\s*</think>\s*", "", whole[start:].removesuffix(tail))


def _dissect(one: str, two: str | None) -> CallFormat | None:
    """Take the renderings of one and of two calls apart; None when they do not show a clear pattern."""
    style, found = _arguments(one, _VALUES[0])
    if found is None or one.count(_NAMES[0]) != 1 or one.index(_NAMES[0]) > found.start():
        return None
    name_at = one.index(_NAMES[0])
    before, middle, end = one[:name_at], one[name_at + len(_NAMES[0]) : found.start()], one[found.end() :]
    between = None
    if two and found[0] in two:
        after = two[two.index(found[0]) + len(found[0]) :]
        between = after.partition(_NAMES[1])[0] if _NAMES[1] in after else None
    # An id that the template prints is the probe's own; a model writes others, so it cannot be literal text.
    if "call00000" in before + middle + end:
        return None
    if between is not None and "call0000" in between:
        between = None
    return CallFormat(before=before, middle=middle, between=between, end=end, marker=_marker(before), style=style)


def _arguments(text: str, value: str) -> tuple[ArgumentStyle, re.Match[str] | None]:
    """Return how the probe's one argument is written and where."""
    key, val = re.escape(_KEY), re.escape(value)
    patterns: Sequence[tuple[ArgumentStyle, str]] = (
        ("json", rf'\{{\s*"{key}"\s*:\s*"{val}"\s*\}}'),
        ("xml", rf"<parameter=?\s*(?:name=)?\"?{key}\"?>\s*{val}\s*</parameter>\n?"),
        ("glm", rf"<arg_key>{key}</arg_key>\s*<arg_value>{val}</arg_value>\n?"),
        ("python", rf"{key}\s*=\s*[\"']{val}[\"']"),
        ("gemma", rf"\{{?{key}:\S*?{val}[^,}}]*\}}?"),
    )
    for style, pattern in patterns:
        match = re.search(pattern, text)
        if match:
            return style, match
    return "json", None


def _marker(before: str) -> str:
    """Return the part of the text before a name that never starts an ordinary answer."""
    match = re.match(r"\s*(<[^>{}]+>|\[[A-Z_]+\]|functools)", before)
    if match:
        return match[1]
    bare = before.strip()
    return bare if len(bare) >= 8 and bare[0] not in "{[" else ""


def fallback_prompt(tools: Sequence[JsonObject]) -> str:
    """Return the words that describe tools to a model whose template has no place for them."""
    lines = [json.dumps(tool, ensure_ascii=False) for tool in tools]
    return (
        "# Tools\n\nYou may call these functions to help with the question:\n<tools>\n"
        + "\n".join(lines)
        + "\n</tools>\n\nFor each call write one JSON object with name and arguments inside tags:\n"
        '<tool_call>\n{"name": <function-name>, "arguments": <arguments-object>}\n</tool_call>'
    )


def flatten_calls(messages: Sequence[JsonObject]) -> list[JsonObject]:
    """Return the messages with calls and results as text in the fallback format, for templates without tools."""
    flat: list[JsonObject] = []
    for message in messages:
        if message["role"] == "tool":
            text = f"<tool_response>\n{message['content']}\n</tool_response>"
            if flat and flat[-1].get("results"):
                flat[-1]["content"] += "\n" + text
            else:
                flat.append({"role": "user", "content": text, "results": True})
            continue
        content = str(message.get("content") or "")
        for call in message.get("tool_calls") or ():
            function: dict[str, Any] = call["function"]
            arguments = function["arguments"]
            written = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
            content += f'\n<tool_call>\n{{"name": "{function["name"]}", "arguments": {written}}}\n</tool_call>'
        flat.append({"role": message["role"], "content": content.lstrip("\n")})
    for message in flat:
        message.pop("results", None)
    return flat
