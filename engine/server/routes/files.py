"""`/v1/files`."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from engine.server.api import api_of
from engine.server.multipart import read_form
from engine.server.query import check_query
from engine.server.wire.files import FILE_FIELDS, create_file_of, file_json
from engine.server.wire.lists import deleted_json, page_json, page_request
from engine.types import PageRequest

_MOST = 10_000


async def create(request: Request) -> JSONResponse:
    api = api_of(request)
    files = api.engine.files
    async with read_form(request, api, "file", files.receive, allowed=FILE_FIELDS) as form:
        wanted = create_file_of(form.fields)
        expiry = wanted.expires_after
        file = await api.call(
            files.keep,
            form.incoming,
            filename=form.filename,
            purpose=wanted.purpose,
            expires_after=None if expiry is None else expiry.seconds,
        )
    return JSONResponse(file_json(file))


async def list_page(request: Request) -> JSONResponse:
    api, page = api_of(request), _page_of(request)
    purpose = request.query_params.get("purpose") or None
    return JSONResponse(page_json(await api.call(api.engine.files.list, page, purpose), file_json))


async def retrieve(request: Request) -> JSONResponse:
    api = api_of(request)
    return JSONResponse(file_json(await api.call(api.engine.files.get, request.path_params["file_id"])))


async def content(request: Request) -> StreamingResponse:
    api = api_of(request)
    file, pieces = await api.call(api.engine.files.read, request.path_params["file_id"])
    headers = {
        "content-length": str(file.bytes),
        "content-disposition": f"attachment; filename*=utf-8''{quote(file.filename, safe='')}",
    }
    return StreamingResponse(pieces, headers=headers, media_type="application/octet-stream")


async def delete(request: Request) -> JSONResponse:
    api, file_id = api_of(request), request.path_params["file_id"]
    await api.call(api.engine.files.delete, file_id)
    return JSONResponse(deleted_json(file_id, "file"))


def _page_of(request: Request) -> PageRequest:
    check_query(request, "limit", "order", "after", "before", "purpose")
    return page_request(request.query_params, default=_MOST, most=_MOST)


ROUTES = [
    Route("/v1/files", create, methods=["POST"]),
    Route("/v1/files", list_page, methods=["GET"]),
    Route("/v1/files/{file_id}", retrieve, methods=["GET"]),
    Route("/v1/files/{file_id}", delete, methods=["DELETE"]),
    Route("/v1/files/{file_id}/content", content, methods=["GET"]),
]
