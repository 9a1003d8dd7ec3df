"""One window a home folder: a second start hands its files to the first, which comes to the front."""

from __future__ import annotations

import getpass
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_MOST_BYTES = 64 * 1024
_MOST_FILES = 50
_WAIT_MS = 2000
_ANSWER = b"ok\n"


def hand_over(home: Path, files: Sequence[Path]) -> bool:
    """Ask the window that already runs on this home folder to show itself with `files`; False if there is none."""
    socket = QLocalSocket()
    socket.connectToServer(_address(home))
    if not socket.waitForConnected(_WAIT_MS):
        return False
    socket.write(json.dumps([str(file.absolute()) for file in files[:_MOST_FILES]]).encode() + b"\n")
    socket.flush()
    said = b""
    while len(said) < len(_ANSWER) and socket.waitForReadyRead(_WAIT_MS):
        said += socket.readAll().data()
    return said == _ANSWER


class SingleInstance(QObject):
    """Listens for later starts; `asked` brings the paths they were given, maybe none.

    Only programs of the same user can connect, and what they send is still bounded and checked.
    """

    asked = Signal(object)

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)
        self._heard: dict[QLocalSocket, bytes] = {}
        QLocalServer.removeServer(_address(home))  # what a killed window left; a living one would have answered
        self.listening = self._server.listen(_address(home))

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    def _greet(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            self._heard[socket] = b""
            socket.readyRead.connect(lambda each=socket: self._read(each))
            socket.disconnected.connect(lambda each=socket: self._forget(each))

    def _forget(self, socket: QLocalSocket) -> None:
        if self._heard.pop(socket, None) is not None:
            socket.deleteLater()

    def _read(self, socket: QLocalSocket) -> None:
        if socket not in self._heard:
            return
        self._heard[socket] += socket.read(_MOST_BYTES).data()
        untrusted, ended, _ = self._heard[socket].partition(b"\n")
        if not ended:
            if len(untrusted) >= _MOST_BYTES:
                socket.abort()
            return
        self._heard[socket] = b""
        files = _files_of(untrusted)
        if files is None:
            socket.abort()
            return
        socket.write(_ANSWER)
        socket.flush()
        self.asked.emit(files)


def _files_of(untrusted: bytes) -> tuple[Path, ...] | None:
    try:
        names = json.loads(untrusted)
    except ValueError:
        return None
    if not isinstance(names, list) or len(names) > _MOST_FILES or not all(isinstance(name, str) for name in names):
        return None
    paths = (Path(name) for name in names if name and "\0" not in name)
    return tuple(path for path in paths if path.is_absolute())


def _address(home: Path) -> str:
    """Return a name that belongs to user and home folder: a pipe on Windows, else a socket in the folder itself.

    Where that path is longer than a system allows, connecting and listening fail, and the home's lock alone keeps a
    second window away.
    """
    if sys.platform == "win32":
        mark = hashlib.sha256(f"{getpass.getuser()}\n{home.absolute()}".encode()).hexdigest()[:16]
        return f"fireside-{mark}"
    return str(home.absolute() / "window.sock")
