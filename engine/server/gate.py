"""What surrounds every request: an id, the checks of who asks, timing, and an answer even to a bug."""

from __future__ import annotations

import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.errors import FiresideError
from engine.server import auth
from engine.server.errors import internal_error, log_bug, response_of


class Gate:
    """Pure ASGI, outermost: nothing leaves without `x-request-id`, nothing enters without the key."""

    def __init__(self, app: ASGIApp, *, key: str) -> None:
        self._app = app
        self._key = key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = f"req_{uuid.uuid4().hex}"
        began = time.monotonic()
        started = False

        async def send_marked(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = request_id
                headers["openai-version"] = "2020-10-01"
                headers["openai-processing-ms"] = str(round((time.monotonic() - began) * 1000))
            await send(message)

        try:
            auth.check(Headers(scope=scope), port=_port(scope), key=self._key)
        except FiresideError as error:
            await response_of(error)(scope, receive, send_marked)
            return
        try:
            await self._app(scope, receive, send_marked)
        except Exception as error:  # noqa: BLE001  the last line of defence: no client may see a bare close
            log_bug(error, request_id)
            if not started:
                await internal_error()(scope, receive, send_marked)


def _port(scope: Scope) -> int:
    server = scope.get("server")
    return int(server[1]) if server and server[1] else 0
