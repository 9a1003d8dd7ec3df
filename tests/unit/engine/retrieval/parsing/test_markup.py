"""HTML becomes what a reader would see, also when it is broken."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.retrieval.parsing import markup

PAGE = """<!doctype html><html><head><title>Tea</title><style>p {}</style><script>var x = "<p>no"</script></head>
<body><nav>Home | About</nav><h1>Tea</h1><p>Water &amp; <b>leaves</b>,<br>three minutes.<p>Second
<ul><li>one<li>two</ul><h2>Prices</h2>
<table><tr><th>kind<th>price</tr><tr><td>green</td><td></td></tr><tr><td>black<td>4</table>
<pre>x = 1
  y</pre></body></html>"""


def test_a_page() -> None:
    blocks = markup.blocks(PAGE)

    assert [(block.kind, block.level, block.text) for block in blocks] == [
        ("heading", 1, "Tea"),
        ("paragraph", 0, "Water & leaves, three minutes."),
        ("paragraph", 0, "Second"),
        ("paragraph", 0, "- one\n- two"),
        ("heading", 2, "Prices"),
        ("table", 0, "| kind | price |\n| green |  |\n| black | 4 |"),
        ("code", 0, "x = 1\n  y"),
    ]


def test_a_table_for_looks_is_text_and_one_in_another_is_a_cell() -> None:
    assert [block.text for block in markup.blocks("<table><tr><td>a</td></tr><tr><td>b</td></tr></table>")] == [
        "a",
        "b",
    ]
    nested = "<table><tr><td>a</td><td><table><tr><td>b</td><td>c</td></tr></table></td></tr></table>"
    assert [block.text for block in markup.blocks(nested)] == ["| a | b c |"]


def test_the_declared_encoding_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes('<meta charset="gb2312"><p>学费为九千八百元'.encode("gb18030"))

    assert [block.text for block in markup.read(path)] == ["学费为九千八百元"]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<table>",
                "<tr>",
                "<td>",
                "</table>",
                "<h1>",
                "</h1>",
                "<pre>",
                "</pre>",
                "<li>",
                "<script>",
                "</script>",
                "<",
                "&amp",
                "x ",
                "<br>",
                "</td>",
                "<title>",
                "<!--",
            ]
        )
    )
)
def test_no_mess_breaks_it(parts: list[str]) -> None:
    blocks = markup.blocks("".join(parts))

    assert all(block.text.strip() for block in blocks)


@pytest.mark.parametrize(
    "text", ["<div>" * 50_000 + "x", "<table>" * 5000 + "<tr><td>x", "<p " + "a=1 " * 50_000 + ">x"]
)
def test_depth_and_length_are_no_trap(text: str) -> None:
    assert "x" in "".join(block.text for block in markup.blocks(text))
