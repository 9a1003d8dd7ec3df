"""Runs the Python cells of a Markdown lesson in order against a real Fireside server, and reports cell by cell.

Called as `runner.py LESSON PYTHON MODELS [SEEDS]`, inside an environment that has the openai client and python-dotenv:
PYTHON is the interpreter that has Fireside, MODELS the folder with model files. With SEEDS the answers that need
tools are asked for so many times, and counted right when they have the words in bold or the numbers of the lesson's own
answer. Standard library only.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REPORT = Path(__file__).resolve().parents[2] / "build" / "lesson"
KEY = "lesson-key"
_MARKER = "†"  # what the markers of citations have in common

# What a cell needs, recognised by its words; its whole section is marked.
NEEDS = {
    "function calling": re.compile(r'"type": ?"function"|available_functions|tool_outputs'),
    "code interpreter": re.compile(r"code_interpreter(?!\": null)"),
    "file search": re.compile(r"file_search(?!\": null)|vector_stores|files\.create"),
}
HEADING_NEEDS = {"function calling": re.compile(r"(?i)\bfunction\b"), "file search": re.compile(r"RAG")}


@dataclass
class Cell:
    """One Python block: where it stands, what it should print, and what became of it."""

    number: int
    section: str
    code: str
    printed: str = ""
    needs: tuple[str, ...] = ()
    result: str = "not run"
    seconds: float = 0.0
    output: str = field(default="", repr=False)

    @property
    def expectation(self) -> str:
        """Say in words what is checked."""
        checks = ["same fields"] if _objects(self.printed) else []
        checks += ["an answer"] if "assistant >" in self.printed else []
        return ", ".join(checks) or ("prints" if self.printed else "runs")


# ------------------------------------------------------------------------------------------------ reading


def parse(text: str) -> list[Cell]:
    """Return the Python cells of a lesson with section, expected output and needs."""
    cells: list[Cell] = []
    section, wants_output = "", False
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith("```"):
            block = _block(lines)
            if line == "```python":
                cells.append(Cell(len(cells) + 1, section, block))
            elif wants_output and cells:
                cells[-1].printed = block
            wants_output = False
        elif line.startswith("#"):
            section = line.lstrip("# ")
        elif line.startswith("**Output:"):
            wants_output = True
    _mark_needs(cells)
    return cells


def _block(lines: Iterator[str]) -> str:
    """Return the text up to the fence that closes a block; an answer shown in it may hold blocks of its own."""
    kept: list[str] = []
    depth = 1
    for line in lines:
        if line.startswith("```"):
            depth += 1 if line.strip("`") else -1
            if depth == 0:
                break
        kept.append(line)
    return "\n".join(kept) + "\n"


def _mark_needs(cells: list[Cell]) -> None:
    """A section needs what any of its cells or its heading names; later cells rely on the earlier ones."""
    for cell in cells:
        together = "\n".join(other.code for other in cells if other.section == cell.section)
        named = {name for name, pattern in NEEDS.items() if pattern.search(together)}
        named |= {name for name, pattern in HEADING_NEEDS.items() if pattern.search(cell.section)}
        if "code interpreter" in named and "vector_stores" not in together and "file_search" not in together:
            named.discard("file search")  # the file is for the code, not for the search
        cell.needs = tuple(sorted(named))


def _objects(text: str) -> list[dict[str, Any]]:
    """Return the JSON objects that stand in a text, one after another."""
    decoder, objects, position = json.JSONDecoder(), [], 0
    while (start := text.find("{", position)) >= 0:
        try:
            value, position = decoder.raw_decode(text, start)
        except ValueError:
            position = start + 1
            continue
        objects.append(value)
    return objects


# ------------------------------------------------------------------------------------------------ running


def run_cell(cell: Cell, names: dict[str, Any]) -> None:
    """Run one cell in the lesson's namespace and judge what it printed."""
    if cell.code.lstrip().startswith(("!", "%")):
        cell.result = "skipped: not Python"
        return
    code = cell.code
    if "assistant" in names:  # the id that a lesson copies from elsewhere is that of the assistant it has just made
        code = re.sub(r"asst_[A-Za-z0-9]{24}", names["assistant"].id, code)
        if "assistant_id" in names:
            names["assistant_id"] = names["assistant"].id
    shown = io.StringIO()
    started = time.monotonic()
    try:
        with contextlib.redirect_stdout(shown):
            exec(compile(code, f"<cell {cell.number}>", "exec"), names)  # running the lesson is the purpose
        cell.result = "ok"
    except Exception:  # noqa: BLE001 whatever a cell raises is its result
        cell.result = f"failed: {traceback.format_exc(limit=-1).strip().splitlines()[-1]}"
    cell.seconds = time.monotonic() - started
    cell.output = shown.getvalue()
    if cell.result == "ok":
        cell.result = judge(cell)


def judge(cell: Cell) -> str:
    """Compare what a cell printed with what the lesson shows: fields of objects, presence of an answer."""
    wanted, found = _objects(cell.printed), _objects(cell.output)
    if len(found) < len(wanted):
        return f"failed: {len(found)} objects printed, not {len(wanted)}"
    lacking = sorted({key for w, f in zip(wanted, found, strict=False) for key in w.keys() - f.keys()})
    if lacking:
        return f"failed: fields missing: {', '.join(lacking)}"
    if "assistant >" in cell.printed:
        answers = [part.strip() for part in cell.output.split("assistant >")[1:]]
        return "ok" if any(answers) else "failed: no answer was printed"
    return "ok" if cell.output.strip() or not cell.printed else "failed: nothing was printed"


def points(cell: Cell) -> tuple[set[str], set[str]]:
    """Return what a right answer holds of the lesson's own: its words in bold, or else its last numbers.

    Numbers of the question are no answer.
    """
    answer = cell.printed.rpartition("assistant >")[2]
    words = set(re.findall(r"\*\*(.+?)\*\*", answer)) | ({_MARKER} if _MARKER in answer else set())
    paragraphs = [found for part in answer.split("\n\n") if (found := _numbers(part) - _numbers(cell.code))]
    return words, set() if words or not paragraphs else paragraphs[-1]


def _numbers(text: str) -> set[str]:
    return {found.replace(",", "") for found in re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text)}


def is_right(cell: Cell) -> bool:
    """Return whether the last answer a cell printed has all of the lesson's points; 2.0 is 2, 1111.1107 is 1111.11."""
    answer = cell.output.rpartition("assistant >")[2]
    words, wanted = points(cell)
    found = [float(number) for number in _numbers(answer)]
    near = all(any(abs(float(number) - other) <= _last_digit(number) for other in found) for number in wanted)
    return cell.result == "ok" and near and all(word in answer for word in words)


def _last_digit(number: str) -> float:
    """Return half of what the last digit stands for if there are decimals: how far apart equal numbers may be."""
    decimals = len(number.partition(".")[2])
    return 0.5 * 10**-decimals if decimals else 0.0


def repeat(cell: Cell, names: dict[str, Any], times: int) -> int:
    """Ask for one answer again and again; return how often it was right."""
    right = 0
    for number in range(1, times + 1):
        run_cell(cell, names)
        right += (good := is_right(cell))
        (REPORT / f"seed-{cell.number:02}-{number:02}.txt").write_text(f"{cell.output}\n{cell.result}\n", "utf-8")
        verdict = "right" if good else f"wrong: {cell.result}"
        print(f"cell {cell.number:2}  seed {number:2}  {cell.seconds:6.1f} s  {verdict}", flush=True)
    return right


def run_all(cells: list[Cell], names: dict[str, Any], seeds: int) -> int:
    """Run the cells in order; with `seeds` the answers that need tools so often, and no others. 0 if all is well."""
    scores: dict[int, int] = {}
    for cell in cells:
        if not seeds or "assistant >" not in cell.printed:
            run_cell(cell, names)
            print(f"cell {cell.number:2}  {cell.seconds:6.1f} s  {cell.result}  ({cell.section})", flush=True)
            (REPORT / f"cell-{cell.number:02}.txt").write_text(cell.output, "utf-8")
        elif cell.needs and any(points(cell)):
            scores[cell.number] = repeat(cell, names, seeds)
    for number, right in scores.items():
        print(f"cell {number:2}  {right} of {seeds} answers are right  ({cells[number - 1].section})")
    return 0 if all(right * 10 >= seeds * 9 for right in scores.values()) else 1


def provide_files(cells: list[Cell], folder: Path) -> None:
    """Make the files that cells name and a lesson does not bring: copies of one it brings, of the same kind."""
    brought = {path.suffix: path for path in sorted(folder.iterdir())}
    for name in {name for cell in cells for name in re.findall(r"[\"']([\w-]+\.\w{2,4})[\"']", cell.code)}:
        path = folder / name
        if not path.exists() and path.suffix in brought:
            shutil.copy2(brought[path.suffix], path)


@contextlib.contextmanager
def server(python: str, models: Path, home: Path) -> Iterator[str]:
    """Start `fireside serve` on a free port with the starter as default model; yields the base URL."""
    question = "import models.catalogue as c; print(c.load().starter.id)"
    starter = subprocess.run([python, "-c", question], capture_output=True, text=True, check=True).stdout.strip()
    home.mkdir()
    (home / "models").symlink_to(models, target_is_directory=True)
    (home / "settings.json").write_text(json.dumps({"default_model": starter}), "utf-8")
    command = [python, "-m", "desktop", "serve", "--port", "0", "--home", str(home), "--api-key", KEY]
    with (REPORT / "server.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+/v1", line)
            if not found:
                raise SystemExit(f"the server did not start: {line}\n{(REPORT / 'server.log').read_text('utf-8')}")
            yield found[0]
        finally:
            process.terminate()
            process.communicate()


def report(cells: list[Cell]) -> str:
    """Return the table of cells as Markdown."""
    rows = ["| cell | section | expectation | result | seconds |", "| --- | --- | --- | --- | --- |"]
    rows += [f"| {c.number} | {c.section} | {c.expectation} | {c.result} | {c.seconds:.1f} |" for c in cells]
    return "\n".join(rows)


def main(lesson: Path, python: str, models: Path, seeds: int = 0) -> int:
    """Run the lesson; 0 if no cell failed."""
    REPORT.mkdir(parents=True, exist_ok=True)
    cells = parse(lesson.read_text("utf-8"))
    names: dict[str, Any] = {"__name__": "__main__"}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder, "work")
        work.mkdir()
        for file in lesson.parent.iterdir():
            if file.is_file() and file.suffix not in (".py", ".pyc"):
                shutil.copy2(file, work)
        provide_files(cells, work)
        with server(python, models.resolve(), Path(folder, "home")) as url:
            os.environ.update(OPENAI_BASE_URL=url, OPENAI_API_KEY=KEY)
            os.chdir(work)
            code = run_all(cells, names, seeds)
            os.chdir(Path(folder).parent)
    if seeds:
        return code
    table = report(cells)
    (REPORT / "report.md").write_text(f"# {lesson.name}\n\n{table}\n", "utf-8")
    failed = sum(cell.result.startswith("failed") for cell in cells)
    done = sum(cell.result == "ok" for cell in cells)
    print(f"\n{table}\n\n{done} cells ok, {failed} failed, {len(cells) - done - failed} not run")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]) if len(sys.argv) > 4 else 0))
