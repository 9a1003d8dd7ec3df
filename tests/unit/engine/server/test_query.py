"""Query parameters are read by name, in brackets or not."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from starlette.requests import Request

from engine.errors import InvalidRequest
from engine.server.query import check_query, page_of, with_content_of
from engine.server.wire.lists import INCLUDE_CONTENT
from engine.types import PageRequest


def _request(query: str) -> Request:
    return Request({"type": "http", "query_string": query.encode(), "headers": []})


def test_a_page_is_read() -> None:
    assert page_of(_request("limit=5&order=asc&after=a")) == PageRequest(limit=5, order="asc", after="a")
    assert page_of(_request("run_id=r"), "run_id") == PageRequest()


def test_unknown_parameters_are_refused() -> None:
    with pytest.raises(InvalidRequest) as refused:
        check_query(_request("colour=red"), "limit")

    assert refused.value.param == "colour"


@pytest.mark.parametrize("name", ["include", "include[]", quote("include[]")])
def test_passages_are_asked_for(name: str) -> None:
    assert with_content_of(_request(f"{name}={quote(INCLUDE_CONTENT)}"))
    assert not with_content_of(_request(""))


def test_other_includes_are_refused() -> None:
    with pytest.raises(InvalidRequest):
        with_content_of(_request("include[]=everything"))
