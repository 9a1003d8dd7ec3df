"""Every error has its status, and clients repeat only what may work the next time."""

from __future__ import annotations

import json
import logging

import pytest

from engine import errors as e
from engine.server.errors import _STATUS, Forbidden, TooLarge, body_of, error_body, internal_error, log_bug, response_of


@pytest.mark.parametrize(
    ("error", "status", "kind", "code"),
    [
        (e.InvalidRequest("m"), 400, "invalid_request_error", None),
        (e.InvalidRequest("m", code="context_exceeded"), 400, "invalid_request_error", "context_length_exceeded"),
        (e.NotFound("thread", "x"), 404, "invalid_request_error", None),
        (e.ThreadBusy("m"), 400, "invalid_request_error", None),
        (e.Unauthorized("m"), 401, "invalid_request_error", "invalid_api_key"),
        (Forbidden("m", code="wrong_host"), 403, "invalid_request_error", "wrong_host"),
        (TooLarge("m"), 413, "invalid_request_error", "request_too_large"),
        (e.Unavailable("m", code="no_model"), 503, "server_error", "no_model"),
        (e.HomeBusy("m"), 503, "server_error", "home_busy"),
        (e.WorkerFailed("m"), 500, "server_error", "worker_failed"),
        (e.DataTooNew("m"), 500, "server_error", "data_too_new"),
        (e.FiresideError("m"), 500, "server_error", None),
    ],
)
def test_status_type_and_code(error: e.FiresideError, status: int, kind: str, code: str | None) -> None:
    answer = response_of(error)

    assert answer.status_code == status
    assert json.loads(bytes(answer.body)) == body_of(error) == error_body(error.message, kind=kind, code=code)


@pytest.mark.parametrize(
    ("error", "retry"),
    [
        (e.WorkerFailed("m", code="worker_died"), "true"),
        (e.Unavailable("m", code="no_model"), "false"),
        (e.DataTooNew("m"), "false"),
        (e.InvalidRequest("m"), None),
    ],
)
def test_only_what_passes_is_repeated(error: e.FiresideError, retry: str | None) -> None:
    assert response_of(error).headers.get("x-should-retry") == retry


def test_nothing_is_a_409_or_429() -> None:
    assert not {status for _, status in _STATUS} & {408, 409, 429}


def test_a_bug_is_not_repeated() -> None:
    assert internal_error().headers["x-should-retry"] == "false"


@pytest.mark.allow_log("engine.server.errors")
def test_the_log_says_where_a_bug_is_and_quotes_nobody(caplog: pytest.LogCaptureFixture) -> None:
    def fails() -> None:
        raise ValueError("what a user wrote")

    with caplog.at_level(logging.ERROR):
        try:
            fails()
        except ValueError as error:
            log_bug(error, "req_1")

    assert "req_1 failed with ValueError" in caplog.text
    assert "in fails" in caplog.text
    assert caplog.records[0].getMessage().count("what a user wrote") <= 1  # the line of source, not the message
