"""The model names a thread after its first answer, and gives way to every run."""

from __future__ import annotations

import threading

import pytest

from engine.events import ThreadChanged
from engine.inference.scripted import Reply
from engine.service import Engine
from engine.service.naming import clean
from tests.support.fixtures import EngineFactory


def _answered(engine: Engine, text: str = "How long does tea steep?") -> str:
    message, run = engine.runs.say(None, engine.assistants.create(model="m", instructions="Be brief.").id, text)
    engine.runs.wait(run.id, 30)
    return message.thread_id


def _renamed(engine: Engine) -> tuple[threading.Event, list[str | None]]:
    heard, titles = threading.Event(), []

    def hear(event: object) -> None:
        if isinstance(event, ThreadChanged) and event.thread is not None:
            titles.append(event.thread.title)
            heard.set()

    engine.subscribe(hear)
    return heard, titles


def test_the_title_comes_from_the_model(make_engine: EngineFactory) -> None:
    engine = make_engine(["Three minutes.", 'Title: "Steeping tea"\nbecause'])
    thread_id = _answered(engine)
    assert engine.threads.get(thread_id).title == "How long does tea steep?"
    heard, titles = _renamed(engine)

    engine.naming.want(thread_id)

    assert heard.wait(30)
    assert titles == ["Steeping tea"]
    asked = engine._backend.requests[-1]  # type: ignore[attr-defined]
    assert [m.role for m in asked.messages] == ["system", "user", "assistant", "user"]
    assert asked.sampling.max_tokens == 32


def test_a_title_that_somebody_chose_stays(make_engine: EngineFactory) -> None:
    engine = make_engine(["Three minutes.", "Two minutes.", "Second title"])
    mine, other = _answered(engine), _answered(engine, "And coffee?")
    engine.threads.update(mine, title="Mine")
    heard, titles = _renamed(engine)
    engine.naming.want(mine)
    engine.naming.want("thread_unknown")
    engine.naming.want(other)

    assert heard.wait(30)
    assert titles == ["Second title"]
    assert engine.threads.get(mine).title == "Mine"


def test_a_run_comes_first(make_engine: EngineFactory) -> None:
    gate, titling = threading.Event(), threading.Event()

    def script(request: object) -> Reply | str:
        asked = request.messages[-1].content  # type: ignore[attr-defined]
        if "title" not in asked:
            return "an answer"
        if titling.is_set():
            return "A later title"
        titling.set()
        return Reply(text="never said", reading=gate)

    engine = make_engine(script)
    thread_id = _answered(engine)
    heard, titles = _renamed(engine)
    engine.naming.want(thread_id)
    assert titling.wait(30)
    heard.clear()

    other = _answered(engine, "More?")  # would wait for ever behind a title that does not give way

    assert heard.wait(30)
    engine.naming.want(other)
    while "A later title" not in titles:
        heard.clear()
        assert "A later title" in titles or heard.wait(30)
    assert engine.threads.get(thread_id).title == "A later title"


def test_it_can_be_switched_off(make_engine: EngineFactory) -> None:
    engine = make_engine(["Three minutes."])
    engine.settings.set(model_titles=False)
    thread_id = _answered(engine)
    engine.naming.want(thread_id)
    engine.naming.close()

    assert engine.threads.get(thread_id).title == "How long does tea steep?"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Tea", "Tea"),
        ("  **“Tea times”**  \n\nand more", "Tea times"),
        ("标题：《泡茶时间》。", "泡茶时间"),
        ("<think>hm\nhm</think>\nTea", "Tea"),
        ("<think>hm", None),
        ("", None),
        ("…\n", None),
        ("Here's a possible title:\n\nSteeping tea", "Steeping tea"),
        ("Here is a title for this conversation", None),
        ("Sure! A good title would be:\n**Green tea**", "Green tea"),
        ("好的，标题如下：\n泡茶的时间", "泡茶的时间"),
        ("好的茶叶", "好的茶叶"),
        ("word " * 40, "word word word word word word word word word word word word…"),
    ],
)
def test_what_a_model_writes_is_cleaned(written: str, title: str | None) -> None:
    assert clean(written) == title
