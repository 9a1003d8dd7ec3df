"""`/v1/responses`: answers that are kept, and gone on from by their id or in a conversation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from engine.cancel import CancelToken
from engine.errors import FiresideError, InvalidRequest, Unavailable, WorkerFailed
from engine.inference.port import Generation, GenerationEvent, TextDelta, thinking
from engine.server.api import Api, api_of, cancelled_when_gone, read_body
from engine.server.errors import log_bug
from engine.server.query import page_of
from engine.server.responding import Responding
from engine.server.sse import PING, EventStream, frame
from engine.server.wire.lists import deleted_json
from engine.server.wire.responses import CreateResponse, chat_messages
from engine.service.chat import Completion
from engine.store.responses import StoredResponse
from engine.types import JsonObject


class _Job:
    """A generation in its own thread; its events, then itself, arrive in the box."""

    def __init__(self, api: Api, body: CreateResponse, model_id: str, history: list[JsonObject]) -> None:
        self.cancel = CancelToken()
        self.box = api.mailbox()
        self.body = body
        self.asked = tuple(item.kept() for item in body.input)
        calling = body.calling()
        self.answer = Responding(body, model=model_id, tools=calling["tools"])
        chat = api.engine.chat
        complete = partial(
            chat.complete,
            model_id,
            chat_messages([*history, *self.asked], instructions=body.instructions),
            **calling,
            sampling=chat.sampling(**body.sampling()),
            extra=thinking(body.reasoning.effort if body.reasoning else None),
            on_event=self._hear,
            cancel=self.cancel,
        )
        self.task: asyncio.Task[Completion] = asyncio.ensure_future(api.generate(complete))
        self.task.add_done_callback(self.box.put)

    def _hear(self, event: GenerationEvent) -> None:
        if isinstance(event, TextDelta):
            self.box.put(event)

    async def keep(self, api: Api, whole: JsonObject) -> None:
        """Store the answer, unless it was asked not to be. Raises FiresideError."""
        if self.body.store is False and self.body.conversation_id is None:
            return
        kept = StoredResponse(
            id=self.answer.id,
            created_at=self.answer.created_at,
            previous_id=self.body.previous_response_id,
            input=self.asked,
            body=whole,
        )
        await api.call(api.engine.responses.keep, kept, conversation_id=self.body.conversation_id)


async def create(request: Request) -> Response:
    api, body = api_of(request), await read_body(request, CreateResponse)
    model = await api.call(api.engine.models.resolve, body.model)
    history = await api.call(
        api.engine.responses.history, previous_id=body.previous_response_id, conversation_id=body.conversation_id
    )
    job = _Job(api, body, model.id, history)
    if body.stream:
        return await _streamed(api, job)
    return await _whole(request, job)


async def _whole(request: Request, job: _Job) -> Response:
    api = api_of(request)
    async with cancelled_when_gone(request, job.cancel):
        while not isinstance(item := await job.box.get(None), asyncio.Task):
            if item is None:
                raise Unavailable("Fireside is being closed.", code="closing")
            job.answer.take(item)
    ended = job.task.result().generation
    job.answer.close()
    whole: JsonObject = job.answer.end(ended)["response"]
    await job.keep(api, whole)
    return JSONResponse(whole, headers=_headers(job, ended))


async def _streamed(api: Api, job: _Job) -> EventStream:
    """Wait a while for the first word, so that a refusal is an HTTP error and not a stream."""
    try:
        first = await job.box.get(api.ping_seconds)
    except TimeoutError:
        first = PING
    if isinstance(first, asyncio.Task):
        first.result()
    return EventStream(_frames(api, job, first), on_close=job.cancel.set, headers=_headers(job))


async def _frames(api: Api, job: _Job, first: Any) -> AsyncIterator[bytes]:
    for event in job.answer.opening():
        yield _frame(event)
    item = first
    while not isinstance(item, asyncio.Task):
        if item is None:
            yield _frame(job.answer.fail(Unavailable("Fireside is being closed.", code="closing")))
            return
        if isinstance(item, TextDelta):
            for event in job.answer.take(item):
                yield _frame(event)
        else:
            yield item
        try:
            item = await job.box.get(api.ping_seconds)
        except TimeoutError:
            item = PING
    for event in await _last_events(api, job):
        yield _frame(event)


async def _last_events(api: Api, job: _Job) -> list[JsonObject]:
    error = job.task.exception()
    if error is not None and not isinstance(error, FiresideError):
        log_bug(error, job.answer.id)
        error = WorkerFailed("Something went wrong inside Fireside. The log in the home folder says more.")
    if error is not None:
        return [job.answer.fail(error)]
    events = job.answer.close()
    last = job.answer.end(job.task.result().generation)
    try:
        await job.keep(api, last["response"])  # whoever hears of the end may go on from it
    except FiresideError as refused:
        return [job.answer.fail(refused)]
    return [*events, last]


def _frame(event: JsonObject) -> bytes:
    return frame(event, event=event["type"])


def _headers(job: _Job, ended: Generation | None = None) -> dict[str, str]:
    headers = {"x-fireside-model": job.answer.model.encode("ascii", "replace").decode()}
    if ended is not None:
        headers["x-fireside-read-ms"] = str(round(ended.read_seconds * 1000))
        headers["x-fireside-write-ms"] = str(round(ended.write_seconds * 1000))
    return headers


async def retrieve(request: Request) -> JSONResponse:
    api = api_of(request)
    return JSONResponse((await api.call(api.engine.responses.get, request.path_params["response_id"])).body)


async def delete(request: Request) -> JSONResponse:
    api, response_id = api_of(request), request.path_params["response_id"]
    await api.call(api.engine.responses.delete, response_id)
    return JSONResponse(deleted_json(response_id, "response"))


async def cancel(request: Request) -> JSONResponse:
    """Only an answer in the background can be cancelled, and there are none: closing the connection stops one."""
    api = api_of(request)
    await api.call(api.engine.responses.get, request.path_params["response_id"])
    raise InvalidRequest("Only responses created with background=true can be cancelled.", code="not_in_background")


async def list_input(request: Request) -> JSONResponse:
    """What was asked, in pages."""
    api, page = api_of(request), page_of(request)
    found = await api.call(api.engine.responses.get, request.path_params["response_id"])
    items = list(found.input) if page.order == "asc" else list(found.input)[::-1]
    for param, cursor in (("after", page.after), ("before", page.before)):
        if cursor is not None and cursor not in {item["id"] for item in items}:
            raise InvalidRequest(f"'{param}' is '{cursor[:64]}', which is not in this list.", param=param)
    start = next((n + 1 for n, item in enumerate(items) if item["id"] == page.after), 0)
    stop = next((n for n, item in enumerate(items) if item["id"] == page.before), len(items))
    data = items[start:stop][: page.limit]
    return JSONResponse(
        {
            "object": "list",
            "data": data,
            "first_id": data[0]["id"] if data else None,
            "last_id": data[-1]["id"] if data else None,
            "has_more": start + page.limit < stop,
        }
    )


_ONE = "/v1/responses/{response_id}"
ROUTES = [
    Route("/v1/responses", create, methods=["POST"]),
    Route(_ONE, retrieve, methods=["GET"]),
    Route(_ONE, delete, methods=["DELETE"]),
    Route(f"{_ONE}/cancel", cancel, methods=["POST"]),
    Route(f"{_ONE}/input_items", list_input, methods=["GET"]),
]
