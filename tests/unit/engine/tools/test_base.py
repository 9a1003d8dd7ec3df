"""The tools a run has."""

from __future__ import annotations

from collections.abc import Callable

from engine.cancel import CancelToken
from engine.inference.port import ChatMessage
from engine.tools.base import Kind, Outcome, Toolbox
from engine.types import JsonObject, Run, RunStatus


class Words:
    """A tool that says what it was asked."""

    kind: Kind = "file_search"

    def describe(self, run: Run) -> JsonObject | None:
        return {"type": "function", "function": {"name": self.kind}}

    def words(self, run: Run) -> str:
        return "Search well."

    def call(
        self, run: Run, untrusted_arguments: str, cancel: CancelToken, on_output: Callable[[str], None]
    ) -> Outcome:
        return Outcome(output=untrusted_arguments, details={})

    def recall(self, call: JsonObject, *, chinese: bool) -> tuple[ChatMessage, ...]:
        return ()


class Code(Words):
    kind: Kind = "code_interpreter"

    def describe(self, run: Run) -> JsonObject | None:
        return None

    def words(self, run: Run) -> str:
        return "Write code."


def run(*kinds: str) -> Run:
    tools = tuple({"type": kind} for kind in kinds)
    return Run(id="r", created_at=1, thread_id="t", assistant_id="a", status=RunStatus.QUEUED, model="m", tools=tools)


def test_a_run_gets_the_tools_it_asks_for() -> None:
    toolbox = Toolbox(Words(), Code())
    assert list(toolbox.offered(run("file_search", "code_interpreter"))) == ["file_search"]
    assert toolbox.offered(run("code_interpreter")) == {}
    assert toolbox.words(run("code_interpreter")) == "Write code."
    assert toolbox.words(run("file_search", "code_interpreter")) == "Search well.\n\nWrite code."
    assert toolbox.words(run()) == ""
    assert isinstance(toolbox.get("code_interpreter"), Code)
    assert toolbox.get("function") is None
