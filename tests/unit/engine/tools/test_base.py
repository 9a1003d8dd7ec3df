"""The tools a run has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from engine.cancel import CancelToken
from engine.inference.port import ChatMessage
from engine.tools.base import FirstLook, Kind, Outcome, Toolbox
from engine.types import JsonObject, Run, RunStatus


class Words:
    """A tool that says what it was asked."""

    kind: Kind = "file_search"

    def describe(self, run: Run) -> JsonObject | None:
        return {"type": "function", "function": {"name": self.kind}}

    def words(self, run: Run) -> str:
        return "Search well."

    def first_look(self, run: Run, *, chinese: bool) -> FirstLook | None:
        return None

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

    def first_look(self, run: Run, *, chinese: bool) -> FirstLook | None:
        return FirstLook("a.csv", "写代码" if chinese else "Code first.")


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


def test_files_are_looked_into_first_where_a_run_has_this_tool_alone_and_the_choice() -> None:
    toolbox = Toolbox(Words(), Code())
    alone = run("code_interpreter")
    assert toolbox.first_look(alone, chinese=False) == FirstLook("a.csv", "Code first.")
    assert toolbox.first_look(alone, chinese=True) == FirstLook("a.csv", "写代码")
    assert toolbox.first_look(replace(alone, tool_choice="none"), chinese=False) is None
    assert toolbox.first_look(run("file_search", "code_interpreter"), chinese=False) is None
    assert toolbox.first_look(run("file_search"), chinese=False) is None
    assert toolbox.first_look(run(), chinese=False) is None
