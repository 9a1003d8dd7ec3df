"""Pages that come from the process that draws them are checked before they are believed."""

from __future__ import annotations

import base64
import zlib
from typing import Any

import pytest

from engine.errors import WorkerFailed
from engine.retrieval.pages import PageClient


class Spoken:
    """Stands in for the process and says this."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self._answer = answer
        self.asked: dict[str, Any] = {}

    def worker(self, kind: str) -> Spoken:
        assert kind == "pages"
        return self

    def call(self, op: str, args: dict[str, Any], *, timeout: float) -> dict[str, Any]:
        self.asked = args
        return self._answer


def _answer(**changes: Any) -> dict[str, Any]:
    pixels = base64.b64encode(zlib.compress(b"\xff" * (4 * 2 * 3))).decode()
    return {
        "page": 1, "pages": 9, "width": 2, "height": 3, "stride": 8, "pixels": pixels, "marks": [[0.1, 0.2, 0.3, 9]],
        **changes,
    }  # fmt: skip


def test_a_page_with_its_marks(tmp_path: Any) -> None:
    spoken = Spoken(_answer())
    picture = PageClient(spoken).draw(tmp_path / "a.pdf", 1, width=2, quote="q")  # type: ignore[arg-type]

    assert (picture.pages, picture.width, picture.height, len(picture.pixels)) == (9, 2, 3, 24)
    assert picture.marks == ((0.1, 0.2, 0.3, 1.0),)
    assert spoken.asked["quote"] == "q"


@pytest.mark.parametrize(
    "changes", [{"width": 4000}, {"pixels": "!"}, {"marks": [["a"]]}, {"page": 0}, {"stride": None}, {"height": 2}]
)
def test_nonsense_is_an_error(tmp_path: Any, changes: dict[str, Any]) -> None:
    with pytest.raises(WorkerFailed):
        PageClient(Spoken(_answer(**changes))).draw(tmp_path / "a.pdf", 1, width=2)  # type: ignore[arg-type]
