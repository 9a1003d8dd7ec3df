"""Presentations: slides in the order they are shown, titles first, notes last."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.retrieval.parsing import pptx
from engine.retrieval.problems import Unreadable
from tests.support import documents
from tests.support.documents import shape

TABLE = (
    "<p:graphicFrame><a:tbl><a:tr><a:tc><a:p><a:r><a:t>kind</a:t></a:r></a:p></a:tc><a:tc><a:p><a:r><a:t>price</a:t>"
    "</a:r></a:p></a:tc></a:tr><a:tr><a:tc><a:p><a:r><a:t>green</a:t></a:r></a:p></a:tc><a:tc><a:p/></a:tc></a:tr>"
    "</a:tbl></p:graphicFrame>"
)


def test_slides_are_pages(tmp_path: Path) -> None:
    slides = [
        shape("point one\npoint two") + shape("Tea", "ctrTitle") + shape("7", "sldNum"),
        f"<p:grpSp>{TABLE}</p:grpSp>" + shape(" "),
    ]
    path = documents.pptx(tmp_path / "a.pptx", slides, notes={1: shape("said aloud") + shape("2", "sldNum")})

    assert [(block.kind, block.page, block.text) for block in pptx.read(path)] == [
        ("heading", 1, "Tea"),
        ("paragraph", 1, "point one\npoint two"),
        ("table", 2, "| kind | price |\n| green |  |"),
        ("paragraph", 2, "said aloud"),
    ]


def test_without_a_list_the_numbers_give_the_order(tmp_path: Path) -> None:
    path = documents.pptx(tmp_path / "a.pptx", [])
    slides = {f"ppt/slides/slide{n}.xml": documents._slide(shape(f"s{n}")) for n in (10, 2)}
    documents.zipped(path, {"ppt/presentation.xml": "<p/>", **slides})

    assert [block.text for block in pptx.read(path)] == ["s2", "s10"]


def test_another_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        list(pptx.read(documents.zipped(tmp_path / "a.pptx", {"x": "y"})))
