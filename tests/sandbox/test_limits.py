"""Limits of one cell: time, output, memory, disk, files; each ends in words, and the next cell works."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.sandbox import Limits, Sandbox, Session
from engine.sandbox.types import MIB

LIMITS = Limits(seconds=2, grace=0.5, memory=200 * MIB, disk=20 * MIB, file=5 * MIB, files=200, output=2000, flood=MIB)


@pytest.fixture(scope="module")
def tight(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    sandbox = Sandbox(tmp_path_factory.mktemp("tight") / "home", limits=LIMITS, preload=False, spare=False)
    yield sandbox.session("t")
    sandbox.close()


def test_a_loop_is_interrupted_and_its_variables_stay(tight: Session) -> None:
    result = tight.run("found = []\nfor n in iter(int, 1):\n    found.append(n) if len(found) < 3 else None")

    assert result.status == "timeout"
    assert result.logs == "[The code ran longer than 2 seconds and was stopped.]"
    assert 2 <= result.seconds < 10
    assert tight.run("len(found)").logs == "3"


def test_a_loop_that_will_not_be_interrupted_is_killed(tight: Session) -> None:
    result = tight.run("while True:\n    try:\n        for n in iter(int, 1): x = n\n    except BaseException: x = 0")

    assert result.status == "timeout"
    assert "Variables are lost; files in /mnt/data are kept." in result.logs
    assert tight.run("1 + 1").restarted


def test_code_that_catches_its_interrupt_has_still_run_too_long(tight: Session) -> None:
    result = tight.run("try:\n    for n in iter(int, 1): x = 1\nexcept KeyboardInterrupt:\n    print('caught')")

    assert result.status == "timeout"
    assert result.logs.startswith("caught\n")
    assert tight.run("x").logs == "1"


def test_output_is_cut_in_the_middle(tight: Session) -> None:
    result = tight.run("for n in range(2000): print(n)")

    assert result.status == "ok"
    assert result.logs.startswith("0\n1\n")
    assert result.logs.endswith("\n1999")
    assert "characters left out" in result.logs


def test_endless_output_is_stopped(tight: Session) -> None:
    result = tight.run("while True: print('x' * 1000)")

    assert result.status == "killed"
    assert "printed more than 1 MiB" in result.logs
    assert len(result.logs) < 3000


def test_memory_runs_out_as_an_error(tight: Session) -> None:
    result = tight.run("kept = bytearray(3000 << 20)")

    assert result.status == "error"
    assert "MemoryError" in result.logs
    assert "fewer rows" in (result.hint or "")
    assert tight.run("1 + 1").logs == "2"


def test_one_large_file_is_an_error(tight: Session) -> None:
    result = tight.run("open('big', 'wb').write(b'x' * (6 << 20))")

    assert result.status == "error"
    assert "File too large" in result.logs
    assert tight.run("import os\nos.remove('big')").status == "ok"


def test_many_files_and_much_data_are_stopped(tight: Session) -> None:
    result = tight.run("import time\nfor n in range(10): open(f'f{n}', 'wb').write(b'x' * (4 << 20))\ntime.sleep(9)")
    assert result.status == "killed"
    assert "more than 20 MiB" in result.logs
    assert (
        tight.run("import os\nfor n in range(10): os.remove(f'f{n}') if os.path.exists(f'f{n}') else 0").status == "ok"
    )

    result = tight.run("import time\nfor n in range(500): open(f'n{n}', 'w').close()\ntime.sleep(9)")
    assert result.status == "killed"
    assert "more than 200 files" in result.logs
    # A session over its limit can tidy up, and then goes on.
    tidied = tight.run("import os\nfor name in os.listdir('.'): os.remove(name)\nlen(os.listdir('.'))")
    assert tidied.status == "ok"
    assert tidied.logs.startswith("0")


def test_a_full_folder_is_noticed_even_after_a_quick_cell(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path / "home", limits=LIMITS, preload=False, spare=False)
    try:
        result = sandbox.session("t").run("for n in range(300): open(f'n{n}', 'w').close()")
        assert result.status == "killed"
        assert "more than 200 files" in result.logs
    finally:
        sandbox.close()


def test_descriptors_run_out_as_an_error(tight: Session) -> None:
    result = tight.run("held = [open('/dev/null') for _ in range(400)]")

    assert result.status == "error"
    assert "Too many open files" in result.logs


def test_files_that_are_deleted_while_open_count(tight: Session) -> None:
    result = tight.run(
        "import os, time\nheld = []\nfor n in range(8):\n    file = open(f'd{n}', 'wb')\n    os.remove(f'd{n}')\n"
        "    file.write(b'x' * (4 << 20))\n    file.flush()\n    held.append(file)\ntime.sleep(9)"
    )

    assert result.status == "killed"
    assert "more than 20 MiB" in result.logs


def test_threads_are_counted(tmp_path: Path) -> None:
    limits = Limits(seconds=20, threads=4)
    sandbox = Sandbox(tmp_path / "home", limits=limits, preload=False, spare=False)
    try:
        session = sandbox.session("t")
        result = session.run(
            "import threading, time\nstop = threading.Event()\n"
            "for n in range(9): threading.Thread(target=stop.wait, daemon=True).start()\ntime.sleep(15)"
        )
        assert result.status == "killed"
        assert "more than 4 threads" in result.logs
        assert "Variables are lost" in result.logs
    finally:
        sandbox.close()
