"""What the panel shows, drawn from logs: steps with their own seconds, scores with what was cut, sums of tokens."""

from __future__ import annotations

from typing import Any

from desktop.details.facts import facts_of, pretty
from engine.service.run_log import DroppedMessage, RunLog
from engine.types import GenerationRecord, JsonObject, Run, RunStatus, RunStep, Thread


def step(kind: str, details: JsonObject, status: Any = "completed") -> RunStep:
    return RunStep(
        id=f"step_{kind}", created_at=1, run_id="r", thread_id="t", assistant_id="a",
        type="message_creation" if kind == "message" else "tool_calls", status=status, details=details,
    )  # fmt: skip


def calls(*made: JsonObject) -> JsonObject:
    return {"tool_calls": list(made)}


def generation(number: int, **measures: Any) -> GenerationRecord:
    return GenerationRecord(number=number, created_at=1, prompt="p", measures=measures)


def log(*steps: RunStep, generations: tuple[GenerationRecord, ...] = (), **more: Any) -> RunLog:
    run = Run(
        id="r", created_at=1, thread_id="t", assistant_id="a", status=RunStatus.COMPLETED, model="m",
        trace=more.pop("trace", {}), temperature=0.5,
    )  # fmt: skip
    thread = Thread(id="t", created_at=1)
    return RunLog(
        run=run,
        thread=thread,
        assistant=None,
        steps=steps,
        generations=generations,
        events=more.pop("events", ()),
        **more,
    )


SEARCH = {
    "id": "c1",
    "type": "file_search",
    "file_search": {
        "query": "rent",
        "results": [
            {"file_id": "f", "file_name": "a.pdf", "page": 3, "score": 0.9, "scores": {"keyword": 0.6, "vector": None},
             "content": [{"type": "text", "text": "The rent is due."}], "marker": "【0:0†source】"},
        ],
        "cut": [{"file_id": "f", "file_name": "a.pdf", "page": 1, "score": 0.2, "scores": {"keyword": 0.1}}],
    },
}  # fmt: skip
CODE = {
    "id": "c2",
    "type": "code_interpreter",
    "code_interpreter": {
        "input": "a = 1\nprint(a)\n",
        "outputs": [{"type": "logs", "logs": "1"}, {"type": "image", "image": {"file_id": "f"}}],
        "status": "declined",
    },
}
FUNCTION = {"id": "c3", "type": "function", "function": {"name": "clock", "arguments": '{"q":1}', "output": "noon"}}


def test_every_step_has_what_there_is_to_say_about_it() -> None:
    facts = facts_of(
        log(
            step("search", calls(SEARCH, CODE)),
            step("function", calls(FUNCTION), "in_progress"),
            step("message", {}),
            generations=(
                generation(1, prompt_tokens=10),
                generation(2, prompt_tokens=20),
                generation(
                    3, prompt_tokens=100, cached_tokens=97, read_seconds=0.5, write_seconds=1.5, first_token_seconds=0.6
                ),
            ),
            trace={"tools": [{"id": "c1", "seconds": 0.4}]},
        )
    )
    search, code, function, message = facts.steps
    assert (search.kind, search.seconds, search.passages, search.files, search.query) == (
        "file_search",
        0.4,
        1,
        1,
        "rent",
    )
    assert (code.lines, code.images, code.declined, code.came) == (2, 1, True, "1")
    assert (function.name, function.state, function.given, function.came) == (
        "clock",
        "working",
        '{\n  "q": 1\n}',
        "noon",
    )
    assert (message.seconds, message.first_token, message.reused) == (2.0, 0.6, 0.97)


def test_passages_keep_their_scores_and_those_without_room_are_marked() -> None:
    first, second = facts_of(log(step("search", calls(SEARCH)))).passages
    assert (first.file, first.page, first.keyword, first.vector, first.cut) == ("a.pdf", 3, 0.6, None, False)
    assert first.text == "The rent is due."
    assert (second.page, second.score, second.cut) == (1, 0.2, True)


def test_tokens_are_summed_over_the_generations() -> None:
    measured = {
        "prompt_tokens": 10,
        "cached_tokens": 4,
        "completion_tokens": 6,
        "read_seconds": 1.0,
        "write_seconds": 2.0,
    }
    dropped = (DroppedMessage(id="m", tokens=7, reason="context"),)
    facts = facts_of(log(generations=(generation(1, **measured), generation(2, **measured)), dropped=dropped))
    tokens = facts.tokens
    assert (tokens.read, tokens.reused, tokens.written, tokens.dropped) == (12, 8, 12, 7)
    assert (tokens.per_second, tokens.read_seconds, tokens.write_seconds) == (3.0, 2.0, 4.0)
    assert facts.sampling["temperature"] == 0.5


def test_a_run_from_before_logs_shows_what_its_trace_has() -> None:
    facts = facts_of(log(step("message", {}), trace={"prompt_tokens": 9, "completion_tokens": 3, "write_seconds": 1.0}))
    assert (facts.tokens.read, facts.tokens.written, facts.tokens.per_second) == (9, 3, 3.0)
    assert facts.steps[0].first_token is None


def test_events_say_how_many_there_were() -> None:
    events = ({"event": "thread.message.delta", "id": "m", "at": 0.5, "count": 3, "until": 0.9},)
    [event] = facts_of(log(events=events)).events
    assert (event.name, event.at, event.count, event.until) == ("thread.message.delta", 0.5, 3, 0.9)


def test_what_is_no_json_stays() -> None:
    assert pretty("x = 1") == "x = 1"


def test_sentences_an_answer_rests_on_and_those_without_a_source_are_read_from_the_review() -> None:
    said = "The rent is due【0:0†source】. Kings paid none."
    quote = {"marker": "【0:0†source】", "at": 15, "page": 4, "start": 0, "stop": 16, "support": 0.75}
    lost = {"marker": "【9:9†source】", "at": 15, "start": 0, "stop": 3}
    review = {"quotes": [quote, quote], "unsupported": [{"start": 29, "stop": 45}]}
    facts = facts_of(log(step("search", calls(SEARCH)), trace={"citations": review}, said=said))

    [only] = facts.quotes
    assert (only.number, only.file, only.page, only.text, only.support) == (1, "a.pdf", 4, "The rent is due.", 0.75)
    assert facts.unsupported == ("Kings paid none.",)
    assert facts_of(log(trace={"citations": {"quotes": [lost]}})).quotes == ()
