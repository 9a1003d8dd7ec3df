"""Runs hostile and harmless programs in a session, with everything planted around it that they try to reach.

A hostile file says what would be a success (`# success: CRITERION`); placeholders like `@@SECRET@@` name what is
planted. A harmless file says what must come out (`# expect: text`, `# expect-file`, `# expect-image`, `# expect-err`).
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from engine.sandbox import CellResult, Limits, Mount, Sandbox
from engine.sandbox.folder import read_plain
from engine.sandbox.types import MIB

REPOSITORY = Path(__file__).resolve().parents[2]
OWN = Path(__file__).parent / "corpus"
SHARED = Path(os.environ.get("FIRESIDE_SANDBOX_CORPUS", REPOSITORY.parent / "shared" / "sandbox"))
LIMITS = Limits(seconds=3, grace=0.5)


@dataclass(frozen=True)
class Program:
    """One file of a corpus."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        return self.path.stem

    def field(self, key: str) -> list[str]:
        return re.findall(rf"^# {key}: ?(.*)$", self.text, re.MULTILINE)

    def cells(self) -> list[str]:
        return re.split(r"^# %%.*$", self.text, flags=re.MULTILINE)


def programs(kind: str) -> list[Program]:
    """Return the programs of both corpora, `kind` being hostile or harmless."""
    folders = [folder / kind for folder in (SHARED, OWN) if (folder / kind).is_dir()]
    return [Program(path, path.read_text("utf-8")) for folder in folders for path in sorted(folder.glob("*.py"))]


class Listener:
    """A socket that notices when it is reached."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        sock.setblocking(False)

    def was_hit(self) -> bool:
        hit = False
        with contextlib.suppress(OSError):
            while True:
                if self.sock.type == socket.SOCK_DGRAM:
                    self.sock.recv(65536)
                else:
                    self.sock.accept()[0].close()
                hit = True
        return hit


@dataclass
class World:
    """Everything a hostile program could want; one per program."""

    folder: Path
    id: str = field(default_factory=lambda: secrets.token_hex(6))
    canary: str = field(default_factory=lambda: "CANARY-" + secrets.token_hex(8))
    memory_canary: str = field(default_factory=lambda: "MEM-" + secrets.token_hex(8))
    environment_canary: str = field(default_factory=lambda: "ENV-" + secrets.token_hex(8))

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        self.secret = self._write("private/secret.txt", f"{self.canary}\n")
        self.home = self.folder / "home"
        self._write("home/.ssh/id_test", f"KEY {self.canary}\n")
        self.other = self._write("sessions/other/data/report.csv", f"a,b\n1,{self.canary}\n").parent
        self.drop = self.folder / "drop"
        self.drop.mkdir()
        self.victim_file = self._write("private/victim.txt", "untouched\n")
        self.database = self.folder / "private" / "app.db"
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            connection.execute("create table notes (text)")
            connection.execute("insert into notes values (?)", (self.canary,))
            connection.commit()
        self._before = self._look()
        os.environ["FIRESIDE_TEST_CANARY"] = self.environment_canary
        self.victim = subprocess.Popen(
            [sys.executable, "-S", "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE, env={}
        )
        self.listeners = self._listen()

    def _write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def _listen(self) -> dict[str, Listener]:
        tcp = socket.create_server(("127.0.0.1", 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        unix = socket.socket(socket.AF_UNIX)
        unix.bind(str(self.folder / "s"))
        unix.listen()
        abstract = socket.socket(socket.AF_UNIX)
        abstract.bind(f"\0sbx-{self.id}")
        abstract.listen()
        return {"tcp": Listener(tcp), "udp": Listener(udp), "unix": Listener(unix), "abstract": Listener(abstract)}

    def _look(self) -> dict[Path, tuple[bytes, int, int]]:
        watched = (self.victim_file, self.database, self.secret)
        return {path: (path.read_bytes(), path.stat().st_mode, path.stat().st_mtime_ns) for path in watched}

    def fill(self, text: str) -> str:
        values = {
            "CANARY": self.canary,
            "SECRET": self.secret,
            "APPDB": self.database,
            "OTHER": self.other,
            "DROP": self.drop,
            "VICTIM": self.victim_file,
            "HOME": self.home,
            "VPID": self.victim.pid,
            "HOSTPID": os.getpid(),
            "TCP": self.listeners["tcp"].sock.getsockname()[1],
            "UDP": self.listeners["udp"].sock.getsockname()[1],
            "UNIX": self.folder / "s",
            "ABSTRACT": f"sbx-{self.id}",
            "MEMCANARY": self.memory_canary,
            "ENVCANARY": self.environment_canary,
            "ID": self.id,
            "SECRETSIZE": self.secret.stat().st_size,
        }
        return re.sub(r"@@(\w+)@@", lambda match: str(values[match[1]]), text)

    def changed(self, path: Path) -> bool:
        return not path.exists() or self._look()[path] != self._before[path]

    def close(self) -> None:
        for listener in self.listeners.values():
            listener.sock.close()
        self.victim.kill()
        self.victim.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            Path(f"/dev/shm/sbx_c15_{self.id}").unlink()


@dataclass
class Attempt:
    """What running a hostile program came to."""

    name: str
    escaped: bool
    why: str
    statuses: tuple[str, ...]
    logs: str
    seconds: float


def attempt(program: Program, sandbox: Sandbox, folder: Path) -> Attempt:
    """Run a hostile program in a fresh session and say whether its criterion was met."""
    world = World(folder / secrets.token_hex(6))
    thread_id = f"thread_{world.id}"
    rss = psutil.Process().memory_info().rss
    session = sandbox.session(thread_id)
    results: list[CellResult] = []
    raised = ""
    started = time.monotonic()
    try:
        for cell in program.cells():
            results.append(session.run(world.fill(cell)))
        seconds = time.monotonic() - started
        if any("next_has" in line for line in program.field("success")):
            results.append(session.run("print('next')"))
    except Exception as error:  # noqa: BLE001  an app that fails is what some programs want
        raised, seconds = f"{type(error).__name__}: {error}", time.monotonic() - started
    session.close()
    used = sum(path.lstat().st_size for path in sandbox._kept(thread_id).rglob("*"))
    grown = psutil.Process().memory_info().rss - rss
    sandbox.forget(thread_id)
    if results:  # without the start of the process, which is the app's own time
        seconds = sum(result.seconds for result in results)
    seen = Seen(world, results, raised, seconds, used, grown)
    try:
        why = next((line for line in program.field("success") if seen.meets(world.fill(line))), "")
    finally:
        world.close()
    logs = "\n".join(result.logs for result in results)
    return Attempt(program.name, bool(why), why or raised, tuple(r.status for r in results), logs, seconds)


@dataclass
class Seen:
    """What can be known after a program ran."""

    world: World
    results: list[CellResult]
    raised: str
    seconds: float
    used: int
    grown: int

    def meets(self, criterion: str) -> bool:
        word, _, rest = criterion.partition(" ")
        return bool(getattr(self, f"_{word}")(rest.strip()))

    @property
    def _logs(self) -> str:
        return "\n".join(result.logs for result in self.results)

    def _output_has(self, text: str) -> bool:
        return text in self._logs

    def _err_has(self, text: str) -> bool:
        return text in self._logs

    def _next_has(self, text: str) -> bool:
        return len(self.results) > 0 and text in self.results[-1].logs

    def _fetch_has(self, text: str) -> bool:
        for file in (file for result in self.results for file in result.files):
            root = Path(str(file.path)[: -len(file.name)])
            if text.encode() in (read_plain(root, file.name, 10 * MIB) or b""):
                return True
        return False

    def _fetch_hang(self, _rest: str) -> bool:
        return self._over_time("7")

    def _path_exists(self, path: str) -> bool:
        return Path(path).exists()

    def _path_missing(self, path: str) -> bool:
        return not Path(path).exists()

    def _path_changed(self, path: str) -> bool:
        return self.world.changed(Path(path))

    _mode_changed = _path_changed

    def _hit(self, kind: str) -> bool:
        return self.world.listeners[kind].was_hit()

    def _victim_dead(self, _rest: str) -> bool:
        return self.world.victim.poll() is not None

    def _parent_dead(self, _rest: str) -> bool:
        return False  # or nobody would ask

    def _parent_error(self, _rest: str) -> bool:
        return bool(self.raised)

    def _parent_rss(self, mib: str) -> bool:
        return self.grown > float(mib) * MIB

    def _over_time(self, seconds: str) -> bool:
        return self.seconds > min(float(seconds), LIMITS.seconds + LIMITS.grace + 1)

    def _out_over(self, mib: str) -> bool:
        return len(self._logs) > float(mib) * MIB

    def _disk_over(self, mib: str) -> bool:
        return self.used > float(mib) * MIB

    def _img_over(self, pixels: str) -> bool:
        sizes = [size for result in self.results for image in result.images for size in (image.width, image.height)]
        return any(size > float(pixels) for size in sizes)

    def _files_ctrl(self, _rest: str) -> bool:
        names = "".join(file.name for result in self.results for file in result.files)
        return any(unicodedata.category(char) in ("Cc", "Cf") for char in names)

    def _survivors(self, _rest: str) -> bool:
        return bool(survivors())


def survivors() -> list[int]:
    """Return jailed processes without an owner; waits a little for those that are just ending."""
    deadline = time.monotonic() + 3
    while left := [process.pid for process in _orphans()]:
        if time.monotonic() > deadline:
            return left
        threading.Event().wait(0.1)
    return []


def _orphans() -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.ppid() == 1 and any("engine.sandbox.child" in part for part in process.cmdline()):
                yield process


# ---------------------------------------------------------------------------------------------------- harmless


def fixtures(folder: Path) -> list[Mount]:
    """Write the files the harmless programs work on; return them as mounts."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        *("North,2024-01-05,100.0,5", "South,2024-01-09,200.0,2", "North,2024-02-11,250.0,3"),
        *("South,2024-02-20,300.0,1", "North,2024-03-02,400.0,4", "South,2024-03-15,400.0,2"),
        *("North,2024-04-01,500.0,5", "East,2024-04-22,1000.0,1"),
    ]
    sales = "region,date,amount,quantity\n" + "\n".join(rows) + "\n"
    (folder / "sales.csv").write_text(sales)
    (folder / "客户_gbk.csv").write_bytes("姓名,城市\n张三,北京\n李四,上海\n".encode("gbk"))
    (folder / "data.json").write_text('{"version": 1, "items": [{"id": 1, "name": "one"}, {"id": 2, "name": "two"}]}')
    days = [f"2024-{month:02d}-{day:02d},{month * 10 + day % 7}" for month in (1, 2, 3) for day in range(1, 29)]
    (folder / "timeseries.csv").write_text("date,value\n" + "\n".join(days) + "\n")
    with zipfile.ZipFile(folder / "nested.zip", "w") as archive:
        archive.writestr("inner.txt", "hello zip")
    mounts = [Mount(path=path, name=path.name) for path in sorted(folder.iterdir())]
    shared = SHARED / "fixtures"
    if shared.is_dir():
        mounts += [Mount(path=path, name=path.name) for path in sorted(shared.iterdir())]
    return [*mounts, Mount(path=folder / "sales.csv", name="sales.csv", file_id="file-abc123")]


@dataclass
class Check:
    """What running a harmless program came to; `problems` is empty if it did what it says."""

    name: str
    problems: list[str]
    seconds: float
    logs: str


def check(program: Program, sandbox: Sandbox, mounts: list[Mount], *, thread_id: str | None = None) -> Check:
    """Run a harmless program in a fresh session (or a shared one) and compare with what it expects."""
    own = thread_id or f"thread_{secrets.token_hex(6)}"
    session = sandbox.session(own, mounts)
    results = [session.run(cell) for cell in program.cells()]
    logs = "\n".join(result.logs for result in results)
    files = {file.name for result in results for file in result.files}
    images = [image for result in results for image in result.images]
    problems = [f"no {text!r} in the output" for text in program.field("expect") if text.strip() not in logs]
    problems += [f"no file {name}" for name in program.field("expect-file") if name.strip() not in files]
    problems += [
        f"{len(images)} images, not {count}" for count in program.field("expect-image") if len(images) != int(count)
    ]
    expected_errors = program.field("expect-err")
    failed = [result for result in results if result.status != "ok"]
    if failed and not expected_errors:
        problems.append(f"ended as {failed[0].status}")
    problems += [
        f"no error {text!r}" for text in expected_errors if not any(text.strip() in result.logs for result in failed)
    ]
    if thread_id is None:
        sandbox.forget(own)
    return Check(program.name, problems, sum(result.seconds for result in results), logs)
