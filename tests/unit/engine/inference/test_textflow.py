"""Tokens become text: whole characters, stop strings, few frames, exact counts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.inference.textflow import TextFlow
from engine.types import JsonObject


class Frames:
    """Collects what is sent; time stands still unless told."""

    def __init__(self, *stops: str) -> None:
        self.now = 100.0
        self.sent: list[tuple[str, int, list[JsonObject]]] = []
        self.flow = TextFlow(lambda *frame: self.sent.append(frame), stops, clock=lambda: self.now)

    @property
    def text(self) -> str:
        return "".join(text for text, _, _ in self.sent)

    @property
    def tokens(self) -> int:
        return sum(tokens for _, tokens, _ in self.sent)


def test_the_first_token_goes_at_once_the_next_together() -> None:
    frames = Frames()
    for piece in (b"one", b" two", b" three"):
        assert not frames.flow.add(piece)
    assert frames.sent == [("one", 1, [])]
    frames.now += 1
    frames.flow.add(b" four")
    assert frames.sent[1:] == [(" two three four", 3, [])]
    frames.flow.finish()
    assert len(frames.sent) == 2


def test_half_a_character_waits_for_the_rest() -> None:
    frames = Frames()
    for byte in "炉".encode():
        frames.flow.add(bytes([byte]))
    assert frames.sent == [("炉", 3, [])]
    frames.flow.add("边".encode()[:2])
    frames.flow.finish()
    assert frames.text == "炉�"
    assert frames.tokens == 4


def test_a_stop_string_ends_with_the_token_that_completes_it() -> None:
    frames = Frames("STOP")
    assert [frames.flow.add(piece) for piece in (b"go", b" ST", b"OP and", b" on")] == [False, False, True, True]
    frames.flow.finish()
    assert frames.text == "go "
    assert frames.tokens == frames.flow.tokens == 4


def test_log_probabilities_travel_with_their_tokens() -> None:
    frames = Frames()
    for number in range(3):
        frames.flow.add(b"x", {"token": number})
    frames.flow.finish()
    assert [entry["token"] for _, _, logprobs in frames.sent for entry in logprobs] == [0, 1, 2]


def test_control_tokens_without_text_are_counted() -> None:
    frames = Frames()
    frames.flow.add(b"")
    frames.flow.finish()
    assert frames.sent == [("", 1, [])]


@given(st.binary(max_size=60), st.lists(st.integers(1, 5), max_size=60))
def test_any_bytes_in_any_pieces_come_out_whole(data: bytes, sizes: list[int]) -> None:
    frames, rest = Frames(), data
    for size in sizes:
        frames.now += size % 2
        frames.flow.add(rest[:size])
        rest = rest[size:]
    frames.flow.add(rest)
    frames.flow.finish()
    assert frames.text == data.decode("utf-8", "replace")
    assert frames.tokens == len(sizes) + 1


def test_an_answer_ends_where_its_first_fence_of_python_closes() -> None:
    sent: list[str] = []
    flow = TextFlow(lambda text, _tokens, _logprobs: sent.append(text), (), code_fences=True)
    pieces = [b"See ", b"```sql\nx\n```\n", b"```", b"python\nprint(1)\n", b"``", b"`"]
    assert [flow.add(piece) for piece in pieces] == [False] * 5 + [True]
    flow.finish()
    assert "".join(sent) == b"".join(pieces).decode()
