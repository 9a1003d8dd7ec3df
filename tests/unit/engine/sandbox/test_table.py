from __future__ import annotations

import pandas as pd
import pytest

from engine.sandbox.table import bare_table


def test_a_data_frame_survives() -> None:
    html = pd.DataFrame({"a": [1], "b": ["<x> & y"]}).to_html(border=0)

    assert bare_table(html) == (
        "<table><thead><tr><th></th><th>a</th><th>b</th></tr></thead>"
        "<tbody><tr><th>0</th><td>1</td><td>&lt;x&gt; &amp; y</td></tr></tbody></table>"
    )


@pytest.mark.parametrize(
    ("untrusted", "kept"),
    [
        ("<table><td onclick=x colspan='2' style=y>a", '<table><td colspan="2">a</td></table>'),
        ("<table><td><script>alert(1)</script>b<img src=http://x>", "<table><td>alert(1)b</td></table>"),
        ("<table><td>a\u202eb\x1b[31m</table>after<b>", "<table><td>ab</td></table>"),
        ("<table><td><table><td>x", "<table><td></td><td>x</td></table>"),
        ('<table><td colspan="99999">x', "<table><td>x</td></table>"),
        ("</td></table><table></tr>", "<table></table>"),
    ],
)
def test_nothing_but_cells_survives(untrusted: str, kept: str) -> None:
    assert bare_table(untrusted) == kept


@pytest.mark.parametrize("untrusted", [None, 3, "", "no table", "<p>x</p>", "<table>" * 200_000])
def test_what_is_no_table(untrusted: object) -> None:
    assert bare_table(untrusted) is None


def test_size_is_bounded() -> None:
    html = "<table>" + "<tr>" + "<td>" + "x" * 2000 + "</td>" + "<td>y</td>" * 9000 + "</table>"

    kept = bare_table(html)

    assert kept is not None
    assert kept.count("<td>") == 5000
    assert kept.count("x") == 500
