"""Calls are read from stored steps and from the pieces that come while they are written."""

from __future__ import annotations

from typing import Any

from desktop.chat.calls import calls_of, growing_calls, grown, pretty
from engine.types import RunStep


def _step(*calls: dict[str, Any], status: str = "completed") -> RunStep:
    return RunStep(
        id="step",
        created_at=0,
        run_id="run",
        thread_id="t",
        assistant_id="a",
        type="tool_calls",
        status=status,  # type: ignore[arg-type]
        details={"type": "tool_calls", "tool_calls": list(calls)},
    )


def _code(**own: Any) -> dict[str, Any]:
    return {"id": "c", "type": "code_interpreter", "code_interpreter": own}


def test_code_with_output_images_and_a_table() -> None:
    outputs = [
        {"type": "logs", "logs": "42"},
        {"type": "image", "image": {"file_id": "file_1"}},
    ]
    raw = _code(input="a = 1\nb = 2\n", outputs=outputs, status="ok", table="<table></table>")
    (call,) = calls_of(_step(raw), {"c": 0.25})

    assert (call.state, call.lines, call.output, call.images) == ("done", 2, "42", ("file_1",))
    assert call.seconds == 0.25
    assert call.table == "<table></table>"


def test_code_that_went_wrong_and_code_that_was_stopped() -> None:
    failed = calls_of(_step(_code(input="x", outputs=[{"type": "logs", "logs": "NameError"}], status="error")))
    stopped = calls_of(_step(_code(input="x", outputs=[]), status="cancelled"))

    assert [failed[0].state, stopped[0].state] == ["failed", "stopped"]


def test_a_search_with_its_passages() -> None:
    results = [
        {
            "file_id": f"file_{n % 2}",
            "file_name": "a.pdf",
            "score": 0.5,
            "content": [{"type": "text", "text": f"passage {n}"}],
            "marker": f"【0:{n}†source】",
            "page": n,
            "heading": ["One", "Two"],
        }
        for n in range(3)
    ]
    raw = {"id": "s", "type": "file_search", "file_search": {"query": "who", "results": results}}
    (call,) = calls_of(_step(raw))

    assert (call.given, call.files, len(call.passages)) == ("who", 2, 3)
    assert call.passages[1].text == "passage 1"
    assert call.passages[1].heading == ("One", "Two")


def test_what_the_api_left_out_does_no_harm() -> None:
    search = {"id": "s", "type": "file_search", "file_search": {"results": [{"file_id": "f", "file_name": "a"}]}}
    odd = {"id": "o", "type": "browser", "browser": {}}

    (call,) = calls_of(_step(search, odd))
    assert call.passages[0].text == ""


def test_a_function_says_whether_it_worked() -> None:
    def state(output: str | None, status: str = "completed") -> str:
        raw = {"id": "f", "type": "function", "function": {"name": "n", "arguments": "{}", "output": output}}
        return calls_of(_step(raw, status=status))[0].state

    assert state("[]") == "done"
    assert state("Error: no such table") == "failed"
    assert state(None, "in_progress") == "working"
    assert state(None, "expired") == "stopped"


def test_a_growing_call_is_put_together_from_its_pieces() -> None:
    raw = grown([], [{"index": 0, **_code(input="", outputs=[])}])
    for piece in ("import ", "math\n", "1"):
        delta = {"index": 0, "type": "code_interpreter", "code_interpreter": {"input": piece}}
        raw = grown(raw, [delta])
    (call,) = growing_calls(raw)
    assert (call.id, call.given, call.state) == ("c", "import math\n1", "working")

    logs = [{"index": 0, "type": "logs", "logs": "3"}]
    raw = grown(raw, [{"index": 0, "type": "code_interpreter", "code_interpreter": {"outputs": logs}}])
    assert growing_calls(raw)[0].output == "3"


def test_pieces_without_a_beginning_are_left_to_the_stored_step() -> None:
    assert grown([], [{"index": 3, "type": "function", "function": {"arguments": "x"}}]) == []


def test_json_is_indented_and_other_text_left_alone() -> None:
    assert pretty('{"a": [1]}') == ('{\n  "a": [\n    1\n  ]\n}', "json")
    assert pretty("{broken") == ("{broken", "")
    assert pretty(" plain ") == ("plain", "")


def test_what_code_prints_grows_while_it_works() -> None:
    raw = grown([], [{"index": 0, **_code(input="x", outputs=[])}])
    for text in ("one\n", "two\n"):
        logs = [{"index": 0, "type": "logs", "logs": text}]
        raw = grown(raw, [{"index": 0, "type": "code_interpreter", "code_interpreter": {"outputs": logs}}])
    (call,) = growing_calls(raw)
    assert (call.output, call.state) == ("one\ntwo", "working")

    image = [
        {"index": 1, "type": "image", "image": {"file_id": "file-1"}},
        {"index": 0, "type": "logs", "logs": "z" * 9000},
    ]
    raw = grown(raw, [{"index": 0, "type": "code_interpreter", "code_interpreter": {"outputs": image}}])
    (call,) = growing_calls(raw)
    assert call.images == ("file-1",)
    assert call.output == "z" * 4000
