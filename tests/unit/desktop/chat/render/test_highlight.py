"""Code is split into coloured stretches, the same whether it comes at once or grows."""

from __future__ import annotations

from desktop.chat.render.highlight import Highlighter, Stretch, label

PYTHON = 'import os\n\n\ndef f(x):\n    """Doc."""\n    return x + 1  # 注释 🙂 x\n\n\nprint(f(2))'


def test_each_line_has_its_stretches() -> None:
    first, lines = Highlighter("python").lines(PYTHON)

    assert first == 0
    assert len(lines) == PYTHON.count("\n") + 1
    assert lines[0][0] == Stretch(0, 6, "keyword")
    assert any(stretch.tone == "string" for stretch in lines[4])
    assert lines[5][-1].tone == "comment"


def test_lengths_are_counted_as_qt_counts_them() -> None:
    _, lines = Highlighter("python").lines("# 🙂")

    assert lines[0] == (Stretch(0, 4, "comment"),)


def test_growing_code_ends_in_the_same_colours() -> None:
    highlighter = Highlighter("python")
    long = "\n\n".join(PYTHON for _ in range(20))
    for end in range(0, len(long), 37):
        highlighter.lines(long[:end])
    first, grown = highlighter.lines(long)

    assert first > 0
    assert grown == Highlighter("python").lines(long)[1]


def test_unknown_languages_and_very_long_code_stay_in_one_tone() -> None:
    assert Highlighter("no-such-language").lines("x = 1\ny")[1] == [(), ()]
    assert Highlighter("").lines("") == (0, [()])
    _, lines = Highlighter("python").lines("import os\n" * 30_000)
    assert lines[0] == ()


def test_labels_are_names_people_know() -> None:
    assert label("py") == "Python"
    assert label("CPP") == "C++"
    assert label("brainfuck") == "brainfuck"
    assert len(label("x" * 100)) == 24
