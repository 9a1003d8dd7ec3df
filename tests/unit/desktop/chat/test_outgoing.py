"""Letters with their files, and the line they wait in."""

from __future__ import annotations

import pytest

from desktop.chat.outgoing import Attached, Letter, Queue, usable, use_of


def _file(key: int, use: str, file_id: str | None = "file_1") -> Attached:
    return Attached(key=key, name="a", size=1, use=use, file_id=file_id)  # type: ignore[arg-type]


def test_a_letter_names_its_files_as_the_api_does() -> None:
    letter = Letter("Hi", (_file(1, "search"), _file(2, "code", "file_2"), _file(3, "image", "file_3")))

    assert letter.attachments() == [
        {"file_id": "file_1", "tools": [{"type": "file_search"}]},
        {"file_id": "file_2", "tools": [{"type": "code_interpreter"}]},
    ]
    assert letter.images() == ["file_3"]
    assert Letter(" \n").empty
    assert not Letter("", (_file(1, "image"),)).empty
    assert Letter("a").joined(Letter("b", (_file(1, "code"),))) == Letter("a\n\nb", (_file(1, "code"),))
    assert Letter("").joined(Letter("b")) == Letter("b")


def test_a_queue_keeps_the_order_of_each_thread() -> None:
    queue = Queue()
    for text in ("one", "two", "three"):
        queue.add("t1", Letter(text))
    queue.add("t2", Letter("other"))

    assert [letter.text for letter in queue.of("t1")] == ["one", "two", "three"]
    assert queue.take("t1", 1) == Letter("two")
    assert queue.take("t1", 5) is None
    assert queue.take_all("t1") == Letter("one\n\nthree")
    assert (queue.of("t1"), queue.take("t1"), queue.take_all("t1")) == ((), None, None)
    assert queue.of("t2") == (Letter("other"),)
    assert queue.of(None) == ()


@pytest.mark.parametrize(
    ("name", "use"),
    [("a.PDF", "search"), ("a.csv", "code"), ("照片.JPG", "image"), ("notes", "search"), ("a.tar.gz", "search")],
)
def test_names_say_what_a_file_is_for(name: str, use: str) -> None:
    assert use_of(name) == use


def test_what_cannot_be_used_so_is_known() -> None:
    assert not usable("song.mp3", "search")
    assert usable("song.mp3", "code")
    assert not usable("a.pdf", "image")
    assert usable("a.pdf", "search")
