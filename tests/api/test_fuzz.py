"""Nothing that can be sent gets a 5xx, and every refusal has the API's error body."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import Live

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
_PATHS = st.sampled_from(
    [
        "/v1/assistants",
        "/v1/assistants/{}",
        "/v1/threads",
        "/v1/threads/{}",
        "/v1/threads/runs",
        "/v1/threads/{}/messages",
        "/v1/threads/{}/messages/{}",
        "/v1/threads/{}/runs",
        "/v1/threads/{}/runs/{}",
        "/v1/threads/{}/runs/{}/cancel",
        "/v1/threads/{}/runs/{}/submit_tool_outputs",
        "/v1/threads/{}/runs/{}/steps",
        "/v1/threads/{}/runs/{}/steps/{}",
        "/v1/models",
        "/v1/models/{}",
        "/v1/chat/completions",
        "/v1/embeddings",
        "/v1/{}",
    ]
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


def _no_embedder(answer: Any) -> bool:
    """There is no embedding model here, and a sound request for one is told so."""
    return bool(answer.status_code == 503 and answer.json()["error"]["code"] == "no_model")


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
