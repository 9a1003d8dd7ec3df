"""Every failure in the OpenAI error body, with the status that makes clients do the right thing."""

from __future__ import annotations

import logging
import traceback
from typing import cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from engine.errors import (
    Cancelled,
    DataTooNew,
    FiresideError,
    InvalidRequest,
    NotFound,
    ThreadBusy,
    Unauthorized,
    Unavailable,
    WorkerFailed,
)
from engine.types import JsonObject

log = logging.getLogger(__name__)


class Forbidden(FiresideError):
    """The request comes from, or through, somewhere that is not this computer."""

    code = "forbidden"


class TooLarge(InvalidRequest):
    """The body of a request is larger than this server reads."""

    code = "request_too_large"


# The first class that fits decides. A 409 or 429 is never sent: clients repeat those by themselves.
_STATUS: tuple[tuple[type[FiresideError], int], ...] = (
    (NotFound, 404),
    (TooLarge, 413),
    (InvalidRequest, 400),
    (Unauthorized, 401),
    (Forbidden, 403),
    (Unavailable, 503),
    (Cancelled, 400),
    (WorkerFailed, 500),
    (DataTooNew, 500),
)
# The hosted API sends null where these say no more than the status does.
_PLAIN_CODES = {NotFound.code, InvalidRequest.code, ThreadBusy.code, FiresideError.code}
_API_CODES = {"context_exceeded": "context_length_exceeded", "unauthorized": "invalid_api_key"}
# Waiting helps only with these; repeating the rest by itself would repeat the failure.
_PASSING = {"worker_failed", "worker_died"}


def error_body(message: str, *, kind: str, code: str | None = None, param: str | None = None) -> JsonObject:
    """Return the one shape of all errors."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def status_of(error: FiresideError) -> int:
    """Return the HTTP status for an engine's error."""
    if error.code == "file_too_large":
        return 413
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def body_of(error: FiresideError) -> JsonObject:
    """Return the error body for an engine's error; also what a stream sends in its `error` event."""
    status = status_of(error)
    code = None if error.code in _PLAIN_CODES else _API_CODES.get(error.code, error.code)
    kind = "invalid_request_error" if status < 500 else "server_error"
    return error_body(error.message, kind=kind, code=code, param=error.param)


def response_of(error: FiresideError) -> JSONResponse:
    """Return the HTTP answer for an engine's error."""
    status = status_of(error)
    headers = {"x-should-retry": "true" if error.code in _PASSING else "false"} if status >= 500 else {}
    return JSONResponse(body_of(error), status_code=status, headers=headers)


def internal_error_body() -> JsonObject:
    """Return the error body for a bug of ours."""
    return error_body(
        "Something went wrong inside Fireside. The log in the home folder says more.", kind="server_error"
    )


def internal_error() -> JSONResponse:
    """Return the answer to a bug of ours; never repeated by clients, since something may have been stored."""
    return JSONResponse(internal_error_body(), status_code=500, headers={"x-should-retry": "false"})


def log_bug(error: BaseException, request_id: str) -> None:
    """Log where a bug is, but not its message: that may quote what a user wrote."""
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("request %s failed with %s\n%s", request_id, type(error).__name__, where)


async def on_fireside_error(_request: Request, error: Exception) -> JSONResponse:
    """Handler for what the engine refuses."""
    return response_of(cast(FiresideError, error))


async def on_http_error(request: Request, error: Exception) -> JSONResponse:
    """Handler for unknown paths and wrong methods."""
    refused = cast(HTTPException, error)
    method, path = request.method, request.url.path
    if refused.status_code == 404:
        message, code = f"Unknown request URL: {method} {path}. All paths start with /v1.", "unknown_url"
    elif refused.status_code == 405:
        message, code = f"Not allowed to {method} on {path}.", "method_not_allowed"
    else:
        message, code = str(refused.detail), ""
    body = error_body(message[:500], kind="invalid_request_error", code=code or None)
    return JSONResponse(body, status_code=refused.status_code, headers=refused.headers)
