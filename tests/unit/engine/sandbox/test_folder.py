from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import pytest

from engine.sandbox.folder import FontList, SessionFolder, Usage, is_plain_name, png_size, read_plain, safe_name
from engine.sandbox.types import Limits, Mount

posix = pytest.mark.skipif(os.name == "nt", reason="links and pipes as POSIX knows them")


@pytest.fixture
def folder(tmp_path: Path) -> SessionFolder:
    made = SessionFolder(tmp_path / "session")
    made.create()
    return made


def png(width: int, height: int, *, depth: int = 8, colour: int = 2) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def test_a_file_is_mounted_under_its_id_and_its_name(folder: SessionFolder, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello")

    size = folder.mount(Mount(path=tmp_path / "x", name="销售.csv", file_id="file-1"))

    assert size == 10
    assert {path.name: path.read_text() for path in folder.data.iterdir()} == {"销售.csv": "hello", "file-1": "hello"}


def test_a_folder_is_mounted_with_what_is_in_it(folder: SessionFolder, tmp_path: Path) -> None:
    (tmp_path / "many" / "deep").mkdir(parents=True)
    (tmp_path / "many" / "deep" / "a.txt").write_text("abc")

    assert folder.mount(Mount(path=tmp_path / "many", name="many")) == 3
    assert (folder.data / "many" / "deep" / "a.txt").read_text() == "abc"


@posix
def test_mounting_replaces_what_the_code_put_there(folder: SessionFolder, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("new")
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    (folder.data / "a").symlink_to(victim)
    (folder.data / "b").mkdir()

    folder.mount(Mount(path=tmp_path / "x", name="a"))
    folder.mount(Mount(path=tmp_path / "x", name="b"))

    assert victim.read_text() == "untouched"
    assert (folder.data / "a").read_text() == (folder.data / "b").read_text() == "new"


def test_new_and_changed_files_are_offered(folder: SessionFolder) -> None:
    (folder.data / "old").write_text("1")
    (folder.data / "changed").write_text("1")
    before = folder.snapshot(100)
    (folder.data / "changed").write_text("22")
    (folder.data / "sub").mkdir()
    (folder.data / "sub" / "new").write_text("333")

    files, left_out = folder.produced(before, Limits())

    assert [(file.name, file.size) for file in files] == [("changed", 2), ("sub/new", 3)]
    assert left_out == 0


@posix
def test_what_is_no_plain_file_is_not_offered(folder: SessionFolder, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (folder.data / "link").symlink_to(tmp_path / "secret")
    (folder.data / "outside").symlink_to(tmp_path)
    os.mkfifo(folder.data / "pipe")
    (folder.data / "one").write_text("1")
    os.link(folder.data / "one", folder.data / "two")
    (folder.data / "evil\u202egnp.exe").write_text("")
    (folder.data / "evil\x1b[31m").write_text("")
    (folder.data / "big").write_bytes(b"x" * 11)

    files, left_out = folder.produced({}, Limits(file=10))

    assert files == ()
    assert left_out == 5


def test_at_most_so_many_files_are_offered(folder: SessionFolder) -> None:
    for number in range(5):
        (folder.data / f"{number}").write_text("")

    files, left_out = folder.produced({}, Limits(offered=3))

    assert (len(files), left_out) == (3, 2)


def test_usage_stops_counting_when_it_is_enough(folder: SessionFolder) -> None:
    for number in range(10):
        (folder.tmp / f"{number}").write_text("abc")

    each = max(3, (folder.tmp / "0").stat().st_blocks * 512)  # what it takes on the disk, which depends on the disk
    assert folder.usage(enough=Usage(10**6, 1000)) == Usage(10 * each, 10)
    assert folder.usage(enough=Usage(3 * each - 1, 1000)).size == 3 * each
    assert folder.usage(enough=Usage(10**6, 4)).entries == 5


@posix
def test_reading_follows_no_link_at_any_step(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_text("content")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    (tmp_path / "c").symlink_to(tmp_path / "a" / "file")
    os.mkfifo(tmp_path / "pipe")

    assert read_plain(tmp_path, "a/file", 100) == b"content"
    assert read_plain(tmp_path, "a/file", 3) is None
    for name in ("b/file", "c", "pipe", "a", "missing", "../x", "a/../a/file", "", "a//file"):
        assert read_plain(tmp_path, name, 100) is None


def test_pictures_come_in_order_and_the_bad_ones_are_counted(folder: SessionFolder) -> None:
    folder.pictures.mkdir()
    for name, data in (
        ("000002.png", png(20, 10)),
        ("000001.png", png(30, 10)),
        ("000003.png", png(60000, 60000)),
        ("000004.png", b"not a picture"),
        ("odd.png", png(1, 1)),
    ):
        (folder.pictures / name).write_bytes(data)

    images, bad = folder.take_pictures(Limits())

    assert [(image.width, image.height) for image in images] == [(30, 10), (20, 10)]
    assert bad == 3
    assert not folder.pictures.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        png(0, 1),
        png(8193, 1),
        png(8000, 8000),
        png(10, 10, depth=3),
        png(10, 10, colour=5),
        png(10, 10)[:20],
        b"GIF89a" + bytes(40),
    ],
)
def test_headers_that_are_not_trusted(data: bytes) -> None:
    assert png_size(data) is None


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a.csv", "a.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\y.txt", "y.txt"),
        ("..", "file"),
        ("a\nb", "a_b"),
        ("x" * 500, "x" * 200),
        ("数据.csv", "数据.csv"),
        ("a:b?", "a_b_"),
    ],
)
def test_names_stay_in_their_folder(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_names_that_deceive() -> None:
    assert is_plain_name("sub/报告 2024.xlsx")
    assert not any(is_plain_name(name) for name in ("a\nb", "a\x1bb", "a\u202eb", "a\u200bb", "a\ud800"))


def test_kept_files_come_back(folder: SessionFolder, tmp_path: Path) -> None:
    (folder.data / "a").write_text("1")
    folder.keep_for(tmp_path / "kept")
    folder.remove()
    second = SessionFolder(tmp_path / "second")
    second.create()

    second.take_over(tmp_path / "kept")

    assert (second.data / "a").read_text() == "1"
    assert not (tmp_path / "kept").exists()
    second.take_over(tmp_path / "nothing")


def test_the_list_of_fonts_is_learned_once_and_given(tmp_path: Path) -> None:
    fonts = FontList(tmp_path / "fonts")
    first, second = tmp_path / "1", tmp_path / "2"
    (first / "matplotlib").mkdir(parents=True)
    second.mkdir()
    fonts.learn(second)
    fonts.give(second)
    assert not (second / "matplotlib").exists()
    (first / "matplotlib" / "fontlist-v390.json").write_text("{}")

    fonts.learn(first)
    fonts.learn(first)
    fonts.give(second)

    assert (second / "matplotlib" / "fontlist-v390.json").read_text() == "{}"
