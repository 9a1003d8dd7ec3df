"""`/v1/threads/{thread_id}/runs`, `/v1/threads/runs`, and the list of runs across threads."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from engine.server.api import api_of, read_body
from engine.server.query import check_query, page_of, with_content_of
from engine.server.streams import open_run_stream, run_headers
from engine.server.wire.lists import page_json
from engine.server.wire.messages import UpdateMetadata
from engine.server.wire.runs import CreateRun, CreateThreadAndRun, SubmitToolOutputs, run_json
from engine.types import Run


async def create(request: Request) -> Response:
    check_query(request, "include", "include[]")
    with_content = with_content_of(request)
    api, body = api_of(request), await read_body(request, CreateRun)
    thread_id = request.path_params["thread_id"]
    start = partial(api.engine.runs.create, thread_id, body.run_request())
    if body.stream:
        return await open_run_stream(api, start, thread_id=thread_id, with_content=with_content)
    return _answer(await api.call(start))


async def create_with_thread(request: Request) -> Response:
    api, body = api_of(request), await read_body(request, CreateThreadAndRun)
    start = partial(api.engine.runs.create_thread_and_run, request=body.to_request(), **body.thread_fields())
    if body.stream:
        return await open_run_stream(api, start, thread_id=None)
    return _answer(await api.call(start))


async def list_page(request: Request) -> JSONResponse:
    """Of one thread, or (ours) of all threads."""
    api = api_of(request)
    page = await api.call(api.engine.runs.list, request.path_params.get("thread_id"), page_of(request))
    return JSONResponse(page_json(page, run_json))


async def retrieve(request: Request) -> JSONResponse:
    api = api_of(request)
    return _answer(await api.call(api.engine.runs.get, *_ids(request)))


async def update(request: Request) -> JSONResponse:
    api, body = api_of(request), await read_body(request, UpdateMetadata)
    if not body.given():
        return _answer(await api.call(api.engine.runs.get, *_ids(request)))
    return _answer(await api.call(api.engine.runs.update, *_ids(request), metadata=body.metadata))


async def cancel(request: Request) -> JSONResponse:
    api = api_of(request)
    return _answer(await api.call(api.engine.runs.cancel, *_ids(request)))


async def submit_tool_outputs(request: Request) -> Response:
    api, body = api_of(request), await read_body(request, SubmitToolOutputs)
    thread_id, run_id = _ids(request)
    outputs = {output.tool_call_id: output.output for output in body.tool_outputs}
    start = partial(api.engine.runs.submit_tool_outputs, thread_id, run_id, outputs)
    if body.stream:
        return await open_run_stream(api, start, thread_id=thread_id, resumed=True)
    return _answer(await api.call(start))


def _answer(run: Run) -> JSONResponse:
    return JSONResponse(run_json(run), headers=run_headers(run))


def _ids(request: Request) -> tuple[str, str]:
    return request.path_params["thread_id"], request.path_params["run_id"]


_LIST, _ONE = "/v1/threads/{thread_id}/runs", "/v1/threads/{thread_id}/runs/{run_id}"
ROUTES = [
    Route("/v1/threads/runs", create_with_thread, methods=["POST"]),
    Route("/v1/runs", list_page, methods=["GET"]),
    Route(_LIST, create, methods=["POST"]),
    Route(_LIST, list_page, methods=["GET"]),
    Route(_ONE, retrieve, methods=["GET"]),
    Route(_ONE, update, methods=["POST"]),
    Route(f"{_ONE}/cancel", cancel, methods=["POST"]),
    Route(f"{_ONE}/submit_tool_outputs", submit_tool_outputs, methods=["POST"]),
]
