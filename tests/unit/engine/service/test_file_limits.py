"""What callers may ask of files and vector stores."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import InvalidRequest
from engine.service import file_limits as limits


@pytest.mark.parametrize(
    ("untrusted", "name"),
    [
        ("a.txt", "a.txt"),
        ("报告 (最终).pdf", "报告 (最终).pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\a.txt", "a.txt"),
        ("a\x00\n\u202ecod.exe", "acod.exe"),
        ("e\u0301.md", "é.md"),
        ("", "upload"),
        ("..", "upload"),
        ("dir/", "upload"),
        (" . ", "upload"),
        (".env", ".env"),
        ("half \ud83d.txt", "half .txt"),
    ],
)
def test_a_filename_is_made_safe_to_show_and_save(untrusted: str, name: str) -> None:
    assert limits.clean_filename(untrusted) == name


@pytest.mark.parametrize("untrusted", ["x" * 500 + ".txt", "茶" * 200 + ".txt", "x." + "y" * 500, "." * 300 + "a"])
def test_a_filename_fits_every_file_system_and_keeps_its_ending(untrusted: str) -> None:
    name = limits.clean_filename(untrusted)

    assert 0 < len(name.encode()) <= 255
    if untrusted.endswith(".txt"):
        assert name.endswith(".txt")


@pytest.mark.parametrize("value", [None, {"type": "auto"}])
def test_chunking_by_default_is_800_and_400(value: Any) -> None:
    assert limits.checked_chunking(value)["static"] == {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400}


def _static(size: Any, overlap: Any) -> dict[str, Any]:
    return {"type": "static", "static": {"max_chunk_size_tokens": size, "chunk_overlap_tokens": overlap}}


@pytest.mark.parametrize(("size", "overlap"), [(100, 0), (100, 50), (4096, 2048)])
def test_static_chunking_within_its_bounds(size: int, overlap: int) -> None:
    assert limits.checked_chunking(_static(size, overlap)) == _static(size, overlap)


@pytest.mark.parametrize(
    ("value", "param"),
    [
        (_static(99, 0), "static.max_chunk_size_tokens"),
        (_static(4097, 0), "static.max_chunk_size_tokens"),
        (_static(True, 0), "static.max_chunk_size_tokens"),
        (_static(100, 51), "static.chunk_overlap_tokens"),
        (_static(100, -1), "static.chunk_overlap_tokens"),
        (_static(100, None), "static.chunk_overlap_tokens"),
        ({"type": "static"}, "static"),
        ({"type": "semantic"}, "type"),
        ("auto", "type"),
    ],
)
def test_other_chunking_is_refused_by_its_place(value: Any, param: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        limits.checked_chunking(value, "files[3].chunking_strategy")

    assert caught.value.param == f"files[3].chunking_strategy.{param}"


@pytest.mark.parametrize(
    "value", [None, {}, {"k" * 64: "v" * 512}, {f"k{n}": n for n in range(16)}, {"a": True, "b": 1.5, "c": ""}]
)
def test_attributes_within_their_bounds(value: Any) -> None:
    limits.check_attributes(value)


@pytest.mark.parametrize(
    "value",
    [
        {f"k{n}": n for n in range(17)},
        {"k" * 65: 1},
        {"": 1},
        {"k": "v" * 513},
        {"k": None},
        {"k": [1]},
        {"k": float("inf")},
        "text",
    ],
)
def test_other_attributes_are_refused(value: Any) -> None:
    with pytest.raises(InvalidRequest) as caught:
        limits.check_attributes(value)

    assert str(caught.value.param).startswith("attributes")


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (limits.check_file_expiry, (None, 3600, 2_592_000), (3599, 2_592_001, 0, True, "3600")),
        (limits.check_store_expiry, (None, 1, 365), (0, 366, 1.5, False)),
        (limits.check_purpose, ("assistants", "vision", "assistants_output"), ("", "other")),
    ],
)
def test_expiry_and_purpose(check: Any, good: tuple[Any, ...], bad: tuple[Any, ...]) -> None:
    for value in good:
        check(value)
    for value in bad:
        with pytest.raises(InvalidRequest):
            check(value)


@pytest.mark.parametrize(
    ("arguments", "param"),
    [
        (([], 10, 0, "auto"), "query"),
        (([" "], 10, 0, "auto"), "query"),
        ((["a"] * 17, 10, 0, "auto"), "query"),
        ((["a" * 4097], 10, 0, "auto"), "query"),
        ((["a"], 0, 0, "auto"), "max_num_results"),
        ((["a"], 51, 0, "auto"), "max_num_results"),
        ((["a"], 1, 1.1, "auto"), "ranking_options.score_threshold"),
        ((["a"], 1, True, "auto"), "ranking_options.score_threshold"),
        ((["a"], 1, 0, "best"), "ranking_options.ranker"),
    ],
)
def test_a_search_within_its_bounds(arguments: Any, param: str) -> None:
    limits.check_search(["a"], 50, 1, "none")
    with pytest.raises(InvalidRequest) as caught:
        limits.check_search(*arguments)

    assert caught.value.param == param
