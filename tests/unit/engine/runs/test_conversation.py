"""What the model reads, gathered from the store and checked against the rendered prompt."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.inference.port import ChatRequest, LoadSpec
from engine.inference.scripted import ScriptedBackend
from engine.runs.conversation import choose
from engine.runs.machine import Generate
from engine.runs.prompt import Prompt, PromptTooLong
from engine.tools.base import FirstLook
from engine.types import NewMessage, Run, RunStatus, TextPart
from tests.support.stage import Stage, StageFactory

CALLS = {
    "type": "tool_calls",
    "tool_calls": [
        {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{}", "output": "rain"}},
        {"id": "call_2", "type": "function", "function": {"name": "time", "arguments": "{}", "output": None}},
    ],
}


class LongTemplate(ScriptedBackend):
    """A model whose template writes a preamble of `extra` words that nobody can foresee."""

    extra = 0
    rendered = 0

    def render(self, spec: LoadSpec, request: ChatRequest) -> tuple[str, int]:
        self.rendered += 1
        text, tokens = super().render(spec, request)
        return text, tokens + self.extra


def chosen(stage: Stage, run: Run, **bounds: int) -> Prompt:
    spec = LoadSpec(model_id="m", path=Path("/nowhere.gguf"))
    loaded = stage.backend.load(spec)
    return choose(stage.world, run, spec, loaded, Generate(max_tokens=1000, **bounds))


def test_a_run_without_history_reads_the_thread(make_stage: StageFactory) -> None:
    stage = make_stage()
    run = stage.new_run(stage.thread("Hi", "Anyone?"), instructions="Be kind.")
    prompt = chosen(stage, run)
    assert [(m.role, m.content) for m in prompt.messages] == [("system", "Be kind."), ("user", "Hi\n\nAnyone?")]


def test_a_run_with_calls_reads_its_own_steps_once(make_stage: StageFactory) -> None:
    stage = make_stage()
    run = stage.new_run()
    message = stage.store.messages.begin(run.thread_id, run.assistant_id, run.id)
    stage.store.messages.finish(message.id, (TextPart(text="Let me look."),), "completed")
    about = {"run_id": run.id, "thread_id": run.thread_id, "assistant_id": run.assistant_id}
    made = {"type": "message_creation", "message_creation": {"message_id": message.id}}
    stage.store.steps.create(**about, type="message_creation", details=made)
    stage.store.steps.create(**about, type="tool_calls", details=CALLS)
    prompt = chosen(stage, run)
    assert [(m.role, m.content) for m in prompt.messages] == [
        ("user", "Hello there"),
        ("assistant", "Let me look."),
        ("assistant", ""),
        ("tool", "rain"),
        ("tool", ""),
    ]
    assert prompt.messages[2].tool_calls[0] == {
        "id": "call_1",
        "type": "function",
        "function": {"name": "weather", "arguments": "{}"},
    }
    assert (prompt.messages[3].tool_call_id, prompt.messages[3].name) == ("call_1", "weather")


def test_what_earlier_runs_wrote_is_history(make_stage: StageFactory) -> None:
    stage = make_stage()
    first = stage.new_run()
    message = stage.store.messages.begin(first.thread_id, first.assistant_id, first.id)
    stage.store.messages.finish(message.id, (TextPart(text="Hi!"),), "completed")
    stage.store.runs.update(first.id, status=RunStatus.COMPLETED)
    stage.store.messages.create(first.thread_id, NewMessage(role="user", content=(TextPart(text="And now?"),)))
    prompt = chosen(stage, stage.new_run(first.thread_id))
    assert [m.content for m in prompt.messages] == ["Hello there", "Hi!", "And now?"]


def test_the_last_messages_strategy_is_honoured(make_stage: StageFactory) -> None:
    stage = make_stage()
    strategy = {"type": "last_messages", "last_messages": 1}
    run = stage.new_run(stage.thread("Hi", "Anyone?"), truncation_strategy=strategy)
    assert [m.content for m in chosen(stage, run).messages] == ["Anyone?"]


def test_a_short_prompt_is_not_rendered(make_stage: StageFactory) -> None:
    backend = LongTemplate()
    chosen(stage := make_stage(backend=backend), stage.new_run())
    assert backend.rendered == 0


def test_near_the_limit_the_rendered_prompt_decides(make_stage: StageFactory) -> None:
    backend = LongTemplate(context=1000)
    stage = make_stage(backend=backend)
    run = stage.new_run(stage.thread(*["word " * 82 for _ in range(8)]))
    before = chosen(stage, run)
    assert backend.rendered == 1
    backend.extra = 150
    after = chosen(stage, run)
    assert len(after.dropped) > len(before.dropped)


def test_a_template_that_fills_the_context_is_told(make_stage: StageFactory) -> None:
    backend = LongTemplate(context=1000)
    backend.extra = 5000
    stage = make_stage(backend=backend)
    run = stage.new_run(stage.thread("word " * 700))
    with pytest.raises(PromptTooLong):
        chosen(stage, run)


def test_a_question_about_files_is_answered_from_them_once(
    make_stage: StageFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = make_stage()
    look = FirstLook("- a.csv", "Look first.")
    monkeypatch.setattr(stage.world.tools, "first_look", lambda _run, *, chinese: None if chinese else look)
    assert isinstance(stage.backend, ScriptedBackend)
    stage.backend.leanings = lambda question: -1.0 if "Hello!" in question else 1.0
    run = stage.new_run(stage.thread("Sum?"))
    assert chosen(stage, run).messages[-1].content == "Sum?\n\nLook first."

    about = {"run_id": run.id, "thread_id": run.thread_id, "assistant_id": run.assistant_id}
    stage.store.steps.create(**about, type="tool_calls", details=CALLS)
    assert "Look first" not in "".join(message.content for message in chosen(stage, run).messages)


def test_a_greeting_beside_files_is_answered_in_words(
    make_stage: StageFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = make_stage()
    monkeypatch.setattr(
        stage.world.tools, "first_look", lambda _run, *, chinese: FirstLook("- a.csv", f"Look {chinese}")
    )
    assert isinstance(stage.backend, ScriptedBackend)
    stage.backend.leanings = lambda question: 1.0 if "add up" in question else -1.0
    prompt = chosen(stage, stage.new_run(stage.thread("Good morning")))
    assert "Look" not in prompt.messages[-1].content
