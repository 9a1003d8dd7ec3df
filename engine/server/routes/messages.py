"""`/v1/threads/{thread_id}/messages`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from engine.server.api import api_of, read_body
from engine.server.query import page_of
from engine.server.wire.lists import deleted_json, page_json
from engine.server.wire.messages import CreateMessage, UpdateMetadata, message_json


async def create(request: Request) -> JSONResponse:
    api, body = api_of(request), await read_body(request, CreateMessage)
    message = await api.call(api.engine.messages.create, request.path_params["thread_id"], body.to_new())
    return JSONResponse(message_json(message))


async def list_page(request: Request) -> JSONResponse:
    api, page = api_of(request), page_of(request, "run_id")
    run_id = request.query_params.get("run_id") or None
    found = await api.call(api.engine.messages.list, request.path_params["thread_id"], page, run_id=run_id)
    return JSONResponse(page_json(found, message_json))


async def retrieve(request: Request) -> JSONResponse:
    api = api_of(request)
    return JSONResponse(message_json(await api.call(api.engine.messages.get, *_ids(request))))


async def update(request: Request) -> JSONResponse:
    api, body = api_of(request), await read_body(request, UpdateMetadata)
    if not body.given():
        return JSONResponse(message_json(await api.call(api.engine.messages.get, *_ids(request))))
    message = await api.call(api.engine.messages.update, *_ids(request), metadata=body.metadata)
    return JSONResponse(message_json(message))


async def delete(request: Request) -> JSONResponse:
    api = api_of(request)
    await api.call(api.engine.messages.delete, *_ids(request))
    return JSONResponse(deleted_json(_ids(request)[1], "thread.message.deleted"))


def _ids(request: Request) -> tuple[str, str]:
    return request.path_params["thread_id"], request.path_params["message_id"]


_LIST, _ONE = "/v1/threads/{thread_id}/messages", "/v1/threads/{thread_id}/messages/{message_id}"
ROUTES = [
    Route(_LIST, create, methods=["POST"]),
    Route(_LIST, list_page, methods=["GET"]),
    Route(_ONE, retrieve, methods=["GET"]),
    Route(_ONE, update, methods=["POST"]),
    Route(_ONE, delete, methods=["DELETE"]),
]
