"""What the files say: no names of machines or services that are not ours, and documents that keep up with the code."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from engine.settings import DECLARATIONS
from tests.architecture.sources import ROOT

# Written in two halves, so that this file does not contain them.
BANNED = (
    *(
        f"{first}{second}"
        for first, second in (("cla", "ude"), ("anth", "ropic"), ("gem", "ini-cli"), ("code", "x-cli"))
    ),
    *(f"{first}{second}" for first, second in ((r"pypi\.", "org"), ("python", "hosted"), (r"npm", r"js\."))),
    *(f"{first}{second}" for first, second in ((r"deb\.deb", "ian"), (r"registry\.", "npm"))),
    *(rf"(?<![\w.]){first}{second}\b" for first, second in (("/wo", "rk/"), ("/ro", "ot/"), ("/tmp", "/w/"))),
    r"/home/(?!user|you|me)\w+",
    r"/Users/(?!user|you|me)\w+",
)


def _tracked() -> list[Path]:
    """Return the text files under version control."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_machine_or_a_service_that_is_not_ours() -> None:
    pattern = re.compile("|".join(BANNED), re.IGNORECASE)
    found = []
    for path in _tracked():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in pattern.finditer(text)]

    assert found == []


def _documents(*names: str) -> str:
    return "\n".join((ROOT / name).read_text("utf-8") for name in names)


@pytest.mark.parametrize("key", sorted(DECLARATIONS))
def test_every_setting_is_documented(key: str) -> None:
    assert f"`{key}`" in _documents("README.md", "ARCHITECTURE.md")


def _commands(name: str) -> set[str]:
    """Return the command lines that a document's code blocks show, without comments and the words to fill in."""
    blocks = re.findall(r"```(?:\w*)\n(.*?)```", _documents(name), re.DOTALL)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    commands = [line for line in lines if re.match(r"(python3 |fireside |pip |git |curl |sudo )", line)]
    return {re.sub(r'"[^"]*"', '""', line) for line in commands}


def test_both_readmes_show_the_same_commands() -> None:
    english, chinese = _commands("README.md"), _commands("README.zh-CN.md")

    assert english
    assert english == chinese


def test_the_readme_shows_every_command_of_dev() -> None:
    import dev

    text = _documents("README.md", "CONTRIBUTING.md")

    assert [name for name in dev.COMMANDS if f"dev.py {name}" not in text] == []


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for document in ROOT.glob("*.md"):
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text("utf-8")):
            if not (ROOT / target).exists():
                broken.append(f"{document.name}: {target}")

    assert broken == []
