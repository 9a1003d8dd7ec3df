"""Stores that follow folders: with real files and real events, waiting for what the engine tells."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InvalidRequest, NotFound, Unavailable
from engine.events import Event
from engine.service import Engine
from engine.service.follower import Patience
from engine.service.live_folders import LiveFolders
from tests.support.fixtures import EngineFactory

_SECONDS = 60.0


class _Bench:
    """An engine that is impatient, and waits for what a folder comes to."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._told = threading.Condition()
        engine.subscribe(self._listen)
        self.vs = engine.vector_stores.create(name="Tea").id

    def _listen(self, _event: Event) -> None:
        with self._told:
            self._told.notify_all()

    def until(self, condition: Callable[[], Any]) -> None:
        """Block until something is so; looks whenever the engine tells something."""
        with self._told:
            assert self._told.wait_for(lambda: bool(condition()), _SECONDS)

    def names(self) -> set[str]:
        """Return the files of the store that have been read, by their path in the folder."""
        held = self.engine.knowledge.files(self.vs)
        return {str(each.place.attributes.get("path")) for each in held if each.place.status == "completed"}

    def settled(self, *names: str) -> None:
        """Block until exactly these files are in the store and read."""
        self.until(lambda: self.names() == set(names) and len(self.engine.knowledge.files(self.vs)) == len(names))

    def ids(self) -> dict[str, str]:
        return {str(each.place.attributes["path"]): each.place.id for each in self.engine.knowledge.files(self.vs)}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = LiveFolders.__init__

    def init(self: LiveFolders, *args: Any, **values: Any) -> None:
        kind(self, *args, **{**values, "patience": Patience(quiet=0.05, anyway=5.0, unheard=0.2)})

    monkeypatch.setattr(LiveFolders, "__init__", init)


@pytest.fixture
def bench(engine: Engine) -> _Bench:
    return _Bench(engine)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    (folder / "sub").mkdir(parents=True)
    (folder / "tea.md").write_text("Tea steeps three minutes.")
    (folder / "sub" / "coffee.md").write_text("Coffee drips.")
    (folder / "~$tea.docx").write_text("lock")
    return folder


def test_a_folder_is_taken_in_with_all_below_and_not_copied(bench: _Bench, notes: Path) -> None:
    state = bench.engine.live_folders.follow(bench.vs, notes, ignored=("*.log",))
    bench.settled("tea.md", "sub/coffee.md")

    engine = bench.engine
    bench.until(lambda: engine.live_folders.get(state.folder.id).state == "following")
    assert engine.live_folders.of(bench.vs)[0].files == 2
    file_id = bench.ids()["tea.md"]
    assert engine.files.path(file_id) == notes / "tea.md"
    assert b"".join(engine.files.read(file_id)[1]) == b"Tea steeps three minutes."
    assert not [path for path in engine.paths.blobs.rglob("*") if path.is_file() and path.suffix != ".link"]
    assert engine.vector_stores.search(bench.vs, "tea").hits[0].attributes == {"path": "tea.md"}


def test_changes_renames_and_deletions_are_followed(bench: _Bench, notes: Path) -> None:
    bench.engine.live_folders.follow(bench.vs, notes)
    bench.settled("tea.md", "sub/coffee.md")
    before = bench.ids()

    (notes / "sub" / "new.md").write_text("Cocoa foams.")
    bench.settled("tea.md", "sub/coffee.md", "sub/new.md")

    (notes / "sub").rename(notes / "moved")
    (notes / "tea.md").rename(notes / "green tea.md")
    bench.settled("green tea.md", "moved/coffee.md", "moved/new.md")
    after = bench.ids()
    assert after["green tea.md"] == before["tea.md"], "a renamed file is not read again"
    assert after["moved/coffee.md"] == before["sub/coffee.md"]
    assert bench.engine.files.get(after["green tea.md"]).filename == "green tea.md"
    assert bench.engine.files.path(after["green tea.md"]) == notes / "green tea.md"

    (notes / "green tea.md").write_text("Matcha is whisked.")
    bench.until(lambda: bench.engine.vector_stores.search(bench.vs, "matcha").hits)
    bench.settled("green tea.md", "moved/coffee.md", "moved/new.md")
    with pytest.raises(NotFound):
        bench.engine.files.get(before["tea.md"])

    (notes / "moved" / "coffee.md").unlink()
    bench.settled("green tea.md", "moved/new.md")
    assert {file.filename for file in bench.engine.files.list().items} == {"green tea.md", "new.md"}


def test_a_touched_file_is_not_read_again(bench: _Bench, notes: Path) -> None:
    bench.engine.live_folders.follow(bench.vs, notes)
    bench.settled("tea.md", "sub/coffee.md")
    before = bench.ids()

    os.utime(notes / "tea.md", (1, 1))
    bench.until(lambda: _can_be_read(bench.engine, before["tea.md"]))
    assert bench.ids() == before
    assert bench.engine.files.path(before["tea.md"]) == notes / "tea.md"


def _can_be_read(engine: Engine, file_id: str) -> bool:
    try:
        return engine.files.path(file_id).exists()
    except Unavailable:
        return False


def test_what_changed_while_it_was_closed_is_found_at_the_start(make_engine: EngineFactory, notes: Path) -> None:
    bench = _Bench(make_engine())
    bench.engine.live_folders.follow(bench.vs, notes)
    bench.settled("tea.md", "sub/coffee.md")
    before, vs = bench.ids(), bench.vs
    bench.engine.close()

    (notes / "tea.md").unlink()
    (notes / "more.md").write_text("Mate.")
    again = _Bench(make_engine())
    again.vs = vs
    again.settled("more.md", "sub/coffee.md")
    assert again.ids()["sub/coffee.md"] == before["sub/coffee.md"]


def test_a_missing_folder_keeps_what_was_read(bench: _Bench, notes: Path, tmp_path: Path) -> None:
    folder = bench.engine.live_folders.follow(bench.vs, notes).folder
    bench.settled("tea.md", "sub/coffee.md")
    file_id = bench.ids()["tea.md"]

    notes.rename(tmp_path / "away")
    bench.until(lambda: bench.engine.live_folders.get(folder.id).state == "missing")
    assert bench.engine.vector_stores.search(bench.vs, "tea").hits
    with pytest.raises(Unavailable) as caught:
        bench.engine.files.read(file_id)
    assert caught.value.code == "file_content_missing"

    # An empty place, as it is left where a disk was mounted, is no reason to forget either.
    notes.mkdir()
    bench.engine.live_folders.look_now(folder.id)
    assert bench.names() == {"tea.md", "sub/coffee.md"}
    assert bench.engine.live_folders.get(folder.id).state == "missing"

    notes.rmdir()
    (tmp_path / "away").rename(notes)
    bench.until(lambda: bench.engine.live_folders.get(folder.id).state == "following")
    assert bench.engine.files.path(file_id) == notes / "tea.md"
    (notes / "tea.md").unlink()
    bench.settled("sub/coffee.md")


@pytest.mark.allow_log("engine.retrieval.ingest")
def test_files_that_were_away_when_their_turn_came_are_read_later(bench: _Bench, notes: Path) -> None:
    engine = bench.engine
    engine.vector_stores.pause(bench.vs)
    folder = engine.live_folders.follow(bench.vs, notes).folder
    bench.until(lambda: len(engine.knowledge.files(bench.vs)) == 2)
    away = notes.rename(notes.with_name("away"))
    bench.until(lambda: engine.live_folders.get(folder.id).state == "missing")
    engine.vector_stores.resume(bench.vs)
    bench.until(lambda: engine.vector_stores.get(bench.vs).file_counts.failed == 2)

    away.rename(notes)
    bench.settled("tea.md", "sub/coffee.md")


def test_a_file_that_cannot_be_taken_in_says_why_and_is_tried_again(
    bench: _Bench, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.service.follower.MAX_FILE", 20)
    folder = bench.engine.live_folders.follow(bench.vs, notes).folder
    bench.settled("sub/coffee.md")
    bench.until(lambda: bench.engine.live_folders.get(folder.id).problems)
    [problem] = bench.engine.live_folders.get(folder.id).problems
    assert (problem.path, problem.problem) == ("tea.md", "file_too_large")

    monkeypatch.setattr("engine.service.follower.MAX_FILE", 1000)
    bench.engine.live_folders.look_now(folder.id)
    bench.settled("tea.md", "sub/coffee.md")
    assert bench.engine.live_folders.get(folder.id).problems == ()


def test_what_is_taken_out_by_hand_stays_out_until_it_changes(bench: _Bench, notes: Path) -> None:
    folder = bench.engine.live_folders.follow(bench.vs, notes).folder
    bench.settled("tea.md", "sub/coffee.md")

    bench.engine.knowledge.remove(bench.vs, bench.ids()["tea.md"])
    (notes / "more.md").write_text("Mate.")
    bench.settled("more.md", "sub/coffee.md")
    assert bench.engine.live_folders.get(folder.id).files == 2
    (notes / "tea.md").write_text("Tea, again.")
    bench.settled("more.md", "tea.md", "sub/coffee.md")


def test_not_followed_any_more_the_files_leave(bench: _Bench, notes: Path) -> None:
    folder = bench.engine.live_folders.follow(bench.vs, notes).folder
    bench.settled("tea.md", "sub/coffee.md")

    bench.engine.live_folders.unfollow(folder.id)

    assert bench.engine.knowledge.files(bench.vs) == ()
    assert bench.engine.files.list().items == ()
    assert (notes / "tea.md").exists()
    assert not [path for path in bench.engine.paths.blobs.rglob("*") if path.is_file()]
    with pytest.raises(NotFound):
        bench.engine.live_folders.get(folder.id)


def test_a_deleted_store_is_not_followed(bench: _Bench, notes: Path) -> None:
    folder = bench.engine.live_folders.follow(bench.vs, notes).folder
    bench.settled("tea.md", "sub/coffee.md")

    bench.engine.knowledge.delete(bench.vs)

    assert bench.engine.files.list().items == ()
    with pytest.raises(NotFound):
        bench.engine.live_folders.look_now(folder.id)


def test_the_same_content_twice_outlives_either(bench: _Bench, notes: Path) -> None:
    (notes / "copy.md").write_bytes((notes / "tea.md").read_bytes())
    bench.engine.live_folders.follow(bench.vs, notes)
    bench.settled("tea.md", "copy.md", "sub/coffee.md")
    (notes / "tea.md").unlink()
    bench.settled("copy.md", "sub/coffee.md")

    assert bench.engine.files.path(bench.ids()["copy.md"]) == notes / "copy.md"


@pytest.mark.parametrize("what", ["home", "above", "disk", "file", "inside", "pattern"])
def test_what_cannot_be_followed_is_refused(bench: _Bench, notes: Path, what: str) -> None:
    bench.engine.live_folders.follow(bench.vs, notes)
    bad = {
        "home": bench.engine.paths.home / "models",
        "above": bench.engine.paths.home.parent,
        "disk": Path(notes.anchor),
        "file": notes / "tea.md",
        "inside": notes / "sub",
        "pattern": notes,
    }[what]

    with pytest.raises(InvalidRequest):
        bench.engine.live_folders.follow(bench.vs, bad, ignored=("",) if what == "pattern" else ())


@contextlib.contextmanager
def _written_slowly(path: Path) -> Iterator[Callable[[str], None]]:
    with path.open("w") as file:

        def write(text: str) -> None:
            file.write(text)
            file.flush()

        yield write


def test_a_file_that_is_written_slowly_is_read_whole(bench: _Bench, notes: Path) -> None:
    bench.engine.live_folders.follow(bench.vs, notes)
    bench.settled("tea.md", "sub/coffee.md")
    with _written_slowly(notes / "slow.md") as write:
        write("Rooibos ")
        (notes / "other.md").write_text("x y")
        write("needs ")
        write("seven minutes.")
    bench.settled("tea.md", "sub/coffee.md", "slow.md", "other.md")
    bench.until(lambda: bench.engine.vector_stores.search(bench.vs, "seven minutes").hits)
    assert bench.engine.vector_stores.search(bench.vs, "rooibos").hits[0].chunk.text == "Rooibos needs seven minutes."
