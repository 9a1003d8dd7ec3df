"""Random sequences of API calls: no 5xx, nothing lost, no run left un-ended, every answer as the client expects it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import openai
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, multiple, rule, run_state_machine_as_test

from engine.errors import WorkerFailed
from engine.inference.port import ChatRequest
from engine.inference.scripted import Reply, ScriptedBackend
from engine.service import Engine
from engine.types import RunStatus
from tests.api.conftest import Live
from tests.support.gguf import write_gguf
from tests.support.retrieval import scripted_retrievers

_WEATHER: Any = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
_words = st.sampled_from(["Hello", "call", "fail", "slow", "炉边", "a\nb", "x" * 3000])
_metadata = st.none() | st.dictionaries(st.text(max_size=70), st.text(max_size=5), max_size=17)
_options = st.fixed_dictionaries(
    {},
    optional={
        "temperature": st.sampled_from([0, 0.7, 2, 2.1, -1, "hot"]),
        "top_p": st.sampled_from([0, 1, 7, None]),
        "metadata": _metadata,
        "tools": st.sampled_from([[], [_WEATHER], [_WEATHER] * 21, [{"type": "file_search"}], [{"type": "oven"}]]),
        "response_format": st.sampled_from(["auto", {"type": "json_object"}, {"type": "poem"}]),
        "instructions": st.sampled_from([None, "", "Be kind."]),
    },
)
_run_options = st.fixed_dictionaries(
    {},
    optional={
        "additional_messages": st.lists(_words.map(lambda text: {"role": "user", "content": text}), max_size=2),
        "max_completion_tokens": st.sampled_from([255, 256, 10_000]),
        "max_prompt_tokens": st.sampled_from([1, 256]),
        "truncation_strategy": st.sampled_from([{"type": "auto"}, {"type": "last_messages", "last_messages": 1}, {}]),
        "tool_choice": st.sampled_from(["none", "auto", "required", "often"]),
        "parallel_tool_calls": st.booleans(),
    },
)


def _answer(request: ChatRequest) -> Reply | str:
    last = request.messages[-1].content
    if last == "slow":
        return Reply(text="One, two, three", gates={2: threading.Event()})
    if last == "fail":
        return Reply(text="One", failure=WorkerFailed("The model stopped."), fail_at=1)
    if last == "call" and request.tools:
        return '<tool_call>{"name": "weather", "arguments": {}}</tool_call>'
    return f"You said: {last[:20]}"


@dataclass
class _Thread:
    """What must be found in a thread: the messages callers added, in order, and its runs."""

    id: str
    messages: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)


class _Calls(RuleBasedStateMachine):
    """Calls the API as programs do, rightly and wrongly, and keeps what must be there."""

    live: Live
    assistants = Bundle("assistants")
    threads = Bundle("threads")
    files = Bundle("files")
    stores = Bundle("stores")

    def __init__(self) -> None:
        super().__init__()
        self.client = self.live.client(timeout=30)
        self.kept: dict[str, Callable[[str], Any]] = {}
        self.open_threads: dict[str, _Thread] = {}

    def call(self, request: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Return the answer, or None when it was refused as a wrong request."""
        try:
            return request(*arguments, **options)
        except openai.APIStatusError as error:
            refused = error
        assert refused.status_code in (400, 404), refused
        assert refused.body, "no error body"
        return None

    @rule(target=assistants, options=_options)
    def create_assistant(self, options: Any) -> Any:
        made = self.call(self.client.beta.assistants.create, model="gpt-4o", **options)
        if made is None:
            return multiple()
        self.kept[made.id] = self.client.beta.assistants.retrieve
        return made.id

    @rule(assistant=assistants, options=_options)
    def update_assistant(self, assistant: str, options: Any) -> None:
        self.call(self.client.beta.assistants.update, assistant, **options)

    @rule(assistant=consumes(assistants))
    def delete_assistant(self, assistant: str) -> None:
        assert self.client.beta.assistants.delete(assistant).deleted
        del self.kept[assistant]

    @rule(target=threads, texts=st.lists(_words, max_size=2), metadata=_metadata)
    def create_thread(self, texts: list[str], metadata: Any) -> Any:
        messages: Any = [{"role": "user", "content": text} for text in texts]
        made = self.call(self.client.beta.threads.create, messages=messages, metadata=metadata)
        if made is None:
            return multiple()
        self.open_threads[made.id] = _Thread(made.id)
        return made.id

    @rule(thread=threads, metadata=_metadata)
    def update_thread(self, thread: str, metadata: Any) -> None:
        self.call(self.client.beta.threads.update, thread, metadata=metadata)

    @rule(thread=consumes(threads))
    def delete_thread(self, thread: str) -> None:
        assert self.client.beta.threads.delete(thread).deleted
        del self.open_threads[thread]

    @rule(thread=threads, text=_words, role=st.sampled_from(["user", "assistant", "system"]))
    def add_message(self, thread: str, text: str, role: Any) -> None:
        made = self.call(self.client.beta.threads.messages.create, thread, role=role, content=text)
        if made is not None:
            self.open_threads[thread].messages.append(made.id)

    @rule(thread=threads, data=st.data())
    def delete_message(self, thread: str, data: Any) -> None:
        known = self.open_threads[thread].messages
        if known:
            gone = known.pop(data.draw(st.integers(0, len(known) - 1)))
            assert self.client.beta.threads.messages.delete(gone, thread_id=thread).deleted

    @rule(thread=threads, assistant=assistants, options=_run_options, streamed=st.booleans())
    def run(self, thread: str, assistant: str, options: Any, streamed: bool) -> None:
        create = self.client.beta.threads.runs.create
        if not streamed:
            run = self.call(create, thread, assistant_id=assistant, **options)
            if run is not None:
                self.open_threads[thread].runs.append(run.id)
            return
        stream = self.call(create, thread, assistant_id=assistant, stream=True, **options)
        if stream is not None:
            self._follow(thread, stream)

    def _follow(self, thread: str, stream: Any) -> None:
        """Read a stream to its end, cancelling a model that would never end."""
        names = []
        for event in stream:
            names.append(event.event)
            if event.event == "thread.run.created":
                self.open_threads[thread].runs.append(event.data.id)
            if event.event == "thread.message.delta" and event.data.delta.content[0].text.value == "One":
                self.call(self.client.beta.threads.runs.cancel, self.open_threads[thread].runs[-1], thread_id=thread)
        assert names[0] == "thread.run.created"
        ends = ("completed", "failed", "cancelled", "incomplete", "expired", "requires_action")
        assert names[-1].removeprefix("thread.run.") in ends, names

    @rule(thread=threads, right=st.booleans())
    def submit_outputs(self, thread: str, right: bool) -> None:
        for run_id in self.open_threads[thread].runs[-1:]:
            run = self.client.beta.threads.runs.retrieve(run_id, thread_id=thread)
            action = run.required_action
            calls = action.submit_tool_outputs.tool_calls if right and action else []
            outputs: Any = [{"tool_call_id": call.id, "output": "rain"} for call in calls]
            self.call(self.client.beta.threads.runs.submit_tool_outputs, run_id, thread_id=thread, tool_outputs=outputs)

    @rule(thread=threads)
    def cancel(self, thread: str) -> None:
        for run_id in self.open_threads[thread].runs[-1:]:
            self.call(self.client.beta.threads.runs.cancel, run_id, thread_id=thread)

    @rule(thread=threads, limit=st.sampled_from([1, 2, 100]))
    def list_messages(self, thread: str, limit: int) -> None:
        listed = self.client.beta.threads.messages.list(thread, order="asc", limit=limit)
        found = [message.id for message in listed]
        known = self.open_threads[thread].messages
        assert [each for each in found if each in set(known)] == known
        assert len(set(found)) == len(found)

    @rule(target=files, content=st.binary(max_size=50), name=st.sampled_from(["a.txt", "b.bin", "炉.md"]))
    def create_file(self, content: bytes, name: str) -> Any:
        made = self.call(self.client.files.create, file=(name, content), purpose="assistants")
        if made is None:
            return multiple()
        self.kept[made.id] = self.client.files.retrieve
        assert self.client.files.content(made.id).read() == content
        return made.id

    @rule(file=consumes(files))
    def delete_file(self, file: str) -> None:
        assert self.client.files.delete(file).deleted
        del self.kept[file]

    @rule(target=stores, file=files)
    def create_store(self, file: str) -> str:
        made = self.client.beta.vector_stores.create(file_ids=[file])
        self.kept[made.id] = self.client.beta.vector_stores.retrieve
        return made.id

    @rule(store=stores, file=files)
    def add_to_store(self, store: str, file: str) -> None:
        self.call(self.client.beta.vector_stores.files.create, store, file_id=file)
        self.call(self.client.beta.vector_stores.files.delete, file, vector_store_id=store)

    @rule(store=consumes(stores))
    def delete_store(self, store: str) -> None:
        assert self.client.beta.vector_stores.delete(store).deleted
        del self.kept[store]

    @rule(
        method=st.sampled_from(["GET", "POST", "DELETE"]),
        path=st.sampled_from(["threads", "assistants/x", "threads/runs", "files", "vector_stores/x/search", "runs"]),
        body=st.sampled_from([b"", b"{", b"[]", b'{"model": 1}', b'{"query": "x"}', b"\xff"]),
    )
    def send_nonsense(self, method: str, path: str, body: bytes) -> None:
        answer = self.live.ask(method, f"/v1/{path}", content=body, headers={"content-type": "application/json"})
        assert answer.status_code < 500
        assert answer.status_code not in (409, 429)
        if answer.status_code >= 400:
            assert answer.json()["error"]["message"]
        elif method == "POST" and path == "threads":
            self.client.beta.threads.delete(answer.json()["id"])

    def teardown(self) -> None:
        for object_id, retrieve in self.kept.items():
            assert retrieve(object_id).id == object_id
        for thread in self.open_threads.values():
            assert self.client.beta.threads.retrieve(thread.id).id == thread.id
            self.list_messages(thread.id, 100)
            self._end_runs(thread)
        self.client.close()

    def _end_runs(self, thread: _Thread) -> None:
        listed = [run.id for run in self.client.beta.threads.runs.list(thread.id, order="asc", limit=100)]
        assert listed == thread.runs
        for run_id in listed:
            self.call(self.client.beta.threads.runs.cancel, run_id, thread_id=thread.id)
            assert self.live.engine.runs.wait(run_id, 30).status.terminal
        assert all(RunStatus(run.status).terminal for run in self.client.beta.threads.runs.list(thread.id, limit=100))


@pytest.fixture
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    home = tmp_path_factory.mktemp("home")
    write_gguf(home / "models" / "scripted.gguf", name="scripted")
    with ExitStack() as opened:
        engine = Engine(home, backend=ScriptedBackend(_answer), retrievers=scripted_retrievers())
        yield Live.start(opened.enter_context(engine), opened)


@pytest.mark.allow_log("engine.runs")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_any_sequence_of_calls_is_survived(live: Live) -> None:
    machine = type("Calls", (_Calls,), {"live": live})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
