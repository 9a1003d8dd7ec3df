"""Downloads of models as the engine shows them: its errors, its events, its settings."""

from __future__ import annotations

from engine.bus import Bus
from engine.events import DownloadChanged, LibraryChanged
from engine.service.translation import translated
from engine.settings import SettingsFile
from models.catalogue import load as load_catalogue
from models.downloads import Downloader
from models.library import Library
from models.sources.plan import SourceOptions
from models.types import DownloadState, DownloadStatus

_WORDS: dict[DownloadStatus, str] = {"connecting": "running", "downloading": "running", "installing": "verifying"}


class Downloads:
    """One downloader for the library; every change of state is published."""

    def __init__(self, library: Library, settings: SettingsFile, bus: Bus) -> None:
        self._settings = settings
        self._bus = bus
        with translated():
            self._downloader = Downloader(
                library,
                load_catalogue(),
                network=lambda: self._settings.current.network_allowed,
                on_change=self._changed,
                options=self._options,
            )

    def start(self, model_id: str) -> DownloadState:
        """Begin or go on. Raises InvalidRequest with code "unknown_model", Unavailable with "network_off"."""
        with translated():
            return self._downloader.start(model_id)

    def pause(self, model_id: str) -> None:
        """Stop and keep what has arrived."""
        self._downloader.pause(model_id)

    def cancel(self, model_id: str) -> None:
        """Stop and delete what has arrived. Raises InvalidRequest."""
        with translated():
            self._downloader.cancel(model_id)

    def states(self) -> tuple[DownloadState, ...]:
        """Return the downloads of this process and the unfinished ones of earlier ones."""
        return self._downloader.states()

    def wait(self, model_id: str, timeout: float | None = None) -> DownloadState:
        """Wait until nothing more happens by itself. Raises InvalidRequest."""
        with translated():
            return self._downloader.wait(model_id, timeout)

    def close(self) -> None:
        """Pause everything; the next session can go on."""
        self._downloader.close()

    def _options(self) -> SourceOptions:
        settings = self._settings.current
        return SourceOptions(hub_endpoint=settings.hub_endpoint, package_index=settings.model_index)

    def _changed(self, state: DownloadState) -> None:
        self._bus.publish(as_event(state))
        if state.status == "done":
            self._bus.publish(LibraryChanged())


def as_event(state: DownloadState) -> DownloadChanged:
    """Return the event that tells of a download's state."""
    problem = state.problem
    return DownloadChanged(
        model_id=state.id,
        state=_WORDS.get(state.status, state.status),  # type: ignore[arg-type]
        done=state.received,
        total=state.total or 0,
        speed=state.speed or 0.0,
        eta=state.seconds_left,
        error_code=problem.code if problem else "",
        error=problem.message if problem else "",
        error_details=dict(problem.details) if problem else {},
    )
