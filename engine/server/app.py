"""The ASGI application: the gate around the routes of all nouns."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp

from engine.errors import FiresideError
from engine.server.api import Api
from engine.server.errors import on_fireside_error, on_http_error
from engine.server.gate import Gate
from engine.server.routes import (
    assistants,
    chat,
    conversations,
    embeddings,
    files,
    messages,
    models,
    responses,
    runs,
    steps,
    threads,
    uploads,
    vector_store_files,
    vector_stores,
)

_ROUTES = [
    *assistants.ROUTES,
    *runs.ROUTES,  # before threads: `/v1/threads/runs` is not the thread "runs"
    *threads.ROUTES,
    *messages.ROUTES,
    *steps.ROUTES,
    *models.ROUTES,
    *chat.ROUTES,
    *responses.ROUTES,
    *conversations.ROUTES,
    *embeddings.ROUTES,
    *files.ROUTES,
    *uploads.ROUTES,
    *vector_stores.ROUTES,
    *vector_store_files.ROUTES,
]


class _Nouns(Starlette):
    """Routes and error answers; bugs go on to the gate, which answers them with the API's body."""

    def build_middleware_stack(self) -> ASGIApp:
        return ExceptionMiddleware(self.router, handlers=self.exception_handlers)


def create_app(api: Api, *, key: str) -> Gate:
    """Return the application; every request needs `key`."""
    handlers = {FiresideError: on_fireside_error, HTTPException: on_http_error}
    inner = _Nouns(routes=_ROUTES, exception_handlers=handlers)
    inner.router.redirect_slashes = False
    inner.state.api = api
    return Gate(inner, key=key)
