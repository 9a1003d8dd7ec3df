"""Lists: stable pages with ties, cursors both ways, no page that loops, threads and runs of all threads."""

from __future__ import annotations

from typing import Any, Literal

import openai
import pytest
from openai import OpenAI

from tests.api.conftest import Live


def _get(live: Live, path: str) -> Any:
    answer = live.ask("GET", f"/v1{path}")
    answer.raise_for_status()
    return answer.json()


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_pages_hold_every_object_once_though_all_are_of_one_second(
    client: OpenAI, order: Literal["asc", "desc"]
) -> None:
    made = [client.beta.assistants.create(model="gpt-4o", name=str(i)).name for i in range(7)]

    names = [a.name for a in client.beta.assistants.list(limit=3, order=order)]

    assert names == (made if order == "asc" else made[::-1])


def test_before_and_after_meet_in_the_middle(client: OpenAI) -> None:
    ids = [client.beta.threads.create().id for _ in range(3)]
    thread = client.beta.threads.create(messages=[{"role": "user", "content": str(i)} for i in range(5)])
    messages = client.beta.threads.messages.list(thread.id, order="asc").data

    after = client.beta.threads.messages.list(thread.id, order="asc", after=messages[2].id).data
    before = client.beta.threads.messages.list(thread.id, order="asc", before=messages[2].id).data

    assert [m.id for m in before] + [messages[2].id] + [m.id for m in after] == [m.id for m in messages]
    assert len(set(ids)) == 3


def test_a_page_says_its_ends_and_an_empty_one_has_none(live: Live) -> None:
    client = live.client()
    empty = _get(live, "/assistants")
    assert empty == {"object": "list", "data": [], "first_id": None, "last_id": None, "has_more": False}

    ids = [client.beta.assistants.create(model="gpt-4o").id for _ in range(3)]
    page = _get(live, "/assistants?limit=2")
    assert (page["first_id"], page["last_id"], page["has_more"]) == (ids[2], ids[1], True)
    rest = _get(live, f"/assistants?limit=2&after={page['last_id']}")
    assert (rest["first_id"], rest["last_id"], rest["has_more"]) == (ids[0], ids[0], False)


def test_the_default_page_holds_twenty(live: Live) -> None:
    client = live.client()
    for _ in range(21):
        client.beta.threads.create()

    page = _get(live, "/threads")

    assert (len(page["data"]), page["has_more"]) == (20, True)


def test_threads_can_be_listed_at_last(live: Live) -> None:
    client = live.client()
    ids = [client.beta.threads.create(metadata={"n": str(i)}).id for i in range(2)]

    page = _get(live, "/threads?order=asc")

    assert [thread["id"] for thread in page["data"]] == ids
    assert page["data"][1]["metadata"] == {"n": "1"}


def test_runs_of_all_threads_are_listed(live: Live) -> None:
    client = live.client()
    assistant = client.beta.assistants.create(model="gpt-4o")
    runs = [
        client.beta.threads.create_and_run_poll(
            assistant_id=assistant.id, thread={"messages": [{"role": "user", "content": "Hi"}]}
        )
        for _ in range(2)
    ]

    page = _get(live, "/runs?order=asc")

    assert [run["id"] for run in page["data"]] == [run.id for run in runs]
    assert [m.run_id for m in client.beta.threads.messages.list(runs[0].thread_id, run_id=runs[0].id)] == [runs[0].id]


def test_a_cursor_of_nothing_is_refused_and_does_not_loop(client: OpenAI) -> None:
    client.beta.assistants.create(model="gpt-4o")

    with pytest.raises(openai.BadRequestError) as refused:
        list(client.beta.assistants.list(after="asst_none"))

    assert refused.value.param == "after"


def test_lists_of_a_missing_thread_are_404(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError):
        client.beta.threads.messages.list("thread_none")
    with pytest.raises(openai.NotFoundError):
        client.beta.threads.runs.list("thread_none")
    with pytest.raises(openai.NotFoundError):
        client.beta.threads.runs.steps.list("run_none", thread_id="thread_none")
