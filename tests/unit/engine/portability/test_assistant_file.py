"""An assistant goes into one file and comes out the same; files nobody vouches for are refused, never half taken."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InvalidRequest
from engine.portability.assistant_file import export_assistant, look_into, take_in
from engine.recipes import Binding, Recipe
from engine.service import Engine
from tests.support.fixtures import EngineFactory

CODE = "def add(a, b):\n    return a + b\n"


def _tool(name: str) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "parameters": {"type": "object"}}}


def _rich(engine: Engine, tmp_path: Path) -> str:
    with closing(sqlite3.connect(tmp_path / "tea.db")) as connection:
        connection.executescript("CREATE TABLE tea (name TEXT); INSERT INTO tea VALUES ('绿茶');")
    csv = engine.files.create(b"a,b\n1,2\n", filename="data.csv")
    note = engine.files.create("茶要趁热喝。".encode(), filename="茶.txt")
    store = engine.vector_stores.create(name="Tea notes", file_ids=[note.id])
    server = engine.tool_servers.add(name="files", command=["python", "-m", "files"], environment={"KEY": "secret"})
    return engine.recipes.save(
        Recipe(
            name="茶师",
            instructions="你是茶师。",
            tools=(
                {"type": "code_interpreter"},
                {"type": "file_search"},
                *map(_tool, ("teas", "add", "motto", "browse", "ask_me")),
            ),
            tool_resources={
                "code_interpreter": {"file_ids": [csv.id]},
                "file_search": {"vector_store_ids": [store.id]},
            },
            metadata={"avatar": "2", "glyph": "sprout", "starter_1": "泡茶？", "fireside": "sample-x", "secret": "no"},
            temperature=0.3,
            bindings=(
                Binding(name="teas", kind="sqlite", config={"path": str(tmp_path / "tea.db")}, approval="allow"),
                Binding(name="add", kind="python", config={"code": CODE}, approval="allow"),
                Binding(name="motto", kind="fixed", config={"text": "慢慢来"}, approval="never"),
                Binding(name="browse", kind="server", config={"server_id": server.id, "tool": "list"}),
                Binding(name="ask_me", kind="person"),
            ),
        )
    ).id


def test_it_comes_out_the_same_and_asks_first(make_engine: EngineFactory, tmp_path: Path) -> None:
    here, path = make_engine(), tmp_path / "tea.fireside"
    export_assistant(here, _rich(here, tmp_path), path)
    there = make_engine(home=tmp_path / "there")

    contents = look_into(path)
    assert there.assistants.list().items == ()
    assert contents.recipe.instructions == "你是茶师。"
    assert contents.missing_servers == ("files",)
    assert [packed.filename for packed in (*contents.code_files, *contents.knowledge, *contents.databases)] == [
        "data.csv",
        "茶.txt",
        "tea.db",
    ]

    made = there.recipes.of(take_in(there, contents).id)
    assert (made.name, made.temperature) == ("茶师", 0.3)
    assert made.metadata == {"avatar": "2", "glyph": "sprout", "starter_1": "泡茶？"}
    assert {b.name: (b.kind, b.approval) for b in made.bindings} == {
        "teas": ("sqlite", "ask"),
        "add": ("python", "ask"),
        "motto": ("fixed", "never"),
        "ask_me": ("person", "ask"),
    }
    teas = next(b for b in made.bindings if b.name == "teas")
    assert Path(teas.config["path"]).is_relative_to(there.paths.home)
    assert there.functions.tables(teas.config["path"]) == {"tea": ("name",)}
    [file_id] = made.tool_resources["code_interpreter"]["file_ids"]
    assert b"".join(there.files.read(file_id)[1]) == b"a,b\n1,2\n"
    assert b"secret" not in path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert "secret" not in archive.read("manifest.json").decode()


def _changed(source: Path, target: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "manifest.json":
                manifest = json.loads(data)
                change(manifest)
                data = json.dumps(manifest).encode()
            new.writestr(name, data)
    return target


@pytest.fixture
def plain(make_engine: EngineFactory, tmp_path: Path) -> Path:
    engine, path = make_engine(), tmp_path / "plain.fireside"
    export_assistant(engine, _rich(engine, tmp_path), path)
    return path


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.update(version=2),
        lambda m: m.update(format="zip"),
        lambda m: m.update(surprise=1),
        lambda m: m.pop("functions"),
        lambda m: m["assistant"].update(temperature=9),
        lambda m: m["assistant"].update(tools=[{"type": "shell"}]),
        lambda m: m["assistant"].update(instructions="x" * 300_000),
        lambda m: m["functions"][0].update(kind="shell"),
        lambda m: m["functions"][0]["config"].update(place="../../etc/passwd"),
        lambda m: m["functions"][0]["config"].update(place="files/77"),
        lambda m: m["functions"][0]["config"].update(bytes=1),
        lambda m: m["code_files"].extend(m["code_files"] * 30),
    ],
)
def test_a_wrong_description_is_refused(plain: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    with pytest.raises(InvalidRequest):
        look_into(_changed(plain, tmp_path / "changed.fireside", change))


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "files/../x", "files/x", "manifest.json/", "C:\\x"])
def test_odd_names_are_refused(plain: Path, tmp_path: Path, name: str) -> None:
    path = _changed(plain, tmp_path / "odd.fireside", lambda _m: None)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, b"x")
    with pytest.raises(InvalidRequest, match="does not belong"):
        look_into(path)


def test_what_is_no_zip_and_what_is_cut_are_refused(plain: Path, tmp_path: Path) -> None:
    noise, cut = tmp_path / "noise.fireside", tmp_path / "cut.fireside"
    noise.write_bytes(b"hello" * 100)
    cut.write_bytes(plain.read_bytes()[:-200])
    for path in (noise, cut, tmp_path / "none.fireside", tmp_path):
        with pytest.raises(InvalidRequest, match="cannot be taken in"):
            look_into(path)


def test_a_file_that_changed_or_lies_about_its_contents_leaves_nothing(
    plain: Path, make_engine: EngineFactory, tmp_path: Path
) -> None:
    engine = make_engine(home=tmp_path / "there")
    lying = _changed(plain, tmp_path / "lying.fireside", lambda m: m["functions"][0]["config"].update(sha256="0" * 64))
    with pytest.raises(InvalidRequest, match="damaged"):
        take_in(engine, look_into(lying))
    assert engine.files.list().items == engine.vector_stores.list().items == ()

    contents = look_into(plain)
    plain.write_bytes(plain.read_bytes() + b"\0")
    with pytest.raises(InvalidRequest, match="changed"):
        take_in(engine, contents)
    assert engine.assistants.list().items == ()
