"""`/v1/chat/completions`: one answer, nothing stored; it stops when the client goes away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from engine.cancel import CancelToken
from engine.errors import FiresideError, Unavailable
from engine.inference.port import Generation, GenerationEvent, TextDelta
from engine.server.api import Api, api_of, cancelled_when_gone, read_body
from engine.server.completion import Answer
from engine.server.errors import body_of, internal_error_body, log_bug
from engine.server.sse import PING, EventStream, frame
from engine.server.wire.chat import CreateCompletion
from engine.service.chat import Completion


class _Job:
    """A generation in its own thread; its events, then itself, arrive in the box."""

    def __init__(self, api: Api, body: CreateCompletion, model_id: str) -> None:
        self.cancel = CancelToken()
        self.box = api.mailbox()
        calling = body.calling()
        self.answer = Answer(model=model_id, tools=calling["tools"], with_logprobs=bool(body.logprobs))
        chat = api.engine.chat
        complete = partial(
            chat.complete,
            model_id,
            tuple(message.to_chat() for message in body.messages),
            **calling,
            sampling=chat.sampling(**body.sampling()),
            extra=body.extra(),
            on_event=self._hear,
            cancel=self.cancel,
        )
        self.task: asyncio.Task[Completion] = asyncio.ensure_future(api.generate(complete))
        self.task.add_done_callback(self.box.put)

    def _hear(self, event: GenerationEvent) -> None:
        if isinstance(event, TextDelta):
            self.box.put(event)


async def create(request: Request) -> Response:
    api, body = api_of(request), await read_body(request, CreateCompletion)
    model = await api.call(api.engine.models.resolve, body.model)
    job = _Job(api, body, model.id)
    if body.stream:
        return await _streamed(api, body, job)
    return await _whole(request, job)


async def _whole(request: Request, job: _Job) -> Response:
    async with cancelled_when_gone(request, job.cancel):
        while not isinstance(item := await job.box.get(None), asyncio.Task):
            if item is None:
                raise Unavailable("Fireside is being closed.", code="closing")
            job.answer.take(item)
    ended = job.task.result().generation
    job.answer.close(ended)
    return JSONResponse(job.answer.whole(ended), headers=_headers(job, ended))


async def _streamed(api: Api, body: CreateCompletion, job: _Job) -> EventStream:
    """Wait a while for the first word, so that a refusal is an HTTP error and not a stream."""
    try:
        first = await job.box.get(api.ping_seconds)
    except TimeoutError:
        first = PING
    if isinstance(first, asyncio.Task):
        first.result()
    return EventStream(_frames(api, body, job, first), on_close=job.cancel.set, headers=_headers(job))


async def _frames(api: Api, body: CreateCompletion, job: _Job, first: Any) -> AsyncIterator[bytes]:
    yield frame(job.answer.opening())
    item = first
    while not isinstance(item, asyncio.Task):
        if item is None:
            yield frame(body_of(Unavailable("Fireside is being closed.", code="closing")))
            return
        if isinstance(item, TextDelta):
            for chunk in job.answer.take(item):
                yield frame(chunk)
        else:
            yield item
        try:
            item = await job.box.get(api.ping_seconds)
        except TimeoutError:
            item = PING
    include_usage = body.stream_options is not None and body.stream_options.include_usage
    for last in _last_frames(job, include_usage=bool(include_usage)):
        yield last


def _last_frames(job: _Job, *, include_usage: bool) -> list[bytes]:
    error = job.task.exception()
    if isinstance(error, FiresideError):
        return [frame(body_of(error))]
    if error is not None:
        log_bug(error, job.answer.model)
        return [frame(internal_error_body())]
    ended = job.task.result().generation
    chunks = job.answer.close(ended)
    if include_usage:
        chunks.append(job.answer.usage_chunk(ended))
    return [*(frame(chunk) for chunk in chunks), frame("[DONE]")]


def _headers(job: _Job, ended: Generation | None = None) -> dict[str, str]:
    headers = {"x-fireside-model": job.answer.model.encode("ascii", "replace").decode()}
    if ended is not None:
        headers["x-fireside-read-ms"] = str(round(ended.read_seconds * 1000))
        headers["x-fireside-write-ms"] = str(round(ended.write_seconds * 1000))
        headers["x-fireside-seed"] = str(ended.seed)
    return headers


ROUTES = [Route("/v1/chat/completions", create, methods=["POST"])]
