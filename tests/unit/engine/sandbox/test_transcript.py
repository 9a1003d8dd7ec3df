from __future__ import annotations

import pytest

from engine.sandbox.transcript import Transcript, plain


def test_little_output_is_kept_whole_whatever_the_pieces() -> None:
    transcript = Transcript(100)
    shown = [transcript.add(bytes([byte])) for byte in "a中文\n".encode()]

    assert "".join(shown) == transcript.text() == "a中文\n"
    assert transcript.size == 8


def test_the_middle_of_much_output_goes() -> None:
    transcript = Transcript(100)
    shown = "".join(transcript.add(b"%04d\n" % number) for number in range(1000))

    text = transcript.text()
    assert text.startswith("0000\n0001\n")
    assert text.endswith("0999\n")
    assert "4,900 characters left out" in text
    assert shown == "".join(f"{number:04d}\n" for number in range(10))


def test_one_huge_piece_is_cut_as_well() -> None:
    transcript = Transcript(10)

    transcript.add(b"a" * 5 + b"b" * 1000 + b"c" * 5)

    assert transcript.text() == "aaaaa\n… 1,000 characters left out …\nccccc"


@pytest.mark.parametrize(
    ("untrusted", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07x", "x"),
        ("a\x00b\x08c", "abc"),
        ("a\u202eb\u2066c", "abc"),
        ("a\r\nb", "a\nb"),
        ("10%\r20%", "10%\n20%"),
        ("tab\tstays", "tab\tstays"),
    ],
)
def test_nothing_that_moves_a_cursor_or_hides_text(untrusted: str, shown: str) -> None:
    assert plain(untrusted) == shown


def test_broken_bytes_are_replaced() -> None:
    transcript = Transcript(100)
    transcript.add(b"\xff\xfeok")

    assert transcript.text() == "\ufffd\ufffdok"
