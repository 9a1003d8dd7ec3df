"""Updates from a file: only a whole, newer installer for this system, signed with the right key, is taken over."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.cancel import CancelToken
from engine.errors import Cancelled, InvalidRequest, Unavailable
from engine.portability import update
from engine.portability.update import Update, look_into_update, public_key, take_over, this_system
from tests.packaging.from_file import load

sign = load("sign")
SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = SECRET.public_key().public_bytes_raw()
NAME = "Fireside-0.2.0-windows-x64-setup.exe"
CONTENT = b"MZ" + bytes(range(256)) * 500


def nothing(_done: int, _total: int) -> None:
    pass


@pytest.fixture
def offered(tmp_path: Path) -> Path:
    installer = tmp_path / "stick" / NAME
    installer.parent.mkdir()
    installer.write_bytes(CONTENT)
    note = sign.note_for(installer, SECRET.private_bytes_raw(), version="0.2.0", notes="Faster. 更快。")
    installer.with_name(NAME + update.SUFFIX).write_text(note, "utf-8")
    return installer


def look(file: Path, *, key: bytes = KEY, version: str = "0.1.0", system: str = "windows-x64") -> Update:
    return look_into_update(file, key=key, version=version, system=system)


def refused(file: Path, **given: Any) -> str:
    with pytest.raises(InvalidRequest) as caught:
        look(file, **given)
    return caught.value.code


def test_a_signed_update_says_what_it_is_and_is_taken_over(offered: Path, tmp_path: Path) -> None:
    found = look(offered)

    assert (found.version, found.notes, found.installer) == ("0.2.0", "Faster. 更快。", offered)
    assert look(offered.with_name(NAME + update.SUFFIX)) == found
    told: list[tuple[int, int]] = []
    copy = take_over(
        found, tmp_path / "home", on_bytes=lambda done, all_: told.append((done, all_)), cancel=CancelToken()
    )
    assert copy.read_bytes() == CONTENT
    assert copy.parent == tmp_path / "home" / "updates"
    assert told[-1] == (len(CONTENT), len(CONTENT))


def test_another_key_is_refused(offered: Path) -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()

    assert refused(offered, key=other) == "update_forged"


@pytest.mark.parametrize("version", ["0.2.0", "0.2.1", "0.10.0", "1.0"])
def test_no_older_and_no_same_version_is_offered(offered: Path, version: str) -> None:
    assert refused(offered, version=version) == "update_older"


def test_an_update_for_another_system_is_refused(offered: Path) -> None:
    assert refused(offered, system="linux-x64") == "update_other_system"


def test_without_a_note_it_is_unsigned(offered: Path) -> None:
    offered.with_name(NAME + update.SUFFIX).unlink()

    assert refused(offered) == "update_unsigned"


def test_a_truncated_installer_is_refused(offered: Path) -> None:
    offered.write_bytes(CONTENT[:-1])

    assert refused(offered) == "update_swapped"


def test_a_missing_installer_is_refused(offered: Path) -> None:
    offered.unlink()

    assert refused(offered) == "update_swapped"


def test_a_note_does_not_serve_another_file(offered: Path) -> None:
    other = offered.with_name("Fireside-9.9.9-windows-x64-setup.exe")
    other.write_bytes(CONTENT)
    note = offered.with_name(NAME + update.SUFFIX)
    note.rename(other.with_name(other.name + update.SUFFIX))

    assert refused(other) == "update_swapped"


def test_a_file_swapped_after_the_look_is_refused_and_leaves_nothing(offered: Path, tmp_path: Path) -> None:
    found = look(offered)
    offered.write_bytes(b"XX" + CONTENT[2:])

    with pytest.raises(InvalidRequest) as caught:
        take_over(found, tmp_path / "home", on_bytes=nothing, cancel=CancelToken())

    assert caught.value.code == "update_swapped"
    assert list((tmp_path / "home" / "updates").iterdir()) == []


def test_a_file_that_grew_after_the_look_is_not_read_to_its_end(offered: Path, tmp_path: Path) -> None:
    found = look(offered)
    with offered.open("ab") as file:
        file.write(bytes(5 * 1024 * 1024))
    read: list[int] = []

    with pytest.raises(InvalidRequest):
        take_over(found, tmp_path / "home", on_bytes=lambda done, _: read.append(done), cancel=CancelToken())

    assert read[-1] < offered.stat().st_size


def test_taking_over_can_be_stopped(offered: Path, tmp_path: Path) -> None:
    cancel = CancelToken()
    cancel.set()

    with pytest.raises(Cancelled):
        take_over(look(offered), tmp_path / "home", on_bytes=nothing, cancel=cancel)

    assert list((tmp_path / "home" / "updates").iterdir()) == []


def test_a_full_disk_is_said_as_such(offered: Path, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where a folder is needed")

    with pytest.raises(Unavailable) as caught:
        take_over(look(offered), tmp_path / "home", on_bytes=nothing, cancel=CancelToken())

    assert caught.value.code == "disk_failed"


def test_the_copy_of_an_earlier_update_goes(offered: Path, tmp_path: Path) -> None:
    (tmp_path / "home" / "updates").mkdir(parents=True)
    (tmp_path / "home" / "updates" / "Fireside-0.1.1-windows-x64-setup.exe").write_bytes(b"MZ")

    copy = take_over(look(offered), tmp_path / "home", on_bytes=nothing, cancel=CancelToken())

    assert list(copy.parent.iterdir()) == [copy]


def change_text(note: dict[str, str]) -> None:
    note["signed"] = note["signed"].replace('"0.2.0"', '"9.2.0"')


def change_signature(note: dict[str, str]) -> None:
    raw = bytearray(base64.b64decode(note["signature"]))
    raw[0] ^= 1
    note["signature"] = base64.b64encode(raw).decode()


def cut_signature(note: dict[str, str]) -> None:
    note["signature"] = note["signature"][:-8]


def no_text(note: dict[str, Any]) -> None:
    note["signed"] = 7


@pytest.mark.parametrize("change", [change_text, change_signature, cut_signature, no_text, dict.clear])
def test_a_changed_note_is_forged(offered: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = offered.with_name(NAME + update.SUFFIX)
    note = json.loads(path.read_text("utf-8"))
    change(note)
    path.write_text(json.dumps(note), "utf-8")

    assert refused(offered) == "update_forged"


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "[]", "null", "\x00" * 300_000])
def test_hostile_notes_are_refused(offered: Path, text: str) -> None:
    offered.with_name(NAME + update.SUFFIX).write_text(text, "utf-8")

    assert refused(offered) in ("update_forged", "update_unsigned")


@pytest.mark.parametrize(
    "fact", [{"format": 2}, {"version": "new"}, {"bytes": -1}, {"bytes": "9"}, {"sha256": "x"}, {"notes": None}]
)
def test_signed_nonsense_is_refused_too(offered: Path, fact: dict[str, Any]) -> None:
    path = offered.with_name(NAME + update.SUFFIX)
    facts = json.loads(json.loads(path.read_text("utf-8"))["signed"]) | fact
    signed = json.dumps(facts)
    signature = base64.b64encode(SECRET.sign(signed.encode())).decode()
    path.write_text(json.dumps({"signed": signed, "signature": signature}), "utf-8")

    assert refused(offered) == "update_forged"


def test_fireside_comes_with_a_key(tmp_path: Path) -> None:
    assert len(public_key()) == 32
    with pytest.raises(Unavailable) as caught:
        public_key(tmp_path / "none.txt")
    assert caught.value.code == "update_no_key"


def test_this_system_has_the_name_artefacts_carry() -> None:
    assert sign.system_of(f"Fireside-0.1.0-{this_system()}.zip") == this_system()
