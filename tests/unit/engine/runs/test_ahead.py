"""What is read ahead is what the next run begins with; no answer is written, and a cancel ends it."""

from __future__ import annotations

from engine.cancel import CancelToken
from engine.inference.port import ChatRequest, GenerationEvent
from engine.inference.scripted import ScriptedBackend
from engine.runs.ahead import read_ahead
from engine.types import Run, RunStatus
from tests.support.stage import StageFactory


def planned(thread_id: str, **fields: object) -> Run:
    about = {"created_at": 0, "assistant_id": "asst_1", "model": "m", "status": RunStatus.QUEUED}
    return Run(id="", thread_id=thread_id, **about, **fields)  # type: ignore[arg-type]


class Listening(ScriptedBackend):
    """Keeps what it was asked to read."""

    def __init__(self) -> None:
        super().__init__(["never written"])
        self.asked: list[ChatRequest] = []

    def chat(self, spec, request, on_event, cancel):  # type: ignore[no-untyped-def]
        self.asked.append(request)
        events: list[GenerationEvent] = []
        return super().chat(spec, request, events.append, cancel)


def test_the_thread_is_read_up_to_the_message_to_come(make_stage: StageFactory) -> None:
    backend = Listening()
    stage = make_stage(backend=backend)
    read_ahead(stage.world, planned(stage.thread("Hi"), instructions="Be kind."), CancelToken())
    (asked,) = backend.asked
    assert [(m.role, m.content) for m in asked.messages] == [("system", "Be kind."), ("user", "Hi\n\n…")]
    assert asked.sampling.max_tokens == 0
    assert backend.requests == []  # no answer was used up


def test_a_new_thread_has_only_instructions(make_stage: StageFactory) -> None:
    backend = Listening()
    read_ahead(make_stage(backend=backend).world, planned("", instructions="Be kind."), CancelToken())
    assert [m.content for m in backend.asked[0].messages] == ["Be kind.", "…"]


def test_who_comes_meanwhile_finds_the_model_loaded_and_nothing_read(make_stage: StageFactory) -> None:
    backend, cancel = Listening(), CancelToken()
    cancel.set()
    stage = make_stage(backend=backend)
    read_ahead(stage.world, planned(stage.thread("Hi")), cancel)
    assert [model.model_id for model in backend.loaded()] == ["m"]
    assert backend.asked == []
