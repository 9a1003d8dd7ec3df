"""Cursors and pages."""

from __future__ import annotations

import pytest

from engine.errors import InvalidRequest
from engine.server.wire.lists import INCLUDE_CONTENT, deleted_json, includes_content, page_json, page_request
from engine.types import Page, PageRequest


def test_defaults_are_the_apis() -> None:
    assert page_request({}) == PageRequest(limit=20, order="desc", after=None, before=None)
    assert page_request({"limit": "100", "order": "asc", "after": "", "before": "b"}).before == "b"


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "", "ten", "١٢", "1" * 50])
def test_bad_limits_are_named(limit: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        page_request({"limit": limit})

    assert refused.value.param == "limit"


def test_bad_orders_are_named() -> None:
    with pytest.raises(InvalidRequest) as refused:
        page_request({"order": "ASC"})

    assert refused.value.param == "order"


def test_pages_name_their_ends() -> None:
    page = page_json(Page(items=("a", "b"), has_more=True), lambda item: {"id": item})

    assert page == {
        "object": "list",
        "data": [{"id": "a"}, {"id": "b"}],
        "first_id": "a",
        "last_id": "b",
        "has_more": True,
    }


def test_only_one_thing_can_be_included() -> None:
    assert includes_content([INCLUDE_CONTENT])
    assert not includes_content([])
    with pytest.raises(InvalidRequest):
        includes_content(["x"])


def test_deleted() -> None:
    assert deleted_json("x", "thread.deleted") == {"id": "x", "object": "thread.deleted", "deleted": True}
