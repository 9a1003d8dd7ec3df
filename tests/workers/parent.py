"""An app of its own for the test that kills it: starts a child, says both process ids, waits to be killed."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from engine.workers.supervisor import Supervisor

if __name__ == "__main__":
    script = Path(__file__).with_name("naughty.py")
    supervisor = Supervisor(
        Path(sys.argv[1]),
        command=lambda name: [sys.executable, str(script), name],
        names=frozenset({"good", "stubborn"}),
    )
    worker = supervisor.worker("stubborn" if sys.argv[2] == "deaf" else "good")
    op = "echo" if sys.argv[2] == "idle" else "hang"
    asking = threading.Thread(target=worker.call, args=(op, {}), kwargs={"timeout": 600})
    asking.start()
    if op == "echo":
        asking.join()
    while worker.pid is None:
        threading.Event().wait(0.01)
    sys.stdout.write(f"{worker.pid}\n")
    sys.stdout.flush()
    threading.Event().wait()
