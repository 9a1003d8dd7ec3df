"""Text is decoded as its author saw it, whatever the encoding, and what is no text is not."""

from __future__ import annotations

import pytest

from engine.retrieval.parsing.charset import decode

SIMPLIFIED = "学员需要自备一台内存不低于16GB的电脑，操作系统不限。"
TRADITIONAL = "學員需要自備一台記憶體不低於16GB的電腦，作業系統不限，這是課程的規定。"
JAPANESE = "これは日本語の文章です。お茶を三分間入れてください。"
KOREAN = "이 문서는 한국어로 쓰여 있습니다. 차를 삼 분 동안 우려 주세요."
RUSSIAN = "Это обычный русский текст о чае, который заваривают три минуты, а потом пьют с молоком и мёдом."
FRENCH = "Le thé infuse trois minutes, puis on le boit à petites gorgées ; c'est très agréable, même l'été."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((SIMPLIFIED, name) for name in ("utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be")),
        (SIMPLIFIED, "gb2312"),
        (SIMPLIFIED, "gb18030"),
        ("合同金额为九千八百元。", "gb18030"),
        (TRADITIONAL, "big5"),
        ("請問學費是多少？", "big5"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (KOREAN, "euc_kr"),
        (RUSSIAN, "cp1251"),
        (FRENCH, "cp1252"),
        ("plain ASCII", "ascii"),
    ],
)
def test_each_encoding_is_found(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_line_ends_are_one_kind() -> None:
    assert decode(b"a\r\nb\rc\n") == "a\nb\nc\n"


def test_what_a_file_says_about_itself_is_believed_where_that_is_asked_for() -> None:
    page = f'<meta charset="iso-8859-2"><p>{"příliš žluťoučký"}'.encode("iso-8859-2")

    assert "příliš" in decode(page, declared=True)
    assert decode(b'<meta charset="utf-8">' + "文".encode("gb18030") * 9, declared=True).endswith("文")
    assert decode(b'<meta charset="nonsense">x', declared=True).endswith("x")


def test_a_cut_character_at_the_end_does_not_hide_the_encoding() -> None:
    assert decode((SIMPLIFIED * 3).encode("gb18030")[:-1]).startswith(SIMPLIFIED)


@pytest.mark.parametrize(
    "content", [bytes(range(256)) * 4, b"\x7fELF\x02\x01\x01" + bytes(64), b"ab\0\0\x01\x02cd" * 50]
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not text"):
        decode(content)
