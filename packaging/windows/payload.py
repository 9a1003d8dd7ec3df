"""What lies in the installed folder on Windows, put together from pinned parts.

Fireside.exe, fireside-cli.exe   start python with `-m desktop`
python/                          CPython as python.org packs it for embedding, with Lib/site-packages
app/                             desktop, engine, models, resources
"""

from __future__ import annotations

import re
import shutil
import struct
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

APP_PACKAGES = ("desktop", "engine", "models", "resources")

# The paths Python looks into, and nothing else: no variable and no registry key of the machine can add to them.
PATHS = "python312.zip\n.\n..\\app\nimport site\n"

_COMPILER_RUNTIME = ("libstdc++-6.dll", "libgcc_s_seh-1.dll", "libwinpthread-1.dll")

# Parts of wheels that nothing here uses, as patterns on the path inside site-packages with forward slashes.
UNUSED = re.compile(
    r"(^|/)__pycache__/|\.(pyi|lib|pdb|h|hpp|chm)$|^bin/"
    r"|^torch/(include|bin|share|test)/"
    r"|^(pythonwin|isapi|adodbapi|win32com|win32comext|win32/Demos|win32/test)/"
    r"|^cv2/opencv_videoio_ffmpeg"
    r"|^PySide6/(qml|metatypes|typesystems|include|glue|doc|scripts|resources|support|QtAsyncio)/"
    r"|^PySide6/translations/(?!qtbase_(en|zh_CN|zh_TW)\.qm)"
    r"|^PySide6/plugins/(?!platforms/|imageformats/|iconengines/|styles/|generic/)"
    r"|^PySide6/[^/]*\.exe$|^PySide6/opengl32sw\.dll$"
    r"|^PySide6/Qt(?!(Core|Gui|Network|Svg|Widgets)\.pyd$)[^/]*\.pyd$"
    r"|^PySide6/Qt6(?!(Core|Gui|Network|Svg|Widgets)\.dll$)[^/]*\.dll$"
    r"|^(scipy|sklearn|pandas|matplotlib|networkx|fontTools|shapely|mpmath)/(.*/)?tests/"
    r"|^matplotlib/mpl-data/sample_data/"
)
WITHOUT_TORCH = re.compile(r"^(torch|functorch|torchgen|torch-[^/]+\.dist-info)/")


def unpack_python(archive: Path, folder: Path) -> None:
    """Lay the embeddable CPython out and tell it where the rest lies."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with zipfile.ZipFile(archive) as opened:
        for name in opened.namelist():
            if not name.endswith("/"):
                (folder / name.rpartition("/")[2]).write_bytes(opened.read(name))
    (folder / "python312._pth").write_text(PATHS, "utf-8")


def is_unused(name: str, *, torch: bool = True) -> bool:
    """Return whether a file of site-packages stays out."""
    return bool(UNUSED.search(name)) or (not torch and bool(WITHOUT_TORCH.search(name)))


def copy_wheels(installed: Path, site: Path, *, torch: bool) -> None:
    """Copy what is used of the installed wheels."""
    shutil.rmtree(site, ignore_errors=True)
    for path in sorted(installed.rglob("*")):
        name = path.relative_to(installed).as_posix()
        if path.is_file() and not is_unused(name, torch=torch):
            target = site / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def share_runtime(site: Path, python: Path) -> None:
    """Lay Microsoft's C++ runtime beside python.exe: torch and onnxruntime expect it on every machine.

    All of one version, the newer of CPython's and Qt's: these libraries rely on each other.
    """
    for pattern in ("msvcp140*.dll", "vcruntime140*.dll", "concrt140.dll"):
        for library in (site / "shiboken6").glob(pattern):
            shutil.copyfile(library, python / library.name)


def add_llama(source: Path, made: Path, compiler: Path, site: Path, version: str) -> None:
    """Add the binding's Python part, the cross-compiled libraries and what the compiler's runtime needs beside them.

    `source` is the unpacked sdist, `made` holds the libraries, `compiler` those of the compiler.
    """
    target = site / "llama_cpp"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source / "llama_cpp", target, ignore=shutil.ignore_patterns("__pycache__", "lib", "server"))
    (target / "lib").mkdir()
    for library in sorted(made.glob("*.dll")):
        if library.name != "libllama-common.dll":
            shutil.copyfile(library, target / "lib" / library.name)
    for name in _COMPILER_RUNTIME:
        shutil.copyfile(compiler / name, target / "lib" / name)
    note_version(site, "llama_cpp_python", version)


def add_app(root: Path, app: Path, version: str) -> None:
    """Copy the app's own sources."""
    shutil.rmtree(app, ignore_errors=True)
    for name in APP_PACKAGES:
        shutil.copytree(root / name, app / name, ignore=shutil.ignore_patterns("__pycache__", "shots*.py"))
    note_version(app, "fireside", version)


def note_version(folder: Path, name: str, version: str) -> None:
    """Write what `importlib.metadata` needs to know of a package that no installer put there."""
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n", "utf-8"
    )


def version_numbers(version: str) -> tuple[int, int, int, int]:
    """Return the four numbers Windows wants for "1.2.3": whatever follows a letter counts as none."""
    found = [int(part) for part in re.findall(r"\d+", re.split(r"[a-z+-]", version)[0])][:4]
    first, second, third, fourth = [*found, 0, 0, 0, 0][:4]
    return first, second, third, fourth


def icon_file(pictures: Sequence[tuple[int, bytes]]) -> bytes:
    """Return an .ico of PNG pictures, given with the length of their sides."""
    head = struct.pack("<HHH", 0, 1, len(pictures))
    offset = len(head) + 16 * len(pictures)
    entries = b""
    for side, data in pictures:
        entries += struct.pack("<BBBBHHII", side % 256, side % 256, 0, 0, 1, 32, len(data), offset)
        offset += len(data)
    return head + entries + b"".join(data for _, data in pictures)


def archive(folder: Path, target: Path, *, inside: str, extra: Iterable[tuple[str, str]] = ()) -> None:
    """Pack a folder as `inside`/… with extra text files; times are fixed, so that equal contents give equal bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(f"{inside}/{path.relative_to(folder).as_posix()}")
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                with path.open("rb") as read, packed.open(entry, "w", force_zip64=True) as written:
                    shutil.copyfileobj(read, written, 1 << 20)
        for name, text in extra:
            packed.writestr(zipfile.ZipInfo(f"{inside}/{name}"), text)
