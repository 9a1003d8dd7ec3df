"""When decoding becomes constrained: at once for required calls and JSON answers, else when a call begins; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.inference import grammar
from engine.inference.formats import CallFormat
from engine.types import JsonObject

_TAIL = 512  # characters of the answer that a trigger may span


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What the caller asks of the answer's form, in the API's words."""

    tools: tuple[JsonObject, ...] = ()
    tool_choice: JsonObject | str = "auto"
    parallel: bool = True
    most: int = 8
    response_format: JsonObject | str | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """A grammar that holds from here on; `written` already belongs to it; `last`: the answer ends with it."""

    grammar: str
    written: str = ""
    last: bool = True


@dataclass(slots=True)
class Triggers:
    """Watches an answer grow and says from when on which grammar holds."""

    demand: Demand
    form: CallFormat
    literal: grammar.Literal
    _tail: str = field(default="", init=False)

    def at_start(self) -> Trigger | None:
        """Return what holds from the first token, or None when the model is free to begin."""
        choice = self.demand.tool_choice
        if self.demand.tools and choice != "none" and choice != "auto":
            most = self._most if choice == "required" else 1
            return _trigger(grammar.calls(self.form, self._chosen(), self.literal, most=most, opened=False), "")
        wanted = self.demand.response_format
        if isinstance(wanted, Mapping) and (not self.demand.tools or choice == "none"):
            return _trigger(_answer(wanted), "")
        return None

    def feed(self, text: str) -> Trigger | None:
        """Take newly written free text; return what holds after it if a call has just begun."""
        if not self.demand.tools or self.demand.tool_choice == "none":
            return None
        self._tail = (self._tail + text)[-_TAIL:]
        _, marker, written = self._tail.partition(self.form.marker) if self.form.marker else ("", "", "")
        if marker:
            self._tail = ""
            return _trigger(
                grammar.calls(self.form, self.demand.tools, self.literal, most=self._most, opened=True),
                written,
            )
        return self._near_miss()

    @property
    def _most(self) -> int:
        return self.demand.most if self.demand.parallel else 1

    def _near_miss(self) -> Trigger | None:
        """A call written as plain JSON: once its name is that of a tool, its arguments are held to the schema."""
        match = self._pattern().search(self._tail)
        if match is None:
            return None
        self._tail = ""
        (tool,) = (t for t in self.demand.tools if t["function"]["name"] == match[1])
        return Trigger(grammar.continued(_parameters(tool), "}", self.literal), match[2], last=False)

    def _pattern(self) -> re.Pattern[str]:
        names = "|".join(re.escape(tool["function"]["name"]) for tool in self.demand.tools)
        return re.compile(
            rf'(?:^|\n)[ \t\[]*\{{\s*"name"\s*:\s*"({names})"\s*,\s*"(?:arguments|parameters)"\s*:\s*(\{{?)\s*\Z'
        )

    def _chosen(self) -> Sequence[JsonObject]:
        choice = self.demand.tool_choice
        if isinstance(choice, Mapping):
            name = choice.get("function", {}).get("name")
            return [tool for tool in self.demand.tools if tool["function"]["name"] == name]
        return self.demand.tools


def _trigger(text: str | None, written: str) -> Trigger | None:
    return None if text is None else Trigger(text, written)


def _answer(wanted: Mapping[str, object]) -> str | None:
    if wanted.get("type") == "json_object":
        return grammar.answer(None)
    if wanted.get("type") == "json_schema":
        described = wanted.get("json_schema")
        schema = described.get("schema") if isinstance(described, Mapping) else None
        return grammar.answer(schema if isinstance(schema, Mapping) else None)
    return None


def _parameters(tool: JsonObject) -> JsonObject:
    parameters = tool["function"].get("parameters") or {}
    return {"type": "object", "properties": {}, **parameters}
