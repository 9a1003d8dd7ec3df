"""Everything goes into one file and comes back; what is stopped or killed in the middle leaves all as it was."""

from __future__ import annotations

import hashlib
import json
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from engine.cancel import CancelToken
from engine.errors import Cancelled, DataTooNew, InvalidRequest, Unavailable
from engine.portability import backup
from engine.portability.backup import back_up, prepare_restore
from engine.portability.backup_file import SUFFIX, BackupContents, look_into_backup
from engine.recipes import Binding, Recipe
from engine.service import Engine
from engine.store import replace
from engine.types import NewMessage, PageRequest, TextPart
from tests.support.fixtures import EngineFactory

REPOSITORY = Path(__file__).resolve().parents[4]
TEXT = "这里有一句话 and a sentence"


def _quiet(_done: int, _total: int) -> None:
    """Nobody looks."""


def _filled(engine: Engine) -> str:
    """Say something, keep a file, and let a function query a database of the home folder."""
    file = engine.files.create(b"a,b\n1,2\n" * 1000, filename="data.csv")
    databases = engine.paths.home / "databases"
    databases.mkdir()
    with closing(sqlite3.connect(databases / "tea.db")) as connection:
        connection.executescript("CREATE TABLE tea (name TEXT); INSERT INTO tea VALUES ('绿茶');")
    tool = {"type": "function", "function": {"name": "teas", "parameters": {"type": "object"}}}
    binding = Binding(name="teas", kind="sqlite", config={"path": str(databases / "tea.db")})
    engine.recipes.save(
        Recipe(
            name="Tea",
            tools=({"type": "code_interpreter"}, tool),
            tool_resources={"code_interpreter": {"file_ids": [file.id]}},
            bindings=(binding,),
        )
    )
    engine.settings.set(temperature=0.25, language="zh_CN")
    return engine.threads.create(messages=[NewMessage(role="user", content=(TextPart(text=TEXT),))]).id


def _backed_up(engine: Engine, path: Path) -> BackupContents:
    return back_up(engine, path, on_progress=_quiet, cancel=CancelToken()).contents


def _restored(contents: BackupContents, home: Path) -> None:
    home.mkdir(exist_ok=True)
    prepare_restore(contents, home, on_progress=_quiet, cancel=CancelToken())


def test_it_comes_back_the_same_in_another_home(make_engine: EngineFactory, tmp_path: Path) -> None:
    here, path, seen = make_engine(), tmp_path / f"all{SUFFIX}", []
    thread = _filled(here)

    made = back_up(here, path, on_progress=lambda *moved: seen.append(moved), cancel=CancelToken())

    assert made.damaged == 0
    assert made.contents.counts["threads"] == 1
    assert all(done <= total for done, total in seen)
    assert seen == sorted(seen)
    assert not list(tmp_path.glob("*.part"))
    assert not (here.paths.home / replace.SNAPSHOT).exists()
    there = tmp_path / "there"
    _restored(look_into_backup(path), there)
    opened = make_engine(home=there)
    assert opened.replaced is None
    message = opened.messages.list(thread, PageRequest()).items[0]
    assert TEXT in str(message.content)
    assert opened.settings.current.temperature == 0.25
    assistant = opened.assistants.list().items[0]
    (binding,) = opened.recipes.of(assistant.id).bindings
    assert binding.config["path"] == str(there / "databases" / "tea.db")
    assert "tea" in opened.functions.tables(binding.config["path"])
    file_id = assistant.tool_resources["code_interpreter"]["file_ids"][0]
    assert opened.files.path(file_id).read_bytes() == b"a,b\n1,2\n" * 1000


def test_what_is_there_is_moved_aside(make_engine: EngineFactory, tmp_path: Path) -> None:
    engine = make_engine()
    _filled(engine)
    contents = _backed_up(engine, tmp_path / "b")
    later = engine.threads.create()
    engine.files.create(b"newer", filename="newer.txt")

    _restored(contents, engine.paths.home)
    assert engine.threads.get(later.id)  # nothing changes before the next start
    engine.close()
    again = make_engine()

    assert again.replaced is not None
    assert len(again.threads.list().items) == 1
    with closing(sqlite3.connect(again.replaced / "fireside.db")) as connection:
        assert connection.execute("SELECT count(*) FROM threads").fetchone() == (2,)
    assert len(list((again.replaced / "blobs").glob("??/*"))) == 2
    again.close()
    assert make_engine().replaced is None


def test_a_backup_is_one_moment_while_others_write(make_engine: EngineFactory, tmp_path: Path) -> None:
    """A file that is deleted while the backup is written is in it all the same."""
    engine = make_engine()
    gone = engine.files.create(b"soon gone", filename="gone.txt")
    first = True

    def delete_once(_done: int, _total: int) -> None:
        nonlocal first
        if first:
            first = False
            engine.files.delete(gone.id)
            engine.threads.create()

    contents = back_up(engine, tmp_path / "b", on_progress=delete_once, cancel=CancelToken()).contents
    engine.close()
    _restored(contents, tmp_path / "there")

    there = make_engine(home=tmp_path / "there")
    assert there.files.path(gone.id).read_bytes() == b"soon gone"
    assert there.threads.list().items == ()


def test_damaged_contents_are_counted_and_left_out(make_engine: EngineFactory, tmp_path: Path) -> None:
    engine = make_engine()
    file = engine.files.create(b"whole", filename="a.txt")
    engine.files.path(file.id).write_bytes(b"holed")

    made = back_up(engine, tmp_path / "b", on_progress=_quiet, cancel=CancelToken())

    assert (made.damaged, made.contents.contents) == (1, 0)


def test_stopping_leaves_nothing_behind(make_engine: EngineFactory, tmp_path: Path) -> None:
    engine = make_engine()
    _filled(engine)
    target = tmp_path / "b"
    target.write_bytes(b"an older backup")
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        back_up(engine, target, on_progress=lambda *_: cancel.set(), cancel=cancel)
    assert target.read_bytes() == b"an older backup"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "home"]

    contents, cancel = _backed_up(engine, target), CancelToken()
    with pytest.raises(Cancelled):
        prepare_restore(contents, engine.paths.home, on_progress=lambda *_: cancel.set(), cancel=cancel)
    assert not (engine.paths.home / replace.WORKING).exists()
    assert not (engine.paths.home / replace.READY).exists()


@pytest.mark.parametrize("what", ["backup", "restore"])
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_killed_in_the_middle_everything_is_as_it_was(what: str, make_engine: EngineFactory, tmp_path: Path) -> None:
    engine = make_engine()
    thread = _filled(engine)
    _backed_up(engine, tmp_path / "b")
    engine.close()

    command = [sys.executable, "-c", _KILLED, what, str(engine.paths.home), str(tmp_path / "b")]
    assert subprocess.run(command, cwd=REPOSITORY, check=False).returncode == -signal.SIGKILL

    again = make_engine()
    assert again.replaced is None
    assert again.threads.get(thread)
    assert look_into_backup(tmp_path / "b").counts["threads"] == 1
    left = {path.name for path in again.paths.home.iterdir()}
    assert not left & {replace.WORKING, replace.READY, replace.SNAPSHOT}
    assert _backed_up(again, tmp_path / "b").counts["threads"] == 1


_KILLED = """
import os, signal, sys
from pathlib import Path
from engine.cancel import CancelToken
from engine.inference.scripted import ScriptedBackend
from engine.portability.backup import back_up, prepare_restore
from engine.portability.backup_file import look_into_backup
from engine.service import Engine

def kill(done, total):
    if done > total / 3:
        os.kill(os.getpid(), signal.SIGKILL)

home, path = Path(sys.argv[2]), Path(sys.argv[3])
with Engine(home, backend=ScriptedBackend()) as engine:
    if sys.argv[1] == "backup":
        back_up(engine, path, on_progress=kill, cancel=CancelToken())
    else:
        prepare_restore(look_into_backup(path), home, on_progress=kill, cancel=CancelToken())
"""


def test_a_full_disk_is_refused_before_anything_is_written(
    make_engine: EngineFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = make_engine()
    contents = _backed_up(engine, tmp_path / "b")
    usage = backup.shutil.disk_usage(tmp_path)
    monkeypatch.setattr(backup.shutil, "disk_usage", lambda _path: usage._replace(free=1000))

    with pytest.raises(Unavailable) as refused:
        _restored(contents, engine.paths.home)
    assert refused.value.code == "disk_full"
    with pytest.raises(Unavailable):
        _backed_up(engine, tmp_path / "c")


def _remade(contents: BackupContents, change: Callable[[Path], None], tmp_path: Path) -> BackupContents:
    """Return the backup with another database in it, and a list that fits."""
    database, path = tmp_path / "changed.db", tmp_path / "changed"
    with zipfile.ZipFile(contents.path) as archive:
        database.write_bytes(archive.read("fireside.db"))
    change(database)
    data = database.read_bytes()
    with zipfile.ZipFile(contents.path) as old, zipfile.ZipFile(path, "w") as new:
        for info in old.infolist():
            body = data if info.filename == "fireside.db" else old.read(info.filename)
            if info.filename == "manifest.json":
                manifest = json.loads(body)
                for entry in manifest["entries"]:
                    if entry["place"] == "fireside.db":
                        entry |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                body = json.dumps(manifest).encode()
            new.writestr(info.filename, body)
    return look_into_backup(path)


def _with_sql(script: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(script)

    return change


def test_a_strange_database_is_refused(make_engine: EngineFactory, tmp_path: Path) -> None:
    engine = make_engine()
    contents = _backed_up(engine, tmp_path / "b")
    changes = (
        _with_sql("CREATE TRIGGER spy AFTER INSERT ON messages BEGIN DELETE FROM threads; END"),
        lambda path: path.write_bytes(b"no database"),
        lambda path: path.write_bytes(path.read_bytes()[: len(path.read_bytes()) // 2]),
        _with_sql("DROP TABLE alembic_version"),
    )
    for change in changes:
        with pytest.raises(InvalidRequest) as refused:
            _restored(_remade(contents, change, tmp_path), engine.paths.home)

        assert refused.value.code == "bad_backup"
        assert not (engine.paths.home / replace.READY).exists()


def test_a_database_of_a_newer_version_is_refused_in_words(make_engine: EngineFactory, tmp_path: Path) -> None:
    engine = make_engine()
    newer = _with_sql("UPDATE alembic_version SET version_num = '9999'")
    contents = _remade(_backed_up(engine, tmp_path / "b"), newer, tmp_path)

    with pytest.raises(DataTooNew, match="newer Fireside"):
        _restored(contents, engine.paths.home)
