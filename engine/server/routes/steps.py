"""`/v1/threads/{thread_id}/runs/{run_id}/steps`."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from engine.server.api import api_of
from engine.server.query import check_query, page_of, with_content_of
from engine.server.wire.lists import page_json
from engine.server.wire.runs import step_json


async def list_page(request: Request) -> JSONResponse:
    api, page = api_of(request), page_of(request, "include", "include[]")
    to_json = partial(step_json, with_content=with_content_of(request))
    run = await api.call(api.engine.runs.get, request.path_params["thread_id"], request.path_params["run_id"])
    return JSONResponse(page_json(await api.call(api.engine.runs.steps, run.id, page), to_json))


async def retrieve(request: Request) -> JSONResponse:
    check_query(request, "include", "include[]")
    api, with_content = api_of(request), with_content_of(request)
    run = await api.call(api.engine.runs.get, request.path_params["thread_id"], request.path_params["run_id"])
    step = await api.call(api.engine.runs.step, run.id, request.path_params["step_id"])
    return JSONResponse(step_json(step, with_content=with_content))


_LIST = "/v1/threads/{thread_id}/runs/{run_id}/steps"
ROUTES = [
    Route(_LIST, list_page, methods=["GET"]),
    Route(f"{_LIST}/{{step_id}}", retrieve, methods=["GET"]),
]
