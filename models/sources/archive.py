"""Take data out of wheels and zips that nobody vouches for: bounded, never outside the folder, never executed."""

from __future__ import annotations

import errno
import fnmatch
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from models.errors import HostileArchive

_CHUNK: Final = 1024 * 1024
_MOST_MEMBERS: Final = 10_000
# The zip's table is read into memory whole before its entries can be counted.
_LARGEST_TABLE: Final = 8 * 1024 * 1024
_TABLE_MARK: Final = b"PK\x05\x06"
_TABLE_TAIL: Final = 22 + 65_535
_STUMBLES: Final = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, RuntimeError, ValueError, IndexError, OverflowError),
)


def append_member(archive: Path, pattern: str, output: BinaryIO, *, limit: int, check: Callable[[], None]) -> int:
    """Append the one member matching `pattern` to `output`; return its bytes, at most `limit`.

    `check` is called between chunks and may raise to stop. Raises HostileArchive.
    """
    with _opened(archive) as file:
        found = [info for info in file.infolist() if not info.is_dir() and fnmatch.fnmatchcase(info.filename, pattern)]
        if len(found) != 1:
            raise _odd(archive, f"it has {len(found)} files like '{pattern}' instead of one")
        return _copy(file, found[0], output, archive, limit=limit, check=check)


def extract_folder(archive: Path, folder: str, target: Path, *, limit: int, check: Callable[[], None]) -> int:
    """Write the files below `folder` of the archive into `target`; return their bytes, at most `limit`.

    Raises HostileArchive before anything is written when any name leads elsewhere or is a link.
    """
    prefix = f"{folder}/" if folder else ""
    with _opened(archive) as file:
        members = [info for info in file.infolist() if not info.is_dir() and info.filename.startswith(prefix)]
        if not members:
            raise _odd(archive, f"it has no folder '{folder}'")
        places = [(info, _inside(archive, info, prefix)) for info in members]
        total = 0
        for info, relative in places:
            place = target.joinpath(*relative.parts)
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("xb") as output:
                total += _copy(file, info, output, archive, limit=limit - total, check=check)
        return total


def _opened(archive: Path) -> zipfile.ZipFile:
    _check_table(archive)
    with _judged(archive, "it is not a readable zip"):
        file = zipfile.ZipFile(archive)
    untrusted = file.infolist()
    if len(untrusted) <= _MOST_MEMBERS and all(info.filename for info in untrusted):
        return file
    file.close()
    raise _odd(archive, f"it has more than {_MOST_MEMBERS:,} files, or files without a name")


def _check_table(archive: Path) -> None:
    size = archive.stat().st_size
    with archive.open("rb") as file:
        file.seek(max(0, size - _TABLE_TAIL))
        untrusted_tail = file.read(_TABLE_TAIL)
    at = untrusted_tail.rfind(_TABLE_MARK)
    if at < 0 or at + 16 > len(untrusted_tail):
        raise _odd(archive, "it is not a readable zip")
    table = int.from_bytes(untrusted_tail[at + 12 : at + 16], "little")
    # All ones points to a zip64 record; a table that needs one is far beyond a model's.
    if table > _LARGEST_TABLE:
        raise _odd(archive, "its table of contents is too large")


def _inside(archive: Path, info: zipfile.ZipInfo, prefix: str) -> PurePosixPath:
    untrusted_name = info.filename.removeprefix(prefix)
    path = PurePosixPath(untrusted_name)
    unsafe = (
        path.is_absolute()
        or ".." in path.parts
        or not path.parts
        or any(character in untrusted_name for character in "\\:\0")
        or stat.S_ISLNK(info.external_attr >> 16)
    )
    if unsafe:
        raise _odd(archive, "a file in it would be written elsewhere")
    return path


def _copy(
    file: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    output: BinaryIO,
    archive: Path,
    *,
    limit: int,
    check: Callable[[], None],
) -> int:
    if info.file_size > limit:
        raise _odd(archive, f"it unpacks to more than the {limit:,} bytes expected")
    written = 0
    with _judged(archive, "a file in it is damaged"), file.open(info) as untrusted:
        while chunk := untrusted.read(_CHUNK):
            written += len(chunk)
            # The declared size is the archive's own claim; what comes out is what counts.
            if written > limit:
                raise _odd(archive, f"it unpacks to more than the {limit:,} bytes expected")
            output.write(chunk)
            check()
    return written


@contextmanager
def _judged(archive: Path, why: str) -> Iterator[None]:
    """Turn everything the zip reader stumbles over in a damaged archive into HostileArchive."""
    try:
        yield
    except _STUMBLES as error:
        raise _odd(archive, why) from error
    except OSError as error:
        # Offsets before the file's start, and broken bzip2 data; a full disk or a bad one has another number.
        if error.errno in (None, errno.EINVAL):
            raise _odd(archive, why) from error
        raise


def _odd(archive: Path, why: str) -> HostileArchive:
    return HostileArchive(
        f"'{archive.name}' is not the archive of a model: {why}. Nothing of it was used. Choose another source.",
        archive=archive.name,
        why=why,
    )
