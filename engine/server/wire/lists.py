"""Lists on the wire: cursors in, pages out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from engine.errors import InvalidRequest
from engine.types import JsonObject, Page, PageRequest

T = TypeVar("T")
MAX_LIMIT = 100
INCLUDE_CONTENT = "step_details.tool_calls[*].file_search.results[*].content"


def page_request(untrusted: Mapping[str, str], *, default: int = 20, most: int = MAX_LIMIT) -> PageRequest:
    """Read limit, order, after and before from a query. Raises InvalidRequest that names the wrong one."""
    order = untrusted.get("order", "desc")
    if order not in ("asc", "desc"):
        raise InvalidRequest(
            "Invalid value for 'order': expected one of 'asc', 'desc'.", code="invalid_value", param="order"
        )
    return PageRequest(
        limit=_limit(untrusted.get("limit"), default, most),
        order="asc" if order == "asc" else "desc",
        after=untrusted.get("after") or None,
        before=untrusted.get("before") or None,
    )


def _limit(untrusted: str | None, default: int, most: int) -> int:
    if untrusted is None:
        return default
    if not (untrusted.isascii() and untrusted.removeprefix("-").isdigit() and len(untrusted) < 10):
        raise InvalidRequest("Invalid type for 'limit': expected an integer.", code="invalid_type", param="limit")
    limit = int(untrusted)
    if not 1 <= limit <= most:
        which = "below_min" if limit < 1 else "above_max"
        raise InvalidRequest(
            f"Invalid 'limit': Expected a value between 1 and {most}.",
            code=f"integer_{which}_value",
            param="limit",
        )
    return limit


def includes_content(untrusted: list[str]) -> bool:
    """Tell whether `include[]` asks for found passages. Raises InvalidRequest for anything else in it."""
    for value in untrusted:
        if value != INCLUDE_CONTENT:
            raise InvalidRequest(
                f"Invalid value for 'include': expected '{INCLUDE_CONTENT}'.", code="invalid_value", param="include"
            )
    return bool(untrusted)


def page_json(page: Page[T], to_json: Callable[[T], JsonObject]) -> JsonObject:
    """Return the API's list object; an empty page has null ids, as the hosted API had."""
    data = [to_json(item) for item in page.items]
    return {
        "object": "list",
        "data": data,
        "first_id": data[0]["id"] if data else None,
        "last_id": data[-1]["id"] if data else None,
        "has_more": page.has_more,
    }


def deleted_json(object_id: str, kind: str) -> JsonObject:
    """Return the API's answer to a delete; `kind` as in "thread.deleted"."""
    return {"id": object_id, "object": kind, "deleted": True}
