"""Signs an installer, so that "Install update from file…" takes it; also makes the key, which stays outside of here.

python packaging/sign.py new-key PRIVATE            PRIVATE must not lie in this repository
python packaging/sign.py sign PRIVATE INSTALLER…    writes INSTALLER.signed beside each
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ROOT = Path(__file__).resolve().parents[1]
KEY = ROOT / "resources" / "update-key.txt"


def new_key(private: Path, public: Path = KEY) -> None:
    """Make a pair of keys: the private one where only its owner reads it, the public one for Fireside."""
    if private.resolve().is_relative_to(ROOT):
        raise SystemExit("The private key must not lie in the repository.")
    key = Ed25519PrivateKey.generate()
    private.touch(mode=0o600, exist_ok=False)
    private.write_text(base64.b64encode(key.private_bytes_raw()).decode() + "\n", "ascii")
    public.write_text(base64.b64encode(key.public_key().public_bytes_raw()).decode() + "\n", "ascii")


def notes_of(changelog: str, version: str) -> str:
    """Return the part of the changelog about a version, or about what is not released yet."""
    parts = re.split(r"(?m)^## ", changelog)[1:]
    for heading in (version, "Unreleased"):
        for part in parts:
            title, _, text = part.partition("\n")
            if re.match(rf"\[?{re.escape(heading)}\b", title):
                return text.strip()
    return ""


def system_of(name: str) -> str:
    """Return for which system an artefact is, from its name: Fireside-0.2.0-windows-x64-setup.exe."""
    found = re.search(r"(windows|linux|macos)-(x64|arm64)", name)
    if found is None:
        raise SystemExit(f"{name} does not say for which system it is, such as windows-x64.")
    return found[0]


def note_for(installer: Path, private: bytes, *, version: str, notes: str) -> str:
    """Return the signed note of an installer."""
    with installer.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    facts = {
        "format": 1,
        "version": version,
        "system": system_of(installer.name),
        "file": installer.name,
        "bytes": installer.stat().st_size,
        "sha256": sha256,
        "notes": notes,
    }
    signed = json.dumps(facts, ensure_ascii=False)
    signature = Ed25519PrivateKey.from_private_bytes(private).sign(signed.encode("utf-8"))
    return json.dumps({"signed": signed, "signature": base64.b64encode(signature).decode()}, ensure_ascii=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make a key or sign."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("new-key")
    making.add_argument("private", type=Path)
    signing = commands.add_parser("sign")
    signing.add_argument("private", type=Path)
    signing.add_argument("installers", type=Path, nargs="+")
    given = parser.parse_args(arguments)
    if given.command == "new-key":
        new_key(given.private)
        return 0
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    notes = notes_of((ROOT / "CHANGELOG.md").read_text("utf-8"), version)
    private = base64.b64decode(given.private.read_text("ascii").strip(), validate=True)
    for installer in given.installers:
        target = installer.with_name(installer.name + ".signed")
        target.write_text(note_for(installer, private, version=version, notes=notes), "utf-8")
        print(f"{target.name}: version {version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
