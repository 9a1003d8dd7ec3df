"""`/v1/models`: what is installed here."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from engine.errors import FiresideError
from engine.server.api import Api, api_of
from engine.server.errors import error_body
from engine.server.wire.lists import deleted_json
from engine.types import JsonObject
from models.types import InstalledModel


def _model_json(model: InstalledModel, name: str = "") -> JsonObject:
    return {"id": name or model.id, "object": "model", "created": model.added_at, "owned_by": "fireside"}


async def list_all(request: Request) -> JSONResponse:
    """Every installed model; broken files are left out, `fireside doctor` shows those."""
    api = api_of(request)
    usable = [_model_json(model) for model in await api.call(api.engine.models.installed) if not model.problem]
    return JSONResponse({"object": "list", "data": usable})


async def retrieve(request: Request) -> JSONResponse:
    """An installed model by its id, or the one that answers under a name from the hosted API."""
    api, name = api_of(request), request.path_params["model"]
    if model := await _installed(api, name):
        return JSONResponse(_model_json(model))
    if name in api.engine.settings.current.model_names:
        try:
            model = await api.call(api.engine.models.resolve, name)
        except FiresideError:
            return _not_found(name)
        return JSONResponse(_model_json(model, name), headers={"x-fireside-model": model.id})
    return _not_found(name)


async def delete(request: Request) -> JSONResponse:
    """Remove an installed model's file; only by its own id."""
    api, name = api_of(request), request.path_params["model"]
    if not await _installed(api, name):
        return _not_found(name)
    await api.call(api.engine.models.remove, name)
    return JSONResponse(deleted_json(name, "model"))


async def _installed(api: Api, name: str) -> InstalledModel | None:
    return next((model for model in await api.call(api.engine.models.installed) if model.id == name), None)


def _not_found(name: str) -> JSONResponse:
    message = f"The model '{name}' does not exist. GET /v1/models lists those installed here."
    body = error_body(message, kind="invalid_request_error", code="model_not_found", param="model")
    return JSONResponse(body, status_code=404)


ROUTES = [
    Route("/v1/models", list_all, methods=["GET"]),
    Route("/v1/models/{model:path}", retrieve, methods=["GET"]),
    Route("/v1/models/{model:path}", delete, methods=["DELETE"]),
]
