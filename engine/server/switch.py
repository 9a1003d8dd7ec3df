"""The API beside an open window: served while the settings say so, moved when they change."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from engine.errors import FiresideError
from engine.events import ApiChanged, Event, SettingChanged
from engine.service import Engine

if TYPE_CHECKING:
    from engine.server.listen import ApiServer

_KEYS = ("api_enabled", "api_port")


class ApiSwitch:
    """Follows the settings of an engine until `close`; tells `ApiChanged` each time it has acted on them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._server: ApiServer | None = None
        self._served: int | None = None  # the port that was asked for
        self._changed = threading.Event()
        self._closing = False
        self._subscription = engine.subscribe(self._listen)
        # Listeners must be quick, and stopping a server waits for its requests.
        self._thread = threading.Thread(target=self._follow, name="api-switch", daemon=True)
        self._changed.set()
        self._thread.start()

    def close(self) -> None:
        """Stop serving; call before the engine is closed. May be called twice."""
        self._subscription.close()
        self._closing = True
        self._changed.set()
        self._thread.join()

    def _listen(self, event: Event) -> None:
        if isinstance(event, SettingChanged) and event.key in _KEYS:
            self._changed.set()

    def _follow(self) -> None:
        while True:
            self._changed.wait()
            self._changed.clear()
            settings = self._engine.settings.current
            wanted = settings.api_port if settings.api_enabled and not self._closing else None
            if wanted != self._served:
                self._stop()
                if wanted is not None:
                    self._start(wanted)
            if self._closing:
                return

    def _start(self, port: int) -> None:
        # Imported here: a window without an API has no web server in memory.
        from engine.server.auth import load_or_make_key
        from engine.server.listen import ApiServer

        try:
            self._server = ApiServer(self._engine, key=load_or_make_key(self._engine.paths.api_key), port=port)
            self._server.start()
        except FiresideError as error:
            self._server = None
            self._engine.bus.publish(ApiChanged(error_code=error.code, error=error.message, details=error.details))
            return
        self._served = port
        self._engine.bus.publish(ApiChanged(url=self._server.url))

    def _stop(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server, self._served = None, None
            self._engine.bus.publish(ApiChanged())
