from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from engine.sandbox.jail import landlock

linux = pytest.mark.skipif(sys.platform != "linux", reason="Landlock is a part of Linux")


@pytest.mark.parametrize(
    ("abi", "files", "net", "scopes", "size"),
    [
        (1, 13, 0, 0, 8),
        (2, 14, 0, 0, 8),
        (3, 15, 0, 0, 8),
        (4, 15, 2, 0, 16),
        (5, 16, 2, 0, 16),
        (6, 16, 2, 2, 24),
        (7, 16, 2, 2, 24),
    ],
)
def test_what_each_kernel_governs(abi: int, files: int, net: int, scopes: int, size: int) -> None:
    governed = landlock.handled(abi)

    assert tuple(bin(part).count("1") for part in governed[:3]) == (files, net, scopes)
    assert governed[3] == size


@linux
def test_asking_for_the_version_changes_nothing() -> None:
    assert landlock.available_abi() == landlock.available_abi() >= 0


def _in_a_child(read: Path, use: Path, abi: int, question: str) -> bool:
    """Restrict a forked child and return whether an action works there."""
    arrived, tell = os.pipe()
    if (child := os.fork()) == 0:
        answer = b"no"
        try:
            import ctypes

            ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
            landlock.restrict(read=(str(read),), use=(str(use),), abi=abi)
            exec(question)
            answer = b"yes"
        except OSError:
            pass
        finally:
            os.write(tell, answer)
            os._exit(0)
    os.close(tell)
    os.waitpid(child, 0)
    answer = os.read(arrived, 10)
    os.close(arrived)
    return answer == b"yes"


@linux
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("abi", [1, 2, 3, 4, 5, 6, 7])
def test_only_the_named_folders_can_be_reached(tmp_path: Path, abi: int) -> None:
    if landlock.available_abi() < abi:
        pytest.skip(f"this kernel has only ABI {landlock.available_abi()}")
    read, use, other = (tmp_path / name for name in ("read", "use", "other"))
    for folder in (read, use, other):
        folder.mkdir()
        (folder / "file").write_text("x")

    def works(question: str) -> bool:
        return _in_a_child(read, use, abi, question)

    assert works(f"open({str(read / 'file')!r}).read()")
    assert works(f"os.listdir({str(read)!r})")
    assert works(f"open({str(use / 'new')!r}, 'w').write('x')")
    assert works(f"os.mkdir({str(use / 'made')!r}); os.rmdir({str(use / 'made')!r})")
    assert not works(f"open({str(read / 'file')!r}, 'a')")
    assert not works(f"open({str(other / 'file')!r}).read()")
    assert not works(f"open({str(other / 'new')!r}, 'w')")
    assert not works(f"os.listdir({str(other)!r})")
    assert not works(f"os.symlink('/', {str(use / 'link')!r})")
    assert not works(f"os.mkfifo({str(use / 'pipe')!r})")
    assert not works(f"os.unlink({str(other / 'file')!r})")
    assert not works(f"os.rename({str(use / 'file')!r}, {str(other / 'moved')!r})")
    if abi >= 3:
        assert not works(f"os.truncate({str(other / 'file')!r}, 0)")


@linux
def test_what_is_not_there_needs_no_permission(tmp_path: Path) -> None:
    assert _in_a_child(tmp_path / "missing", tmp_path, 1, "pass")
