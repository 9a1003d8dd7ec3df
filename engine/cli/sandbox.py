"""`fireside sandbox run`: try the code interpreter's jail with files of one's own, without a model."""

from __future__ import annotations

import json
import re
import secrets
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.cli.arguments import Arguments
from engine.errors import InvalidRequest
from engine.paths import Paths, default_home
from engine.sandbox import CellResult, Limits, Mount, Sandbox, read_file
from engine.types import JsonObject

_SEPARATOR = re.compile(r"^# %%.*$", re.MULTILINE)
_GRACE = 0.5


def run(args: Arguments) -> int:
    """Run files as successive cells of one session; a line `# %%` separates cells inside a file."""
    cells = list(_cells(args.files))
    mounts = [mount for path in args.mount for mount in _mounts(path)]
    kept = args.out or Path(tempfile.gettempdir()) / f"fireside-sandbox-{secrets.token_hex(4)}"
    with tempfile.TemporaryDirectory(prefix="fireside-jail-") as folder:
        limits = Limits(seconds=args.seconds, grace=_GRACE)
        cache = Paths((args.home or default_home()).absolute()).sandbox
        sandbox = Sandbox(Path(folder) / "sessions", limits=limits, spare=False, cache=cache)
        try:
            session = sandbox.session("try", mounts)
            for number, (name, code) in enumerate(cells, 1):
                result = session.run(code)
                report = _keep(result, kept / str(number))
                sys.stdout.write(json.dumps(report) + "\n" if args.json else _in_words(number, name, report))
                sys.stdout.flush()
        finally:
            sandbox.close()
    return 0


def _cells(paths: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Yield name and code of each cell. Raises InvalidRequest for a file that cannot be read."""
    for path in paths:
        try:
            text = path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidRequest(f"{path} cannot be read ({type(error).__name__}).", param="file") from None
        for code in _SEPARATOR.split(text):
            yield path.name, code


def _mounts(path: Path) -> Iterator[Mount]:
    """Yield a file under its name, or everything in a folder. Raises InvalidRequest if there is nothing."""
    if path.is_dir():
        for entry in sorted(path.iterdir()):
            yield Mount(path=entry.absolute(), name=entry.name)
    elif path.is_file():
        yield Mount(path=path.absolute(), name=path.name)
    else:
        raise InvalidRequest(f"There is no file or folder {path}.", param="mount")


def _keep(result: CellResult, folder: Path) -> JsonObject:
    """Copy what the cell made to where the user finds it; return the cell as one object."""
    files: list[JsonObject] = []
    images: list[str] = []
    for file in result.files:
        target = folder / file.name
        if (content := read_file(file)) is not None:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            files.append({"name": file.name, "bytes": len(content), "path": str(target)})
    for number, image in enumerate(result.images, 1):
        target = folder / "images" / f"{number}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(image.png)
        images.append(str(target))
    return {
        "status": result.status,
        "logs": result.logs,
        "files": files,
        "images": images,
        "seconds": round(result.seconds, 3),
    }


def _in_words(number: int, name: str, report: JsonObject) -> str:
    lines = [f"[{number}] {name}: {report['status']}, {report['seconds']:.2f} s"]
    if report["logs"]:
        lines.append(report["logs"])
    lines += [f"-> {path}" for path in report["images"]]
    lines += [f"-> {file['path']} ({file['bytes']} B)" for file in report["files"]]
    return "\n".join(lines) + "\n"
