"""`/v1/threads`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from engine.server.api import api_of, read_body
from engine.server.query import page_of
from engine.server.wire.lists import deleted_json, page_json
from engine.server.wire.threads import CreateThread, UpdateThread, thread_json


async def create(request: Request) -> JSONResponse:
    api, body = api_of(request), await read_body(request, CreateThread)
    return JSONResponse(thread_json(await api.call(api.engine.threads.create, **body.fields())))


async def list_page(request: Request) -> JSONResponse:
    """Ours: the hosted API never let its users list their threads."""
    api = api_of(request)
    return JSONResponse(page_json(await api.call(api.engine.threads.list, page_of(request)), thread_json))


async def retrieve(request: Request) -> JSONResponse:
    api = api_of(request)
    return JSONResponse(thread_json(await api.call(api.engine.threads.get, request.path_params["thread_id"])))


async def update(request: Request) -> JSONResponse:
    api, body = api_of(request), await read_body(request, UpdateThread)
    thread = await api.call(api.engine.threads.update, request.path_params["thread_id"], **body.given())
    return JSONResponse(thread_json(thread))


async def delete(request: Request) -> JSONResponse:
    api, thread_id = api_of(request), request.path_params["thread_id"]
    await api.call(api.engine.threads.delete, thread_id)
    return JSONResponse(deleted_json(thread_id, "thread.deleted"))


ROUTES = [
    Route("/v1/threads", create, methods=["POST"]),
    Route("/v1/threads", list_page, methods=["GET"]),
    Route("/v1/threads/{thread_id}", retrieve, methods=["GET"]),
    Route("/v1/threads/{thread_id}", update, methods=["POST"]),
    Route("/v1/threads/{thread_id}", delete, methods=["DELETE"]),
]
