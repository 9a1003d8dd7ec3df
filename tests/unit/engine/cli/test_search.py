"""`fireside search`: passages with their places and scores, for people and for programs."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from engine.cli import search
from engine.cli.words import Words
from engine.retrieval.search import Cut
from engine.service.knowledge import Knowledge
from engine.service.vector_stores import SearchResults
from engine.types import Chunk, FileCounts, SearchHit
from tests.unit.engine.cli.conftest import Fireside


@pytest.fixture
def filled(fireside: Fireside, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Fireside:
    folder = tmp_path / "Tea"
    folder.mkdir()
    (folder / "tea.md").write_text("# Making\n\nTea steeps three minutes.")
    (folder / "coffee.md").write_text("# Making\n\nCoffee drips.")
    assert fireside("ingest", str(folder)) == 0
    capsys.readouterr()
    return fireside


def test_a_passage_is_shown_with_place_and_scores(filled: Fireside, capsys: pytest.CaptureFixture[str]) -> None:
    assert filled("search", "tea", "how long does tea steep", "--limit", "1") == 0

    head, scores, text = capsys.readouterr().out.splitlines()[:3]
    assert head.startswith("1. ")
    assert "tea.md · lines 1–3 · Making" in head
    assert "words " in scores
    assert "(#1)" in scores
    assert "Tea steeps three minutes." in text


def test_programs_get_every_score(filled: Fireside, capsys: pytest.CaptureFixture[str]) -> None:
    assert filled("search", "Tea", "tea", "--json") == 0

    found = json.loads(capsys.readouterr().out)
    [hit, *_] = found["hits"]
    assert (hit["filename"], hit["line"], hit["heading"]) == ("tea.md", 1, ["Making"])
    assert set(hit["scores"]) == {"keyword", "vector", "fused", "rerank"}
    assert hit["scores"]["fused"] == hit["score"]
    assert found["queries"] == ["tea"]


def test_nothing_found_and_no_such_store_are_told(filled: Fireside, capsys: pytest.CaptureFixture[str]) -> None:
    assert filled("search", "Tea", "zeppelin") == 0
    assert capsys.readouterr().err == "No passage answers this.\n"

    assert filled("search", "Wine", "tea") == 1
    assert "There is no store of files 'Wine'. Known: Tea." in capsys.readouterr().err


def test_files_that_wait_are_told(
    filled: Fireside, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    find = Knowledge.find
    waiting = FileCounts(in_progress=2, completed=2)
    monkeypatch.setattr(Knowledge, "find", lambda *args: dataclasses.replace(find(*args), file_counts=waiting))

    assert filled("search", "Tea", "tea") == 0
    assert capsys.readouterr().err.startswith("2 files of this store have not been read yet")


def test_what_did_not_work_and_what_was_cut_is_for_programs_too() -> None:
    chunk = Chunk(text="x", tokens=1)
    hit = SearchHit(vector_store_id="vs", file_id="f", filename="a", attributes={}, chunk=chunk, position=0, score=0.5)
    cut = Cut(hit=hit, why="below_threshold")

    said = search.as_json(SearchResults(queries=("a", "b"), hits=(), cut=(cut,), failed=("vector:x",)))

    assert (said["queries"], said["failed"], said["hits"]) == (["a", "b"], ["vector:x"], [])
    assert (said["cut"][0]["why"], said["cut"][0]["text"]) == ("below_threshold", "x")


@pytest.mark.parametrize(
    ("chunk", "place"),
    [
        (Chunk(text="", tokens=0, page=3, last_page=3, line=9), "page 3"),
        (Chunk(text="", tokens=0, page=3, last_page=4), "pages 3–4"),
        (Chunk(text="", tokens=0, line=7, last_line=7), "line 7"),
        (Chunk(text="", tokens=0, line=7, last_line=9), "lines 7–9"),
        (Chunk(text="", tokens=0), ""),
    ],
)
def test_places_are_told_in_pages_or_lines(chunk: Chunk, place: str) -> None:
    assert search._place(chunk, Words("en")) == place


def test_chinese_lines_do_not_begin_with_a_comma() -> None:
    lines = search._wrapped("春眠不觉晓，处处闻啼鸟。It rains 2024 年，夜来风雨声", 10)

    assert lines == ["春眠不觉", "晓，处处闻", "啼鸟。It", "rains 2024", "年，夜来风", "雨声"]
