"""Files that nobody vouches for: refused with a reason before anything is unpacked."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.errors import DataTooNew, InvalidRequest
from engine.portability.backup_file import checked, look_into_backup, opened

DATABASE = b"a database"
BLOB = b"a file"
PLACE = f"blobs/{hashlib.sha256(BLOB).hexdigest()[:2]}/{hashlib.sha256(BLOB).hexdigest()}"


def _entry(place: str, data: bytes) -> dict[str, Any]:
    return {"place": place, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _manifest(**changes: Any) -> bytes:
    whole = {
        "format": "fireside-backup",
        "version": 1,
        "made_at": 1_700_000_000,
        "made_by": "1.0",
        "home": "/home/you/fireside",
        "counts": {"threads": 3},
        "contents": 1,
        "entries": [_entry("fireside.db", DATABASE)],
    }
    return json.dumps(whole | changes).encode()


def _write(path: Path, files: Mapping[str, bytes], *, packed: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", packed) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


WHOLE = {"fireside.db": DATABASE, PLACE: BLOB, "manifest.json": _manifest()}


def test_it_says_what_it_holds(tmp_path: Path) -> None:
    contents = look_into_backup(_write(tmp_path / "b", WHOLE))

    assert (contents.made_at, contents.counts, contents.contents) == (1_700_000_000, {"threads": 3}, 1)
    assert contents.bytes == len(DATABASE) + len(BLOB)
    with opened(contents.path) as archive:
        assert b"".join(checked(archive, contents, PLACE)) == BLOB


STRANGE: dict[str, dict[str, bytes]] = {
    "up": WHOLE | {"../evil": b"x"},
    "root": WHOLE | {"/etc/evil": b"x"},
    "drive": WHOLE | {"C:\\evil": b"x"},
    "beside": WHOLE | {"databases/../../evil.db": b"x"},
    "hidden": WHOLE | {"databases/.evil": b"x"},
    "device": WHOLE | {"databases/con.db": b"x"},
    "model": WHOLE | {"models/evil.gguf": b"x"},
    "key": WHOLE | {"api-key": b"x"},
    "no list": {"fireside.db": DATABASE},
    "no database": {"manifest.json": _manifest(entries=[], contents=0)},
    "unlisted": WHOLE | {"databases/tea.db": b"x"},
    "missing": {"fireside.db": DATABASE, "manifest.json": _manifest()},
    "other size": WHOLE | {"fireside.db": DATABASE + b"more"},
    "other case": WHOLE | {PLACE.upper(): BLOB},
    "no object": WHOLE | {"manifest.json": b"[1]"},
    "deep": WHOLE | {"manifest.json": b"[" * 100_000},
    "other format": WHOLE | {"manifest.json": _manifest(format="fireside-assistant")},
    "huge settings": WHOLE | {"settings.json": b" " * (1024**2 + 1)},
    "huge note": WHOLE | {f"{PLACE}.link": b" " * (64 * 1024 + 1)},
}


@pytest.mark.parametrize("what", STRANGE)
def test_what_does_not_belong_is_refused(what: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest) as refused:
        look_into_backup(_write(tmp_path / "b", STRANGE[what]))

    assert refused.value.code == "bad_backup"


def test_a_bomb_is_refused_by_what_it_says(tmp_path: Path) -> None:
    """Nothing in a backup is compressed, so nothing in it can be larger than the file itself."""
    bomb = _write(tmp_path / "b", WHOLE | {"fireside.db": bytes(10_000_000)}, packed=zipfile.ZIP_DEFLATED)
    with pytest.raises(InvalidRequest, match="packed in a way"):
        look_into_backup(bomb)

    # Two entries over the same bytes.
    path = _write(tmp_path / "c", WHOLE | {"fireside.db": bytes(50_000)})
    with zipfile.ZipFile(path, "a") as archive:
        first = archive.infolist()[0]
        for number in range(20):
            twin = zipfile.ZipInfo(f"databases/twin{number}.db")
            twin.header_offset, twin.CRC = first.header_offset, first.CRC
            twin.file_size = twin.compress_size = first.file_size
            archive.filelist.append(twin)
            archive.NameToInfo[twin.filename] = twin
        archive._didModify = True
    with pytest.raises(InvalidRequest, match="more than it does"):
        look_into_backup(path)


def test_a_file_that_is_no_zip_is_refused(tmp_path: Path) -> None:
    whole = _write(tmp_path / "whole", WHOLE).read_bytes()
    for number, data in enumerate((b"", b"PK", whole[: len(whole) // 2], whole[:-10], bytes(5000))):
        path = tmp_path / str(number)
        path.write_bytes(data)
        with pytest.raises(InvalidRequest):
            look_into_backup(path)
    with pytest.raises(InvalidRequest):
        look_into_backup(tmp_path / "nowhere")


def test_one_changed_byte_is_found(tmp_path: Path) -> None:
    data = bytearray(_write(tmp_path / "b", WHOLE).read_bytes())
    data[data.index(BLOB)] ^= 1
    (tmp_path / "b").write_bytes(data)
    contents = look_into_backup(tmp_path / "b")

    with pytest.raises(InvalidRequest), opened(contents.path) as archive:
        list(checked(archive, contents, PLACE))


def test_a_checksum_that_does_not_fit_is_found(tmp_path: Path) -> None:
    entry = _entry("fireside.db", DATABASE) | {"sha256": "0" * 64}
    contents = look_into_backup(_write(tmp_path / "b", WHOLE | {"manifest.json": _manifest(entries=[entry])}))

    with pytest.raises(InvalidRequest, match="damaged"), opened(contents.path) as archive:
        list(checked(archive, contents, "fireside.db"))


def test_one_of_a_newer_version_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(DataTooNew, match="newer Fireside"):
        look_into_backup(_write(tmp_path / "b", WHOLE | {"manifest.json": _manifest(version=2, more="x")}))
