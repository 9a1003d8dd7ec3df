"""The steps give the tables, go both ways, and carry every old database's contents along."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from engine.store import Store, tables
from engine.store.migrate import SCRIPTS, alembic_config, migrate
from engine.types import FunctionCall, PageRequest, RunStatus, TextPart, Usage

DATA = Path(__file__).parent / "data"
_FULL_TEXT = ("chunk_words", "message_words")
_OWN = ("sqlite_", "alembic_", "chunk_words_", "message_words_")
STEPS = [step.revision for step in reversed(list(ScriptDirectory(str(SCRIPTS)).walk_revisions()))]

Contents = dict[str, list[dict[str, object]]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "fireside.db"


def _upgrade(path: Path, step: str) -> None:
    with alembic_config(path) as config:
        command.upgrade(config, step)


def _downgrade(path: Path, step: str) -> None:
    with alembic_config(path) as config:
        command.downgrade(config, step)


def _restore(path: Path, step: str) -> None:
    """Make the database that a Fireside of that step left behind."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((DATA / f"{step}.sql").read_text("utf-8"))


def _schema(path: Path) -> dict[str, set[object]]:
    """Return name -> columns and references of each table, and the SQL of each index; their order says nothing."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(
            "SELECT type, name, sql FROM sqlite_master"
            " WHERE sql IS NOT NULL AND name NOT IN ('alembic_version', 'sqlite_sequence')"
        ).fetchall()
        schema: dict[str, set[object]] = {}
        for kind, name, sql in found:
            if kind == "table":
                columns = connection.execute(
                    f"SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('{name}')"
                )
                references = connection.execute(
                    f'SELECT "from", "table", "to", on_delete FROM pragma_foreign_key_list(\'{name}\')'
                )
                unique = connection.execute(f"SELECT count(*) FROM pragma_index_list('{name}') WHERE origin = 'u'")
                schema[name] = {*columns, *references, *unique, "AUTOINCREMENT" in sql}
            else:
                schema[name] = {sql}
        return schema


def _contents(path: Path) -> Contents:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = [row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        # What a full-text table consists of is its own affair.
        names = [name for name in names if not name.startswith(_OWN)]
        return {name: [dict(row) for row in connection.execute(f"SELECT * FROM {name}")] for name in names}


def _common(before: Contents, after: Contents) -> Iterator[tuple[list[object], list[object]]]:
    """Yield the values of every column that both have."""
    for name in before.keys() & after.keys():
        if before[name]:
            assert after[name], f"{name} lost its rows"
            for column in before[name][0].keys() & after[name][0].keys():
                yield [row[column] for row in before[name]], [row[column] for row in after[name]]


def test_the_steps_lead_to_the_tables(path: Path, tmp_path: Path) -> None:
    _upgrade(path, "head")
    migrated, declared = (create_engine(f"sqlite:///{file}") for file in (path, tmp_path / "declared.db"))
    tables.metadata.create_all(declared)

    # The full-text table and what it consists of are unknown to SQLAlchemy; `_schema` compares them all the same.
    known = {"include_name": lambda name, kind, _parents: kind != "table" or not name.startswith(_FULL_TEXT)}
    with migrated.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=known), tables.metadata) == []
    assert _schema(path) == _schema(tmp_path / "declared.db")
    migrated.dispose()
    declared.dispose()


def test_the_steps_are_one_line() -> None:
    script = ScriptDirectory(str(SCRIPTS))

    assert script.get_bases() == STEPS[:1]
    assert script.get_heads() == STEPS[-1:]
    assert [int(step) for step in STEPS] == list(range(1, len(STEPS) + 1))


@pytest.mark.parametrize("step", STEPS)
def test_each_step_goes_up_and_down(path: Path, step: str) -> None:
    before = STEPS[STEPS.index(step) - 1] if step != STEPS[0] else "base"
    _upgrade(path, before)
    schema = _schema(path)

    _upgrade(path, step)
    _downgrade(path, before)

    assert _schema(path) == schema


def test_each_step_keeps_what_is_stored_both_ways(tmp_path: Path) -> None:
    for before, step in pairwise(STEPS):
        path = tmp_path / f"{before}.db"
        _restore(path, before)
        contents = _contents(path)

        _upgrade(path, step)
        for old, new in _common(contents, _contents(path)):
            assert old == new, step
        _downgrade(path, before)

        assert _contents(path) == contents, step


@pytest.mark.parametrize("step", STEPS)
def test_a_database_of_every_step_is_kept_here_as_it_was(path: Path, tmp_path: Path, step: str) -> None:
    _restore(path, step)
    _upgrade(tmp_path / "made.db", step)

    assert _schema(path) == _schema(tmp_path / "made.db")


@pytest.mark.parametrize("step", STEPS)
def test_an_old_database_opens_with_all_it_holds(path: Path, step: str) -> None:
    _restore(path, step)
    migrate(path)

    with Store(path, path.parent / "blobs") as store:
        assistant = store.assistants.get("asst_old")
        assert (assistant.name, assistant.temperature, assistant.metadata) == ("Grandma 奶奶", 0.5, {"k": "v"})
        [thread] = store.threads.list(PageRequest()).items
        assert (thread.id, thread.title) == ("thread_old", "Tea 茶")
        answer, question = store.messages.history("thread_old")
        assert (question.text, question.attachments[0]["file_id"]) == ("How long does tea steep?", "file_old")
        assert answer.content == (TextPart(text="Three minutes. 三分钟。", annotations=({"type": "file_citation"},)),)
        assert (answer.run_id, answer.status, answer.completed_at) == ("run_old", "completed", 1700000009)
        run = store.runs.get("thread_old", "run_old")
        assert (run.status, run.usage) == (RunStatus.COMPLETED, Usage(prompt_tokens=20, completion_tokens=7))
        assert run.tool_choice == "auto"
        [waiting] = store.runs.unfinished()
        assert waiting.required_calls == (FunctionCall(id="call_1", name="clock", arguments="{}"),)
        [step_] = store.steps.list("run_old", PageRequest()).items
        assert step_.details == {"type": "message_creation", "message_creation": {"message_id": "msg_2"}}


@pytest.mark.parametrize("step", [step for step in STEPS if step >= "0002"])
def test_old_files_and_vector_stores_open_with_all_they_hold(path: Path, step: str) -> None:
    _restore(path, step)
    migrate(path)

    with Store(path, path.parent / "blobs") as store:
        file = store.files.get("file_old")
        assert (file.filename, file.purpose, file.bytes) == ("tea 茶.txt", "assistants", 4)
        assert (store.uploads.get("upload_old").file_id, store.uploads.get("upload_open").status) == (
            file.id,
            "pending",
        )
        vector_store = store.vector_stores.get("vs_old")
        assert (vector_store.name, vector_store.expires_at) == ("Drinks", 1700000005 + 7 * 86_400)
        assert (vector_store.file_counts.completed, vector_store.usage_bytes) == (1, 40)
        assert store.file_batches.get("vs_old", "vsfb_old").status == "completed"
        [found] = store.chunks.matching(["vs_old"], '"三分"', 10)
        assert (found.chunk.heading, found.chunk.page, found.attributes) == (("Tea",), 2, {"year": 2024})


@pytest.mark.parametrize("step", [step for step in STEPS if step >= "0003"])
def test_old_executors_tool_servers_and_cards_open_with_all_they_hold(path: Path, step: str) -> None:
    _restore(path, step)
    migrate(path)

    with Store(path, path.parent / "blobs") as store:
        [executor] = store.executors.of("asst_old")
        assert (executor.name, executor.kind, executor.config) == ("clock", "fixed", {"text": "noon 中午"})
        assert executor.approval == "allow"
        [server] = store.tool_servers.list()
        assert (server.name, server.command, server.call_seconds) == ("files", ("python", "-m", "files"), 60)
        card = store.model_cards.find("SmolLM2-135M")
        assert card is not None
        assert (card.passed, card.total, card.parallel, card.chinese) == (7, 20, False, True)


@pytest.mark.parametrize("step", [step for step in STEPS if step >= "0005"])
def test_old_responses_and_conversations_open_with_all_they_hold(path: Path, step: str) -> None:
    _restore(path, step)
    migrate(path)

    with Store(path, path.parent / "blobs") as store:
        assert store.responses.get("resp_old").body == {"id": "resp_old", "output": []}
        assert store.conversations.get("conv_old").metadata == {"about": "tea 茶"}
        assert store.conversations.newest("conv_old", 5) == [{"id": "msg_item", "type": "message"}]


def test_old_versions_and_drafts_of_assistants_open_with_all_they_hold(path: Path) -> None:
    _restore(path, "0006")
    migrate(path)

    with Store(path, path.parent / "blobs") as store:
        [version] = store.recipes.versions("asst_old")
        assert (version.number, version.recipe.instructions) == (1, "Be kind.")
        assert version.recipe.bindings[0].config == {"text": "noon 中午"}
        draft = store.recipes.draft("new")
        assert draft is not None
        assert draft.recipe.name == "Draft 草稿"


@pytest.mark.parametrize("step", [step for step in STEPS if step >= "0007"])
def test_old_leaves_and_logs_of_runs_open_with_all_they_hold(path: Path, step: str) -> None:
    _restore(path, step)
    migrate(path)

    with Store(path, path.parent / "blobs") as store:
        assert store.approvals.allowed("thread_old", "code_interpreter")
        [generation] = store.run_logs.of("run_old")
        assert (generation.number, generation.prompt) == (1, "<|user|>Tea? 茶\n<|assistant|>")
        assert generation.measures == {"prompt_tokens": 9}
        assert store.run_logs.events("run_old") == ({"event": "thread.run.created", "id": "run_old", "at": 0.0},)


@pytest.mark.parametrize("step", [step for step in STEPS if step >= "0008"])
def test_old_live_folders_open_with_all_they_hold(path: Path, step: str) -> None:
    _restore(path, step)
    migrate(path)

    with Store(path, path.parent / "blobs") as store:
        assert store.vector_stores.get("vs_old").paused_at == 1700000007
        [folder] = store.live_folders.all("vs_old")
        assert (folder.path, folder.ignored, folder.identity) == ("/old/Tea 茶", ("*.log",), "1:2")
        files = store.live_folders.files(folder.id)
        assert files["sub/tea 茶.txt"].file_id == "file_old"
        assert files["big.txt"].problem == "file_too_large"


@pytest.mark.parametrize("step", [step for step in STEPS if step >= "0009"])
def test_old_branches_words_and_the_bin_open_with_all_they_hold(path: Path, step: str) -> None:
    _restore(path, step)
    migrate(path)

    with Store(path, path.parent / "blobs") as store:
        thread = store.threads.get("thread_old")
        assert (thread.pinned_at, thread.folder) == (1700000001, "Tea 茶")
        [fork] = store.branches.forks("thread_old")
        assert (fork.message_id, fork.branches, fork.chosen) == ("msg_2", ("branch_shown", "branch_other"), 0)
        assert store.branches.of_message("thread_old", "msg_other") == "branch_other"
        assert [(binned.kind, binned.id) for binned in store.bin.list()] == [("message", "msg_binned")]
        assert [found.id for found in store.said.matching('"steep"', 5)] == ["msg_1"]


@pytest.mark.parametrize("step", [step for step in STEPS if step < "0009"])
def test_what_was_said_before_words_were_kept_is_due(path: Path, step: str) -> None:
    _restore(path, step)
    migrate(path)

    with Store(path, path.parent / "blobs") as store:
        assert {due.text for due in store.said.due(10)} == {"How long does tea steep?", "Three minutes. 三分钟。"}
