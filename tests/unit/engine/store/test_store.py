"""The store as a whole: atomic groups, many threads, kill -9, full, read-only and broken files."""

from __future__ import annotations

import subprocess
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from engine.errors import FiresideError, InvalidRequest
from engine.store import Store
from engine.types import RunStatus, TextPart
from tests.unit.engine.store.values import FIRST_HUNDRED, said, started, texts

REPOSITORY = Path(__file__).resolve().parents[4]
SECRET = "a word of the user's"


def test_a_transaction_stores_all_or_nothing(store: Store) -> None:
    thread = store.threads.create()

    with pytest.raises(ZeroDivisionError), store.transaction():
        run = started(store, thread.id, new_messages=[said("a")])
        store.messages.begin(thread.id, "asst_a", run.id)
        raise ZeroDivisionError
    assert (store.runs.active(thread.id), texts(store.messages.history(thread.id))) == (None, [])

    with store.transaction():
        run = started(store, thread.id, new_messages=[said("a")])
        assert store.runs.active(thread.id) == run
    assert texts(store.messages.history(thread.id)) == ["a"]


def test_the_store_closes_with_its_block(path: Path) -> None:
    with Store(path, path.parent / "blobs") as store:
        store.threads.create()

    assert [file.name for file in path.parent.iterdir() if file.name.startswith(path.name)] == [path.name]


def test_runners_the_server_and_the_window_write_at_once(store: Store) -> None:
    def live(number: int) -> list[str]:
        thread = store.threads.create(metadata={"number": str(number)})
        for turn in range(5):
            run, _ = store.runs.create(
                thread.id, assistant_id="asst_a", model="m", new_messages=[said(f"{number}.{turn}")]
            )
            message = store.messages.begin(thread.id, "asst_a", run.id)
            store.messages.save_partial(message.id, [TextPart(text="…")])
            with store.transaction():
                store.messages.finish(message.id, [TextPart(text=f"re {number}.{turn}")], "completed")
                store.runs.update(run.id, status=RunStatus.COMPLETED)
            store.threads.list(FIRST_HUNDRED)
        return texts(store.messages.list(thread.id, FIRST_HUNDRED).items)

    with ThreadPoolExecutor(12) as pool:
        stories = list(pool.map(live, range(12)))

    for number, story in enumerate(stories):
        assert story == [text for turn in range(5) for text in (f"{number}.{turn}", f"re {number}.{turn}")]
    assert store.runs.unfinished() == ()


WRITER = """
import sys
from pathlib import Path
from engine.store import Store
from engine.types import NewMessage, RunStatus, TextPart

store = Store(Path(sys.argv[1]), Path(sys.argv[1]).parent / "blobs")
new = [NewMessage(role="user", content=(TextPart(text="x" * 2000),))] * 3
thread = store.threads.create()
print("thread", thread.id, flush=True)
while True:
    with store.transaction():
        run, _ = store.runs.create(thread.id, assistant_id="a", model="m", new_messages=new)
        message = store.messages.begin(thread.id, "a", run.id)
        store.messages.finish(message.id, [TextPart(text=run.id)], "completed")
        store.runs.update(run.id, status=RunStatus.COMPLETED)
    print("stored", run.id, flush=True)
"""


def test_kill_9_leaves_whole_transactions_and_all_that_were_reported(
    path: Path, open_store: Callable[[], Store]
) -> None:
    for _ in range(3):
        thread_id, reported = _write_until_killed(path)
        store = open_store()

        runs = [message.text for message in store.messages.history(thread_id) if message.role == "assistant"]
        messages = sum(1 for _ in store.messages.history(thread_id))

        assert set(reported) <= set(runs)
        assert len(runs) - len(reported) <= 1  # stored, but killed before it could say so
        assert messages == 4 * len(runs)
        assert all(store.runs.get(thread_id, run_id).status is RunStatus.COMPLETED for run_id in runs)
        store.close()


def _write_until_killed(path: Path) -> tuple[str, list[str]]:
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    with child:
        lines = [child.stdout.readline().split() for _ in range(20)]
        child.kill()
        lines += [line.split() for line in child.stdout if line.endswith("\n")]
    return lines[0][1], [words[1] for words in lines[1:]]


def test_a_full_disk_is_reported_and_loses_nothing(
    path: Path, open_store: Callable[[], Store], full_disk: Callable[[], Any]
) -> None:
    thread = open_store().threads.create(messages=[said("before")])

    with full_disk():
        store = open_store()
        with pytest.raises(FiresideError) as caught:
            store.messages.create(thread.id, said(SECRET * 100_000))
    assert (caught.value.code, texts(store.messages.history(thread.id))) == ("disk_full", ["before"])
    assert "try again" in caught.value.message
    assert SECRET not in "".join(traceback.format_exception(caught.value))

    open_store().messages.create(thread.id, said("after"))
    assert texts(store.messages.history(thread.id)) == ["after", "before"]


def test_a_write_protected_database_is_reported_and_still_read(
    open_store: Callable[[], Store], write_protected: Callable[[], Any]
) -> None:
    thread = open_store().threads.create(messages=[said("before")])

    with write_protected():
        store = open_store()
        with pytest.raises(FiresideError) as caught:
            store.messages.create(thread.id, said("more"))

    assert caught.value.code == "database_readonly"
    assert texts(store.messages.history(thread.id)) == ["before"]


def test_a_damaged_page_is_reported_and_the_file_is_left_as_it_is(path: Path, open_store: Callable[[], Store]) -> None:
    store = open_store()
    thread = store.threads.create(messages=[said("x" * 3000) for _ in range(400)])
    store.close()
    content = bytearray(path.read_bytes())
    content[len(content) // 4 : len(content) // 4 * 3] = b"\xa5" * (len(content) // 4 * 2)
    path.write_bytes(content)

    store = open_store()
    with pytest.raises(FiresideError) as caught:
        list(store.messages.history(thread.id))
    store.close()

    assert caught.value.code == "database_broken"
    assert ".backup" in caught.value.message
    assert path.read_bytes() == content


@pytest.mark.parametrize("text", ["\ud83d", "half \udc00"])
def test_half_a_character_is_refused_and_the_store_goes_on(store: Store, text: str) -> None:
    thread = store.threads.create()
    for call in (
        lambda: store.messages.create(thread.id, said(text)),
        lambda: store.threads.update(thread.id, title=text),
        lambda: store.threads.get(text),
    ):
        with pytest.raises(InvalidRequest) as caught:
            call()
        assert caught.value.code == "invalid_text"

    store.messages.create(thread.id, said("whole \U0001f600"))
    assert texts(store.messages.history(thread.id)) == ["whole \U0001f600"]
