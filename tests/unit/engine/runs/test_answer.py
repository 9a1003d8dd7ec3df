"""One generation's stream as the machine's events."""

from __future__ import annotations

from engine.retrieval.citations import Source
from engine.runs import machine as m
from engine.runs.answer import Answer
from engine.types import Chunk

TOOLS = [
    {"type": "function", "function": {"name": "weather", "parameters": {"properties": {"city": {"type": "string"}}}}},
    {"type": "function", "function": {"name": "file_search", "parameters": {}}},
]


def play(text: str, *, size: int = 7) -> tuple[Answer, list[m.Event]]:
    answer = Answer(TOOLS, now=lambda: 5, kinds={"file_search": "file_search"})
    events: list[m.Event] = []
    for start in range(0, len(text), size):
        events += answer.feed(text[start : start + size], 1.0)
    return answer, events + answer.finish(2.0)


def test_text_comes_through_without_leading_space() -> None:
    _, events = play("\n\n  Hello there.")
    assert "".join(event.text for event in events if isinstance(event, m.TextDelta)) == "Hello there."


def test_calls_and_thoughts() -> None:
    answer, events = play(
        '<think>\nWhere?</think>\n<tool_call>\n{"name": "weather", "arguments": {"city": "Bonn"}}\n</tool_call>\n'
        '<tool_call>\n{"name": "file_search", "arguments": {"query": "x"}}\n</tool_call>'
    )
    assert answer.reasoning == "\nWhere?"
    assert answer.thought_seconds >= 0
    opened = [event.call for event in events if isinstance(event, m.CallOpened)]
    assert [(call.kind, call.name, call.arguments) for call in opened] == [
        ("function", "weather", ""),
        ("file_search", "file_search", ""),
    ]
    assert opened[0].id != opened[1].id
    written = "".join(event.text for event in events if isinstance(event, m.CallGrew))
    assert written == '{"city": "Bonn"}{"query": "x"}'
    assert not any(isinstance(event, m.TextDelta) for event in events), "white space opens no message"


def test_what_the_passages_say_is_cited_and_reviewed() -> None:
    source = Source(
        marker="【0:0†source】",
        file_id="file-1",
        filename="tea.md",
        chunk=Chunk(text="Green tea is steeped at seventy degrees.", tokens=9, page=3),
    )
    answer = Answer((), now=lambda: 5, files={source.marker: "file-1"}, sources=(source,))
    events = [*answer.feed("Green tea is steeped at ", 1.0), *answer.feed("seventy degrees.", 1.0), *answer.finish(2.0)]
    deltas = [event for event in events if isinstance(event, m.TextDelta)]

    said = "".join(delta.text for delta in deltas)
    assert said == "Green tea is steeped at seventy degrees.【0:0†source】"
    [annotation] = [each for delta in deltas for each in delta.annotations]
    assert annotation["file_citation"] == {"file_id": "file-1"}
    assert [quote["page"] for quote in answer.review()["citations"]["quotes"]] == [3]
    assert play("Hello")[0].review() == {}


def test_the_last_answer_links_the_files_it_does_not_name() -> None:
    answer = Answer((), now=lambda: 5, files={"sandbox:/mnt/data/a.csv": "file-a"}, code_tool="code_interpreter")
    events = [*answer.feed("Done.", 1.0), *answer.finish(2.0)]
    texts = [event for event in events if isinstance(event, m.TextDelta)]
    assert "".join(event.text for event in texts) == "Done.\n\n[a.csv](sandbox:/mnt/data/a.csv)"
    assert [a["file_path"] for event in texts for a in event.annotations] == [{"file_id": "file-a"}]

    more = Answer((), now=lambda: 5, files={"sandbox:/mnt/data/a.csv": "file-a"}, code_tool="code_interpreter")
    events = [*more.feed("First:\n```python\n1 + 1\n```\n", 1.0), *more.finish(2.0)]
    assert any(isinstance(event, m.CallOpened) for event in events)
    assert "a.csv" not in "".join(event.text for event in events if isinstance(event, m.TextDelta))


def test_thoughts_are_told_as_they_come() -> None:
    answer = Answer((), now=lambda: 0)
    told = []
    for piece in ("<think>\n", "Hm", ", where", "?</think>", "In Bonn."):
        answer.feed(piece, 1.0)
        told.append(answer.fresh_thoughts())

    assert "".join(told) == answer.reasoning
    assert told[0] == ""
    assert "Hm" in told[1]
    assert told[-1] == ""
