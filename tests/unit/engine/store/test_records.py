"""What all lists and all changes have in common, shown with assistants."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine.errors import InvalidRequest, NotFound
from engine.store import Store, tables
from engine.store.records import listed
from engine.types import UNSET, Page, PageRequest


def _names(page: Page[Any]) -> list[str]:
    return [item.name for item in page.items]


@pytest.fixture
def named(store: Store) -> dict[str, str]:
    """Seven assistants; name -> id."""
    return {name: store.assistants.create(model="m", name=name).id for name in "abcdefg"}


@pytest.mark.parametrize(
    ("order", "after", "before", "expected", "has_more"),
    [
        ("desc", None, None, "gfe", True),
        ("asc", None, None, "abc", True),
        ("desc", "e", None, "dcb", True),
        ("desc", "d", None, "cba", False),
        ("asc", "d", None, "efg", False),
        ("asc", "g", None, "", False),
        ("desc", None, "c", "fed", True),
        ("desc", None, "d", "gfe", False),
        ("asc", None, "c", "ab", False),
        ("asc", None, "f", "cde", True),
        ("desc", "f", "b", "edc", False),
        ("asc", "a", "g", "bcd", True),
    ],
)
def test_a_page_follows_its_cursors(
    store: Store,
    named: dict[str, str],
    order: Any,
    after: str | None,
    before: str | None,
    expected: str,
    has_more: bool,
) -> None:
    page = store.assistants.list(
        PageRequest(limit=3, order=order, after=after and named[after], before=before and named[before])
    )

    assert (_names(page), page.has_more) == (list(expected), has_more)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(1, 100), order=st.sampled_from(["asc", "desc"]))
def test_pages_give_every_value_once(store: Store, named: dict[str, str], limit: int, order: Any) -> None:
    found: list[str] = []
    page = store.assistants.list(PageRequest(limit=limit, order=order))
    while True:
        found += _names(page)
        if not page.has_more:
            break
        page = store.assistants.list(PageRequest(limit=limit, order=order, after=page.items[-1].id))

    assert found == sorted(named, reverse=order == "desc")


def test_a_cursor_stays_good_when_newer_values_come_and_go(store: Store, named: dict[str, str]) -> None:
    first = store.assistants.list(PageRequest(limit=2))
    store.assistants.delete(named["g"])
    store.assistants.create(model="m", name="h")

    assert _names(store.assistants.list(PageRequest(limit=2, after=first.items[-1].id))) == ["e", "d"]


@pytest.mark.parametrize("limit", [0, -1, 101])
def test_a_limit_out_of_range_is_refused(store: Store, limit: int) -> None:
    with pytest.raises(InvalidRequest) as caught:
        store.assistants.list(PageRequest(limit=limit))

    assert caught.value.param == "limit"


@pytest.mark.parametrize("param", ["after", "before"])
def test_an_unknown_cursor_is_refused(store: Store, param: str) -> None:
    with pytest.raises(InvalidRequest, match="not in this list") as caught:
        store.assistants.list(PageRequest(**{param: "asst_nobody"}))

    assert caught.value.param == param


def test_none_empties_a_field_and_unset_leaves_it(store: Store) -> None:
    assistant = store.assistants.create(
        model="m", name="n", description="d", metadata={"k": "v"}, tools=({"type": "file_search"},)
    )

    changed = store.assistants.update(assistant.id, name=None, metadata=None, tools=None, description=UNSET)

    assert (changed.name, changed.metadata, changed.tools, changed.description) == (None, {}, (), "d")
    assert store.assistants.get(assistant.id) == changed


def test_a_field_without_a_default_cannot_be_emptied(store: Store) -> None:
    assistant = store.assistants.create(model="m")

    with pytest.raises(InvalidRequest, match="'model' cannot be empty") as caught:
        store.assistants.update(assistant.id, model=None)

    assert caught.value.param == "model"


def test_nothing_to_change_returns_the_value(store: Store) -> None:
    assistant = store.assistants.create(model="m")

    assert store.assistants.update(assistant.id, name=UNSET) == assistant
    assert store.assistants.update(assistant.id) == assistant


@pytest.mark.parametrize("field", ["id", "created_at", "seq", "colour"])
def test_what_is_no_changeable_field_is_a_bug_of_the_caller(store: Store, field: str) -> None:
    assistant = store.assistants.create(model="m")

    with pytest.raises(TypeError, match=field):
        store.assistants.update(assistant.id, **{field: "x"})


def test_what_is_not_there_is_not_found(store: Store) -> None:
    for call in (store.assistants.get, store.assistants.delete, store.assistants.update):
        with pytest.raises(NotFound, match="No assistant found with id 'asst_nobody'"):
            call("asst_nobody")
    with pytest.raises(NotFound):
        store.assistants.update("asst_nobody", name="x")


@given(
    name=st.text(st.characters(exclude_categories=["Cs"])),
    metadata=st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"]))
    ),
)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_back_as_it_was(store: Store, name: str, metadata: dict[str, str]) -> None:
    created = store.assistants.create(model="m", name=name, metadata=metadata)

    assert store.assistants.get(created.id) == created


def test_derived_fields_have_no_column(store: Store) -> None:
    vector_store = store.vector_stores.create()

    with pytest.raises(TypeError, match="usage_bytes"):
        store.vector_stores.update(vector_store.id, usage_bytes=1)


@pytest.mark.parametrize(("limit", "refused"), [(100, False), (101, True), (10_000, True), (0, True)])
def test_a_page_has_at_most_a_hundred(store: Store, limit: int, refused: bool) -> None:
    if not refused:
        store.assistants.list(PageRequest(limit=limit))
        return
    with pytest.raises(InvalidRequest, match="1 to 100"):
        store.assistants.list(PageRequest(limit=limit))


def test_a_list_of_values_may_be_of_any_length(store: Store) -> None:
    one = store.assistants.create(model="m").id

    with store._database.read() as connection:
        for ids in ([], [one], [one, *map(str, range(40_000))]):
            query = select(tables.assistants.c.id).where(tables.assistants.c.id.in_(listed(ids)))
            assert connection.execute(query).scalars().all() == ids[:1]
