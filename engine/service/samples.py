"""Assistants that come along and work at once, each made when somebody wants it, and only once."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from engine.errors import NotFound
from engine.recipes import Binding, Recipe
from engine.service.assistants import Assistants
from engine.service.files import Files
from engine.service.recipes import Recipes
from engine.service.vector_stores import VectorStores
from engine.types import Assistant, JsonObject, PageRequest

MARK = "fireside"  # the key in an assistant's metadata that says which sample it is
HATS = "hats"
_LANGUAGES = ("en", "zh_CN")

_INSTRUCTIONS = "你叫瓜瓜，是课程助手。涉及课程安排的问题，先用 course_info 查询，再根据查到的结果简短、准确地回答。"
_SCHEMA = """SQL query for the data that the question needs. The database has one table:

CREATE TABLE Courses (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    course_date DATE NOT NULL,      -- such as '2024-01-23'
    start_time TIME NOT NULL,       -- such as '20:00'
    end_time TIME NOT NULL,
    course_name VARCHAR(255) NOT NULL,
    instructor VARCHAR(255) NOT NULL
);

Use only what SQLite knows."""
_TOOL: JsonObject = {
    "type": "function",
    "function": {
        "name": "course_info",
        "description": "查询课程数据库：日期、时间、题目、讲师、课程数量等。参数是一条 SQLite 查询语句。",
        "parameters": {
            "type": "object",
            "properties": {"query": {"type": "string", "description": _SCHEMA}},
            "required": ["query"],
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What a gallery shows: one assistant, or a group of `members`. `tools` are the API's types."""

    id: str
    name: str
    description: str
    avatar: str = ""
    glyph: str = ""
    tools: tuple[str, ...] = ()
    members: tuple[Sample, ...] = ()


class Samples:
    """Sample assistants; what the user changed since they were made stays."""

    def __init__(
        self, assistants: Assistants, recipes: Recipes, stored: Files, vector_stores: VectorStores, folder: Path
    ) -> None:
        self._assistants, self._recipes = assistants, recipes
        self._files, self._vector_stores, self._folder = stored, vector_stores, folder

    def catalogue(self, language: str) -> tuple[Sample, ...]:
        """Return the samples in the words of a language ("zh_CN", anything else is English)."""
        return tuple(_sample(row, _known(language)) for row in _rows())

    def missing(self, language: str) -> tuple[Sample, ...]:
        """Return the samples that are not all there yet."""
        return tuple(
            sample
            for sample in self.catalogue(language)
            if any(self._find(f"sample-{each.id}") is None for each in sample.members or (sample,))
        )

    def add(self, sample_id: str, language: str, model: str = "default") -> tuple[Assistant, ...]:
        """Return a sample's assistants, made where they are not there yet. Raises NotFound, Unavailable."""
        row = next((row for row in _rows() if row["id"] == sample_id), None)
        if row is None:
            raise NotFound("sample", sample_id)
        return tuple(self._one(each, _known(language), model) for each in row.get("members") or (row,))

    def courses(self, model: str = "default") -> Assistant:
        """Return 瓜瓜, who looks up courses in a small database by SQL."""
        return self.add("courses", "zh_CN", model)[0]

    def _one(self, row: JsonObject, language: str, model: str) -> Assistant:
        mark = f"sample-{row['id']}"
        found = self._find(mark)
        if row["id"] == "courses":
            self._courses_database()
        if found is not None:
            return found
        return self._recipes.save(self._recipe(row, language, model, mark))

    def _recipe(self, row: JsonObject, language: str, model: str, mark: str) -> Recipe:
        words = row[language]
        starters = {f"starter_{n}": text for n, text in enumerate(words["starters"], 1)}
        if row["id"] == "courses":
            # Its own file and read-only: nothing there that one would have to be asked about.
            path = {"path": str(self._courses_database())}
            own: dict[str, Any] = {
                "tools": (_TOOL,),
                "bindings": (Binding(name="course_info", kind="sqlite", config=path, approval="allow"),),
                "instructions": _INSTRUCTIONS,
            }
        else:
            own = {
                "tools": tuple({"type": kind} for kind in row.get("tools", ())),
                "tool_resources": self._resources(row, words, language),
                "instructions": words["instructions"],
                "temperature": row.get("temperature"),
            }
        return Recipe(
            model=model,
            name=words["name"],
            description=words["description"],
            metadata={MARK: mark, "avatar": row["avatar"], "glyph": row["glyph"], **starters},
            **own,
        )

    def _resources(self, row: JsonObject, words: JsonObject, language: str) -> JsonObject:
        """Store the files a sample comes with, and name them as tool resources."""
        resources: JsonObject = {}
        if names := row.get("files"):
            ids = [self._files.create(_read(name), filename=name).id for name in names]
            resources["code_interpreter"] = {"file_ids": ids}
        if names := row.get("knowledge"):
            title = words["knowledge_name"]
            ids = [self._files.create(_read(f"{name}.{language}.md"), filename=f"{title}.md").id for name in names]
            store = self._vector_stores.create(name=title, file_ids=ids)
            resources["file_search"] = {"vector_store_ids": [store.id]}
        return resources

    def _find(self, mark: str) -> Assistant | None:
        after: str | None = None
        while True:
            page = self._assistants.list(PageRequest(limit=100, after=after))
            for assistant in page.items:
                if assistant.metadata.get(MARK) == mark:
                    return assistant
            if not page.has_more:
                return None
            after = page.items[-1].id

    def _courses_database(self) -> Path:
        """Return the database of the courses, written whole or not at all. Raises OSError."""
        path = self._folder / "courses.db"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            new = path.with_suffix(".new")
            new.unlink(missing_ok=True)
            with contextlib.closing(sqlite3.connect(new)) as connection:
                connection.executescript(_read("courses.sql").decode())
            os.replace(new, path)
        return path


@lru_cache(maxsize=1)
def _rows() -> tuple[JsonObject, ...]:
    return tuple(json.loads(_read("assistants.json"))["samples"])


def _read(name: str) -> bytes:
    return files("resources").joinpath(f"samples/{name}").read_bytes()


def _known(language: str) -> str:
    return language if language in _LANGUAGES else "en"


def _sample(row: JsonObject, language: str) -> Sample:
    words = row[language]
    return Sample(
        id=row["id"],
        name=words["name"],
        description=words["description"],
        avatar=row.get("avatar", ""),
        glyph=row.get("glyph", ""),
        tools=("function",) if row["id"] == "courses" else tuple(row.get("tools", ())),
        members=tuple(_sample(member, language) for member in row.get("members", ())),
    )
