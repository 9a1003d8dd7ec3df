"""Messages in endless threads: order, history, the run that writes one, and what a busy thread refuses."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import pytest

from engine.errors import NotFound, ThreadBusy
from engine.store import Store
from engine.types import (
    ImageFilePart,
    ImageUrlPart,
    NewMessage,
    PageRequest,
    RefusalPart,
    RunStatus,
    TextPart,
)
from tests.unit.engine.store.values import FIRST_HUNDRED, finished, said, started, texts

LONG = 20_000


def test_every_field_is_there_after_a_restart(store: Store, open_store: Callable[[], Store]) -> None:
    thread = store.threads.create()
    message = store.messages.create(
        thread.id,
        NewMessage(
            role="assistant",
            content=(
                TextPart(text="见 [1]", annotations=({"type": "file_citation", "text": "[1]"},)),
                ImageFilePart(file_id="file_1", detail="high"),
                ImageUrlPart(url="data:image/png;base64,AA=="),
                RefusalPart(refusal="No."),
            ),
            attachments=({"file_id": "file_1", "tools": [{"type": "file_search"}]},),
            metadata={"k": "v"},
        ),
    )
    store.close()

    assert open_store().messages.get(thread.id, message.id) == message


def test_a_message_belongs_to_its_thread(store: Store) -> None:
    thread, other = store.threads.create(), store.threads.create()
    message = store.messages.create(thread.id, said("hi"))

    for call in (store.messages.get, store.messages.delete, store.messages.update):
        with pytest.raises(NotFound, match=f"No message found with id '{message.id}'"):
            call(other.id, message.id)


def test_a_thread_that_is_not_there_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="No thread found"):
        store.messages.create("thread_nobody", said("hi"))
    with pytest.raises(NotFound, match="No thread found"):
        store.messages.list("thread_nobody", PageRequest())
    with pytest.raises(NotFound, match="No thread found"):
        store.messages.begin("thread_nobody", "asst_a", "run_nobody")


def test_a_busy_thread_takes_no_messages(store: Store) -> None:
    thread = store.threads.create()
    run = started(store, thread.id)

    for status in (s for s in RunStatus if not s.terminal):
        store.runs.update(run.id, status=status)
        with pytest.raises(ThreadBusy) as caught:
            store.messages.create(thread.id, said("hi"))
        assert caught.value.message == f"Can't add messages to {thread.id} while a run {run.id} is active."

    for status in (s for s in RunStatus if s.terminal):
        store.runs.update(run.id, status=status)
        store.messages.create(thread.id, said("hi"))


def test_a_run_writes_its_message(store: Store) -> None:
    thread = store.threads.create(messages=[said("hi")])
    run = started(store, thread.id)

    message = store.messages.begin(thread.id, "asst_a", run.id)
    assert (message.status, message.role, message.content, message.run_id) == ("in_progress", "assistant", (), run.id)

    store.messages.save_partial(message.id, [TextPart(text="Hel")])
    partial = store.messages.get(thread.id, message.id)
    assert (partial.text, partial.status) == ("Hel", "in_progress")

    done = store.messages.finish(message.id, [TextPart(text="Hello")], "completed")
    assert (done.text, done.status, done.incomplete_at, done.incomplete_reason) == ("Hello", "completed", None, None)
    assert done.completed_at is not None
    assert store.messages.get(thread.id, message.id) == done


def test_an_unfinished_message_says_why(store: Store) -> None:
    thread = store.threads.create()
    message = store.messages.begin(thread.id, "asst_a", started(store, thread.id).id)

    ended = store.messages.finish(message.id, [TextPart(text="Hel")], "incomplete", "run_cancelled")

    assert (ended.status, ended.incomplete_reason, ended.completed_at) == ("incomplete", "run_cancelled", None)
    assert ended.incomplete_at is not None


def test_a_late_part_cannot_overwrite_a_finished_message(store: Store) -> None:
    thread = store.threads.create()
    message = store.messages.begin(thread.id, "asst_a", started(store, thread.id).id)
    store.messages.finish(message.id, [TextPart(text="Hello")], "completed")

    with pytest.raises(NotFound):
        store.messages.save_partial(message.id, [TextPart(text="Hel")])

    assert store.messages.get(thread.id, message.id).text == "Hello"


def test_the_list_can_be_narrowed_to_a_run(store: Store) -> None:
    thread = store.threads.create(messages=[said("hi")])
    runs = [finished(store, thread.id) for _ in range(2)]
    mine = [store.messages.begin(thread.id, "asst_a", runs[0].id) for _ in range(3)]
    store.messages.begin(thread.id, "asst_a", runs[1].id)

    page = store.messages.list(thread.id, PageRequest(limit=2, order="asc"), run_id=runs[0].id)

    assert (page.items, page.has_more) == (tuple(mine[:2]), True)


def test_history_is_newest_first_across_chunks(store: Store) -> None:
    thread = store.threads.create(messages=[said(str(n)) for n in range(10)])
    store.threads.create(messages=[said("of another thread")])

    assert texts(store.messages.history(thread.id, chunk=3)) == [str(n) for n in reversed(range(10))]
    assert texts(store.messages.history(thread.id, chunk=5)) == [str(n) for n in reversed(range(10))]
    assert texts(store.messages.history(store.threads.create().id)) == []


def test_a_deleted_message_leaves_list_and_history(store: Store) -> None:
    thread = store.threads.create(messages=[said("a"), said("b"), said("c")])
    middle = store.messages.list(thread.id, FIRST_HUNDRED).items[1]

    store.messages.delete(thread.id, middle.id)

    assert texts(store.messages.history(thread.id)) == ["c", "a"]
    assert texts(store.messages.list(thread.id, FIRST_HUNDRED).items) == ["a", "c"]


def test_the_message_being_written_cannot_be_deleted(store: Store) -> None:
    thread = store.threads.create()
    message = store.messages.begin(thread.id, "asst_a", started(store, thread.id).id)

    with pytest.raises(ThreadBusy, match="is writing it"):
        store.messages.delete(thread.id, message.id)

    store.messages.finish(message.id, (), "incomplete", "run_cancelled")
    store.messages.delete(thread.id, message.id)


def test_metadata_can_be_changed_at_any_time(store: Store) -> None:
    thread = store.threads.create(messages=[said("a")])
    [message] = store.messages.history(thread.id)
    started(store, thread.id)

    assert store.messages.update(thread.id, message.id, metadata={"k": "v"}).metadata == {"k": "v"}


def test_a_page_of_a_long_thread_costs_what_a_page_of_a_short_one_costs(
    store: Store, queries: Callable[[Callable[[], object]], list]
) -> None:
    def made(length: int) -> str:
        thread = store.threads.create(messages=[said(str(n)) for n in range(length)])
        run = started(store, thread.id)
        for _ in range(60):
            store.messages.begin(thread.id, "asst_a", run.id)
        return thread.id

    short, long = made(200), made(LONG)
    for reading in _readings(store):
        costs = []
        for thread_id in (short, long):
            middle = [message.id for message in islice(store.messages.history(thread_id), 150)][-1]
            run_id = store.runs.list(thread_id, PageRequest()).items[0].id
            seen = queries(lambda: reading(thread_id, middle, run_id))  # noqa: B023
            for query in seen:
                assert all(line.startswith("SEARCH") for line in query.plan), query
            costs.append(sum(query.work for query in seen))
        assert costs[1] <= costs[0] * 1.1


def _readings(store: Store) -> list[Callable[[str, str, str], object]]:
    """Return ways to read (thread id, id of a message in it, id of its run); each reads one page."""
    page = PageRequest(limit=50)
    return [
        lambda thread_id, _, __: store.messages.list(thread_id, page),
        lambda thread_id, _, __: store.messages.list(thread_id, PageRequest(limit=50, order="asc")),
        lambda thread_id, middle, __: store.messages.list(thread_id, PageRequest(limit=50, after=middle)),
        lambda thread_id, middle, __: store.messages.list(thread_id, PageRequest(limit=50, before=middle)),
        lambda thread_id, _, run_id: store.messages.list(thread_id, page, run_id=run_id),
        lambda thread_id, middle, __: store.messages.get(thread_id, middle),
        lambda thread_id, _, __: list(islice(store.messages.history(thread_id, chunk=50), 60)),
    ]
