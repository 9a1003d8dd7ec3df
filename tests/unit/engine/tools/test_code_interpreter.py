"""The code interpreter tool, on the real jail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.cancel import CancelToken
from engine.sandbox import Sandbox
from engine.store import Store
from engine.tools.base import Outcome
from engine.tools.code_interpreter import CodeInterpreter, code_of
from engine.types import Run


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "db", tmp_path / "blobs") as store:
        yield store


@pytest.fixture
def tool(store: Store, tmp_path: Path) -> Iterator[CodeInterpreter]:
    sandbox = Sandbox(tmp_path / "sandbox", spare=False, preload=False)
    if not sandbox.available().available:
        pytest.skip("no jail on this system")
    yield CodeInterpreter(store, sandbox)
    sandbox.close()


def a_run(store: Store, *file_ids: str) -> Run:
    assistant = store.assistants.create(model="m", tool_resources={"code_interpreter": {"file_ids": list(file_ids)}})
    thread = store.threads.create(tool_resources={"code_interpreter": {"file_ids": ["file-gone"]}})
    run, _ = store.runs.create(thread.id, assistant_id=assistant.id, model="m", tools=({"type": "code_interpreter"},))
    return run


def keep(store: Store, name: str, content: bytes) -> str:
    with store.files.receive(1000) as incoming:
        incoming.write(content)
        return store.files.create(incoming, filename=name, purpose="assistants").id


def call(tool: CodeInterpreter, run: Run, code: str) -> Outcome:
    return tool.call(run, code, CancelToken(), lambda _text: None)


def test_variables_live_between_calls_and_the_step_keeps_everything(store: Store, tool: CodeInterpreter) -> None:
    run = a_run(store)
    call(tool, run, "x = 20")
    outcome = call(tool, run, "x + 1")
    assert outcome.details == {"input": "x + 1", "outputs": [{"type": "logs", "logs": "21"}], "status": "ok"}
    assert outcome.output == "21"


def test_files_go_in_and_come_out(store: Store, tool: CodeInterpreter) -> None:
    file_id = keep(store, "sales.csv", b"name,price\npen,3\n")
    run = a_run(store, file_id)
    assert "/mnt/data/sales.csv (columns: name,price)" in tool.words(run)
    code = "text = open('/mnt/data/sales.csv').read()\nopen('/mnt/data/out.txt', 'w').write(text.upper())"
    outcome = call(tool, run, code)
    ((path, made),) = outcome.files.items()
    assert path == "sandbox:/mnt/data/out.txt"
    stored = store.files.get(made)
    assert (stored.filename, stored.purpose) == ("out.txt", "assistants_output")
    assert b"".join(store.files.read(stored)) == b"NAME,PRICE\nPEN,3\n"


def test_a_failure_is_told_so_that_it_can_be_corrected(store: Store, tool: CodeInterpreter) -> None:
    outcome = call(tool, a_run(store), "1 / 0")
    assert outcome.details["status"] == "error"
    step = {"id": "c", "type": "code_interpreter", "code_interpreter": outcome.details}
    asked, told = tool.recall(step, chinese=False)
    assert asked.content == "```python\n1 / 0\n```"
    assert "ZeroDivisionError" in told.content
    assert "corrected code" in told.content
    assert "改正" in tool.recall(step, chinese=True)[1].content


def test_code_that_prints_nothing_says_so(store: Store, tool: CodeInterpreter) -> None:
    assert call(tool, a_run(store), "y = 1").output == "[The code ran and printed nothing.]"


def test_the_code_in_what_models_write() -> None:
    assert code_of('{"code": "1+1"}') == "1+1"
    assert code_of('{"input": "2"}') == "2"
    assert code_of("print(1)") == "print(1)"
    assert code_of("[1, 2]") == "[1, 2]"
