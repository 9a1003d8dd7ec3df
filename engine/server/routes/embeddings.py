"""`/v1/embeddings`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from engine.server.api import api_of, cancelled_when_gone, read_body
from engine.server.wire.embeddings import CreateEmbeddings, embeddings_json


async def create(request: Request) -> JSONResponse:
    api, body = api_of(request), await read_body(request, CreateEmbeddings)
    async with cancelled_when_gone(request) as cancel:
        found = await api.generate(api.engine.embeddings.embed, body.model, body.input, cancel=cancel)
    vectors, tokens, model_id = found
    packed = body.encoding_format == "base64"
    return JSONResponse(embeddings_json(vectors, model=model_id, tokens=tokens, packed=packed))


ROUTES = [Route("/v1/embeddings", create, methods=["POST"])]
