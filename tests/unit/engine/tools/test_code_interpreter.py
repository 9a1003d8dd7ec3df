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
    seconds = outcome.details.pop("seconds")
    outputs = [{"type": "logs", "logs": "21"}]
    assert outcome.details == {"input": "x + 1", "outputs": outputs, "status": "ok", "restarted": False}
    assert seconds >= 0
    assert outcome.output == "21"


def test_files_go_in_and_come_out(store: Store, tool: CodeInterpreter) -> None:
    file_id = keep(store, "sales.csv", b"name,price\npen,3\n")
    run = a_run(store, file_id)
    assert "/mnt/data/sales.csv (columns: name, price; first rows: pen, 3)" in tool.words(run)
    code = "text = open('/mnt/data/sales.csv').read()\nopen('/mnt/data/out.txt', 'w').write(text.upper())"
    outcome = call(tool, run, code)
    ((path, made),) = outcome.files.items()
    assert path == "sandbox:/mnt/data/out.txt"
    stored = store.files.get(made)
    assert (stored.filename, stored.purpose) == ("out.txt", "assistants_output")
    assert b"".join(store.files.read(stored)) == b"NAME,PRICE\nPEN,3\n"


def test_files_nobody_has_read_can_be_looked_into(store: Store, tool: CodeInterpreter) -> None:
    run = a_run(store, keep(store, "sales.csv", b"a\n1\n"))

    look = tool.first_look(run, chinese=False)

    assert look is not None
    assert look.there.startswith("- /mnt/data/sales.csv (")
    assert "```python" in look.order
    assert tool.first_look(a_run(store), chinese=False) is None


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


def test_a_table_comes_as_html_for_the_window(store: Store, tool: CodeInterpreter) -> None:
    outcome = call(tool, a_run(store), "import pandas as pd\npd.DataFrame({'a': ['<b>x</b>']})")
    assert outcome.details["table"].startswith("<table>")
    assert "&lt;b&gt;x" in outcome.details["table"]


def test_a_doubt_asks_for_corrected_code(store: Store, tool: CodeInterpreter) -> None:
    code = "import pandas as pd\np = pd.Series([1, 2])\ntotal = p * p.sum()\nprint(total)"
    outcome = call(tool, a_run(store), code)
    assert outcome.details["status"] == "ok"
    assert "(p * p).sum()" in outcome.details["doubt"]
    step = {"id": "c", "type": "code_interpreter", "code_interpreter": outcome.details}
    told = tool.recall(step, chinese=False)[1].content
    assert told.count("(p * p).sum()") == 1
    assert "do not repeat the old code" in told
    assert "不要重复" in tool.recall(step, chinese=True)[1].content


def test_the_model_reads_beginning_and_end_of_a_long_output(store: Store, tool: CodeInterpreter) -> None:
    outcome = call(tool, a_run(store), "for n in range(9000): print(n)\n1 / 0")
    step = {"id": "c", "type": "code_interpreter", "code_interpreter": outcome.details}
    told = tool.recall(step, chinese=False)[1].content
    assert len(outcome.output) < 22_000
    assert len(told) < 5000
    assert "0\n1\n2\n" in told
    assert "characters left out" in told
    assert "ZeroDivisionError" in told


def test_an_assistant_may_have_limits_of_its_own(store: Store, tool: CodeInterpreter) -> None:
    run = a_run(store)
    store.assistants.update(run.assistant_id, metadata={"code_seconds": "1", "code_memory_mib": "999999999999"})
    outcome = call(tool, run, "while True: pass")
    assert outcome.details["status"] == "timeout"
    assert "longer than 1 seconds" in outcome.output
    assert tool._limits(run).memory == 768 * 2**20


def test_output_is_handed_on_and_a_stop_ends_the_cell_but_not_the_session(store: Store, tool: CodeInterpreter) -> None:
    run, cancel, pieces = a_run(store), CancelToken(), []

    def hear(text: str) -> None:
        pieces.append(text)
        cancel.set()

    outcome = tool.call(run, "x = 7\nprint('begun')\nwhile True: pass", cancel, hear)
    assert "".join(pieces) == "begun\n"
    assert outcome.details["status"] == "killed"
    assert "stopped by the user" in outcome.output
    assert call(tool, run, "x").output == "7"
