"""Plans: sizes add up only when all are known, and a piece is the same by its contents."""

from __future__ import annotations

from models.sources.plan import Piece, Plan, SourceOptions


def test_the_size_of_a_plan() -> None:
    one, two = Piece(url="u", size=3), Piece(url="v", size=4)
    assert Plan(assembly="files", pieces=(one, two)).size == 7
    assert Plan(assembly="files", pieces=(one, Piece(url="w", size=None))).size is None


def test_a_piece_is_known_by_its_contents() -> None:
    assert Piece(url="a", size=1, sha256="s").fingerprint == Piece(url="b", size=1, sha256="s").fingerprint
    assert Piece(url="a/x", size=1).fingerprint != Piece(url="a/x", size=2).fingerprint


def test_tokens_are_not_shown() -> None:
    assert "secret" not in repr(SourceOptions(token="secret"))
    assert "secret" not in repr(Piece(url="u", size=1, headers={"Authorization": "secret"}))
