"""/mnt/data and /tmp where the system cannot mount them: paths are translated as the code's calls pass through Python.

A convenience, not a wall: code that goes around it meets the jail.
"""

from __future__ import annotations

import builtins
import functools
import io
import os
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

# fmt: off
_ONE_PATH = (
    "access", "chdir", "listdir", "lstat", "mkdir", "open", "pathconf", "readlink", "remove", "rmdir", "scandir",
    "stat", "statvfs", "truncate", "unlink", "getxattr", "listxattr",
)
_TWO_PATHS = ("rename", "replace", "link", "symlink")
# fmt: on


class PathMap:
    """Translates between what the code sees and where the files are."""

    def __init__(self, places: Mapping[str, str]) -> None:
        """`places`: shown folder -> real folder."""
        self._places = {shown.rstrip("/"): os.path.realpath(real) for shown, real in places.items()}

    def real(self, path: Any) -> Any:
        """Return where a path leads; anything that is not a path below a shown folder comes back as it is."""
        if isinstance(path, os.PathLike):
            path = os.fspath(path)
        if isinstance(path, bytes):
            return os.fsencode(self.real(os.fsdecode(path)))
        if not isinstance(path, str) or any(self._below(path, real) for real in self._places.values()):
            return path
        for shown, real in self._places.items():
            if self._below(path, shown):
                return real + path[len(shown) :]
        return path

    def shown(self, path: Any) -> Any:
        """Return a real path as the code knows it."""
        if isinstance(path, str):
            for shown, real in self._places.items():
                if self._below(path, real):
                    return shown + path[len(real) :]
        return path

    @staticmethod
    def _below(path: str, folder: str) -> bool:
        return path == folder or path.startswith((folder + "/", folder + os.sep))

    def wrap(self, call: Callable[..., Any], paths: int) -> Callable[..., Any]:
        """Return a function that translates its first arguments, and the file names in its errors back."""

        @functools.wraps(call)
        def mapped(*args: Any, **kwargs: Any) -> Any:
            given = [self.real(value) if index < paths else value for index, value in enumerate(args)]
            for name in ("path", "file", "name", "src", "dst", "top", "database"):
                if name in kwargs:
                    kwargs[name] = self.real(kwargs[name])
            try:
                return call(*given, **kwargs)
            except OSError as error:
                if error.filename is not None:
                    error.filename = self.shown(error.filename)
                if error.filename2 is not None:
                    error.filename2 = self.shown(error.filename2)
                raise

        return mapped

    def _connect(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return sqlite3.connect that knows the paths inside its addresses, too."""

        @functools.wraps(call)
        def connect(database: Any, *args: Any, **kwargs: Any) -> Any:
            if isinstance(database, str) and database.startswith("file:"):
                path, question, query = database[5:].partition("?")
                return call("file:" + self.real(path) + question + query, *args, **kwargs)
            return call(self.real(database), *args, **kwargs)

        return connect

    def install(self) -> None:
        """Put the translation behind open, os and sqlite3; before any library is loaded that keeps their functions."""
        mapped_open = self.wrap(io.open, 1)
        builtins.open = io.open = mapped_open
        for names, paths in ((_ONE_PATH, 1), (_TWO_PATHS, 2)):
            for name in names:
                if hasattr(os, name):
                    setattr(os, name, self.wrap(getattr(os, name), paths))
        real_cwd = os.getcwd
        os.getcwd = lambda: str(self.shown(real_cwd()))
        sqlite3.connect = self._connect(sqlite3.connect)


def forgive_attributes() -> None:
    """Make changes of file modes and times do nothing: the jail refuses them, and copying a file need not fail."""
    for name in ("chmod", "fchmod", "lchmod", "chown", "fchown", "lchown", "utime"):
        if hasattr(os, name):
            setattr(os, name, _nothing)
    if os.name == "nt":  # a private folder would shut out the container that it is made in
        make = os.mkdir
        os.mkdir = lambda path, _mode=0o777, **more: make(path, **more)
    if hasattr(os, "listxattr"):
        os.listxattr = lambda *_args, **_kwargs: []
    os.supports_follow_symlinks = os.supports_follow_symlinks | {_nothing}
    os.supports_fd = os.supports_fd | {_nothing}
    os.supports_dir_fd = os.supports_dir_fd | {_nothing}


def _nothing(*_args: Any, **_kwargs: Any) -> None:
    return None
