"""`/v1/assistants`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from engine.server.api import api_of, read_body
from engine.server.query import page_of
from engine.server.wire.assistants import CreateAssistant, UpdateAssistant, assistant_json
from engine.server.wire.lists import deleted_json, page_json


async def create(request: Request) -> JSONResponse:
    api, body = api_of(request), await read_body(request, CreateAssistant)
    assistant = await api.call(api.engine.assistants.create, **body.given())
    return JSONResponse(assistant_json(assistant))


async def retrieve(request: Request) -> JSONResponse:
    api = api_of(request)
    return JSONResponse(assistant_json(await api.call(api.engine.assistants.get, request.path_params["assistant_id"])))


async def update(request: Request) -> JSONResponse:
    api, body = api_of(request), await read_body(request, UpdateAssistant)
    changes = body.given()
    return JSONResponse(
        assistant_json(await api.call(api.engine.assistants.update, request.path_params["assistant_id"], **changes))
    )


async def list_page(request: Request) -> JSONResponse:
    api = api_of(request)
    return JSONResponse(page_json(await api.call(api.engine.assistants.list, page_of(request)), assistant_json))


async def delete(request: Request) -> JSONResponse:
    api, assistant_id = api_of(request), request.path_params["assistant_id"]
    await api.call(api.engine.assistants.delete, assistant_id)
    return JSONResponse(deleted_json(assistant_id, "assistant.deleted"))


ROUTES = [
    Route("/v1/assistants", create, methods=["POST"]),
    Route("/v1/assistants", list_page, methods=["GET"]),
    Route("/v1/assistants/{assistant_id}", retrieve, methods=["GET"]),
    Route("/v1/assistants/{assistant_id}", update, methods=["POST"]),
    Route("/v1/assistants/{assistant_id}", delete, methods=["DELETE"]),
]
