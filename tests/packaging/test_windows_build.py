"""The Windows build: what is pinned, what stays out, what Windows is told about the program."""

from __future__ import annotations

import hashlib
import re
import struct
import zipfile
from pathlib import Path

import pytest

import dev
from tests.architecture.sources import ROOT
from tests.packaging.from_file import load

build = load("windows/build")
payload, downloads, libraries = build.payload, build.downloads, build.engine_libraries
FOLDER = ROOT / "packaging" / "windows"


def requirement_lines(text: str) -> dict[str, str]:
    return dict(re.findall(r"(?m)^([a-z0-9_.-]+)==(\S+)", text))


def test_every_wheel_is_pinned_by_hash_at_the_version_of_the_project() -> None:
    text = build.LOCK.read_text("utf-8")
    windows, project = requirement_lines(text), requirement_lines(dev.LOCK.read_text("utf-8"))

    assert {name: version for name, version in windows.items() if project.get(name) != version} == {}
    assert re.findall(r"(?m)^[a-z0-9_.-]+==\S+(?! \\\n +--hash=sha256:[0-9a-f]{64})$", text) == []
    assert windows["pyside6-essentials"] == "6.11.3"
    assert "llama-cpp-python" not in windows


def test_the_binding_is_the_one_of_the_project() -> None:
    pin = build.Build().pins["llama"]

    assert f"{pin['package']}=={pin['version']}" == dev.pinned("llama-cpp-python")


def test_without_torch_only_torch_goes() -> None:
    text = build.LOCK.read_text("utf-8")

    left = requirement_lines(build.wheels_wanted(text, torch=False))

    assert set(requirement_lines(text)) - set(left) == {"torch"}
    assert build.wheels_wanted(text, torch=True) == text


@pytest.mark.parametrize(
    ("name", "unused"),
    [
        ("PySide6/Qt6Widgets.dll", False),
        ("PySide6/Qt6Quick.dll", True),
        ("PySide6/QtSvg.pyd", False),
        ("PySide6/QtQml.pyd", True),
        ("PySide6/plugins/platforms/qwindows.dll", False),
        ("PySide6/plugins/qmltooling/qmldbg_server.dll", True),
        ("PySide6/translations/qtbase_zh_CN.qm", False),
        ("PySide6/translations/qtbase_fr.qm", True),
        ("torch/lib/torch_cpu.dll", False),
        ("torch/lib/torch_cpu.lib", True),
        ("torch/include/ATen/ATen.h", True),
        ("torch/testing/__init__.py", False),
        ("scipy/stats/tests/test_stats.py", True),
        ("scipy/stats/_stats.pyd", False),
        ("win32/win32job.pyd", False),
        ("pythonwin/pywin.exe", True),
        ("cv2/cv2.pyd", False),
    ],
)
def test_what_nothing_uses_stays_out(name: str, unused: bool) -> None:
    assert payload.is_unused(name) is unused


def test_what_the_window_imports_of_qt_is_kept() -> None:
    """A new import of a part of Qt has to be let into the Windows build too."""
    texts = [path.read_text("utf-8") for path in (ROOT / "desktop").rglob("*.py")]
    used = {name for text in texts for name in re.findall(r"from PySide6\.(Qt\w+) import", text)}

    assert {name for name in used if payload.is_unused(f"PySide6/{name}.pyd")} == set()
    assert {name for name in used if payload.is_unused(f"PySide6/Qt6{name.removeprefix('Qt')}.dll")} == set()


def test_a_file_with_another_hash_is_refused_and_deleted(tmp_path: Path) -> None:
    file = tmp_path / "part.whl"
    file.write_bytes(b"something else")

    with pytest.raises(downloads.HashMismatch, match=r"part\.whl has SHA-256"):
        downloads.require(file, hashlib.sha256(b"the pinned one").hexdigest())

    assert not file.exists()


def test_pythons_contents_have_one_digest_however_they_are_packed(tmp_path: Path) -> None:
    for name, inside in (("a.zip", ""), ("b.zip", "cp312/")):
        with zipfile.ZipFile(tmp_path / name, "w") as packed:
            packed.writestr(f"{inside}python.exe", b"MZ")
            packed.writestr(f"{inside}python312.zip", name)

    with zipfile.ZipFile(tmp_path / "c.zip", "w") as packed:
        packed.writestr("deep/python312.zip", b"a.zip")
        packed.writestr("deep/python.exe", b"MZ")

    assert downloads.contents_digest(tmp_path / "a.zip") == downloads.contents_digest(tmp_path / "c.zip")
    assert downloads.contents_digest(tmp_path / "a.zip") != downloads.contents_digest(tmp_path / "b.zip")


def test_python_is_laid_out_flat_and_finds_app_and_packages_only(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "python.zip", "w") as packed:
        packed.writestr("cp312/pythonw.exe", b"MZ")
        packed.writestr("cp312/python312._pth", b"python312.zip\r\n.\r\n")

    payload.unpack_python(tmp_path / "python.zip", tmp_path / "python")

    assert (tmp_path / "python" / "pythonw.exe").read_bytes() == b"MZ"
    lines = (tmp_path / "python" / "python312._pth").read_text("utf-8").splitlines()
    assert lines == ["python312.zip", ".", "..\\app", "import site"]


def test_versions_for_windows_have_four_numbers() -> None:
    assert payload.version_numbers("0.1.0") == (0, 1, 0, 0)
    assert payload.version_numbers("2.13.1rc4") == (2, 13, 1, 0)


def test_an_icon_holds_every_picture() -> None:
    pictures = [(16, b"small"), (256, b"large picture")]

    data = payload.icon_file(pictures)

    _, kind, count = struct.unpack_from("<HHH", data)
    entries = [struct.unpack_from("<BBBBHHII", data, 6 + 16 * number) for number in range(count)]
    assert (kind, count) == (1, 2)
    assert [data[entry[7] : entry[7] + entry[6]] for entry in entries] == [b"small", b"large picture"]
    assert [entry[0] for entry in entries] == [16, 0]  # 0 stands for 256


def test_the_same_folder_packs_to_the_same_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "payload"
    (folder / "app").mkdir(parents=True)
    (folder / "app" / "a.py").write_text("x = 1\n")
    for name in ("one.zip", "two.zip"):
        payload.archive(folder, tmp_path / name, inside="Fireside", extra=[("portable.txt", "here")])
        (folder / "app" / "a.py").touch()

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as packed:
        assert sorted(packed.namelist()) == ["Fireside/app/a.py", "Fireside/portable.txt"]


def test_sums_are_those_of_the_artefacts(tmp_path: Path) -> None:
    (tmp_path / "setup.exe").write_bytes(b"MZ")
    (tmp_path / "build.json").write_text("{}")

    build.write_sums(tmp_path)

    assert (tmp_path / "SHA256SUMS").read_text() == f"{hashlib.sha256(b'MZ').hexdigest()}  setup.exe\n"


def test_a_version_known_to_importlib_metadata_is_noted(tmp_path: Path) -> None:
    from importlib.metadata import distributions

    payload.note_version(tmp_path, "llama_cpp_python", "0.3.36")

    found = [(each.metadata["Name"], each.version) for each in distributions(path=[str(tmp_path)])]
    assert found == [("llama-cpp-python", "0.3.36")]


def test_uninstalling_deletes_only_what_was_installed() -> None:
    """Somebody may choose a folder that holds other things, and the data are not the program's to delete."""
    script = (FOLDER / "installer.nsi").read_text("utf-8")

    removed = re.findall(r"RMDir /r \"([^\"]+)\"", script)
    assert removed == ["$INSTDIR\\python", "$INSTDIR\\app", "$INSTDIR\\models", "$LOCALAPPDATA\\Fireside"]
    assert 'Section /o "un.$(DATA)"' in script
    assert re.search(r"(?m)^RequestExecutionLevel user$", script)


def test_every_sentence_of_the_installer_is_in_both_languages() -> None:
    script = (FOLDER / "installer.nsi").read_text("utf-8")
    found = re.findall(r"(?m)^LangString (\w+) \$\{LANG_(\w+)\}", script)

    names = {name for name, _ in found}
    assert names
    assert {(name, language) for name in names for language in ("ENGLISH", "SIMPCHINESE")} == set(found)


def test_the_compiler_is_asked_for_every_cpu_variant(tmp_path: Path) -> None:
    variants = build.Build().pins["cpu_variants"]
    command = libraries.compile_command(tmp_path, variants, 2)

    assert {"x64", "haswell", "zen4"} <= set(variants)
    assert [f"ggml-cpu-{name}" for name in variants] == command[-len(variants) :]
    assert "-DGGML_CPU_ALL_VARIANTS=ON" in libraries.configure(tmp_path, tmp_path)
