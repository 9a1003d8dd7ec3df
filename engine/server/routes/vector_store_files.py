"""`/v1/vector_stores/{vector_store_id}/files` and `.../file_batches`."""

from __future__ import annotations

from typing import cast, get_args

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from engine.errors import InvalidRequest
from engine.server.api import POLL_SOON, api_of, read_body
from engine.server.query import page_of
from engine.server.wire.lists import deleted_json, page_json
from engine.server.wire.vector_stores import (
    CreateBatch,
    CreateStoreFile,
    UpdateStoreFile,
    batch_json,
    content_json,
    store_file_json,
)
from engine.service.file_batches import BatchEntry
from engine.types import VectorStoreFileStatus


async def create(request: Request) -> JSONResponse:
    api, body = api_of(request), await read_body(request, CreateStoreFile)
    chunking = body.given().get("chunking_strategy")
    file = await api.call(
        api.engine.vector_stores.files.create,
        request.path_params["vector_store_id"],
        body.file_id,
        attributes=body.attributes,
        chunking_strategy=chunking,
    )
    return JSONResponse(store_file_json(file), headers=POLL_SOON)


async def list_page(request: Request) -> JSONResponse:
    api, page = api_of(request), page_of(request, "filter")
    store_id = request.path_params["vector_store_id"]
    found = await api.call(api.engine.vector_stores.files.list, store_id, page, _status(request))
    return JSONResponse(page_json(found, store_file_json))


async def retrieve(request: Request) -> JSONResponse:
    api = api_of(request)
    file = await api.call(api.engine.vector_stores.files.get, *_ids(request))
    return JSONResponse(store_file_json(file), headers=POLL_SOON)


async def update(request: Request) -> JSONResponse:
    api, body = api_of(request), await read_body(request, UpdateStoreFile)
    file = await api.call(api.engine.vector_stores.files.update, *_ids(request), attributes=body.attributes)
    return JSONResponse(store_file_json(file))


async def delete(request: Request) -> JSONResponse:
    api = api_of(request)
    await api.call(api.engine.vector_stores.files.delete, *_ids(request))
    return JSONResponse(deleted_json(_ids(request)[1], "vector_store.file.deleted"))


async def content(request: Request) -> JSONResponse:
    api = api_of(request)
    return JSONResponse(content_json(await api.call(api.engine.vector_stores.files.content, *_ids(request))))


async def create_batch(request: Request) -> JSONResponse:
    api, body = api_of(request), await read_body(request, CreateBatch)
    given = body.given()
    entries = None if body.files is None else [BatchEntry(**file) for file in given["files"]]
    batch = await api.call(
        api.engine.vector_stores.batches.create,
        request.path_params["vector_store_id"],
        file_ids=body.file_ids,
        files=entries,
        attributes=body.attributes,
        chunking_strategy=given.get("chunking_strategy"),
    )
    return JSONResponse(batch_json(batch), headers=POLL_SOON)


async def retrieve_batch(request: Request) -> JSONResponse:
    api = api_of(request)
    batch = await api.call(api.engine.vector_stores.batches.get, *_batch_ids(request))
    return JSONResponse(batch_json(batch), headers=POLL_SOON)


async def cancel_batch(request: Request) -> JSONResponse:
    api = api_of(request)
    return JSONResponse(batch_json(await api.call(api.engine.vector_stores.batches.cancel, *_batch_ids(request))))


async def list_batch(request: Request) -> JSONResponse:
    api, page = api_of(request), page_of(request, "filter")
    batches = api.engine.vector_stores.batches
    found = await api.call(batches.files, *_batch_ids(request), page, _status(request))
    return JSONResponse(page_json(found, store_file_json))


def _ids(request: Request) -> tuple[str, str]:
    return request.path_params["vector_store_id"], request.path_params["file_id"]


def _batch_ids(request: Request) -> tuple[str, str]:
    return request.path_params["vector_store_id"], request.path_params["batch_id"]


def _status(request: Request) -> VectorStoreFileStatus | None:
    untrusted = request.query_params.get("filter")
    if untrusted is not None and untrusted not in get_args(VectorStoreFileStatus):
        known = ", ".join(f"'{each}'" for each in get_args(VectorStoreFileStatus))
        raise InvalidRequest(
            f"Invalid value for 'filter': expected one of {known}.", code="invalid_value", param="filter"
        )
    return cast(VectorStoreFileStatus | None, untrusted)


_FILES = "/v1/vector_stores/{vector_store_id}/files"
_BATCHES = "/v1/vector_stores/{vector_store_id}/file_batches"
ROUTES = [
    Route(_FILES, create, methods=["POST"]),
    Route(_FILES, list_page, methods=["GET"]),
    Route(f"{_FILES}/{{file_id}}", retrieve, methods=["GET"]),
    Route(f"{_FILES}/{{file_id}}", update, methods=["POST"]),
    Route(f"{_FILES}/{{file_id}}", delete, methods=["DELETE"]),
    Route(f"{_FILES}/{{file_id}}/content", content, methods=["GET"]),
    Route(_BATCHES, create_batch, methods=["POST"]),
    Route(f"{_BATCHES}/{{batch_id}}", retrieve_batch, methods=["GET"]),
    Route(f"{_BATCHES}/{{batch_id}}/cancel", cancel_batch, methods=["POST"]),
    Route(f"{_BATCHES}/{{batch_id}}/files", list_batch, methods=["GET"]),
]
