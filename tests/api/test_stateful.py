"""Any sequence of calls: never a 5xx, no object lost, every run ended, every answer as the client's types say."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openai
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from openai import OpenAI

from engine.inference.port import ChatRequest
from engine.inference.scripted import ScriptedBackend
from engine.service import Engine
from tests.api.conftest import Live
from tests.support.gguf import write_gguf

_TOOL: Any = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
_TEXTS = st.sampled_from(["Hi", "call", "炉边", "a\nb"])


def _answer(request: ChatRequest) -> str:
    """Call the function when the user says so and it is there, else repeat."""
    if not request.messages:
        return "Nobody has said anything."
    said = request.messages[-1]
    if request.tools and said.role == "user" and said.content.endswith("call"):
        return '<tool_call>{"name": "weather", "arguments": {}}</tool_call>'
    return said.content or "…"


class ApiMachine(RuleBasedStateMachine):
    """Calls in random order, compared with what should be there."""

    assistants = Bundle("assistants")
    threads = Bundle("threads")
    runs = Bundle("runs")

    @initialize()
    def start(self) -> None:
        self.opened = ExitStack()
        home = Path(self.opened.enter_context(TemporaryDirectory(prefix="fireside-")))
        write_gguf(home / "models" / "scripted.gguf", name="scripted")
        engine = self.opened.enter_context(Engine(home, backend=ScriptedBackend(_answer)))
        self.live = Live.start(engine, self.opened)
        self.client: OpenAI = self.live.client()
        self.beta = self.client.beta
        self.known_assistants: dict[str, str | None] = {}
        self.known_threads: dict[str, list[str]] = {}
        self.waiting: dict[str, str] = {}

    @rule(target=assistants, name=st.none() | st.sampled_from(["A", "B"]), tools=st.booleans())
    def create_assistant(self, name: str | None, tools: bool) -> str:
        made = self.beta.assistants.create(model="gpt-4o", name=name, tools=[_TOOL] if tools else [])
        self.known_assistants[made.id] = name
        return made.id

    @rule(assistant=assistants, name=st.none() | st.sampled_from(["C", "D"]))
    def update_assistant(self, assistant: str, name: str | None) -> None:
        if assistant in self.known_assistants:
            assert self.beta.assistants.update(assistant, name=name).name == name
            self.known_assistants[assistant] = name
        else:
            self._refused(openai.NotFoundError, self.beta.assistants.update, assistant, name=name)

    @rule(assistant=assistants)
    def delete_assistant(self, assistant: str) -> None:
        if self.known_assistants.pop(assistant, "gone") == "gone":
            self._refused(openai.NotFoundError, self.beta.assistants.delete, assistant)
        else:
            assert self.beta.assistants.delete(assistant).deleted

    @rule(target=threads, texts=st.lists(_TEXTS, max_size=2))
    def create_thread(self, texts: list[str]) -> str:
        made = self.beta.threads.create(messages=[{"role": "user", "content": text} for text in texts])
        self.known_threads[made.id] = texts
        return made.id

    @rule(thread=threads, text=_TEXTS)
    def add_message(self, thread: str, text: str) -> None:
        add = self.beta.threads.messages.create
        if thread not in self.known_threads:
            self._refused(openai.NotFoundError, add, thread, role="user", content=text)
        elif thread in self.waiting:
            self._refused(openai.BadRequestError, add, thread, role="user", content=text)
        else:
            add(thread, role="user", content=text)
            self.known_threads[thread].append(text)

    @rule(thread=threads)
    def delete_thread(self, thread: str) -> None:
        if self.known_threads.pop(thread, None) is None:
            self._refused(openai.NotFoundError, self.beta.threads.delete, thread)
        else:
            self.waiting.pop(thread, None)
            assert self.beta.threads.delete(thread).deleted

    @rule(target=runs, thread=threads, assistant=assistants, streamed=st.booleans())
    def run(self, thread: str, assistant: str, streamed: bool) -> tuple[str, str]:
        runs = self.beta.threads.runs
        if thread not in self.known_threads or assistant not in self.known_assistants:
            self._refused(openai.NotFoundError, runs.create, thread, assistant_id=assistant)
            return thread, "run_none"
        if thread in self.waiting:
            self._refused(openai.BadRequestError, runs.create, thread, assistant_id=assistant)
            return thread, self.waiting[thread]
        if streamed:
            with runs.stream(thread_id=thread, assistant_id=assistant) as stream:
                stream.until_done()
            run = runs.retrieve(stream.current_run.id, thread_id=thread)  # type: ignore[union-attr]
        else:
            run = runs.create_and_poll(thread_id=thread, assistant_id=assistant)
        self._ended(run)
        return thread, run.id

    @rule(where=runs)
    def answer_calls(self, where: tuple[str, str]) -> None:
        thread, run_id = where
        runs = self.beta.threads.runs
        if thread not in self.known_threads or self.waiting.get(thread) != run_id:
            submit: Any = runs.submit_tool_outputs
            kinds = (openai.NotFoundError, openai.BadRequestError)
            self._refused(kinds, submit, run_id, thread_id=thread, tool_outputs=[])
            return
        run = runs.retrieve(run_id, thread_id=thread)
        calls = run.required_action.submit_tool_outputs.tool_calls  # type: ignore[union-attr]
        outputs: Any = [{"tool_call_id": call.id, "output": "rain"} for call in calls]
        del self.waiting[thread]
        self._ended(runs.submit_tool_outputs_and_poll(run_id=run_id, thread_id=thread, tool_outputs=outputs))

    @rule(where=runs)
    def cancel(self, where: tuple[str, str]) -> None:
        thread, run_id = where
        if thread in self.known_threads and self.waiting.get(thread) == run_id:
            assert self.beta.threads.runs.cancel(run_id, thread_id=thread).status == "cancelled"
            del self.waiting[thread]
        else:
            kinds = (openai.NotFoundError, openai.BadRequestError)
            self._refused(kinds, self.beta.threads.runs.cancel, run_id, thread_id=thread)

    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "client"):
            return
        assert {a.id: a.name for a in self.beta.assistants.list(limit=3)} == self.known_assistants
        listed = self.live.ask("GET", "/v1/threads?limit=100").json()["data"]
        assert {thread["id"] for thread in listed} == set(self.known_threads)
        for thread, texts in self.known_threads.items():
            messages = self.beta.threads.messages.list(thread, order="asc", limit=2)
            assert [m.content[0].text.value for m in messages] == texts  # type: ignore[union-attr]

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.opened.close()

    def _ended(self, run: Any) -> None:
        assert run.status in ("completed", "requires_action", "failed"), run.status
        if run.status == "requires_action":
            self.waiting[run.thread_id] = run.id
        newest = self.beta.threads.messages.list(run.thread_id, run_id=run.id).data
        self.known_threads[run.thread_id] += [m.content[0].text.value for m in newest]  # type: ignore[union-attr]

    @staticmethod
    def _refused(kinds: Any, call: Any, *args: Any, **more: Any) -> None:
        with pytest.raises(kinds) as refused:
            call(*args, **more)
        assert refused.value.body["type"] == "invalid_request_error"


TestApi = ApiMachine.TestCase
TestApi.settings = settings(
    max_examples=6, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
