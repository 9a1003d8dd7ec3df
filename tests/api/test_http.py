"""Around every request: who may ask, what bad requests get, and ids and headers on every answer."""

from __future__ import annotations

from typing import Any

import httpx
import openai
import pytest

from tests.api.conftest import KEY, Live


def _error(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["x-request-id"].startswith("req_")
    body = answer.json()
    assert list(body) == ["error"]
    assert set(body["error"]) == {"message", "type", "param", "code"}
    error: dict[str, Any] = body["error"]
    return error


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Bearer", "Basic " + KEY, f"Bearer {KEY} x", "Bearer é"])
def test_the_key_is_needed(shared: Live, header: str | None) -> None:
    headers: Any = {"authorization": header.encode("latin-1") if header else None}
    answer = shared.ask("GET", "/v1/models", headers=headers)

    assert answer.status_code == 401
    assert _error(answer)["code"] == "invalid_api_key"


def test_the_client_sees_an_authentication_error(shared: Live) -> None:
    with pytest.raises(openai.AuthenticationError):
        shared.client(api_key="wrong").models.list()


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/none", "/v2/models", "/v1/models/", "/v1/threads/x/none", "/docs"])
def test_unknown_paths_get_the_api_error(shared: Live, path: str) -> None:
    answer = shared.ask("GET", path)

    assert answer.status_code == 404
    assert _error(answer)["code"] in ("unknown_url", "model_not_found")


def test_even_unknown_paths_need_the_key(shared: Live) -> None:
    assert httpx.get(f"{shared.root}/v1/none").status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/v1/threads"),
        ("DELETE", "/v1/threads"),
        ("GET", "/v1/chat/completions"),
        ("OPTIONS", "/v1/threads"),
        ("PATCH", "/v1/assistants/asst_1"),
    ],
)
def test_wrong_methods_get_the_api_error(shared: Live, method: str, path: str) -> None:
    answer = shared.ask(method, path)

    assert answer.status_code == 405
    assert _error(answer)["code"] == "method_not_allowed"
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:{port}", ""]
)
def test_a_foreign_host_header_is_refused(shared: Live, host: str) -> None:
    answer = shared.ask("GET", "/v1/models", headers={"host": host.format(port=shared.server.port)})

    assert answer.status_code == 403
    assert _error(answer)["code"] == "wrong_host"


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "LocalHost", "[::1]"])
def test_loopback_names_are_accepted(shared: Live, name: str) -> None:
    assert shared.ask("GET", "/v1/models", headers={"host": f"{name}:{shared.server.port}"}).status_code == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://evil.example", 403),
        ("null", 403),
        ("http://127.0.0.1.evil.example", 403),
        ("file://", 403),
        ("http://[::1", 403),
        ("http://localhost:3000", 200),
        ("http://127.0.0.1:8080", 200),
    ],
)
def test_web_pages_from_elsewhere_are_refused(shared: Live, origin: str, status: int) -> None:
    answer = shared.ask("GET", "/v1/models", headers={"origin": origin})

    assert answer.status_code == status
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("text", ["{", "[1", '{"a": NaN}', "\x00", '"text"', "[]", "nul"])
def test_bad_json_is_a_400(shared: Live, text: str) -> None:
    answer = shared.ask("POST", "/v1/assistants", content=text)

    assert answer.status_code == 400
    assert _error(answer)["type"] == "invalid_request_error"


def test_too_large_a_body_is_told_so(shared: Live) -> None:
    answer = shared.ask("POST", "/v1/threads", content=b" " * (33 * 1024 * 1024))

    assert answer.status_code == 413
    assert _error(answer)["code"] == "request_too_large"


def test_empty_bodies_with_a_json_header_are_read_as_absent(shared: Live) -> None:
    client = shared.client()
    assistant = client.beta.assistants.create(model="gpt-4o")
    headers = {"content-type": "application/json"}

    assert shared.ask("POST", "/v1/threads", headers=headers).status_code == 200
    assert shared.ask("DELETE", f"/v1/assistants/{assistant.id}", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("limit=1e3", "limit"),
        ("order=up", "order"),
        ("after=asst_none", "after"),
        ("page=2", "page"),
    ],
)
def test_bad_query_parameters_are_named(shared: Live, query: str, param: str) -> None:
    answer = shared.ask("GET", f"/v1/assistants?{query}")

    assert answer.status_code == 400
    assert _error(answer)["param"] == param


def test_errors_name_the_field(shared: Live) -> None:
    client = shared.client()
    with pytest.raises(openai.BadRequestError) as refused:
        client.beta.assistants.create(model="gpt-4o", temperature=3)
    assert (refused.value.param, refused.value.code) == ("temperature", "decimal_above_max_value")
    with pytest.raises(openai.BadRequestError) as refused:
        client.beta.assistants.create(model="gpt-4o", extra_body={"colour": "red"})
    assert (refused.value.param, refused.value.code) == ("colour", "unknown_parameter")


def test_a_bug_answers_with_the_api_error_and_is_not_repeated(
    shared: Live, monkeypatch: pytest.MonkeyPatch, expected_log: Any
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the words of a user")

    monkeypatch.setattr(shared.engine.threads, "get", broken)
    with expected_log("ZeroDivisionError"):
        answer = shared.ask("GET", "/v1/threads/thread_1")

    assert answer.status_code == 500
    assert answer.headers["x-should-retry"] == "false"
    assert "words of a user" not in answer.text
    assert _error(answer)["type"] == "server_error"


def test_no_model_is_a_503_that_says_what_to_do_and_is_not_repeated(serve: Any) -> None:
    client = serve(models=()).client(max_retries=2)
    with pytest.raises(openai.InternalServerError, match="fireside models get") as refused:
        client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}])

    assert refused.value.status_code == 503
    assert refused.value.response.headers["x-should-retry"] == "false"
    assert refused.value.code == "no_model"


def test_runs_ask_to_be_polled_soon(shared: Live) -> None:
    client = shared.client()
    assistant = client.beta.assistants.create(model="gpt-4o")
    thread = client.beta.threads.create(messages=[{"role": "user", "content": "Hi"}])
    answer = client.beta.threads.runs.with_raw_response.create(thread.id, assistant_id=assistant.id)

    assert answer.headers["openai-poll-after-ms"] == "100"
    assert answer.headers["x-fireside-model"] == "scripted"
    assert answer.headers["x-request-id"]
    shared.engine.runs.wait(answer.parse().id, 30)
