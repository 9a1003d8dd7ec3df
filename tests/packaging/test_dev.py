"""dev.py: what it shows, what it remembers, and how it says that something failed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import dev
import models.catalogue


@pytest.fixture(autouse=True)
def own_logs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "LOGS", tmp_path / "logs")


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_it_imports_nothing_but_the_standard_library() -> None:
    code = "import sys; sys.path.insert(0, sys.argv[1]); import dev; print([n for n in sys.modules if 'site-pack' in"
    code += " str(getattr(sys.modules[n], '__file__', ''))])"
    folder = str(Path(dev.__file__).parent)

    found = subprocess.run([sys.executable, "-S", "-I", "-c", code, folder], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["help"]) == 0

    shown = capsys.readouterr().out
    assert [name for name in dev.COMMANDS if f"dev.py {name}" not in shown] == []


def test_an_unknown_command_shows_the_help_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["dance"]) == 2
    assert "dev.py run" in capsys.readouterr().out


def test_a_failed_step_says_what_why_and_what_to_type_next(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def command(_arguments: list[str]) -> int:
        dev.Watched("fetching the moon").run(python("print('first'); print('No space left on device'); exit(7)"))
        return 0

    monkeypatch.setitem(dev.COMMANDS, "moon", command)

    assert dev.main(["moon", "--full"]) == 1

    shown = capsys.readouterr().out
    assert "Failed: fetching the moon (exit code 7)" in shown
    assert "    No space left on device" in shown
    assert "logs/fetching-the-moon.log" in shown.replace("\\", "/")
    assert "Next: free some disk space" in shown
    assert shown.endswith("Then: python3 dev.py moon --full\n")


def test_a_quick_command_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    dev.Watched("quick").run(python("print('chatter')"))

    assert capsys.readouterr().out == ""


def test_a_long_command_shows_its_last_words_and_its_time(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child goes on until it is told to stop, which is when the first progress line has been shown."""
    stop = tmp_path / "stop"
    say = dev.say

    def say_and_stop(text: str) -> None:
        say(text)
        stop.touch()

    monkeypatch.setattr(dev, "say", say_and_stop)
    code = (
        "import pathlib, sys, threading\nprint('step 3 of 9', flush=True)\n"
        f"while not pathlib.Path({str(stop)!r}).exists(): threading.Event().wait(0.05)"
    )

    dev.Watched("long", "an hour").run(python(code))

    shown = capsys.readouterr().out
    assert re.search(r"long \(an hour\), \d+ s: step 3 of 9", shown)
    assert re.search(r"done: long, \d+ s", shown)


def test_an_interrupted_command_leaves_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def interrupted(_self: dev.Watched, process: subprocess.Popen[bytes], _started: float) -> None:
        started.append(process)
        raise KeyboardInterrupt

    monkeypatch.setattr(dev.Watched, "_show", interrupted)

    with pytest.raises(KeyboardInterrupt):
        dev.Watched("hanging").run(python("import threading; threading.Event().wait()"))

    assert started[0].poll() is not None


def test_a_step_is_done_once_for_a_key(tmp_path: Path) -> None:
    done: list[str] = []

    for key in ("1", "1", "2"):
        dev.Stamps(tmp_path).step("torch", key, lambda key=key: done.append(key))

    assert done == ["1", "2"]


def test_a_step_that_failed_is_tried_again(tmp_path: Path) -> None:
    def fail() -> None:
        raise dev.Failure("no")

    done: list[str] = []
    stamps = dev.Stamps(tmp_path)
    stamps.step("torch", "1", lambda: done.append("torch"))
    with pytest.raises(dev.Failure):
        stamps.step("llama", "1", fail)

    again = dev.Stamps(tmp_path)
    again.step("torch", "1", lambda: done.append("torch again"))
    again.step("llama", "1", lambda: done.append("llama"))

    assert done == ["torch", "llama"]


def test_broken_stamps_count_as_none(tmp_path: Path) -> None:
    (tmp_path / "fireside-setup.json").write_text("{", "utf-8")

    assert dev.Stamps(tmp_path).done == {}


def test_the_lock_pins_what_has_to_be_pinned() -> None:
    assert dev.pinned("torch") == "torch==2.13.0"
    assert dev.pinned("pyside6-essentials") == "pyside6-essentials==6.11.3"
    lines = [line for line in dev.LOCK.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9_.-]+==[\w.+]+( ; sys_platform == '\w+')?", line)] == []


def test_an_old_python_looks_for_a_newer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev.sys, "version_info", (3, 9, 0))
    monkeypatch.setattr(dev.shutil, "which", lambda _name: None)

    with pytest.raises(dev.Failure, match=r"3\.11 or 3\.12") as failure:
        dev.find_python()

    assert "install Python 3.12" in failure.value.advice


def test_without_root_the_line_to_type_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev.os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(dev.shutil, "which", lambda name: f"/usr/bin/{name}")

    with pytest.raises(dev.Failure) as failure:
        dev.install_debian(["libegl1", "libxcb-cursor0"], "the window needs 2 libraries")

    assert failure.value.advice.startswith("sudo apt-get update && sudo apt-get install")
    assert failure.value.advice.endswith("libegl1 libxcb-cursor0")


def test_the_models_it_names_are_in_the_catalogue() -> None:
    catalogue = models.catalogue.load()

    assert catalogue.starter.id == dev.STARTER
    assert [name for name in dev.TEST_MODEL_IDS if not catalogue.get(name).sources] == []
