"""Nothing but the model downloads and the loopback server can open a connection."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tests.architecture.sources import sources

NETWORK = (
    *("socket", "ssl", "http.client", "http.server", "urllib.request", "ftplib", "smtplib", "poplib", "imaplib"),
    *("xmlrpc", "socketserver", "asyncio", "requests", "httpx", "httpx2", "aiohttp", "urllib3", "websockets"),
    *(
        "webbrowser",
        "huggingface_hub",
        "uvicorn",
        "starlette",
        "openai",
        "PySide6.QtNetwork",
        "multiprocessing.connection",
    ),
)

# file or folder (final slash) -> what it may use, and why
ALLOWED: dict[str, tuple[str, ...]] = {
    "models/transfer.py": ("httpx2", "socket"),  # fetches one file, resumably
    "models/downloads.py": ("httpx2",),  # holds the one client
    "models/job.py": ("httpx2",),
    "desktop/single.py": ("PySide6.QtNetwork",),  # a local socket in the home folder, where a second start reports
    "engine/sandbox/canary.py": ("socket",),  # tries to get out of the jail, to see that it cannot
    "models/sources/huggingface.py": ("huggingface_hub", "httpx2"),  # finds a file on the hub
    "engine/tools/servers.py": ("asyncio",),  # the SDK of tool servers is asynchronous; it speaks over pipes only
    "engine/server/": ("socket", "uvicorn", "starlette", "asyncio"),  # listens on loopback
}


def _uses(imports: Sequence[str]) -> set[str]:
    return {name for name in NETWORK for found in imports if found == name or found.startswith(name + ".")}


def _allowed(name: str) -> set[str]:
    return {module for key, modules in ALLOWED.items() if name == key or name.startswith(key) for module in modules}


def test_only_named_files_import_the_network() -> None:
    offenders = {
        source.name: sorted(extra)
        for source in sources()
        if source.name.split("/")[0] in ("desktop", "engine", "models")
        and (extra := _uses(list(source.imports)) - _allowed(source.name))
    }

    assert offenders == {}


def test_every_permission_is_used() -> None:
    used = {
        (key, module)
        for source in sources()
        for key in ALLOWED
        if source.name == key or source.name.startswith(key)
        for module in _uses(list(source.imports))
    }
    unused = [(key, module) for key, modules in ALLOWED.items() for module in modules if (key, module) not in used]

    assert unused == []


def test_the_suite_itself_is_offline_when_the_runner_says_so() -> None:
    """Under `dev.py test` on Linux no route leads out; see tests/offline.py."""
    import os
    import socket

    if os.environ.get("FIRESIDE_TESTS_OFFLINE") != "namespace":
        assert sys.platform  # run by hand: nothing to prove
        return
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1; connecting a datagram socket sends nothing
        except OSError:
            return
    raise AssertionError("there is a route out of the test's network namespace")
