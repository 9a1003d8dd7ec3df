"""The running server: loopback sockets and an event loop in a thread of its own."""

from __future__ import annotations

import asyncio
import errno
import socket
import sys
import threading

import uvicorn

from engine.errors import FiresideError, Unavailable
from engine.server.api import Api
from engine.server.app import create_app
from engine.service import Engine

_IPV4, _IPV6 = "127.0.0.1", "::1"
_STOP_SECONDS = 5
# Clients drop idle connections after 5 s. Were ours to go first, a request could meet a connection being closed.
_KEEP_ALIVE_SECONDS = 120
_PORTS_TO_TRY = 50


class ApiServer:
    """Serves the API until `stop`; the engine is the caller's. `port` is the real one, also when 0 was asked for."""

    def __init__(self, engine: Engine, *, key: str, port: int, ipv6: bool = False, ping_seconds: float = 10.0) -> None:
        self._api = Api(engine, ping_seconds=ping_seconds)
        self._key = key
        self._sockets = _bind(port, ipv6=ipv6)
        self.port = int(self._sockets[0].getsockname()[1])
        self._thread: threading.Thread | None = None
        self._server: _Server | None = None

    @property
    def url(self) -> str:
        return f"http://{_IPV4}:{self.port}/v1"

    def start(self) -> None:
        """Return when requests are answered. Raises Unavailable when the server cannot run."""
        config = uvicorn.Config(
            create_app(self._api, key=self._key),
            log_config=None,
            access_log=False,
            server_header=False,
            ws="none",
            lifespan="off",
            timeout_graceful_shutdown=_STOP_SECONDS,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        )
        self._server = _Server(config)
        self._thread = threading.Thread(target=self._run, args=(self._server,), name="api-server", daemon=True)
        self._thread.start()
        self._server.settled.wait()
        if not self._server.started:
            raise Unavailable("The API server could not start; the log in the home folder says why.", code="api_failed")

    def stop(self) -> None:
        """End the streams, let short requests finish, close the port. May be called twice."""
        server, thread = self._server, self._thread
        if server is None or thread is None:
            for sock in self._sockets:
                sock.close()
            return
        self._api.end_streams()
        server.should_exit = True
        thread.join()

    def _run(self, server: _Server) -> None:
        try:
            asyncio.run(server.serve(sockets=self._sockets))
        finally:
            server.settled.set()


class _Server(uvicorn.Server):
    """Tells when it has started, or failed to."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.settled = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.settled.set()


def _bind(port: int, *, ipv6: bool) -> list[socket.socket]:
    """Return listening sockets on loopback. Raises Unavailable with a free port to try when this one is taken."""
    first = _listen(socket.AF_INET, _IPV4, port)
    if not ipv6:
        return [first]
    try:
        return [first, _listen(socket.AF_INET6, _IPV6, first.getsockname()[1])]
    except FiresideError:
        first.close()
        raise


def _listen(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    if sys.platform == "win32":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(128)
    except OSError as error:
        sock.close()
        raise _refused(error, host, port) from error
    sock.setblocking(False)
    return sock


def _refused(error: OSError, host: str, port: int) -> Unavailable:
    if error.errno not in (errno.EADDRINUSE, errno.EACCES):
        return Unavailable(f"Cannot listen on {host}: {error.strerror}.", code="api_failed")
    free = next((p for p in range(max(port, 1023) + 1, 65_536)[:_PORTS_TO_TRY] if _is_free(p)), 0)
    why = "is used by another program" if error.errno == errno.EADDRINUSE else "may not be used by this user"
    return Unavailable(
        f"Port {port} {why}. Try another one: fireside serve --port {free}", code="port_busy", port=port, free=free
    )


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        return sock.connect_ex((_IPV4, port)) != 0
