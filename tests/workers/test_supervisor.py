"""Real children that hang, crash, flood, lie and ignore: each is a clear error, and the next call works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from engine.cancel import CancelToken
from engine.errors import Cancelled, FiresideError, InvalidRequest, WorkerFailed
from engine.types import JsonObject
from engine.workers.supervisor import Supervisor, Worker

Make = Callable[..., Supervisor]


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(FiresideError) as caught:
        call()
    assert caught.value.message.endswith(".")
    return caught.value.code


def assert_works(worker: Worker) -> None:
    assert worker.call("echo", {"text": "again"}, timeout=60)["text"] == "again"


def assert_gone(pid: int) -> None:
    """Wait until a process of somebody else is gone, or only its entry is left."""
    try:
        process = psutil.Process(pid)
        if process.status() != psutil.STATUS_ZOMBIE:
            process.wait(60)
    except psutil.NoSuchProcess:
        pass


def stream(worker: Worker, op: str, args: JsonObject, **kwargs: object) -> tuple[JsonObject, list[JsonObject]]:
    events: list[JsonObject] = []
    values = {"on_event": events.append, "cancel": CancelToken(), "idle_timeout": 60, **kwargs}
    return worker.stream(op, args, **values), events


def test_a_child_answers_and_stays(supervisor: Supervisor) -> None:
    worker = supervisor.worker("good")
    assert not worker.alive
    first = worker.call("echo", {"text": "炉边 \ud800"}, timeout=60)
    assert first["text"] == "炉边 \ud800"
    assert worker.call("echo", {}, timeout=60)["pid"] == first["pid"] == worker.pid
    assert worker.alive


def test_a_child_knows_no_proxy_and_no_key(supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    environment = supervisor.worker("good").call("echo", {}, timeout=60)["environment"]
    assert environment["HF_HUB_OFFLINE"] == environment["TRANSFORMERS_OFFLINE"] == "1"
    assert not {"HTTPS_PROXY", "OPENAI_API_KEY", "FIRESIDE_HOME"} & set(environment)


def test_events_come_in_order_in_the_calling_thread(supervisor: Supervisor) -> None:
    threads: set[int] = set()
    numbers: list[int] = []

    def listen(event: JsonObject) -> None:
        threads.add(threading.get_ident())
        numbers.append(event["number"])

    result, _ = stream(supervisor.worker("good"), "count", {"to": 5000}, on_event=listen)
    assert result == {"numbers": 5000}
    assert numbers == list(range(5000))
    assert threads == {threading.get_ident()}


def test_cancel_reaches_a_busy_child(supervisor: Supervisor) -> None:
    worker, cancel = supervisor.worker("good"), CancelToken()
    result, _ = stream(worker, "wait", {}, on_event=lambda _: cancel.set(), cancel=cancel)
    assert result == {"cancelled": True}
    assert_works(worker)


def test_a_cancel_set_before_the_call_is_seen(supervisor: Supervisor) -> None:
    cancel = CancelToken()
    cancel.set()
    assert stream(supervisor.worker("good"), "wait", {}, cancel=cancel)[0] == {"cancelled": True}


def test_the_childs_errors_keep_their_kind(supervisor: Supervisor) -> None:
    worker = supervisor.worker("good")
    with pytest.raises(InvalidRequest, match="Not like this") as caught:
        worker.call("refuse", {}, timeout=60)
    assert (caught.value.code, caught.value.param, caught.value.details) == ("not_so", "args", {"limit": 3})
    with pytest.raises(WorkerFailed, match="KeyError") as failed:
        worker.call("bug", {"secret": "chat text"}, timeout=60)
    assert failed.value.code == "worker_error"
    assert code_of(lambda: worker.call("no such thing", {}, timeout=60)) == "unknown_operation"
    assert_works(worker)
    assert not any("chat text" in line for line in worker.last_words)


@pytest.mark.parametrize("op", ["crash", "kill_self"])
def test_death_in_the_middle_is_told_at_once(supervisor: Supervisor, op: str) -> None:
    worker = supervisor.worker("good")
    with pytest.raises(WorkerFailed) as caught:
        stream(worker, op, {})
    assert caught.value.code == "worker_died"
    assert caught.value.details["exit_code"] == (-signal.SIGABRT if op == "crash" else -signal.SIGKILL)
    assert not worker.alive
    assert_works(worker)


def test_kill_9_from_outside_while_it_streams(supervisor: Supervisor) -> None:
    worker, events = supervisor.worker("good"), list[JsonObject]()

    def listen(event: JsonObject) -> None:
        events.append(event)
        if event["number"] == 100:
            os.kill(worker.pid or 0, signal.SIGKILL)

    assert code_of(lambda: stream(worker, "count", {}, on_event=listen)) == "worker_died"
    assert len(events) > 100
    assert_works(worker)


def test_a_grandchild_that_holds_the_pipes_delays_nothing(supervisor: Supervisor) -> None:
    events: list[JsonObject] = []
    assert code_of(lambda: stream(supervisor.worker("good"), "orphan", {}, on_event=events.append)) == "worker_died"
    assert_gone(events[0]["pid"])


def test_a_hanging_child_is_killed(supervisor: Supervisor) -> None:
    worker = supervisor.worker("good")
    pid = worker.call("echo", {}, timeout=60)["pid"]
    assert code_of(lambda: worker.call("hang", {}, timeout=0.3)) == "worker_hung"
    assert_gone(pid)
    assert_works(worker)
    assert code_of(lambda: stream(worker, "wait", {}, idle_timeout=0.3)) == "worker_hung"
    assert_works(worker)


def test_waiting_for_an_earlier_request_is_not_hanging(supervisor: Supervisor) -> None:
    worker, cancel, started = supervisor.worker("good"), CancelToken(), threading.Event()
    first = threading.Thread(
        target=stream, args=(worker, "wait", {}), kwargs={"cancel": cancel, "on_event": lambda _: started.set()}
    )
    first.start()
    assert started.wait(60)
    answers: list[JsonObject] = []
    second = threading.Thread(target=lambda: answers.append(worker.call("echo", {"text": "two"}, timeout=0.3)))
    second.start()
    second.join(1.0)  # longer than its timeout, which does not count yet
    assert second.is_alive()
    cancel.set()
    second.join()
    first.join()
    assert [answer["text"] for answer in answers] == ["two"]


def test_a_child_that_ignores_cancel_is_killed(make_supervisor: Make) -> None:
    worker, cancel = make_supervisor(cancel=0.3).worker("good"), CancelToken()
    with pytest.raises(Cancelled) as caught:
        stream(worker, "deaf", {}, on_event=lambda _: cancel.set(), cancel=cancel)
    assert caught.value.code == "cancel_forced"
    assert_works(worker)


@pytest.mark.parametrize("op", ["huge", "strangers", "garbage"])
def test_nonsense_ends_the_child(supervisor: Supervisor, op: str) -> None:
    worker = supervisor.worker("good")
    assert code_of(lambda: stream(worker, op, {})) == "worker_protocol"
    assert_works(worker)


def test_events_for_a_plain_call_are_nonsense(supervisor: Supervisor) -> None:
    worker = supervisor.worker("good")
    assert code_of(lambda: worker.call("mislead", {}, timeout=60)) == "worker_protocol"
    assert_works(worker)


def test_prints_cannot_spoil_the_frames(supervisor: Supervisor) -> None:
    worker = supervisor.worker("good")
    assert worker.call("chatter", {}, timeout=60) == {"stdin": ""}
    assert_works(worker)
    worker.stop()


def test_a_listener_that_raises_frees_the_child(supervisor: Supervisor) -> None:
    worker = supervisor.worker("good")
    pid = worker.call("echo", {}, timeout=60)["pid"]

    def listen(_event: JsonObject) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stream(worker, "count", {}, on_event=listen)
    assert worker.call("echo", {}, timeout=60)["pid"] == pid


def test_the_error_stream_cannot_fill_the_disk(supervisor: Supervisor, tmp_path: Path) -> None:
    worker = supervisor.worker("good", "a model: with/odd name")
    worker.call("spill", {"lines": 3000}, timeout=60)
    worker.stop()
    files = list((tmp_path / "logs").iterdir())
    assert {file.suffix for file in files} == {".log", ".old"}
    assert all(file.stat().st_size <= 512 * 1024 for file in files)


@pytest.mark.parametrize(
    ("name", "code"),
    [("quitter", "worker_died"), ("babbler", "worker_protocol"), ("nothing", "worker_start_failed")],
)
def test_a_child_that_does_not_start(supervisor: Supervisor, name: str, code: str) -> None:
    assert code_of(lambda: supervisor.worker(name).call("echo", {}, timeout=60)) == code


def test_a_child_that_never_says_ready(make_supervisor: Make) -> None:
    worker = make_supervisor(start=0.3).worker("silent")
    assert code_of(lambda: worker.call("echo", {}, timeout=60)) == "worker_start_timeout"


def test_three_deaths_in_a_minute_are_enough(supervisor: Supervisor) -> None:
    worker = supervisor.worker("good")
    for _ in range(3):
        assert code_of(lambda: worker.call("crash", {}, timeout=60)) == "worker_died"
    with pytest.raises(WorkerFailed, match="Wait a minute") as caught:
        worker.call("echo", {}, timeout=60)
    assert caught.value.code == "worker_crash_loop"


def test_deaths_long_ago_are_forgotten(make_supervisor: Make) -> None:
    worker = make_supervisor(deaths_within=0.0).worker("good")
    for _ in range(4):
        assert code_of(lambda: worker.call("crash", {}, timeout=60)) == "worker_died"
    assert_works(worker)


def test_stopping_fails_who_waits_and_the_next_call_starts_anew(supervisor: Supervisor) -> None:
    worker, started, codes = supervisor.worker("good"), threading.Event(), list[str]()
    thread = threading.Thread(
        target=lambda: codes.append(code_of(lambda: stream(worker, "wait", {}, on_event=lambda _: started.set())))
    )
    thread.start()
    assert started.wait(60)
    worker.stop()
    thread.join()
    assert codes == ["worker_stopped"]
    for _ in range(4):  # a wanted end is no death
        assert_works(worker)
        worker.stop()


def test_a_stubborn_child_is_stopped_by_force(make_supervisor: Make) -> None:
    supervisor = make_supervisor(stop=0.2)
    worker = supervisor.worker("stubborn")
    # It reads nothing, so a request larger than the pipe must not block the caller for ever either.
    assert code_of(lambda: worker.call("echo", {"text": "x" * 1_000_000}, timeout=0.3)) == "worker_hung"
    with pytest.raises(WorkerFailed):
        worker.call("echo", {}, timeout=0.3)
    supervisor.close()
    assert worker.pid is None


def test_after_closing_nothing_starts(supervisor: Supervisor) -> None:
    worker = supervisor.worker("good")
    pid = worker.call("echo", {}, timeout=60)["pid"]
    supervisor.close()
    assert_gone(pid)
    assert code_of(lambda: worker.call("echo", {}, timeout=60)) == "worker_stopped"
    assert code_of(lambda: supervisor.worker("good", "new").call("echo", {}, timeout=60)) == "worker_start_failed"


def test_only_names_of_the_table_start(supervisor: Supervisor) -> None:
    with pytest.raises(ValueError, match="rm -rf"):
        supervisor.worker("rm -rf")


def test_a_child_outlives_the_thread_that_asked_first(supervisor: Supervisor) -> None:
    worker, pids = supervisor.worker("good"), list[int]()
    thread = threading.Thread(target=lambda: pids.append(worker.call("echo", {}, timeout=60)["pid"]))
    thread.start()
    thread.join()
    assert worker.call("echo", {}, timeout=60)["pid"] == pids[0]


@pytest.mark.parametrize(
    "state",
    [
        "idle",
        "busy",
        pytest.param("deaf", marks=pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the deaf")),
    ],
)
def test_kill_9_of_the_app_leaves_no_orphan(tmp_path: Path, state: str) -> None:
    script = Path(__file__).with_name("parent.py")
    with subprocess.Popen(
        [sys.executable, str(script), str(tmp_path), state], stdout=subprocess.PIPE, text=True
    ) as app:
        assert app.stdout is not None
        child = int(app.stdout.readline())
        assert psutil.pid_exists(child)
        app.kill()
    assert_gone(child)
