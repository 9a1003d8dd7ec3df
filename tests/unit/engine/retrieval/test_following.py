"""What counts as changed: files at rest, files being written, files that are away, and what cannot be seen."""

from __future__ import annotations

from typing import Any

from engine.retrieval.following import Changes, Look, compare
from engine.retrieval.walking import SeenFile, Walked
from engine.types import LiveFile

OLD, NOW = 100.0, 1000.0


def _seen(path: str, size: int = 5, at: float = OLD) -> SeenFile:
    return SeenFile(path, size, int(at * 1e9))


def _known(*files: SeenFile) -> dict[str, LiveFile]:
    return {f.path: LiveFile(path=f.path, size=f.size, modified_ns=f.modified_ns, sha256="x") for f in files}


def _look(*files: SeenFile, at: float = NOW, **values: Any) -> Look:
    return Look(Walked({each.path: each for each in files}, **values), at)


def test_new_and_changed_files_at_rest_are_fresh() -> None:
    known = _known(_seen("same"), _seen("touched"), _seen("grown"))
    seen = (_seen("same"), _seen("touched", at=200), _seen("grown", 6), _seen("new"))

    changes = compare(known, _look(*seen), None)

    assert changes == Changes(fresh=seen[1:])


def test_a_file_that_is_being_written_is_left_alone_until_it_rests() -> None:
    young = _seen("a", at=NOW - 0.5)

    first = compare({}, _look(young), None)
    assert (first.fresh, first.restless) == ((), True)
    assert compare({}, _look(young, at=NOW + 1), _look(young)).fresh == (young,)


def test_a_clock_that_goes_ahead_is_told_by_two_looks() -> None:
    ahead = _seen("a", at=NOW + 3600)
    grown = _seen("a", 9, at=NOW + 3600)

    assert compare({}, _look(ahead), None).restless
    assert compare({}, _look(grown, at=NOW + 2), _look(ahead)).restless
    assert compare({}, _look(ahead, at=NOW + 0.5), _look(ahead)).restless
    assert compare({}, _look(ahead, at=NOW + 2), _look(ahead)).fresh == (ahead,)


def test_a_file_is_gone_when_it_stays_away() -> None:
    known = _known(_seen("a"))

    first = compare(known, _look(), None)
    assert (first.gone, first.missing, first.restless) == ((), {"a"}, True)
    assert compare(known, _look(at=NOW + 0.1), _look()).gone == ()
    assert compare(known, _look(at=NOW + 2), _look()) == Changes(gone=("a",), missing=frozenset("a"))
    assert compare(known, _look(at=NOW + 2), _look(_seen("a"))).restless


def test_an_empty_file_counts_as_away() -> None:
    known = _known(_seen("a"))
    void = _seen("a", 0)

    assert compare({}, _look(void), None) == Changes()
    assert compare(known, _look(void), None).missing == {"a"}
    assert compare(known, _look(void, at=NOW + 2), _look(void)).gone == ("a",)
    assert compare(known, _look(_seen("a", 0, NOW)), None).restless


def test_what_cannot_be_seen_counts_as_unchanged() -> None:
    known = _known(_seen("closed/a"), _seen("b"))

    closed = _look(_seen("b"), unread=("closed",))
    assert compare(known, closed, closed) == Changes()
    assert compare(known, _look(full=True), _look(full=True)) == Changes()
