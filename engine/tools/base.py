"""What a tool of Fireside's own is: it describes itself to the model, and carries out calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from engine.cancel import CancelToken
from engine.inference.port import ChatMessage
from engine.types import JsonObject, Run

Kind = Literal["file_search", "code_interpreter"]

DECLINED = "declined"  # the `status` in the step's part of a call that a person did not allow
# What the model reads then, in English and in Chinese.
NOT_ALLOWED = (
    "The user did not allow this. Do not try again; answer without it, in words.",
    "用户没有允许这一步。请不要重试，直接用文字回答。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a call came to. `output` is for the model; `details` go into the call's part of the run step.

    `images` are ids of stored pictures for the next message; `files` maps what the answer may name
    (`sandbox:/mnt/data/x.csv`, `【0:1†source】`) to the ids of files.
    """

    output: str
    details: JsonObject
    images: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What is `there`, and the `order` to look into it: it comes after the question, as earlier words are forgotten."""

    there: str
    order: str


class Tool(Protocol):
    """Answers one kind of call. `call` blocks and may be cancelled; a failure the model can read is an outcome."""

    kind: Kind

    def describe(self, run: Run) -> JsonObject | None:
        """Return the function the model is told of, as chat templates take it; None if `words` say it all."""

    def words(self, run: Run) -> str:
        """Return what is added to the instructions."""

    def first_look(self, run: Run, *, chinese: bool) -> FirstLook | None:
        """Return what a question may be about that nobody has looked into in this run; None for nothing."""

    def call(
        self, run: Run, untrusted_arguments: str, cancel: CancelToken, on_output: Callable[[str], None]
    ) -> Outcome:
        """Carry out a call. Raises FiresideError only for what ends the run."""

    def declined(self, untrusted_arguments: str) -> Outcome:
        """Return what a call comes to that a person did not allow."""

    def recall(self, call: JsonObject, *, chinese: bool) -> tuple[ChatMessage, ...]:
        """Return an earlier call and its outcome, from its part of a step, as the model should read them.

        `chinese`: the user writes Chinese; a small model answers in the language it read last.
        """


class Toolbox:
    """The tools there are, by the type a run asks for them."""

    def __init__(self, *tools: Tool) -> None:
        self._tools = {tool.kind: tool for tool in tools}

    def offered(self, run: Run) -> dict[str, JsonObject]:
        """Return what to tell the model, by kind, for the tools this run has."""
        wanted = {tool["type"] for tool in run.tools}
        described = {kind: tool.describe(run) for kind, tool in self._tools.items() if kind in wanted}
        return {kind: function for kind, function in described.items() if function is not None}

    def words(self, run: Run) -> str:
        """Return what the run's tools add to its instructions; "" for nothing."""
        wanted = {tool["type"] for tool in run.tools}
        return "\n\n".join(filter(None, (tool.words(run) for kind, tool in self._tools.items() if kind in wanted)))

    def first_look(self, run: Run, *, chinese: bool) -> FirstLook | None:
        """Return what is there to be looked into, where a run has one tool alone and the caller leaves the choice."""
        if run.tool_choice != "auto" or len(run.tools) != 1:
            return None
        tool = self.get(run.tools[0]["type"])
        return tool.first_look(run, chinese=chinese) if tool is not None else None

    def get(self, kind: str) -> Tool | None:
        return self._tools.get(kind)  # type: ignore[call-overload, no-any-return]
