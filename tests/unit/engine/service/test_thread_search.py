"""Search over everything said: words, parts of them, and Chinese of one, two and more characters."""

from __future__ import annotations

import pytest

from engine.service import Engine
from engine.service.thread_search import snippet_of
from engine.types import NewMessage, PageRequest, TextPart
from tests.support.fixtures import EngineFactory

TEXTS = (
    "The refunds policy, see section 7.",
    "六月的降雨量是多少？",
    "max_tokens is set to 2,500 here",
    "我们去喝茶吧",
    "Ｆｕｌｌ ｗｉｄｔｈ text",
)


def _add(engine: Engine, *texts: str) -> str:
    new = [NewMessage(role="user", content=(TextPart(text=text),)) for text in texts]
    return engine.threads.create(messages=new).id


def _found(engine: Engine, query: str) -> list[str]:
    hits = engine.search.find(query)
    return [engine.messages.get(hit.thread_id, hit.message_id).text for hit in hits]


@pytest.mark.parametrize(
    ("query", "index"),
    [
        *(("refund", 0), ("REFUNDS policy", 0), ("refu", 0), ("section 7", 0)),
        *(("降雨", 1), ("雨量", 1), ("降雨量", 1), ("六月 多少", 1), ("怎么", None), ("量降", None), ("是多少", 1)),
        *(("max tokens", 2), ("maxTokens", 2), ("2500", 2), ("refund tokens", None)),
        *(("茶", 3), ("喝茶", 3), ("full width", 4), ("", None), ("?!", None), ('"', None)),
    ],
)
def test_what_is_said_is_found(engine: Engine, query: str, index: int | None) -> None:
    _add(engine, *TEXTS)

    assert _found(engine, query) == ([] if index is None else [TEXTS[index]])


def test_the_newest_come_first_from_all_threads_and_branches(make_engine: EngineFactory) -> None:
    engine = make_engine(["coffee then"])
    thread_id = _add(engine, "tea one")
    [first] = engine.messages.list(thread_id).items
    _add(engine, "tea two")
    assistant = engine.assistants.create(model="m")
    _, run = engine.branches.edit(thread_id, first.id, assistant.id, "tea three")
    engine.runs.wait(run.id, 30)

    assert _found(engine, "tea") == ["tea three", "tea two", "tea one"]
    assert len(engine.search.find("tea", limit=2)) == 2
    assert _found(engine, "coffee") == ["coffee then"]


def test_an_import_and_a_restart_are_found_too(make_engine: EngineFactory) -> None:
    engine = make_engine()
    thread_id = _add(engine, *(f"message {number} 茶叶" for number in range(150)))
    engine.close()
    engine = make_engine()

    assert len(engine.search.find("茶叶", limit=100)) == 100
    engine.messages.delete(thread_id, engine.search.find("message 149")[0].message_id)
    assert _found(engine, "message 149") == []
    assert engine.messages.list(thread_id, PageRequest(limit=1)).items[0].text == "message 148 茶叶"


def test_a_snippet_shows_the_words_in_their_place() -> None:
    text = "word " * 100 + "the answer is\nforty-two " + "word " * 100
    snippet, marks = snippet_of(text, ["answer", "forty"])

    assert snippet.startswith("…")
    assert snippet.endswith("…")
    assert [snippet[start:stop] for start, stop in marks] == ["answer", "forty"]
    assert "\n" not in snippet
    assert snippet_of("六月的降雨量", ["降雨"]) == ("六月的降雨量", ((3, 5),))
    assert snippet_of("short", ["missing"]) == ("short", ())
