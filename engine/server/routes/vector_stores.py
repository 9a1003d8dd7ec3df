"""`/v1/vector_stores`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from engine.server.api import api_of, read_body
from engine.server.query import page_of
from engine.server.wire.lists import deleted_json, page_json
from engine.server.wire.vector_stores import (
    CreateVectorStore,
    SearchVectorStore,
    UpdateVectorStore,
    results_json,
    vector_store_json,
)


async def create(request: Request) -> JSONResponse:
    api, body = api_of(request), await read_body(request, CreateVectorStore)
    return JSONResponse(vector_store_json(await api.call(api.engine.vector_stores.create, **body.fields())))


async def list_page(request: Request) -> JSONResponse:
    api = api_of(request)
    page = await api.call(api.engine.vector_stores.list, page_of(request))
    return JSONResponse(page_json(page, vector_store_json))


async def retrieve(request: Request) -> JSONResponse:
    api = api_of(request)
    return JSONResponse(vector_store_json(await api.call(api.engine.vector_stores.get, _id(request))))


async def update(request: Request) -> JSONResponse:
    api, body = api_of(request), await read_body(request, UpdateVectorStore)
    store = await api.call(api.engine.vector_stores.update, _id(request), **body.fields())
    return JSONResponse(vector_store_json(store))


async def delete(request: Request) -> JSONResponse:
    api = api_of(request)
    await api.call(api.engine.vector_stores.delete, _id(request))
    return JSONResponse(deleted_json(_id(request), "vector_store.deleted"))


async def search(request: Request) -> JSONResponse:
    api, body = api_of(request), await read_body(request, SearchVectorStore)
    return JSONResponse(results_json(await api.call(api.engine.vector_stores.search, _id(request), **body.fields())))


def _id(request: Request) -> str:
    return str(request.path_params["vector_store_id"])


_ALL, _ONE = "/v1/vector_stores", "/v1/vector_stores/{vector_store_id}"
ROUTES = [
    Route(_ALL, create, methods=["POST"]),
    Route(_ALL, list_page, methods=["GET"]),
    Route(_ONE, retrieve, methods=["GET"]),
    Route(_ONE, update, methods=["POST"]),
    Route(_ONE, delete, methods=["DELETE"]),
    Route(f"{_ONE}/search", search, methods=["POST"]),
]
