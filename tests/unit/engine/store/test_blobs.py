"""Contents on disk: kept under what they are, never half, gone when nobody names them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from engine.errors import InvalidRequest, Unavailable
from engine.store import blobs as blobs_module
from engine.store.blobs import Blobs, Original

CONTENT = b"tea \xe8\x8c\xb6" * 100


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def _files(blobs: Blobs) -> list[Path]:
    return [path for path in blobs.path("00").parent.parent.rglob("*") if path.is_file()]


def _placed(blobs: Blobs, content: bytes = CONTENT) -> str:
    with blobs.receive(10_000) as incoming:
        incoming.write(content)
        return blobs.place(incoming)


def test_what_was_received_is_kept_under_its_hash(blobs: Blobs) -> None:
    with blobs.receive(10_000) as incoming:
        for start in range(0, len(CONTENT), 7):
            incoming.write(CONTENT[start : start + 7])
        name = blobs.place(incoming)

    assert name == hashlib.sha256(CONTENT).hexdigest()
    assert (incoming.size, incoming.md5) == (len(CONTENT), hashlib.md5(CONTENT).hexdigest())
    assert b"".join(blobs.read(name)) == CONTENT
    assert _files(blobs) == [blobs.path(name)]


def test_the_same_content_is_kept_once(blobs: Blobs) -> None:
    assert _placed(blobs) == _placed(blobs)
    assert len(_files(blobs)) == 1


def test_an_empty_file_is_a_file(blobs: Blobs) -> None:
    assert list(blobs.read(_placed(blobs, b""))) == []


def test_what_is_not_placed_leaves_nothing(blobs: Blobs) -> None:
    with pytest.raises(ZeroDivisionError), blobs.receive(10) as incoming:
        incoming.write(b"half")
        raise ZeroDivisionError

    assert _files(blobs) == []


@pytest.mark.parametrize(("limit", "words"), [(4, "4 bytes"), (3 * 1024**2, "3 MB"), (8 * 1024**3, "8 GB")])
def test_more_than_the_limit_is_refused_in_words(blobs: Blobs, limit: int, words: str) -> None:
    with blobs.receive(limit) as incoming, pytest.raises(InvalidRequest) as caught:
        incoming.size = limit - 2
        incoming.write(b"abc")

    assert (caught.value.code, words in caught.value.message) == ("file_too_large", True)


def test_memory_holds_one_piece_at_a_time(blobs: Blobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs_module, "_PIECE", 10)
    assert {len(piece) for piece in blobs.read(_placed(blobs, b"x" * 100))} == {10}


def test_a_missing_content_says_what_to_do(blobs: Blobs) -> None:
    name = _placed(blobs)
    blobs.remove(name)
    blobs.remove(name)

    with pytest.raises(Unavailable, match="backup") as caught:
        blobs.open(name)
    assert caught.value.code == "file_content_missing"


def test_the_sweep_keeps_what_is_needed(blobs: Blobs) -> None:
    kept, orphan = _placed(blobs), _placed(blobs, b"orphan")
    unfinished = blobs.receive(10)
    unfinished.write(b"crash")
    unfinished.finish()

    assert blobs.sweep({kept}) == 2
    assert _files(blobs) == [blobs.path(kept)]
    assert not blobs.path(orphan).exists()


def test_a_folder_without_blobs_is_swept_too(tmp_path: Path) -> None:
    assert Blobs(tmp_path / "none").sweep(()) == 0


def test_a_full_disk_is_reported(blobs: Blobs, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    with blobs.receive(100) as incoming:
        incoming.write(b"x")
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(Unavailable) as caught:
            incoming.finish()
    monkeypatch.undo()

    assert caught.value.code == "disk_full"
    assert _files(blobs) == []


def test_a_linked_file_is_read_where_it_lies_as_long_as_it_is_as_it_was(tmp_path: Path) -> None:
    blobs, mine = Blobs(tmp_path / "blobs"), tmp_path / "mine.txt"
    mine.write_bytes(b"tea")
    found = mine.stat()
    sha256 = hashlib.sha256(b"tea").hexdigest()
    blobs.link(sha256, Original(str(mine), found.st_size, found.st_mtime_ns))

    assert blobs.path(sha256) == mine
    assert b"".join(blobs.read(sha256)) == b"tea"
    assert blobs.sweep([sha256]) == 0

    second = tmp_path / "second.txt"
    second.write_bytes(b"tea")
    found = second.stat()
    blobs.link(sha256, Original(str(second), found.st_size, found.st_mtime_ns))
    mine.write_bytes(b"coffee")
    assert blobs.path(sha256) == second
    second.unlink()
    with pytest.raises(Unavailable, match="was changed, moved or cannot be reached"):
        blobs.open(sha256)

    blobs.remove(sha256)
    with pytest.raises(Unavailable, match="Restore the folder"):
        blobs.open(sha256)


def test_a_copy_is_preferred_to_a_link_and_a_torn_note_is_no_link(tmp_path: Path) -> None:
    blobs, mine = Blobs(tmp_path / "blobs"), tmp_path / "mine.txt"
    mine.write_bytes(b"tea")
    original = Original(str(mine), 3, mine.stat().st_mtime_ns)
    sha256 = hashlib.sha256(b"tea").hexdigest()
    blobs.link(sha256, original)
    note = next((tmp_path / "blobs").glob("*/*.link"))
    note.write_bytes(b'[{"path": ')
    assert blobs.path(sha256) != mine

    with blobs.receive(10) as incoming:
        incoming.write(b"tea")
        blobs.place(incoming)
    blobs.link(sha256, original)
    assert blobs.path(sha256).parent.name == sha256[:2]
    assert blobs.sweep([]) == 2
