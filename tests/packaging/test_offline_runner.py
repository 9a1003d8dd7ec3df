"""Both ways of keeping the suite offline really do: the namespace for whole processes, the hook for one."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT

PROBE = """
import socket, sys
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(server.getsockname()).close()
try:
    with socket.socket() as outside:
        outside.settimeout(5)
        outside.connect(("192.0.2.1", 9))
except Exception as error:
    print(type(error).__name__)
else:
    print("connected")
"""


def run(preparation: str) -> str:
    found = subprocess.run([sys.executable, "-c", preparation + PROBE], cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has network namespaces")
def test_in_the_namespace_there_is_loopback_and_no_way_out() -> None:
    preparation = (
        "import sys\nfrom tests.offline import cut_off\n"
        "try: cut_off()\nexcept OSError: print('forbidden here'); sys.exit()\n"
    )

    shown = run(preparation)

    if shown == "forbidden here":
        pytest.skip("this system forbids namespaces")
    assert shown == "OSError"  # "network is unreachable", at once


def test_the_hook_refuses_addresses_and_look_ups_outside_loopback() -> None:
    assert run("import tests.no_network\n") == "NetworkForbidden"
