"""Citations and produced files found in a growing answer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.runs.mentions import Mentions

FILES = {"【0:1†source】": "file-a", "sandbox:/mnt/data/plot.png": "file-b", "sandbox:/mnt/data/plot.png.csv": "file-c"}
TEXT = "Yes【0:1†source】, see [plot](sandbox:/mnt/data/plot.png) or sandbox:/mnt/data/plot.png.csv【9:9†source】."


def read(text: str, sizes: list[int]) -> tuple[str, list[dict[str, object]]]:
    mentions = Mentions(FILES)
    passed, annotations, position = "", [], 0
    for size in [*sizes, len(text)]:
        said, found = mentions.feed(text[position : position + size])
        passed += said
        annotations += found
        position += size
    said, found = mentions.finish()
    return passed + said, annotations + list(found)


def test_markers_and_paths_are_annotated_where_they_stand() -> None:
    passed, annotations = read(TEXT, [])
    assert passed == TEXT.replace("【9:9†source】", ""), "a marker that points nowhere is dropped"
    assert [passed[int(a["start_index"]) : int(a["end_index"])] for a in annotations] == [
        a["text"] for a in annotations
    ]  # type: ignore[call-overload]
    assert [(a["type"], a[str(a["type"])]) for a in annotations] == [
        ("file_citation", {"file_id": "file-a"}),
        ("file_path", {"file_id": "file-b"}),
        ("file_path", {"file_id": "file-c"}),
    ]


@given(st.lists(st.integers(1, 6), max_size=60))
def test_any_split_finds_the_same(sizes: list[int]) -> None:
    assert read(TEXT, sizes) == read(TEXT, [])


@given(st.text(alphabet="ab【:】†0sandbox/\n ", max_size=80), st.lists(st.integers(1, 5), max_size=40))
def test_other_text_comes_through_whole(text: str, sizes: list[int]) -> None:
    passed, annotations = read(text, sizes)
    if "†" not in text:
        assert passed == text
        assert annotations == []
