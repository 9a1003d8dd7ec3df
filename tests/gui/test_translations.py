"""Every sentence of the window exists in Chinese, with all its places, compiled."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QTranslator

from desktop import resources
from desktop.settings.words import CHOICES, ELSEWHERE, PAGES, SENTENCES
from engine.settings import DECLARATIONS

ROOT = Path(__file__).resolve().parents[2]
TS = resources.path("translations", "fireside_zh_CN.ts")
QM = resources.path("translations", "fireside_zh_CN.qm")
PLACE = re.compile(r"\{\w+\}")
# Names and signs that are the same in both languages.
SAME = {"Top-p", "Top-k", "Min-p", "English", "简体中文", "{message}"}


def _tool(name: str) -> str:
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    assert found, f"{name} belongs to PySide6-Essentials"
    return found


def _entries(path: Path) -> Iterator[tuple[str, str, str, bool]]:
    """Yield (context, source, translation, finished)."""
    for context in ElementTree.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            finished = translation.get("type") is None and bool((translation.text or "").strip())
            yield context.findtext("name") or "", message.findtext("source") or "", translation.text or "", finished


def test_every_sentence_of_the_code_is_translated(tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.ts"
    files = sorted(str(path) for path in (ROOT / "desktop").rglob("*.py"))
    command = [_tool("pyside6-lupdate"), *files, "-ts", str(fresh), "-no-obsolete", "-locations", "none"]
    subprocess.run(command, check=True, capture_output=True)
    wanted = {(context, source) for context, source, _, _ in _entries(fresh)}
    known = {(context, source) for context, source, _, finished in _entries(TS) if finished}

    assert wanted - known == set(), "write them: see resources/translations/README.md"
    assert known - wanted == set(), "gone from the code: see resources/translations/README.md"


def test_nothing_is_unfinished_or_left_in_english() -> None:
    left = [source for _, source, text, finished in _entries(TS) if not finished or (text == source not in SAME)]

    assert left == []


def test_places_survive_translation() -> None:
    lost = [
        source for _, source, text, _ in _entries(TS) if sorted(PLACE.findall(source)) != sorted(PLACE.findall(text))
    ]

    assert lost == []


def test_the_compiled_file_is_up_to_date(tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.qm"
    subprocess.run([_tool("pyside6-lrelease"), str(TS), "-qm", str(fresh)], check=True, capture_output=True)

    assert fresh.read_bytes() == QM.read_bytes(), "run lrelease: see resources/translations/README.md"


def test_the_compiled_file_speaks_chinese() -> None:
    translator = QTranslator()

    assert translator.load(str(QM))
    assert translator.translate("Actions", "New chat") == "新对话"


def test_every_sentence_of_the_engines_settings_is_marked() -> None:
    marked = {words.source for words in SENTENCES}
    shown = {key: declared for key, declared in DECLARATIONS.items() if declared.page}
    wanted = {text for declared in shown.values() for text in (declared.title, declared.help) if text}
    choices = {choice for declared in shown.values() for choice in declared.choices}

    assert wanted - marked == set()
    assert {declared.page for declared in shown.values()} == {words.source for words in PAGES}
    assert choices <= set(CHOICES)
    assert set(DECLARATIONS) >= ELSEWHERE
