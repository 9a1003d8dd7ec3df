"""Opening old, new, newer, foreign, broken and half-migrated databases."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import DataTooNew, FiresideError
from engine.store import Store, migrate, tables
from engine.store.migrate import KEPT_BACKUPS, SCRIPTS, alembic_config, backups
from tests.unit.engine.store.values import said, texts

REPOSITORY = Path(__file__).resolve().parents[4]
NEXT = "9999"
ADD_COLOUR = "op.add_column('threads', sa.Column('colour', sa.Text))"
STEP = f'''
"""A step that does not exist yet."""

import os
import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{tables.REVISION}"


def upgrade():
    BODY


def downgrade():
    op.drop_column("threads", "colour")
'''


@pytest.fixture
def with_step(tmp_path: Path) -> Callable[[str], Path]:
    """Call it with what the next step does to get a folder of scripts that has such a step."""

    def make(body: str) -> Path:
        folder = tmp_path / "100 % scripts"
        shutil.copytree(SCRIPTS, folder, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        (folder / "versions" / "v9999_next.py").write_text(STEP.replace("BODY", body), encoding="utf-8")
        return folder

    return make


@pytest.fixture
def thread_id(open_store: Callable[[], Store]) -> str:
    """The id of the thread that the database at `path` holds."""
    store = open_store()
    thread = store.threads.create(messages=[said("kept")])
    store.close()
    return thread.id


def _at(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def _columns(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[1] for row in connection.execute("PRAGMA table_info(threads)")}


def _files(path: Path) -> set[str]:
    return {file.name for file in path.parent.iterdir() if file.name.startswith(path.name)}


def _assert_as_before(path: Path, thread_id: str) -> None:
    with Store(path, path.parent / "blobs") as store:
        assert texts(store.messages.history(thread_id)) == ["kept"]
    assert _at(path) == tables.REVISION


def test_a_new_database_is_made_without_a_backup(tmp_path: Path) -> None:
    path = tmp_path / "a # b ? 100 % 炉" / "fireside.db"
    path.parent.mkdir()

    migrate.migrate(path)

    assert (_at(path), _files(path)) == (tables.REVISION, {"fireside.db"})


def test_an_empty_file_is_a_new_database(tmp_path: Path) -> None:
    path = tmp_path / "fireside.db"
    path.touch()

    migrate.migrate(path)

    assert _at(path) == tables.REVISION


def test_the_log_of_a_deleted_database_does_not_get_into_the_new_one(
    path: Path, open_store: Callable[[], Store]
) -> None:
    store = open_store()
    store.threads.create(title="of the deleted one")
    log = path.with_name("fireside.db-wal").read_bytes()
    store.close()
    path.unlink()
    path.with_name("fireside.db-wal").write_bytes(log)

    migrate.migrate(path)

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM threads").fetchone() == (0,)


def test_a_database_that_is_up_to_date_is_left_alone(path: Path, thread_id: str) -> None:
    content = path.read_bytes()

    migrate.migrate(path)

    assert (path.read_bytes(), _files(path)) == (content, {"fireside.db"})


def test_opening_one_that_is_up_to_date_does_not_load_alembic(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from engine.store import Store; "
        "Store(Path(sys.argv[1]), Path('blobs')).close(); print('alembic' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False"


def test_an_old_one_is_backed_up_and_brought_up_to_date(
    path: Path, thread_id: str, with_step: Callable[[str], Path]
) -> None:
    migrate.migrate(path, scripts=with_step(ADD_COLOUR), target=NEXT)

    assert (_at(path), "colour" in _columns(path)) == (NEXT, True)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT id FROM threads").fetchall() == [(thread_id,)]
    [backup] = backups(path)
    assert _files(path) == {"fireside.db", backup.name}
    assert f"-{tables.REVISION}.backup" in backup.name

    shutil.copy(backup, path)
    _assert_as_before(path, thread_id)


def test_what_was_only_in_the_log_is_migrated_too(path: Path, with_step: Callable[[str], Path]) -> None:
    code = (
        "import os, sys; from pathlib import Path; from engine.store import Store; "
        "Store(Path(sys.argv[1]), Path('blobs')).threads.create(title='in the log'); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], cwd=REPOSITORY, check=False)
    assert path.with_name("fireside.db-wal").stat().st_size > 0

    migrate.migrate(path, scripts=with_step(ADD_COLOUR), target=NEXT)

    for file in (path, *backups(path)):
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute("SELECT title FROM threads").fetchall() == [("in the log",)], file


def test_the_last_backups_are_kept(path: Path, thread_id: str, with_step: Callable[[str], Path]) -> None:
    for day in ("20250101", "20250102", "20250103", "20250104"):
        path.with_name(f"fireside.db.{day}-0000.backup").write_bytes(b"an older one")

    migrate.migrate(path, scripts=with_step(ADD_COLOUR), target=NEXT)

    left = backups(path)
    assert len(left) == KEPT_BACKUPS
    assert [file.name for file in left[:2]] == ["fireside.db.20250103-0000.backup", "fireside.db.20250104-0000.backup"]
    assert left[2].name.endswith(f"-{tables.REVISION}.backup")


@pytest.mark.parametrize(
    "body",
    [
        f"{ADD_COLOUR}; raise RuntimeError('in the middle')",
        f"{ADD_COLOUR}; op.execute('SELECT * FROM nothing')",
        "op.execute(\"UPDATE messages SET thread_id = 'thread_nobody'\")",
    ],
    ids=["raises", "bad SQL", "leaves a message without its thread"],
)
def test_a_step_that_fails_leaves_the_old_database(
    path: Path, thread_id: str, with_step: Callable[[str], Path], body: str
) -> None:
    content = path.read_bytes()

    for _ in range(2):
        with pytest.raises(FiresideError, match="unchanged") as caught:
            migrate.migrate(path, scripts=with_step(body), target=NEXT)
        assert caught.value.code == "migration_failed"

    assert len(backups(path)) == 1
    assert _files(path) == {"fireside.db", backups(path)[0].name}
    assert len(path.read_bytes()) == len(content)
    _assert_as_before(path, thread_id)


def test_a_process_killed_in_a_step_leaves_the_old_database(
    path: Path, thread_id: str, with_step: Callable[[str], Path]
) -> None:
    scripts = with_step(f"{ADD_COLOUR}; op.execute('UPDATE threads SET title = 1'); os._exit(9)")
    code = (
        "import sys; from pathlib import Path; from engine.store.migrate import migrate; "
        "migrate(Path(sys.argv[1]), scripts=Path(sys.argv[2]), target=sys.argv[3])"
    )

    killed = subprocess.run([sys.executable, "-c", code, str(path), str(scripts), NEXT], cwd=REPOSITORY, check=False)

    assert killed.returncode == 9
    assert "fireside.db.migrating" in _files(path)
    _assert_as_before(path, thread_id)
    migrate.migrate(path, scripts=with_step(ADD_COLOUR), target=NEXT)
    assert (_at(path), "fireside.db.migrating" in _files(path)) == (NEXT, False)


def test_a_full_disk_leaves_the_old_database(
    path: Path, thread_id: str, with_step: Callable[[str], Path], full_disk: Callable[[], object]
) -> None:
    body = "op.execute('CREATE TABLE big (x)'); op.execute('INSERT INTO big VALUES (zeroblob(1000000))')"

    with full_disk(), pytest.raises(FiresideError) as caught:  # type: ignore[attr-defined]
        migrate.migrate(path, scripts=with_step(body), target=NEXT)

    assert caught.value.code == "disk_full"
    assert "fireside.db.migrating" not in _files(path)
    _assert_as_before(path, thread_id)


def test_one_written_by_a_newer_version_is_refused_untouched(
    path: Path, thread_id: str, with_step: Callable[[str], Path]
) -> None:
    migrate.migrate(path, scripts=with_step(ADD_COLOUR), target=NEXT)
    content = path.read_bytes()

    with pytest.raises(DataTooNew, match="Install the newest Fireside") as caught:
        Store(path, path.parent / "blobs")

    assert (caught.value.code, caught.value.details["found"]) == ("data_too_new", NEXT)
    assert path.read_bytes() == content
    assert len(backups(path)) == 1


@pytest.mark.parametrize("content", [b"not a database" * 1000, b"SQLite format 3\0" + b"\xff" * 5000, b"x"])
def test_a_file_that_is_no_database_is_refused_untouched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "fireside.db"
    path.write_bytes(content)

    with pytest.raises(FiresideError, match="put a backup in its place") as caught:
        Store(path, tmp_path / "blobs")

    assert caught.value.code == "database_broken"
    assert (path.read_bytes(), _files(path)) == (content, {"fireside.db"})


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE songs (name TEXT)", "CREATE TABLE alembic_version (version_num TEXT)"]
)
def test_another_programs_database_is_refused_untouched(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "fireside.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
    content = path.read_bytes()

    with pytest.raises(FiresideError) as caught:
        Store(path, tmp_path / "blobs")

    assert (caught.value.code, path.read_bytes()) == ("database_broken", content)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FiresideError) as caught:
        Store(tmp_path / "missing" / "fireside.db", tmp_path / "blobs")

    assert caught.value.code == "database_readonly"


def test_files_that_cannot_be_replaced_leave_the_old_database(
    path: Path, thread_id: str, with_step: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "held by another program")

    monkeypatch.setattr(migrate.os, "replace", refuse)
    with pytest.raises(FiresideError) as caught:
        migrate.migrate(path, scripts=with_step(ADD_COLOUR), target=NEXT)
    monkeypatch.undo()

    assert caught.value.code == "database_readonly"
    _assert_as_before(path, thread_id)


def test_the_newest_step_is_the_one_that_opening_expects(tmp_path: Path) -> None:
    from alembic.script import ScriptDirectory

    with alembic_config(tmp_path / "fireside.db") as config:
        assert ScriptDirectory.from_config(config).get_heads() == [tables.REVISION]
