"""Errors of the engine, told apart by whose fault they are.

FiresideError
├── InvalidRequest      the caller asked for something that cannot be (400)
│   ├── NotFound        no such object (404)
│   └── ThreadBusy      the thread has an active run (400: a 409 would be retried by clients)
├── Unauthorized        wrong or missing key (401)
├── Unavailable         this machine cannot do it now: no model, disk full, port busy (503-like)
│   └── HomeBusy        another Fireside holds this home folder
├── WorkerFailed        a child process crashed, hung or spoke nonsense
├── Cancelled           the user stopped it
└── DataTooNew          the database was written by a newer Fireside
"""

from __future__ import annotations

from typing import Any


class FiresideError(Exception):
    """An expected failure: `code` for programs, `message` for people, `details` to fill translated texts.

    `message` is safe to log and to send: it never holds chat text, keys or file contents.
    `desktop.errors` maps `code` to words in the user's language and to a next step.
    """

    code = "error"
    retryable = False

    def __init__(self, message: str, *, code: str | None = None, param: str | None = None, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.details = details
        if code is not None:
            self.code = code


class InvalidRequest(FiresideError):
    """The request cannot be carried out as it stands; `param` names the offending field."""

    code = "invalid_request"


class NotFound(InvalidRequest):
    """No object of that kind has that id."""

    code = "not_found"

    def __init__(self, kind: str, object_id: str) -> None:
        super().__init__(f"No {kind} found with id '{object_id}'.", kind=kind, id=object_id)


class ThreadBusy(InvalidRequest):
    """The thread is locked by a run that has not ended."""

    code = "thread_busy"


class Unauthorized(FiresideError):
    """The API key is missing or wrong."""

    code = "unauthorized"


class Unavailable(FiresideError):
    """Nothing is wrong with the request, but this machine cannot serve it now."""

    code = "unavailable"
    retryable = True


class HomeBusy(Unavailable):
    """Another Fireside process uses this home folder."""

    code = "home_busy"


class WorkerFailed(FiresideError):
    """A child process died, hung or broke the protocol; the app goes on."""

    code = "worker_failed"
    retryable = True


class Cancelled(FiresideError):
    """The operation was stopped on request."""

    code = "cancelled"


class DataTooNew(FiresideError):
    """The home folder was written by a newer version; opening it would lose data."""

    code = "data_too_new"
