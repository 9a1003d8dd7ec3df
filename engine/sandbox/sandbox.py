"""The front of the sandbox: decides whether code may run here, keeps a warm spare, owns the sessions of all threads."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import re
import secrets
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from engine.errors import FiresideError, Unavailable
from engine.sandbox import canary, launch, tree
from engine.sandbox.folder import FontList, SessionFolder
from engine.sandbox.jail.level import Plan
from engine.sandbox.process import AnyProcess, JailedProcess, NoNamespaces
from engine.sandbox.session import Session
from engine.sandbox.types import LAYERS, MIB, Limits, Mount, Walls

log = logging.getLogger(__name__)

_LIBRARIES = 320 * MIB  # address space that Python and the preloaded libraries take
_IDLE = 15 * 60.0
_SAFE = re.compile(r"[A-Za-z0-9_-]{1,80}")


class Sandbox:
    """Sessions below one folder that nothing else uses. Safe to call from any thread.

    `masked` leaves out layers by name and `landlock_abi` acts like an older kernel: for measuring what each layer
    stops. With a layer left out the canary's verdict is not asked, so never for code that somebody else wrote.
    """

    def __init__(
        self,
        folder: Path,
        *,
        limits: Limits | None = None,
        idle: float = _IDLE,
        spare: bool = True,
        preload: bool = True,
        masked: frozenset[str] = frozenset(),
        landlock_abi: int | None = None,
        cache: Path | None = None,
    ) -> None:
        """`cache`: where the list of fonts is kept that several sandboxes may share; in `folder` by default."""
        if not masked <= LAYERS:
            raise ValueError(f"unknown layers: {sorted(masked - LAYERS)}")
        self._folder, self._limits, self._idle = folder, limits or Limits(), idle
        self._masked, self._abi = masked, landlock_abi
        self._namespaces = launch.has_namespaces() and "namespaces" not in masked
        self._wants_spare, self._preload = spare, preload
        self._lock = threading.Lock()
        self._decided = threading.Lock()
        self._walls: Walls | None = None
        self._sessions: dict[str, Session] = {}
        self._spare: JailedProcess | None = None
        self._closed, self._wake = threading.Event(), threading.Event()
        # Linux ends a child with the thread that started it: one thread starts all of them and lives as long as we do.
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sandbox-starter")
        self._keeper: threading.Thread | None = None
        self._fonts = FontList((cache or folder) / "fonts")
        self._tidy()

    # ------------------------------------------------------------------------------------------------- walls

    def available(self) -> Walls:
        """Return whether code may run here, and which walls stand. The first call tries them (about a second)."""
        with self._decided:
            if self._walls is None:
                self._walls = self._try_walls()
                log.info("sandbox walls: %s", self._walls.reason or "all required ones stand")
            return self._walls

    def _try_walls(self) -> Walls:
        try:
            walls = self._ask_canary()
        except NoNamespaces as refused:
            log.info("no namespaces for the sandbox: %s", refused)
            self._namespaces = False
            walls = self._ask_canary()
        return walls

    def _ask_canary(self) -> Walls:
        process = None
        try:
            process = self._start(self._limits, preload=False)
            return canary.ask(process, self._folder)
        except FiresideError as error:
            return Walls(available=False, reason=error.message)
        finally:
            if process is not None:
                self._discard(process)

    def _require(self) -> None:
        walls = self.available()
        if not walls.available and not self._masked:
            raise Unavailable(walls.reason, code="sandbox_unavailable", reason=walls.reason)

    # ---------------------------------------------------------------------------------------------- sessions

    def session(self, thread_id: str, mounts: Sequence[Mount] = (), *, limits: Limits | None = None) -> Session:
        """Return the thread's session, with these files there at its next cell. Raises Unavailable (fails closed)."""
        self._require()
        with self._lock:
            if self._closed.is_set():
                raise Unavailable("The sandbox is closed.", code="sandbox_unavailable")
            session = self._sessions.get(thread_id)
            if session is None:
                had_cells = self._kept(thread_id).is_dir()
                session = Session(thread_id, limits or self._limits, self._take, self._give, had_cells=had_cells)
                self._sessions[thread_id] = session
            elif limits is not None:
                session.limits = limits
            self._start_keeper()
        session.mount(mounts)
        return session

    def forget(self, thread_id: str) -> None:
        """End a thread's session and delete its files."""
        with self._lock:
            session = self._sessions.pop(thread_id, None)
        if session is not None:
            session.close()
        tree.remove(self._kept(thread_id))

    def warm(self) -> None:
        """Have a process with its libraries loaded waiting, so that a first cell need not. Raises Unavailable."""
        self._require()
        with self._lock:
            if self._spare is not None or self._closed.is_set() or not self._wants_spare:
                return
        spare = self._start(self._limits, preload=self._preload)
        with self._lock:
            if self._spare is None and not self._closed.is_set():
                self._spare = spare
                return
        self._discard(spare)

    def warm_soon(self) -> None:
        """Begin to `warm` in the background; returns at once, and leaves it to the first cell to say why it cannot."""
        with self._lock:
            if not self._closed.is_set() and self._spare is None:
                self._start_keeper()
                self._wake.set()

    def close(self) -> None:
        """End everything; running cells are killed. Files of threads stay below the folder."""
        with self._lock:
            self._closed.set()
            self._wake.set()
            sessions, self._sessions = list(self._sessions.values()), {}
            spare, self._spare = self._spare, None
        for session in sessions:
            session.kill()
        for session in sessions:
            session.close()
        if spare is not None:
            self._discard(spare)
        if self._keeper is not None:
            self._keeper.join()
        self._starter.shutdown()
        with contextlib.suppress(OSError):
            self._live.rmdir()

    # --------------------------------------------------------------------------------------------- processes

    def _take(self, thread_id: str, limits: Limits) -> JailedProcess:
        """Return a ready process for a thread: the spare if it fits, else a new one; start the next spare."""
        with self._lock:
            spare, self._spare = self._spare, None
        if spare is not None and (not spare.alive or spare.plan != self._plan(spare.folder, limits)):
            self._discard(spare)
            spare = None
        try:
            process = self._made_ready(spare or self._start(limits, preload=self._preload), limits)
        except NoNamespaces:  # allowed when the walls were tried, and no longer
            self._namespaces = False
            process = self._made_ready(self._start(limits, preload=self._preload), limits)
        self._fonts.learn(process.folder.tmp)  # nobody's code has run in it
        process.folder.take_over(self._kept(thread_id))
        (process.folder.path / "thread").write_text(thread_id)
        if self._wants_spare:
            with contextlib.suppress(FiresideError):
                self.warm()
        return process

    def _made_ready(self, process: JailedProcess, limits: Limits) -> JailedProcess:
        with contextlib.ExitStack() as undo:
            undo.callback(self._discard, process)
            process.wait_ready(limits.start)
            process.check_walls()
            undo.pop_all()
        return process

    def _give(self, thread_id: str, process: JailedProcess) -> None:
        process.kill()
        with contextlib.suppress(OSError):
            process.folder.keep_for(self._kept(thread_id))
        process.folder.remove()

    def _discard(self, process: JailedProcess) -> None:
        process.kill()
        process.folder.remove()

    def _start(self, limits: Limits, *, preload: bool) -> JailedProcess:
        folder = SessionFolder(self._live / secrets.token_hex(8))
        with contextlib.ExitStack() as undo:
            undo.callback(folder.remove)
            folder.create()
            self._fonts.give(folder.tmp)
            process = JailedProcess(folder, self._plan(folder, limits), preload=preload, starter=self._in_starter)
            undo.pop_all()
        return process

    def _in_starter(self, start: Callable[[], AnyProcess]) -> AnyProcess:
        return self._starter.submit(start).result()

    def _plan(self, folder: SessionFolder, limits: Limits) -> Plan:
        inside: dict[str, Any] = {"data": str(folder.data), "tmp": str(folder.tmp)}
        if self._namespaces:
            inside = {"data": "/mnt/data", "tmp": "/tmp"}  # noqa: S108  the sandbox's own /tmp
        return Plan(
            **inside,
            root=str(folder.root),
            read=launch.readable(),
            memory=_LIBRARIES + limits.memory,
            file=limits.file,
            namespaces=self._namespaces,
            masked=self._masked,
            landlock_abi=self._abi,
        )

    # ---------------------------------------------------------------------------------------------- tidiness

    @property
    def _live(self) -> Path:
        return self._folder / "live"

    def _kept(self, thread_id: str) -> Path:
        safe = thread_id if _SAFE.fullmatch(thread_id) else hashlib.sha256(thread_id.encode()).hexdigest()[:32]
        return self._folder / "threads" / safe

    def _tidy(self) -> None:
        """Make the folder, and give back to their threads the files of sessions that a crash has left."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in self._live.glob("*"):
            folder = SessionFolder(left)
            with contextlib.suppress(OSError):
                folder.keep_for(self._kept((left / "thread").read_text()))
            folder.remove()
        self._live.mkdir(exist_ok=True, mode=0o700)

    def _start_keeper(self) -> None:
        if self._keeper is None:
            self._keeper = threading.Thread(target=self._keep, name="sandbox-keeper", daemon=True)
            self._keeper.start()

    def _keep(self) -> None:
        """Have a spare when asked; a few times per idle span, end the processes of sessions that nobody uses."""
        while not self._closed.is_set():
            if self._wake.wait(max(0.05, self._idle / 4)):
                self._wake.clear()
                if not self._closed.is_set():
                    with contextlib.suppress(FiresideError):
                        self.warm()
            else:
                self._end_idle()

    def _end_idle(self) -> None:
        with self._lock:
            sessions = list(self._sessions.values())
        resting = [session.close_if_idle(self._idle) for session in sessions]
        if all(resting):
            with self._lock:
                spare, self._spare = self._spare, None
            if spare is not None:  # nobody has run code for long: give its memory back, too
                self._discard(spare)
