"""One thread's session: variables live from cell to cell; when its process has to go, the files stay."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Sequence

from engine.cancel import CancelToken
from engine.sandbox.folder import SessionFolder, Snapshot
from engine.sandbox.process import JailedProcess
from engine.sandbox.table import bare_table
from engine.sandbox.types import CellResult, Limits, Mount
from engine.sandbox.watch import Ended, Watch

RESTARTED = "The session was restarted: variables from earlier are lost, files in /mnt/data are kept."
_CODE_LIMIT = 1_000_000

Take = Callable[[str, Limits], JailedProcess]  # thread id, limits -> a ready process whose folder has the kept files
Give = Callable[[str, JailedProcess], None]  # takes a process back: kills it, keeps its files for the thread


class Session:
    """Cells of one thread, one at a time; a call from another thread waits."""

    def __init__(self, thread_id: str, limits: Limits, take: Take, give: Give, *, had_cells: bool = False) -> None:
        """`had_cells`: cells ran before this object was made, in a process that is gone."""
        self.thread_id, self.limits = thread_id, limits
        self._take, self._give = take, give
        self._lock = threading.Lock()
        self._process: JailedProcess | None = None
        self._mounts: tuple[Mount, ...] = ()
        self._mounted: dict[Mount, int] = {}
        self._had_cells = had_cells
        self._started_with = limits
        self.last_used = time.monotonic()

    def mount(self, mounts: Sequence[Mount]) -> None:
        """Have these files there at the next cell; those already there are not copied again."""
        with self._lock:
            self._mounts = tuple(dict.fromkeys((*self._mounts, *mounts)))

    def run(
        self,
        code: str,
        *,
        on_output: Callable[[str], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> CellResult:
        """Run a cell and return what it did. Raises Unavailable, WorkerFailed if no process can be had.

        `on_output` is called in this thread with what the code prints, a few times a second.
        """
        if len(code) > _CODE_LIMIT:
            return CellResult(status="refused", logs="Refused: the code is too long.", hint="The code is too long.")
        with self._lock:
            self.last_used = time.monotonic()
            process, restarted = self._ready()
            before = process.folder.snapshot(self.limits.files)
            disk = self.limits.disk + sum(self._mounted.values())
            self._had_cells = True
            with contextlib.ExitStack() as undo:
                undo.callback(self._drop)  # a listener that raises must not leave code running unwatched
                ended = Watch(process, self.limits, disk, on_output).run(code, cancel)
                undo.pop_all()
            if not ended.alive:
                process.kill()
            try:
                return self._result(process.folder, before, ended, restarted)
            finally:
                if not ended.alive:
                    self._drop()
                self.last_used = time.monotonic()

    def _ready(self) -> tuple[JailedProcess, bool]:
        """Return a living process with the mounts in place, and whether earlier cells ran in another one."""
        if self._process is not None and not (self._process.alive and self._is_bounded_as_wanted()):
            self._drop()
        restarted = self._process is None and self._had_cells
        if self._process is None:
            self._started_with = self.limits
            self._process = self._take(self.thread_id, self._started_with)
            self._mounted = {mount: size for mount, size in self._mounted.items() if mount in self._mounts}
        for mount in self._mounts:
            if mount not in self._mounted:
                self._mounted[mount] = self._process.folder.mount(mount)
        return self._process, restarted

    def _is_bounded_as_wanted(self) -> bool:
        """Return whether the process has the limits that hold for its whole life."""
        had, wanted = self._started_with, self.limits
        return (had.memory, had.file) == (wanted.memory, wanted.file)

    def _result(self, folder: SessionFolder, before: Snapshot, ended: Ended, restarted: bool) -> CellResult:
        images, bad_images = folder.take_pictures(self.limits)
        files, left_out = folder.produced(before, self.limits)
        notes = [RESTARTED] if restarted else []
        notes += [ended.note] if ended.note else []
        if not ended.alive and not (ended.note or "").endswith("files are kept."):
            notes.append("Variables are lost; files in /mnt/data are kept.")
        if left_out:
            notes.append(f"{left_out} of the files are not offered: links, odd names, or too many or too large.")
        if bad_images:
            notes.append(f"{bad_images} of the pictures could not be taken over.")
        said = _last_hint(ended.logs)
        hint = " ".join([*notes, *([said] if said else [])]) or None
        logs = ended.logs.rstrip("\n")
        if notes:
            logs = (logs + "\n" if logs else "") + "\n".join(f"[{note}]" for note in notes)
        return CellResult(
            status=ended.status,
            logs=logs,
            value_html=bare_table(ended.untrusted_html),
            images=images,
            files=files,
            seconds=ended.seconds,
            hint=hint,
            doubt=said if ended.status == "ok" else None,
            restarted=restarted,
        )

    @property
    def pid(self) -> int | None:
        """The process that runs code, if there is one now."""
        process = self._process
        return process.pid if process is not None and process.alive else None

    def memory(self) -> int:
        """Return the resident bytes of the process."""
        process = self._process
        return process.memory() if process is not None else 0

    def kill(self) -> None:
        """End the process now, whatever it does; a running cell comes back as killed."""
        process = self._process
        if process is not None:
            process.stop()

    def close(self) -> None:
        """End the process; the files stay for the thread's next session. Waits for a running cell to end."""
        with self._lock:
            self._drop()

    def close_if_idle(self, seconds: float) -> bool:
        """End the process if no cell has run for so long; return whether the session has none."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            if self._process is not None and time.monotonic() - self.last_used > seconds:
                self._drop()
            return self._process is None
        finally:
            self._lock.release()

    def _drop(self) -> None:
        if self._process is not None:
            self._give(self.thread_id, self._process)
            self._process = None


def _last_hint(logs: str) -> str | None:
    """Return the hint that the child printed as its last line."""
    last = logs.rstrip("\n").rpartition("\n")[2]
    return last.removeprefix("Hint: ") if last.startswith("Hint: ") else None
