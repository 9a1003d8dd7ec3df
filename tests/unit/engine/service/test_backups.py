"""Inside a snapshot nothing is deleted from the disk; afterwards deleting is as before."""

from __future__ import annotations

from engine.service import Engine
from engine.store.replace import SNAPSHOT


def test_contents_stay_while_a_snapshot_is_used(engine: Engine) -> None:
    first, second = (engine.files.create(text, filename="a.txt") for text in (b"one", b"two"))
    path = engine.files.path(first.id)

    with engine.backups.snapshot(lambda _done, _total: None) as snapshot:
        engine.files.delete(first.id)
        assert engine.backups.counts(snapshot)["files"] == 2
        assert path.exists()

    assert not (engine.paths.home / SNAPSHOT).exists()
    path = engine.files.path(second.id)
    engine.files.delete(second.id)
    assert not path.exists()
