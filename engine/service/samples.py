"""Assistants that come along and work at once: 瓜瓜, who looks up courses in a small database by SQL."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from importlib.resources import files
from pathlib import Path

from engine.service.assistants import Assistants
from engine.service.functions import Functions
from engine.types import Assistant, JsonObject, PageRequest

COURSES = {"fireside": "sample-courses"}

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


class Samples:
    """Sample assistants, made when somebody wants them."""

    def __init__(self, assistants: Assistants, functions: Functions, folder: Path) -> None:
        self._assistants, self._functions, self._folder = assistants, functions, folder

    def courses(self, model: str = "default") -> Assistant:
        """Return 瓜瓜, made with its database at the first call; what the user changed since stays."""
        path = self._folder / "courses.db"
        if not path.exists():
            self._make(path)
        found = self._find() or self._assistants.create(
            model=model, name="瓜瓜", instructions=_INSTRUCTIONS, tools=(_TOOL,), metadata=COURSES
        )
        if not any(executor.name == "course_info" for executor in self._functions.of(found.id)):
            # Its own file and read-only: nothing there that one would have to be asked about.
            self._functions.bind(found.id, "course_info", kind="sqlite", config={"path": str(path)}, approval="allow")
        return found

    def _find(self) -> Assistant | None:
        after: str | None = None
        while True:
            page = self._assistants.list(PageRequest(limit=100, after=after))
            for assistant in page.items:
                if assistant.metadata.get("fireside") == COURSES["fireside"]:
                    return assistant
            if not page.has_more:
                return None
            after = page.items[-1].id

    def _make(self, path: Path) -> None:
        """Write the database whole or not at all. Raises OSError."""
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        new.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(new)) as connection:
            connection.executescript(files("resources").joinpath("samples/courses.sql").read_text("utf-8"))
        os.replace(new, path)
