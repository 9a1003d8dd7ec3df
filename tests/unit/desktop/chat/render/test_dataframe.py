"""Tables of data frames become tables of the conversation."""

from __future__ import annotations

from desktop.chat.render.blocks import Span, Table
from desktop.chat.render.dataframe import table_of, without_table

HTML = (
    "<table><thead><tr><th></th><th>city</th><th>sales</th></tr></thead>"
    "<tbody><tr><th>0</th><td>Wien</td><td>1,200.5</td></tr><tr><th>1</th><td>北京 &amp; 上海</td><td>NaN</td></tr>"
    "</tbody></table>"
)


def _texts(table: Table | None) -> list[list[str]]:
    assert table is not None
    return [["".join(span.text for span in cell) for cell in row] for row in table.rows]


def test_cells_and_alignment() -> None:
    table = table_of(HTML)

    assert _texts(table) == [["", "city", "sales"], ["0", "Wien", "1,200.5"], ["1", "北京 & 上海", "NaN"]]
    assert table is not None
    assert table.align == ("right", "left", "right")


def test_cells_over_several_rows_and_columns_leave_room() -> None:
    html = (
        '<table><tr><th colspan="2">both</th><th>c</th></tr>'
        '<tr><th rowspan="2">r</th><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>'
    )

    assert _texts(table_of(html)) == [["both", "", "c"], ["r", "1", "2"], ["", "3", "4"]]


def test_no_table_is_none() -> None:
    assert table_of("<p>text</p>") is None
    assert table_of("") is None


def test_the_plain_text_of_a_shown_table_is_left_out() -> None:
    table = Table((((), (Span("a"),)), ((Span("0"),), (Span("1"),))), ("left", "right"))

    assert without_table("before\n   a\n0  1\nafter", table) == "before\nafter"
    assert without_table("   b\n0  1", table) == "   b\n0  1"
    assert without_table("   a\n0  2", table) == "   a\n0  2"
