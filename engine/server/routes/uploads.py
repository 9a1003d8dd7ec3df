"""`/v1/uploads`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from engine.server.api import api_of, read_body
from engine.server.multipart import read_form
from engine.server.wire.files import CompleteUpload, CreateUpload, part_json, upload_json


async def create(request: Request) -> JSONResponse:
    api, body = api_of(request), await read_body(request, CreateUpload)
    upload = await api.call(
        api.engine.uploads.create,
        filename=body.filename,
        purpose=body.purpose,
        size=body.bytes,
        mime_type=body.mime_type,
        expires_after=None if body.expires_after is None else body.expires_after.seconds,
    )
    return JSONResponse(upload_json(upload))


async def retrieve(request: Request) -> JSONResponse:
    """Ours: the hosted API never let its users ask how an upload stands."""
    api = api_of(request)
    return JSONResponse(upload_json(*await api.call(api.engine.uploads.get, request.path_params["upload_id"])))


async def add_part(request: Request) -> JSONResponse:
    api = api_of(request)
    uploads = api.engine.uploads
    async with read_form(request, api, "data", uploads.receive, allowed=frozenset()) as form:
        part = await api.call(uploads.add_part, request.path_params["upload_id"], form.incoming)
    return JSONResponse(part_json(part))


async def complete(request: Request) -> JSONResponse:
    api, body = api_of(request), await read_body(request, CompleteUpload)
    uploads, upload_id = api.engine.uploads, request.path_params["upload_id"]
    upload, file = await api.generate(uploads.complete, upload_id, body.part_ids, body.md5)
    return JSONResponse(upload_json(upload, file))


async def cancel(request: Request) -> JSONResponse:
    api = api_of(request)
    return JSONResponse(upload_json(await api.call(api.engine.uploads.cancel, request.path_params["upload_id"])))


_ONE = "/v1/uploads/{upload_id}"
ROUTES = [
    Route("/v1/uploads", create, methods=["POST"]),
    Route(_ONE, retrieve, methods=["GET"]),
    Route(f"{_ONE}/parts", add_part, methods=["POST"]),
    Route(f"{_ONE}/complete", complete, methods=["POST"]),
    Route(f"{_ONE}/cancel", cancel, methods=["POST"]),
]
