"""What the server takes, read from its routes and request shapes: every endpoint with every parameter."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Iterator
from typing import Any

from starlette.routing import Route

from engine.server import app
from engine.server.wire.body import Body

_PRIVATE = re.compile(r"\b(_\w+)\(request")
_PAGE = ("limit", "order", "after", "before")
_BODY = re.compile(r"read_body\(request, (\w+)\)")
_QUERY = re.compile(r"\b(page_of|check_query)\(request((?:, \"[^\"]+\")*)\)")
_FILE_FORM = ("file", "purpose", "expires_after", "expires_after.anchor", "expires_after.seconds")
_FORMS = {"/v1/files": _FILE_FORM, "/v1/uploads/{upload_id}/parts": ("data",)}


def endpoints() -> Iterator[tuple[str, str, list[str]]]:
    """Yield method, path and parameters; nested ones as `tools[].function.name`, those of the address as `{id}`."""
    for route in app._ROUTES:
        assert isinstance(route, Route)
        [method] = set(route.methods or ()) - {"HEAD"}
        yield method, route.path, list(dict.fromkeys(_parameters(method, route)))


def _parameters(method: str, route: Route) -> Iterator[str]:
    scope = route.endpoint.__globals__
    source = inspect.getsource(route.endpoint)
    source += "".join(inspect.getsource(scope[name]) for name in _PRIVATE.findall(source))
    for call, names in _QUERY.findall(source):
        found = re.findall(r'"([^"]+)"', names)
        yield from (*_PAGE, *found) if call == "page_of" else found
    for name in _BODY.findall(source):
        yield from fields(scope[name])
    if method == "POST":
        yield from _FORMS.get(route.path, ())


def fields(shape: type[Body], prefix: str = "") -> Iterator[str]:
    """Yield the parameters of a request shape, each before those inside it."""
    for name, field in shape.model_fields.items():
        path = f"{prefix}{field.alias or name}"
        yield path
        for inner, many in _shapes(field.annotation):
            yield from fields(inner, f"{path}{'[]' if many else ''}.")


def _shapes(annotation: Any, many: bool = False) -> Iterator[tuple[type[Body], bool]]:
    """Yield the request shapes inside a type, and whether they stand in a list."""
    if isinstance(annotation, type) and issubclass(annotation, Body):
        yield annotation, many
        return
    origin = typing.get_origin(annotation)
    for inner in typing.get_args(annotation):
        yield from _shapes(inner, many or origin is list)
