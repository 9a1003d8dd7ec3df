"""Each file gets the reader that suits it, by name and by content; what nobody reads is refused in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.retrieval.parsing import Unreadable, Unsupported, dispatch, parse
from tests.support import documents
from tests.support.documents import paragraph

# What the hosted service took for file search.
HOSTED = re.findall(r"\w+", "c cpp cs css doc docx go html java js json md pdf php pptx py rb sh tex ts txt")


def _texts(path: Path, name: str) -> list[str]:
    return [block.text for block in parse(path, name).blocks]


def test_all_that_the_hosted_service_took_is_read(tmp_path: Path) -> None:
    for suffix in HOSTED:
        path = tmp_path / f"a.{suffix}"
        match suffix:
            case "doc":
                documents.doc(path, [("tea", True)])
            case "docx":
                documents.docx(path, paragraph("tea"))
            case "pdf":
                documents.pdf(path, [[("tea", 10)]])
            case "pptx":
                documents.pptx(path, [documents.shape("tea")])
            case "json":
                path.write_text('"tea"', "utf-8")
            case _:
                path.write_text("tea", "utf-8")
        assert "tea" in "".join(_texts(path, path.name)), suffix


def test_the_content_decides_where_the_name_is_wrong(tmp_path: Path) -> None:
    assert _texts(documents.docx(tmp_path / "blob", paragraph("tea")), "upload") == ["tea"]
    assert _texts(documents.docx(tmp_path / "blob", paragraph("tea")), "a.txt") == ["tea"]
    assert _texts(documents.pptx(tmp_path / "blob", [documents.shape("tea")]), "a.zip") == ["tea"]
    assert _texts(documents.epub(tmp_path / "blob", ["<p>tea"]), "book") == ["tea"]
    assert _texts(documents.pdf(tmp_path / "blob", [[("tea", 10)]]), "a") == ["tea"]
    (tmp_path / "blob").write_text("tea", "utf-8")
    assert _texts(tmp_path / "blob", "no extension") == ["tea"]


@pytest.mark.parametrize(
    ("content", "name", "kind", "words"),
    [
        (b"", "a.txt", Unreadable, "empty"),
        (b" \n", "a.txt", Unreadable, "no text"),
        (b"plain", "a.docx", Unreadable, "not a real .docx"),
        (b"plain", "a.pdf", Unreadable, "not a real .pdf"),
        (b"plain", "a.doc", Unreadable, "not a real .doc"),
        (b"\x89PNG\r\n", "a.png", Unsupported, "OCR"),
        (b"PK\x03\x04", "a.docx", Unreadable, "damaged"),
        (dispatch._OLE, "a.xls", Unsupported, ".xlsx"),
        (dispatch._OLE, "a.docx", Unreadable, "password"),
        (dispatch._OLE, "a.msi", Unsupported, "PDF"),
        (b"\x7fELF" + bytes(60), "a.out", Unsupported, "no text in any encoding"),
    ],
)
def test_what_cannot_be_read_says_why(
    tmp_path: Path, content: bytes, name: str, kind: type[Unreadable], words: str
) -> None:
    path = tmp_path / "blob"
    path.write_bytes(content)

    with pytest.raises(Unreadable) as caught:
        parse(path, name)

    assert type(caught.value) is kind
    assert words in caught.value.message
    assert caught.value.code == ("unsupported_file" if kind is Unsupported else "invalid_file")


def test_an_archive_of_anything_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(Unsupported, match="Unpack"):
        parse(documents.zipped(tmp_path / "a.zip", {"x.txt": "y"}), "a.zip")


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "MAX_BYTES", 10)
    path = tmp_path / "blob"
    path.write_bytes(b"x" * 11)

    with pytest.raises(Unreadable, match="Split it"):
        parse(path, "a.txt")


def test_pages_are_reported(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    parse(
        documents.pdf(tmp_path / "a.pdf", [[("tea", 10)]] * 2), "a.pdf", lambda done, total: told.append((done, total))
    )

    assert told == [(1, 2), (2, 2)]
