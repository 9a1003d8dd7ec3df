"""Prints what the other layers still stop when one is masked: `python -m tests.sandbox.matrix [MASK ...]`.

A mask is a layer, several joined by `+`, or `everything` for none masked. Run it as an ordinary user and on a machine
that may be harmed: with a layer masked, hostile programs are held by the rest alone.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from engine.sandbox import Sandbox
from tests.sandbox.harness import LIMITS, attempt, programs

MASKS = (
    *("everything", "policy", "namespaces", "landlock", "seccomp", "rlimits", "policy+namespaces"),
    *("landlock+namespaces", "seccomp+namespaces"),
)


def main(names: list[str]) -> None:
    chosen = programs("hostile")
    sys.stdout.write(f"| masked | escapes of {len(chosen)} | refused | error | ok | stopped | which |\n")
    sys.stdout.write("| --- | --- | --- | --- | --- | --- | --- |\n")
    for name in names or MASKS:
        masked = frozenset() if name == "everything" else frozenset(name.split("+"))
        with (
            tempfile.TemporaryDirectory(prefix="fireside-matrix-") as home,
            tempfile.TemporaryDirectory(dir="/var/tmp", prefix="fireside-matrix-") as outside,
        ):
            sandbox = Sandbox(Path(home) / "home", limits=LIMITS, preload=False, spare=False, masked=masked)
            with ThreadPoolExecutor(2) as pool:
                tried = list(pool.map(lambda p, s=sandbox, o=outside: attempt(p, s, Path(o)), chosen))
            sandbox.close()
        ends = Counter(one.statuses[0] if one.statuses else "nothing" for one in tried)
        out = [one.name for one in tried if one.escaped]
        stopped = ends["timeout"] + ends["killed"]
        sys.stdout.write(
            f"| {name} | {len(out)} | {ends['refused']} | {ends['error']} | {ends['ok']} | {stopped} |"
            f" {', '.join(out)} |\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
