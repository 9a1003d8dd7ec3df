"""Word documents: styles give headings, tables stay tables, what was deleted stays away."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.retrieval.parsing import docx
from engine.retrieval.problems import Unreadable
from tests.support import documents
from tests.support.documents import paragraph

STYLES = (
    '<w:style w:styleId="a1"><w:name w:val="标题 1"/></w:style>'
    '<w:style w:styleId="Own"><w:name w:val="My own"/><w:basedOn w:val="Base"/></w:style>'
    '<w:style w:styleId="Base"><w:name w:val="Base"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
    '<w:style w:styleId="Loop"><w:name w:val="Loop"/><w:basedOn w:val="Loop"/></w:style>'
)


def _read(tmp_path: Path, body: str, **parts: str) -> list[tuple[str, int, str]]:
    path = documents.docx(tmp_path / "a.docx", body, styles=STYLES, **parts)
    return [(block.kind, block.level, block.text) for block in docx.read(path)]


def test_headings_come_from_styles_theirs_and_inherited(tmp_path: Path) -> None:
    body = paragraph("One", "a1") + paragraph("Two", "Own") + paragraph("Plain", "Loop")
    body += paragraph("Three", "", '<w:outlineLvl w:val="2"/>') + paragraph("Entry", "", "<w:numPr/>")

    assert _read(tmp_path, body) == [
        ("heading", 1, "One"),
        ("heading", 2, "Two"),
        ("paragraph", 0, "Plain"),
        ("heading", 3, "Three"),
        ("paragraph", 0, "- Entry"),
    ]


def test_tables_and_what_is_in_controls(tmp_path: Path) -> None:
    cells = "<w:tr><w:tc>{}</w:tc><w:sdt><w:sdtContent><w:tc>{}{}</w:tc></w:sdtContent></w:sdt></w:tr>"
    table = cells.format(paragraph("kind"), paragraph("price"), "") + cells.format(
        paragraph("green"), paragraph("3"), paragraph("euros")
    )
    body = f"<w:sdt><w:sdtContent>{paragraph('Inside')}</w:sdtContent></w:sdt><w:tbl>{table}</w:tbl>"

    assert _read(tmp_path, body) == [
        ("paragraph", 0, "Inside"),
        ("table", 0, "| kind | price |\n| green | 3 euros |"),
    ]


def test_deleted_text_field_codes_and_second_versions_are_left_out(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>kept</w:t><w:tab/></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><AlternateContent><Choice><w:txbxContent><w:p><w:r><w:t>box"
        "</w:t></w:r></w:p></w:txbxContent></Choice><Fallback><w:r><w:t>twice</w:t></w:r></Fallback></AlternateContent>"
        "<w:noBreakHyphen/><w:br/><w:t>new</w:t></w:r></w:p>"
    )
    [(_, _, text)] = _read(tmp_path, body)

    assert text.split() == ["kept", "box", "-", "new"]


def test_notes_come_last(tmp_path: Path) -> None:
    found = _read(tmp_path, paragraph("Text"), footnotes=f"<w:footnote>{paragraph('A note')}</w:footnote>")

    assert [text for _, _, text in found] == ["Text", "A note"]


def test_another_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        list(docx.read(documents.zipped(tmp_path / "a.docx", {"x": "y"})))
