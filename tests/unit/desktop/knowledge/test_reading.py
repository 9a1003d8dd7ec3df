"""What the knowledge pages say, without a window."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.knowledge import reading
from engine.service import Engine
from engine.types import Chunk, SearchHit


def _hit(**values: Any) -> SearchHit:
    place = {name: values.pop(name) for name in ("page", "last_page", "line", "last_line") if name in values}
    chunk = Chunk(text="x", tokens=1, **place)
    known = {"vector_store_id": "vs", "file_id": "f", "filename": "a", "attributes": {}, "position": 0, "score": 0.5}
    return SearchHit(chunk=chunk, **known, **values)


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("Tea steeps; teas steep.", "How does tea steep?", ["Tea", "steep", "tea", "steep"]),
        ("开课七天内可以全额退费。", "退费要几天", ["退费"]),
        ("全额退费，可以", "可以全额退费吗", ["全额退费", "可以"]),
        ("nothing of it", "is it the", []),
        ("a+b", "a+b c++", []),
    ],
)
def test_words_of_the_question_are_marked(text: str, query: str, marked: list[str]) -> None:
    assert [text[start:stop] for start, stop in reading.spans(text, [query])] == marked


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ({"page": 3}, "page {page}"),
        ({"page": 3, "last_page": 4, "line": 1}, "pages {page}–{last}"),
        ({"line": 7, "last_line": 7}, "line {line}"),
        ({"line": 7, "last_line": 9}, "lines {line}–{last}"),
    ],
)
def test_a_place_is_told_in_pages_or_lines(place: dict[str, int], said: str) -> None:
    words = reading.place(_hit(**place))
    assert words is not None
    assert words.source == said
    assert reading.place(_hit()) is None


def test_why_tells_which_search_found_it() -> None:
    def begins(**values: Any) -> list[str]:
        return [words.source.split(" ")[2] for words in reading.why(_hit(**values))]

    words, sense = {"keyword_score": 0.5, "keyword_rank": 1}, {"vector_score": 0.5, "vector_rank": 2}
    assert begins(**words, **sense) == ["ways:"]
    assert begins(**words) == ["its"]
    assert begins(**sense, rerank_score=0.9) == ["its", "side"]
    assert len(reading.why(_hit())) == 1


def test_counts_are_told_as_people_do() -> None:
    assert [reading.files(n).source for n in (0, 1, 2)] == ["no files yet", "1 file", "{n} files"]
    assert [reading.passages(n).values for n in (1, 1200)] == [{}, {"n": "1,200"}]


def test_a_store_is_read_with_files_users_and_embedders(engine: Engine) -> None:
    store = engine.vector_stores.create(name="Tea", file_ids=[engine.files.create(b"Tea.", filename="a.txt").id])
    resources = {"file_search": {"vector_store_ids": [store.id]}}
    user = engine.assistants.create(model="default", tools=[{"type": "file_search"}], tool_resources=resources)
    engine.vector_stores.wait([store.id], 60)

    contents = reading.read_store(engine, store.id)
    assert ([each.filename for each in contents.held], contents.users) == (["a.txt"], (user,))
    assert contents.embedders == {"": 1}
    shelf, by_meaning = reading.read_shelf(engine)
    assert ([each.users for each in shelf], by_meaning) == ([(user,)], False)
