"""Nothing that can be sent gets a 5xx, and every refusal has the API's error body."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import Live
from tests.compatibility.surface import endpoints

_NAMES = [
    *("model", "name", "description", "instructions", "tools", "tool_resources", "metadata", "temperature", "top_p"),
    *("response_format", "messages", "role", "content", "type", "text", "function", "file_search", "attachments"),
    *("assistant_id", "thread", "additional_messages", "tool_choice", "truncation_strategy", "tool_outputs"),
    *("max_prompt_tokens", "stream_options", "stop", "seed", "logit_bias", "input", "encoding_format", "n"),
]
_WORDS = ["user", "assistant", "text", "function", "auto", "file_search", "code_interpreter", "gpt-4o", "json_schema"]
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(_WORDS)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=5),
    max_leaves=15,
)
_BODIES = st.dictionaries(st.sampled_from(_NAMES), _JSON, max_size=6).map(lambda body: json.dumps(body).encode())
_NOISE = st.binary(max_size=100) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass"))
_IDS = st.sampled_from(["asst_x", "thread_x", "run_x", "%00", "%ff", "..", "é", "x" * 300, "%2e%2e%2f"])
_PATHS = st.sampled_from(sorted({path for _, path, _ in endpoints()} | {"/v1/{unknown}"})).map(
    lambda path: re.sub(r"\{\w+(:path)?\}", "{}", path)
)
_QUERIES = st.sampled_from(
    ["", "?limit=-1", "?limit=1&order=asc", "?limit=%00", "?after=%ff", "?include[]=x", "?order=", "?=", "?a=b&a=c"]
)
_METHODS = st.sampled_from(["GET", "POST", "POST", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"])


@given(_METHODS, _PATHS, st.lists(_IDS, min_size=3, max_size=3), _QUERIES, _BODIES | _NOISE)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_request_is_a_server_error(
    shared: Live, method: str, path: str, ids: list[str], query: str, body: bytes
) -> None:
    answer = shared.ask(method, path.format(*ids) + query, content=body, headers={"content-type": "application/json"})

    assert answer.status_code < 500 or _no_embedder(answer), (answer.status_code, answer.text)
    assert answer.headers["x-request-id"]
    if answer.status_code >= 400:
        assert set(answer.json()["error"]) == {"message", "type", "param", "code"}


_SOUND: dict[str, dict[str, Any]] = {
    "/v1/assistants": {"model": "gpt-4o"},
    "/v1/threads/runs": {"assistant_id": "{assistant_id}"},
    "/v1/threads/{thread_id}/messages": {"role": "user", "content": "x"},
    "/v1/threads/{thread_id}/runs": {"assistant_id": "{assistant_id}"},
    "/v1/vector_stores/{vector_store_id}/search": {"query": "x"},
    "/v1/vector_stores/{vector_store_id}/files": {"file_id": "{file_id}"},
    "/v1/uploads": {"filename": "a.txt", "purpose": "assistants", "bytes": 3, "mime_type": "text/plain"},
    "/v1/chat/completions": {"model": "gpt-4o", "messages": [{"role": "user", "content": "x"}]},
    "/v1/responses": {"model": "gpt-4o", "input": "x"},
    "/v1/embeddings": {"model": "gpt-4o", "input": "x"},
}


@pytest.fixture(scope="module")
def real(shared: Live) -> dict[str, str]:
    """Ids of objects that exist, by the names that paths give them."""
    thread = shared.ask("POST", "/v1/threads").json()["id"]
    return {
        "assistant_id": shared.ask("POST", "/v1/assistants", json={"model": "gpt-4o"}).json()["id"],
        "thread_id": thread,
        "message_id": shared.ask(
            "POST", f"/v1/threads/{thread}/messages", json={"role": "user", "content": "x"}
        ).json()["id"],
        "vector_store_id": shared.ask("POST", "/v1/vector_stores", json={}).json()["id"],
        "file_id": shared.ask(
            "POST", "/v1/files", files={"file": ("a.txt", b"Hello")}, data={"purpose": "assistants"}
        ).json()["id"],
        "conversation_id": shared.ask("POST", "/v1/conversations", json={}).json()["id"],
    }


def _no_embedder(answer: Any) -> bool:
    """There is no embedding model here, and a sound request for one is told so."""
    return bool(answer.status_code == 503 and answer.json()["error"]["code"] == "no_model")


_POSTS = [(path, parameters) for method, path, parameters in endpoints() if method == "POST" and parameters]
_VALUES = st.sampled_from([None, True, 0, 1, -1, 0.5, 2**63, "", "auto", "text", "x" * 70_000, [], {}, [None], [{}]])


def _placed(body: dict[str, Any], path: str, value: Any) -> None:
    """Put a value where `tools[].function.name` says, making what is on the way."""
    here, (*way, last) = body, path.split(".")
    for step in way:
        name, many = step.removesuffix("[]"), step.endswith("[]")
        if many:
            inner = here[name] if isinstance(here.get(name), list) and here[name] else [{}]
            here[name] = inner
            inner[0] = here = inner[0] if isinstance(inner[0], dict) else {}
        else:
            here[name] = here = here[name] if isinstance(here.get(name), dict) else {}
    here[last.removesuffix("[]")] = value


@given(st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_value_of_any_parameter_is_taken_or_refused(
    shared: Live, real: dict[str, str], data: st.DataObject
) -> None:
    path, parameters = data.draw(st.sampled_from(_POSTS))
    sound = _SOUND.get(path, {})
    body = {name: value.format(**real) if isinstance(value, str) else value for name, value in sound.items()}
    for parameter in data.draw(st.lists(st.sampled_from(parameters), max_size=4)):
        # A copy, as what is drawn comes again and is changed here.
        _placed(body, parameter, copy.deepcopy(data.draw(_VALUES | _JSON)))

    answer = shared.ask(
        "POST", re.sub(r"\{(\w+)(?::path)?\}", lambda found: real.get(found[1], "none"), path), json=body
    )

    assert answer.status_code < 500 or _no_embedder(answer), (path, body, answer.text)
    assert answer.status_code not in (409, 429)
    if answer.status_code >= 400:
        assert answer.json()["error"]["message"]


@given(st.dictionaries(st.sampled_from(_NAMES), _JSON, max_size=3))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_near_misses_of_real_requests_are_no_server_errors(shared: Live, spoiled: dict[str, Any]) -> None:
    thread = shared.ask("POST", "/v1/threads").json()["id"]
    sound: dict[str, dict[str, Any]] = {
        "/v1/assistants": {"model": "gpt-4o"},
        f"/v1/threads/{thread}": {},
        f"/v1/threads/{thread}/messages": {"role": "user", "content": "x"},
        f"/v1/threads/{thread}/runs": {"assistant_id": "asst_x"},
        "/v1/chat/completions": {"model": "gpt-4o", "messages": [{"role": "user", "content": "x"}]},
    }
    for path, body in sound.items():
        answer = shared.ask("POST", path, json={**body, **spoiled})
        assert answer.status_code < 500, (path, answer.text)


@pytest.mark.parametrize(
    "body",
    [
        {"messages": [{"role": "user", "content": [{"type": "text", "text": {"value": "x"}}]}]},
        {"metadata": {"a": "\x00"}},
        {"metadata": {"\ufeff": "\U0010ffff"}},
    ],
)
def test_odd_but_sound_text_is_kept_or_refused(shared: Live, body: dict[str, Any]) -> None:
    answer = shared.ask("POST", "/v1/threads", json=body)

    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        kept = shared.ask("GET", f"/v1/threads/{answer.json()['id']}").json()
        assert kept["metadata"] == body["metadata"]
