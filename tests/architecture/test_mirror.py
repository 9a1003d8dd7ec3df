"""Every source file has its own test file, in the mirrored place; the exceptions name the test that covers them."""

from __future__ import annotations

from tests.architecture.sources import ROOT, Source, sources

# source (or folder of sources, with a final slash) -> the test, or folder of tests, that covers it
COVERED_ELSEWHERE: dict[str, str] = {
    "dev.py": "tests/packaging/test_dev.py",
    "desktop/assistants/": "tests/gui/test_pages.py",
    "desktop/chat/": "tests/gui/test_chat.py",
    "desktop/controls/": "tests/gui/test_look.py",
    "desktop/discussions/": "tests/gui/test_pages.py",
    "desktop/first_start/": "tests/gui/test_first_start.py",
    "desktop/knowledge/": "tests/gui/test_knowledge.py",
    "desktop/models/": "tests/gui/test_pages.py",
    "desktop/settings/": "tests/gui/test_pages.py",
    "desktop/side/": "tests/gui/test_chat.py",
    "desktop/": "tests/gui",
    "engine/server/api.py": "tests/api/test_http.py",
    "engine/server/app.py": "tests/api/test_http.py",
    "engine/server/streams.py": "tests/api/test_streams.py",
    "engine/server/routes/": "tests/api",
    "engine/inference/generation.py": "tests/contracts/test_cache.py",
    "engine/inference/native.py": "tests/contracts/test_inference.py",
    "engine/inference/port.py": "tests/contracts/test_inference.py",
    "engine/inference/worker.py": "tests/contracts/test_inference.py",
    "engine/retrieval/pagework.py": "tests/unit/engine/service/test_sources.py",
    "engine/retrieval/port.py": "tests/contracts/test_retrieval.py",
    "engine/retrieval/reader.py": "tests/workers/test_reader.py",
    "engine/retrieval/shelf.py": "tests/contracts/test_vectors.py",
    "engine/retrieval/worker.py": "tests/contracts/test_retrieval.py",
    "engine/sandbox/canary.py": "tests/sandbox/test_walls.py",
    "engine/sandbox/cells.py": "tests/sandbox/test_cells.py",
    "engine/sandbox/child.py": "tests/sandbox/test_sessions.py",
    "engine/sandbox/figures.py": "tests/sandbox/test_cells.py",
    "engine/sandbox/libraries.py": "tests/sandbox/test_cells.py",
    "engine/sandbox/process.py": "tests/sandbox/test_sessions.py",
    "engine/sandbox/sandbox.py": "tests/sandbox/test_sessions.py",
    "engine/sandbox/session.py": "tests/sandbox/test_sessions.py",
    "engine/sandbox/watch.py": "tests/sandbox/test_limits.py",
    "engine/sandbox/jail/linux.py": "tests/sandbox/test_walls.py",
    "engine/sandbox/jail/namespaces.py": "tests/sandbox/test_walls.py",
    "engine/workers/child.py": "tests/workers/test_supervisor.py",
    "engine/workers/process.py": "tests/workers/test_supervisor.py",
    "engine/workers/supervisor.py": "tests/workers/test_supervisor.py",
    "engine/store/migrations/versions/": "tests/migrations/test_steps.py",
    "packaging/build.py": "tests/packaging/test_build.py",
    "packaging/contents.py": "tests/packaging/test_contents.py",
    "packaging/engine/build.py": "tests/packaging/test_engine_build.py",
    "packaging/linux/build.py": "tests/packaging/test_linux_build.py",
    "packaging/selftest.py": "tests/packaging/test_selftest.py",
    "packaging/sign.py": "tests/packaging/test_windows_sign.py",
    "packaging/windows/": "tests/packaging/test_windows_build.py",
}


def _mirror(name: str) -> str:
    folder, _, file = name.rpartition("/")
    return f"tests/unit/{folder}/test_{file}"


def _is_trivial(source: Source) -> bool:
    """Return whether there is nothing to test: no function at all."""
    return not any(source.functions)


def _exception(name: str) -> str | None:
    return next((key for key in COVERED_ELSEWHERE if name == key or (key.endswith("/") and name.startswith(key))), None)


def test_every_source_file_has_its_test() -> None:
    missing = [
        f"{source.name}: write {_mirror(source.name)}"
        for source in sources()
        if not _is_trivial(source) and not _exception(source.name) and not (ROOT / _mirror(source.name)).exists()
    ]

    assert missing == []


def test_no_exception_outlives_its_reason() -> None:
    """A folder may hold files with tests of their own; once all have them, its line has to go."""
    names = [source.name for source in sources() if not _is_trivial(source)]
    stale = []
    for key, test in COVERED_ELSEWHERE.items():
        matching = [name for name in names if _exception(name) == key]
        needed = [name for name in matching if not (ROOT / _mirror(name)).exists()]
        if not matching:
            stale.append(f"{key} is gone or has nothing to test")
        elif not needed:
            stale.append(f"{key} has a test of its own now")
        if not (ROOT / test).exists():
            stale.append(f"{key}: {test} does not exist")

    assert stale == []


def test_no_unit_test_is_orphaned() -> None:
    folder = ROOT / "tests" / "unit"
    names = {source.name for source in sources()}
    orphans = []
    for path in folder.rglob("test_*.py"):
        relative = path.relative_to(folder)
        source = (relative.parent / relative.name.removeprefix("test_")).as_posix()
        if source not in names:
            orphans.append(f"{path.relative_to(ROOT)} mirrors no source file")

    assert orphans == []
