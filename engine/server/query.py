"""Query parameters: known ones read, unknown ones refused by name."""

from __future__ import annotations

from starlette.requests import Request

from engine.errors import InvalidRequest
from engine.server.wire.lists import MAX_LIMIT, includes_content, page_request
from engine.types import PageRequest

_PAGE = frozenset({"limit", "order", "after", "before"})
_INCLUDE = frozenset({"include", "include[]"})


def check_query(request: Request, *allowed: str) -> None:
    """Refuse parameters that this path does not know. Raises InvalidRequest."""
    for name in request.query_params:
        if name not in allowed:
            raise InvalidRequest(f"Unknown parameter: '{name[:64]}'.", code="unknown_parameter", param=name[:64])


def page_of(request: Request, *more: str, default: int = 20, most: int = MAX_LIMIT) -> PageRequest:
    """Return the cursor of a list; `more` names parameters that the path knows besides."""
    check_query(request, *_PAGE, *more)
    return page_request(request.query_params, default=default, most=most)


def with_content_of(request: Request) -> bool:
    """Tell whether found passages are asked for with `include[]`."""
    return includes_content([v for name in _INCLUDE for v in request.query_params.getlist(name)])
