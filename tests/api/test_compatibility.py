"""The compatibility page is that of these routes, and names nothing that is not there."""

from __future__ import annotations

import pytest

from engine.server import app
from engine.server.wire.body import Body
from tests.api import compatibility

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


def test_the_page_is_up_to_date() -> None:
    assert compatibility.PAGE.read_text("utf-8") == compatibility.page(), "run python -m tests.api.compatibility"


def test_every_body_has_a_shape() -> None:
    bodiless = {"cancel", "parts"}
    for route in app._ROUTES:
        if "POST" in (route.methods or ()) and route.path.rsplit("/", 1)[-1] not in bodiless:
            assert compatibility.shape_of(route) is not None, route.path


@pytest.mark.parametrize("name", sorted(compatibility.NOTES))
def test_notes_are_about_shapes_that_exist(name: str) -> None:
    shapes = {shape.__name__: shape for route in app._ROUTES if (shape := compatibility.shape_of(route))}
    assert name in shapes
    shape: type[Body] = shapes[name]
    for names, note in compatibility.NOTES[name].items():
        assert note.startswith(("honoured", "emulated", "refused"))
        known = [each for each in names.split(", ") if each in shape.model_fields]
        assert known or note.startswith("refused"), names
