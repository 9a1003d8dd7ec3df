"""Every pair of method and path of the Assistants API is served."""

from __future__ import annotations

from engine.server import app

# The 51 pairs of method and path of the Assistants API and what goes with it.
_PAIRS = """
GET POST /v1/assistants | GET POST DELETE /v1/assistants/{} | POST /v1/threads | GET POST DELETE /v1/threads/{}
POST /v1/threads/runs | GET POST /v1/threads/{}/messages | GET POST DELETE /v1/threads/{}/messages/{}
GET POST /v1/threads/{}/runs | GET POST /v1/threads/{}/runs/{} | POST /v1/threads/{}/runs/{}/cancel
POST /v1/threads/{}/runs/{}/submit_tool_outputs | GET /v1/threads/{}/runs/{}/steps
GET /v1/threads/{}/runs/{}/steps/{} | GET POST /v1/files | GET DELETE /v1/files/{} | GET /v1/files/{}/content
POST /v1/uploads | POST /v1/uploads/{}/parts | POST /v1/uploads/{}/complete | POST /v1/uploads/{}/cancel
GET POST /v1/vector_stores | GET POST DELETE /v1/vector_stores/{} | POST /v1/vector_stores/{}/search
GET POST /v1/vector_stores/{}/files | GET POST DELETE /v1/vector_stores/{}/files/{}
GET /v1/vector_stores/{}/files/{}/content | POST /v1/vector_stores/{}/file_batches
GET /v1/vector_stores/{}/file_batches/{} | POST /v1/vector_stores/{}/file_batches/{}/cancel
GET /v1/vector_stores/{}/file_batches/{}/files | GET /v1/models | GET DELETE /v1/models/{}
"""


def _served() -> set[tuple[str, str]]:
    pairs = set()
    for route in app._ROUTES:
        path = "/".join("{}" if part.startswith("{") else part for part in route.path.split("/"))
        pairs |= {(method, path) for method in route.methods or () if method != "HEAD"}
    return pairs


def test_all_pairs_of_method_and_path_are_served() -> None:
    wanted = set()
    for entry in _PAIRS.replace("\n", "|").split("|"):
        *methods, path = entry.split() or [""]
        wanted |= {(method, path) for method in methods}

    assert len(wanted) == 51
    assert wanted - _served() == set()
