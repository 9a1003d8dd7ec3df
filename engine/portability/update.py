"""An update from a file: a signed note says what an installer is, and both are checked before anything starts.

The note is `<installer>.signed`: JSON with the text that was signed and its Ed25519 signature. The text names the
installer's size and SHA-256, so one signature covers version, notes and every byte of the installer. Nothing here
reaches for a network; the public key comes with Fireside, `packaging/sign.py` writes the notes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import sys
import sysconfig
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from engine.cancel import CancelToken
from engine.errors import Cancelled, InvalidRequest, Unavailable

SUFFIX = ".signed"
KEY = Path(__file__).resolve().parents[2] / "resources" / "update-key.txt"
FOLDER = "updates"
_FORMAT = 1
_LONGEST_NOTE = 256 * 1024
_LONGEST_WORDS = 8000
_CHUNK = 1 << 20
_VERSION = re.compile(r"(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?")
_SYSTEMS = {"win32": "windows", "linux": "linux", "darwin": "macos"}
_MACHINES = {"amd64": "x64", "x86_64": "x64", "arm64": "arm64", "aarch64": "arm64"}


@dataclass(frozen=True, slots=True)
class Update:
    """A signed, newer version for this system. `installer` is not read yet: `take_over` checks it while copying."""

    version: str
    notes: str
    installer: Path
    bytes: int
    sha256: str


def this_system() -> str:
    """Return what an update has to be made for, such as "windows-x64"."""
    machine = re.split(r"[-_](?=amd64|x86_64|arm64|aarch64)", sysconfig.get_platform().lower())[-1]
    return f"{_SYSTEMS.get(sys.platform, sys.platform)}-{_MACHINES.get(machine, machine)}"


def this_version() -> str:
    """Return Fireside's version; "0.0" when it runs from a bare folder."""
    try:
        return metadata.version("fireside")
    except metadata.PackageNotFoundError:
        return "0.0"


def public_key(path: Path = KEY) -> bytes:
    """Return the 32 bytes of the key that updates of this Fireside are signed with. Raises Unavailable."""
    try:
        key = base64.b64decode(path.read_text("ascii").strip(), validate=True)
    except (OSError, ValueError):
        key = b""
    if len(key) != 32:
        raise Unavailable("This build of Fireside has no key to check updates with.", code="update_no_key")
    return key


def look_into_update(file: Path, *, key: bytes, version: str, system: str) -> Update:
    """Read and check the note of an installer, or beside one; nothing is changed or started.

    `file` may be the installer or its note. Raises InvalidRequest: update_unsigned, update_forged, update_older,
    update_other_system, update_swapped (there is no such installer, or it has another size).
    """
    note = file if file.suffix == SUFFIX else file.with_name(file.name + SUFFIX)
    facts = _verified(_read_note(note), key)
    installer = note.with_name(note.name.removesuffix(SUFFIX))
    update = _update(facts, installer)
    if facts.get("system") != system:
        raise InvalidRequest(
            f"This update is for {str(facts.get('system'))[:40]}, not for {system}.", code="update_other_system"
        )
    if _order(update.version) <= _order(version):
        raise InvalidRequest(
            f"This is version {update.version}; version {version} is installed already.",
            code="update_older",
            offered=update.version,
            installed=version,
        )
    _require_installer(update)
    return update


def take_over(update: Update, home: Path, *, on_bytes: Callable[[int, int], None], cancel: CancelToken) -> Path:
    """Copy the installer into the home folder, checking every byte, and return the copy: only this one may be started.

    A file that changes after it was looked at is refused here. Raises InvalidRequest (update_swapped), Unavailable
    (disk_failed), Cancelled; then there is no copy.
    """
    target = home / FOLDER / update.installer.name
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _empty(target.parent)
        found = _copy(update, part, on_bytes, cancel)
        if found != update.sha256:
            raise _swapped(update)
        os.replace(part, target)
    except OSError as error:
        raise Unavailable(
            f"The update could not be copied ({error.strerror}). Free some space, then try again.", code="disk_failed"
        ) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return target


def _copy(update: Update, part: Path, on_bytes: Callable[[int, int], None], cancel: CancelToken) -> str:
    digest, done = hashlib.sha256(), 0
    with update.installer.open("rb") as untrusted, part.open("wb") as copy:
        while done <= update.bytes and (piece := untrusted.read(_CHUNK)):
            if cancel.is_set():
                raise Cancelled("Stopped. Nothing was changed.")
            copy.write(piece)
            digest.update(piece)
            done += len(piece)
            on_bytes(done, update.bytes)
        copy.flush()
        os.fsync(copy.fileno())
    part.chmod(0o700)
    return digest.hexdigest()


def _empty(folder: Path) -> None:
    """Delete the installers of earlier updates."""
    for old in folder.iterdir():
        if old.is_file():
            old.unlink()


def _read_note(note: Path) -> bytes:
    try:
        with note.open("rb") as file:
            untrusted = file.read(_LONGEST_NOTE + 1)
    except OSError:
        untrusted = b""
    if not untrusted or len(untrusted) > _LONGEST_NOTE:
        raise InvalidRequest(
            f"There is no signature beside this file: {note.name} has to lie in the same folder.",
            code="update_unsigned",
            name=note.name,
        )
    return untrusted


def _verified(untrusted: bytes, key: bytes) -> dict[str, Any]:
    """Return the signed facts. Raises InvalidRequest unless the signature is one of this key over exactly that text."""
    try:
        note = json.loads(untrusted)
        signed, signature = note["signed"].encode("utf-8"), base64.b64decode(note["signature"], validate=True)
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
        facts = json.loads(signed)
        if not isinstance(facts, dict) or facts.get("format") != _FORMAT:
            raise ValueError("another format")
    except (InvalidSignature, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _forged() from None
    return facts


def _update(facts: dict[str, Any], installer: Path) -> Update:
    version, notes, size, sha256 = (facts.get(name) for name in ("version", "notes", "bytes", "sha256"))
    if facts.get("file") != installer.name:
        raise InvalidRequest("The signature belongs to another file.", code="update_swapped", name=installer.name)
    if not (isinstance(version, str) and _VERSION.fullmatch(version) and isinstance(notes, str)):
        raise _forged()
    if not (isinstance(size, int) and size > 0 and isinstance(sha256, str) and re.fullmatch(r"[0-9a-f]{64}", sha256)):
        raise _forged()
    return Update(version=version, notes=notes[:_LONGEST_WORDS], installer=installer, bytes=size, sha256=sha256)


def _require_installer(update: Update) -> None:
    try:
        size = update.installer.stat().st_size if update.installer.is_file() else -1
    except OSError:
        size = -1
    if size != update.bytes:
        raise _swapped(update)


def _order(version: str) -> tuple[int, int, int]:
    found = _VERSION.match(version)
    first, second, third = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    return first, second, third


def _forged() -> InvalidRequest:
    return InvalidRequest(
        "This file is not signed by the makers of Fireside, or it is damaged. Nothing was started.",
        code="update_forged",
    )


def _swapped(update: Update) -> InvalidRequest:
    return InvalidRequest(
        f"{update.installer.name} is not the file that was signed: it is damaged or not whole. Get it again.",
        code="update_swapped",
        name=update.installer.name,
    )
