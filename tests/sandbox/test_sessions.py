"""Sessions: variables live on, files stay, processes end; and nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from engine.cancel import CancelToken
from engine.errors import Unavailable
from engine.sandbox import RESTARTED, Limits, Mount, Sandbox, Session
from engine.sandbox.process import JailedProcess, NoNamespaces
from engine.sandbox.types import MIB
from tests.sandbox.harness import survivors


def test_variables_live_from_cell_to_cell(session: Session) -> None:
    session.run("x = 20\ndef double(n): return 2 * n")

    result = session.run("double(x) + 2")

    assert (result.logs, result.restarted) == ("42", False)


def test_sessions_do_not_see_each_other(sandbox: Sandbox) -> None:
    first, second = sandbox.session("thread_a"), sandbox.session("thread_b")
    first.run("x = 1\nopen('a.txt', 'w').write('a')")

    assert "NameError" in second.run("x").logs
    assert second.run("import os\nos.listdir('/mnt/data')").logs == "[]"
    sandbox.forget("thread_a")
    sandbox.forget("thread_b")


def test_mounted_files_are_there_under_both_names(session: Session, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("a,b\n1,2\n")
    mount = Mount(path=tmp_path / "sales.csv", name="销售.csv", file_id="file-abc123")
    sandbox.session(session.thread_id, [mount])

    result = session.run("import os\nsorted(os.listdir('/mnt/data')), open('/mnt/data/file-abc123').read()")

    assert result.logs == "(['file-abc123', '销售.csv'], 'a,b\\n1,2\\n')"
    assert result.files == ()
    (tmp_path / "late.txt").write_text("x")
    sandbox.session(session.thread_id, [mount, Mount(path=tmp_path / "late.txt", name="late.txt")])
    assert "'late.txt'" in session.run("os.listdir('.')").logs


def test_changing_a_mounted_file_leaves_the_original(session: Session, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("original")
    sandbox.session(session.thread_id, [Mount(path=tmp_path / "a.txt", name="a.txt")])

    result = session.run("open('a.txt', 'w').write('changed')")

    assert [file.name for file in result.files] == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "original"


def test_produced_files_are_offered_once(session: Session) -> None:
    result = session.run("import os\nos.makedirs('out')\nopen('/mnt/data/out/a.txt', 'w').write('hello')")

    assert [(file.name, file.size, file.path.read_text()) for file in result.files] == [("out/a.txt", 5, "hello")]
    assert session.run("1").files == ()


def test_a_killed_process_is_replaced_and_both_are_told(session: Session) -> None:
    session.run("x = 1\nopen('kept.txt', 'w').write('kept')")
    pid = session.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=5)

    result = session.run("open('kept.txt').read()")

    assert result.restarted
    assert result.logs == f"'kept'\n[{RESTARTED}]"
    assert result.hint == RESTARTED
    assert session.pid != pid


def test_a_crash_is_a_result(session: Session) -> None:
    result = session.run("open('a', 'w').write('x')\nimport os\nos._exit(3)")
    assert result.status == "refused"  # underscored
    process = session._process
    assert process is not None

    threading.Timer(0.3, lambda: os.kill(process.pid, signal.SIGKILL)).start()
    result = session.run("while True: pass")

    assert result.status == "killed"
    assert "ended unexpectedly (the system ended it" in result.logs
    assert session.run("open('a').read()").logs.startswith("'x'")


def test_closing_keeps_files_and_forgetting_does_not(sandbox: Sandbox) -> None:
    session = sandbox.session("thread_kept")
    session.run("open('a.txt', 'w').write('a')")
    session.close()
    assert session.pid is None

    assert session.run("open('a.txt').read()").logs.startswith("'a'")
    sandbox.forget("thread_kept")

    assert sandbox.session("thread_kept").run("import os\nos.listdir('.')").logs == "[]"
    sandbox.forget("thread_kept")


def test_files_survive_the_app(tmp_path: Path) -> None:
    first = Sandbox(tmp_path / "home", preload=False, spare=False)
    first.session("thread_x").run("open('a.txt', 'w').write('a')")
    first.close()
    second = Sandbox(tmp_path / "home", preload=False, spare=False)
    try:
        assert second.session("thread_x").run("open('a.txt').read()").logs.startswith("'a'\n")
    finally:
        second.close()


@pytest.mark.slow
def test_the_jail_dies_with_the_app_and_the_next_start_tidies_up(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib\nfrom engine.sandbox import Sandbox\n"
        f"s = Sandbox(pathlib.Path({str(tmp_path / 'home')!r}), preload=False, spare=False).session('thread_y')\n"
        "s.run(\"open('a.txt', 'w').write('a')\")\nprint(s.pid, flush=True)\ns.run('while True: pass')\n"
    )
    app = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
    assert app.stdout is not None
    jailed = psutil.Process(int(app.stdout.readline()))
    app.kill()
    app.communicate()

    _, alive = psutil.wait_procs([jailed], timeout=5)

    assert not alive
    with_files = Sandbox(tmp_path / "home", preload=False, spare=False)
    try:
        assert with_files.session("thread_y").run("open('a.txt').read()").logs.startswith("'a'\n")
    finally:
        with_files.close()


def test_an_idle_session_is_ended(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path / "home", preload=False, spare=False, idle=0.2)
    try:
        session = sandbox.session("t")
        session.run("x = 1")
        pid = session.pid
        assert pid is not None
        psutil.wait_procs([psutil.Process(pid)], timeout=10)
        result = session.run("x")
        assert result.restarted
        assert "NameError" in result.logs
    finally:
        sandbox.close()


def test_the_user_can_stop_a_cell(session: Session) -> None:
    session.run("x = 5")
    cancel = CancelToken()
    printed = threading.Event()

    def stop(_text: str) -> None:
        printed.set()
        cancel.set()

    result = session.run("print('begun')\nwhile True: pass", on_output=stop, cancel=cancel)

    assert printed.is_set()
    assert result.status == "killed"
    assert result.logs == "begun\n[The code was stopped by the user.]"
    assert session.run("x").logs == "5"  # the interrupt was enough: the variables are there


def test_a_listener_that_fails_leaves_nothing_running(session: Session) -> None:
    def fail(_text: str) -> None:
        raise RuntimeError("the window is gone")

    with pytest.raises(RuntimeError, match="window"):
        session.run("print(1)\nwhile True: pass", on_output=fail)

    assert session.pid is None
    assert session.run("2").restarted


def test_a_system_may_forbid_namespaces_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = Sandbox(tmp_path / "home", preload=False, spare=False)
    try:
        sandbox.available()
        real = JailedProcess.wait_ready

        def refuse(self: JailedProcess, seconds: float) -> object:
            if self.plan.namespaces:
                raise NoNamespaces("unshare: No space left on device")
            return real(self, seconds)

        monkeypatch.setattr(JailedProcess, "wait_ready", refuse)
        assert sandbox.session("t").run("1 + 1").logs == "2"
    finally:
        sandbox.close()


def test_an_unused_spare_is_given_up(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path / "home", preload=False, idle=0.2)
    try:
        session = sandbox.session("t")
        session.run("1")
        spare = sandbox._spare
        assert spare is not None
        psutil.wait_procs([psutil.Process(spare.pid)], timeout=10)
        assert session.run("2").logs.startswith("2")
    finally:
        sandbox.close()


def test_closing_the_sandbox_ends_a_running_cell(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path / "home", preload=False, spare=False)
    session = sandbox.session("t")
    begun = threading.Event()
    results = []

    def work() -> None:
        results.append(session.run("print(1)\nwhile True: pass", on_output=lambda _text: begun.set()))

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(20)
    sandbox.close()
    thread.join(20)

    assert results[0].status == "killed"
    with pytest.raises(Unavailable):
        sandbox.session("t")
    assert list((tmp_path / "home").glob("live/*")) == []


def test_a_frozen_session_runs_nothing_between_cells(session: Session) -> None:
    session.run("x = 1")
    assert session.pid is not None

    deadline = threading.Event()
    while psutil.Process(session.pid).status() != psutil.STATUS_STOPPED and not deadline.wait(0.01):
        continue
    assert session.run("x").logs == "1"


def test_threads_left_running_end_the_session(session: Session) -> None:
    result = session.run("import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()")

    assert result.status == "ok"
    assert "left running in the background" in result.logs
    assert session.pid is None
    fine = session.run(
        "from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor(4) as pool: print(list(pool.map(abs, [-1, -2])))"
    )
    assert fine.logs.splitlines()[0] == "[1, 2]"
    assert session.pid is not None


@pytest.mark.parametrize(
    "frame",
    [
        b"\xff\xff\xff\xff",
        struct.pack(">I", 3) + b"abc",
        struct.pack(">I", 2) + b"[]",
        struct.pack(">I", 200_000) + b"[" * 200_000,
        struct.pack(">I", 30) + json.dumps({"done": "guess", "status": "ok"}).encode()[:30].ljust(30),
    ],
)
def test_whatever_is_said_on_the_pipe_only_ends_the_session(tmp_path: Path, frame: bytes) -> None:
    sandbox = Sandbox(tmp_path / "home", preload=False, spare=False, masked=frozenset({"policy"}))
    try:
        session = sandbox.session("t")
        result = session.run(
            f"import os\nfor fd in range(3, 20):\n    try: os.write(fd, {frame!r})\n    except OSError: pass"
        )
        assert result.status == "killed"
        assert "broke its protocol" in result.logs
        assert session.run("1 + 1").logs.startswith("2")
    finally:
        sandbox.close()


def test_too_long_code_is_refused(session: Session) -> None:
    assert session.run("x" * 2_000_000).status == "refused"


def test_odd_thread_names_stay_in_the_folder(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path / "home", preload=False, spare=False)
    try:
        session = sandbox.session("../../outside\n")
        session.run("open('a', 'w').close()")
        session.close()
    finally:
        sandbox.close()
    assert not (tmp_path / "outside").exists()
    assert len(list((tmp_path / "home" / "threads").iterdir())) == 1


def test_a_first_cell_meets_a_warm_process(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path / "home")
    try:
        sandbox.warm()
        spare = sandbox._spare
        assert spare is not None
        sandbox.session("t").run("import pandas")
        assert sandbox.session("t").pid == spare.pid
        assert sandbox._spare is not None  # and the next one is on its way
    finally:
        sandbox.close()


def _open_descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


def _soak(folder: Path, rounds: int, at_once: int) -> None:
    others = {child.pid for child in psutil.Process().children(recursive=True)}
    sandbox = Sandbox(folder, preload=False, spare=False)
    sandbox.available()
    sandbox.session("first").run("1")
    sandbox.forget("first")
    before = _open_descriptors()

    def one(number: int) -> None:
        name = f"thread_{number}"
        result = sandbox.session(name).run("open('x.txt', 'w').write('x' * 1000)\nprint(len(open('x.txt').read()))")
        assert result.logs == "1000", result
        sandbox.forget(name)

    threads = [
        threading.Thread(target=lambda first=first: [one(n) for n in range(first, rounds, at_once)])
        for first in range(at_once)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _open_descriptors() == before
    assert list(folder.glob("live/*")) == []
    assert list(folder.glob("threads/*")) == []
    sandbox.close()
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= others
    assert survivors() == []


def test_eight_sessions_at_once_leave_nothing_behind(tmp_path: Path) -> None:
    _soak(tmp_path / "home", 8, 8)


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("FIRESIDE_SANDBOX_FULL"), reason="long: set FIRESIDE_SANDBOX_FULL=1")
def test_two_hundred_sessions_leave_nothing_behind(tmp_path: Path) -> None:
    rss = psutil.Process().memory_info().rss
    _soak(tmp_path / "home", 200, 1)
    assert psutil.Process().memory_info().rss - rss < 20 * 2**20
    _soak(tmp_path / "again", 64, 8)


def test_limits_of_one_assistant(sandbox: Sandbox) -> None:
    session = sandbox.session("thread_limits", limits=Limits(seconds=0.5, grace=0.5))
    try:
        assert session.run("import time\ntime.sleep(30)").status == "timeout"
    finally:
        sandbox.forget("thread_limits")


def test_a_session_of_an_earlier_start_is_a_new_one(tmp_path: Path) -> None:
    first = Sandbox(tmp_path / "home", preload=False, spare=False)
    first.session("thread_x").run("x = 1\nopen('a.txt', 'w').write('a')")
    first.close()
    second = Sandbox(tmp_path / "home", preload=False, spare=False)
    try:
        result = second.session("thread_x").run("open('a.txt').read()")
        assert result.restarted
        assert result.logs == f"'a'\n[{RESTARTED}]"
        assert not second.session("thread_new").run("1").restarted
    finally:
        second.close()


def test_output_comes_in_pieces_while_the_cell_runs(session: Session) -> None:
    pieces: list[str] = []

    result = session.run(
        "import time\nfor n in range(400):\n    print(n)\n    time.sleep(0.002)", on_output=pieces.append
    )

    assert "".join(pieces) == result.logs + "\n"
    assert 1 < len(pieces) < 100


def test_other_memory_means_another_process(sandbox: Sandbox) -> None:
    session = sandbox.session("thread_memory")
    try:
        session.run("x = 1")
        first = session.pid
        sandbox.session("thread_memory", limits=Limits(seconds=5))
        assert session.run("x").logs == "1"
        assert session.pid == first
        sandbox.session("thread_memory", limits=Limits(seconds=5, memory=150 * MIB))
        result = session.run("kept = bytearray(1 << 30)")
        assert result.restarted
        assert "MemoryError" in result.logs
    finally:
        sandbox.forget("thread_memory")


def test_a_spare_can_be_made_ready_in_the_background(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path / "home", preload=False)
    try:
        sandbox.warm_soon()
        waiting = threading.Event()
        while sandbox._spare is None:
            waiting.wait(0.01)
        spare = sandbox._spare
        sandbox.session("t").run("1")
        assert sandbox.session("t").pid == spare.pid
    finally:
        sandbox.close()
    sandbox.warm_soon()
    assert list((tmp_path / "home").glob("live/*")) == []
