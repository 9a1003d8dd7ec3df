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


def test_a_marker_without_its_word_counts_if_it_points_somewhere() -> None:
    assert read("Yes【0:1】 and【0:2】.", [])[0] == "Yes【0:1†source】 and【0:2】."


LINES = "Tea is green.  \n\nSo【0:1†source】\nMilk\n\n【0:1†source】\nTea\n"


def with_missing(text: str, sizes: list[int]) -> tuple[str, list[dict[str, object]]]:
    mentions = Mentions(FILES, lambda line: ("【0:1†source】",) if "Tea" in line and "【" not in line else ())
    said, found, position = "", [], 0
    for size in [*sizes, len(text)]:
        passed, annotations = mentions.feed(text[position : position + size])
        said, found, position = said + passed, [*found, *annotations], position + size
    passed, annotations = mentions.finish()
    return said + passed, [*found, *annotations]


def test_a_line_that_ends_without_its_marker_gets_it() -> None:
    said, annotations = with_missing(LINES, [])
    assert said == "Tea is green.【0:1†source】  \n\nSo【0:1†source】\nMilk\n\n【0:1†source】\nTea【0:1†source】\n"
    assert all(said[int(str(a["start_index"])) : int(str(a["end_index"]))] == a["text"] for a in annotations)
    assert with_missing("Tea", [])[0] == "Tea【0:1†source】", "the last line ends with the answer"
    assert with_missing("Tea.\n\n【0:1†source】", [])[0] == "Tea.\n\n【0:1†source】", "a marker may come on a new line"


@given(st.lists(st.integers(1, 6), max_size=60))
def test_missing_markers_come_to_the_same_place_however_the_text_is_split(sizes: list[int]) -> None:
    assert with_missing(LINES, sizes) == with_missing(LINES, [])


@given(st.text(alphabet="ab【:】†0 \n", max_size=60), st.lists(st.integers(1, 5), max_size=40))
def test_text_that_lacks_nothing_comes_through_whole(text: str, sizes: list[int]) -> None:
    mentions = Mentions({}, lambda _line: ())
    position, said = 0, ""
    for size in [*sizes, len(text)]:
        said += mentions.feed(text[position : position + size])[0]
        position += size
    said += mentions.finish()[0]
    if "†" not in text:
        assert said == text


def test_a_path_without_its_scheme_is_a_mention() -> None:
    mentions = Mentions({"sandbox:/mnt/data/a.csv": "file-a"})
    text, annotations = mentions.feed("It is in /mnt/data/a.csv now, not in /mnt/data/b.csv. ")
    assert text.startswith("It is in /mnt/data/a.csv now")
    assert [(a["text"], a["file_path"]) for a in annotations] == [("/mnt/data/a.csv", {"file_id": "file-a"})]
    assert mentions.finish(name_all=True) == ("", ())


def test_files_that_the_answer_does_not_name_are_linked_at_its_end() -> None:
    files = {f"sandbox:/mnt/data/{name}": name for name in ("a.csv", "b (1).csv", "c[2].csv", "d<e>.csv")}
    mentions = Mentions({**files, "【0:1†source】": "s"})
    text, found = mentions.feed("See /mnt/data/a.csv.")
    more, links = mentions.finish(name_all=True)
    whole = text + more
    assert whole.partition("\n\n")[2].splitlines() == [
        "[b (1).csv](<sandbox:/mnt/data/b (1).csv>)",
        "[c(2).csv](sandbox:/mnt/data/c[2].csv)",
        "sandbox:/mnt/data/d<e>.csv",
    ]
    named = (*found, *links)
    assert [whole[int(str(a["start_index"])) : int(str(a["end_index"]))] for a in named] == [a["text"] for a in named]
    assert {str(a["file_path"]["file_id"]) for a in named} == {"a.csv", "b (1).csv", "c[2].csv", "d<e>.csv"}
    silent = Mentions({"sandbox:/mnt/data/a.csv": "a"})
    assert silent.finish(name_all=True)[0] == "[a.csv](sandbox:/mnt/data/a.csv)"
    assert Mentions({"sandbox:/mnt/data/a.csv": "a"}).finish() == ("", ())
