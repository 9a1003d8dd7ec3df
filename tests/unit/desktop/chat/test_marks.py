"""Marks are found in annotations, hidden from Markdown, and shown and copied as numbers."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from desktop.chat import marks as m
from desktop.chat.render.blocks import Code, Paragraph
from desktop.chat.render.markdown import Growing, parse
from engine.types import TextPart

A, B = "【0:0†source】", "【0:1†source】"


def _cited(text: str) -> tuple[dict[str, Any], ...]:
    found = []
    for marker in (A, B):
        at = text.find(marker)
        while at >= 0:
            about = {"type": "file_citation", "text": marker, "file_citation": {"file_id": "f"}}
            found.append({**about, "start_index": at, "end_index": at + len(marker)})
            at = text.find(marker, at + 1)
    return tuple(found)


def _marks(text: str) -> tuple[m.Mark, ...]:
    return m.marks_of([TextPart(text=text, annotations=_cited(text))])


def test_marks_count_through_all_parts_and_nonsense_is_left_out() -> None:
    bad: Any = ({"type": "file_citation"}, {"type": "file_path", "file_path": {"file_id": "x"}, "start_index": 5})
    parts = [TextPart(text="one "), TextPart(text=f"two{A}", annotations=(*bad, *_cited(f"two{A}")))]
    (mark,) = m.marks_of(parts)

    assert f"one two{A}"[mark.start : mark.stop] == A
    assert m.marks_in([{**_cited(A)[0], "end_index": 900}], length=10) == []


def test_numbers_follow_the_text_and_repeat() -> None:
    text = f"b{B}. a{A} and b{B}"

    assert m.numbers(_marks(text)) == {B: 1, A: 2}
    paragraph = parse(text, _marks(text))[0]
    assert isinstance(paragraph, Paragraph)
    assert [span.cite for span in paragraph.spans if span.cite] == [1, 2, 1]


def test_a_chip_stands_in_bold_text_and_in_tables() -> None:
    text = f"**bold{A}** x\n\n| a |\n|---|\n| c{B} |\n"
    paragraph, table = parse(text, _marks(text))

    assert next((span.text, span.bold) for span in paragraph.spans) == ("bold", True)  # type: ignore[union-attr]
    assert table.rows[1][0][1].cite == 2  # type: ignore[union-attr]


def test_code_keeps_what_was_written() -> None:
    text = f"```\nx = '{A}'\n```"

    assert parse(text, _marks(text)) == (Code(f"x = '{A}'"),)


def test_a_path_is_a_link_to_its_file_however_it_is_written() -> None:
    path = "sandbox:/mnt/data/销售 表.xlsx"
    for text in (f"[get it]({path})", f"see {path} now", f"`{path}`"):
        at = text.index(path)
        about = {"type": "file_path", "text": path, "file_path": {"file_id": "file_1"}}
        marks = m.marks_of(
            [TextPart(text=text, annotations=({**about, "start_index": at, "end_index": at + len(path)},))]
        )
        paragraph = parse(text, marks)[0]
        links = [span for span in paragraph.spans if span.link]  # type: ignore[union-attr]
        assert [span.link for span in links] == [m.FILE_LINK + "file_1"]
        assert links[0].text in ("get it", "销售 表.xlsx")


def test_a_growing_text_has_its_chips_at_once() -> None:
    growing = Growing()
    growing.feed("One. ")
    piece = f"Two{A}."
    at = len("One. Two")
    growing.feed(piece, m.marks_in([{**_cited(A)[0], "start_index": at, "end_index": at + len(A)}]))

    assert growing.text == f"One. Two{A}."
    assert [span.cite for span in growing.blocks[0].spans] == [0, 1, 0]  # type: ignore[union-attr]
    assert growing.finish() == parse(growing.text, growing.marks)


def test_copying_lists_the_sources() -> None:
    text = f"a{A}, b{B}."

    assert m.as_copied(text, _marks(text), {A: "x.pdf, page 3"}) == "a[1], b[2].\n\n[1] x.pdf, page 3\n[2] …"
    assert m.as_copied("plain", (), {}) == "plain"


def test_the_sentence_before_a_marker() -> None:
    text = f"First line.\nBuild alone{A}; build with others{B}."

    assert m.said_before(text, _marks(text), A) == "Build alone"
    assert m.said_before(text, _marks(text), B) == "build with others"
    assert m.said_before(text, _marks(text), "【9:9†source】") == ""


def _spans(text: str, places: list[tuple[int, int]]) -> list[tuple[str, bool, bool]]:
    blocks = parse(text, m.doubted(text, _marks(text), places))
    return [(s.text, s.doubt, s.bold) for b in blocks if isinstance(b, Paragraph) for s in b.spans if s.text.strip()]


def test_sentences_without_support_are_marked_inside_of_lists_and_bold_words() -> None:
    text = f"- Tea is green{A}.\n- **Kings drank it.** More.\n\nEnd."
    start, end = text.index("- **Kings"), text.index(" More")

    found = _spans(text, [(start, end)])

    assert ("Kings drank it.", True, True) in found
    assert [said for said, doubt, _ in found if doubt] == ["Kings drank it."]
    assert [b.marker for b in parse(text, m.doubted(text, _marks(text), [(start, end)]))] == ["•", "•", ""]
    assert m.as_copied(text, m.doubted(text, _marks(text), [(start, end)]), {A: "tea.md"}).count("Kings") == 1


def test_doubts_of_another_text_and_nonsense_are_left_out() -> None:
    review = {"quotes": [{"marker": A, "at": 5}], "unsupported": [{"start": 0, "stop": 4}]}

    assert m.unsupported_in(f"Tea. {A}", review) == ((0, 4),)
    assert m.unsupported_in(f"Tee.  {A}", review) == ()
    assert m.unsupported_in("Tea.", {"unsupported": [{"start": 0, "stop": 90}]}) == ()
    assert m.unsupported_in("Tea.", {"unsupported": [{"start": "x"}]}) == ()
    assert m.unsupported_in("Tea.", {}) == ()


@given(st.text("ab*_-#>|`1. \n。", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_marks_around_any_sentence_leave_no_sign_behind(text: str, start: int, stop: int) -> None:
    marks = m.doubted(text, (), [(min(start, len(text)), min(stop, len(text)))])

    assert [sign for sign in repr(parse(text, marks)) if ord(sign) >= 0xF0000] == []
